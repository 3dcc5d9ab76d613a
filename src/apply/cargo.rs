//! Runs cargo to its end, in a way that an interrupt can end it.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Tell;

/// How long one run may take. What it has built by then is used again by the next.
pub(super) const LIMIT: Duration = Duration::from_secs(30 * 60);
/// How long between two words on how far it is.
const PAUSE: Duration = Duration::from_secs(15);
const TICK: Duration = Duration::from_millis(500);

/// The cargos that are running.
static RUNNING: Mutex<Vec<Arc<Mutex<Child>>>> = Mutex::new(Vec::new());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// cargo as their toolchain file has it.
#[expect(
    clippy::disallowed_methods,
    reason = "what cargo and rustup leave to programs they start is no setting of ours"
)]
pub(super) fn command(cargo: &OsStr) -> Command {
    let mut command = Command::new(cargo);
    // Run by another cargo (`cargo run`), we would hand its own toolchain on, over the one that the project asks for.
    if std::env::var_os("CARGO").is_some() {
        command.env_remove("RUSTUP_TOOLCHAIN");
    }
    command
}

/// Ends whatever cargo is running. None is started from then on: the program ends.
pub(super) fn stop() {
    let mut running = lock(&RUNNING);
    for child in running.drain(..) {
        let mut child = lock(&child);
        let _ = child.kill();
        let _ = child.wait();
    }
    std::mem::forget(running);
}

/// Runs a command to its end, and tells how far it is: compiling can take minutes. After [`LIMIT`] it is ended, which is an
/// error of the kind `TimedOut`.
pub(super) fn listen(mut command: Command, tell: Tell) -> io::Result<Output> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = lock(&RUNNING);
    let mut child = command.spawn()?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let child = Arc::new(Mutex::new(child));
    running.push(Arc::clone(&child));
    drop(running);
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        out.map(|mut pipe| pipe.read_to_end(&mut bytes)).transpose()?;
        io::Result::Ok(bytes)
    });
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        let mut lines = err.map(BufReader::new);
        while let Some(lines) = &mut lines {
            let mut line = Vec::new();
            let more = lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0);
            if !more || sender.send(line).is_err() {
                break;
            }
        }
    });
    let ended = follow(&lines, LIMIT, tell);
    lock(&RUNNING).retain(|other| !Arc::ptr_eq(other, &child));
    let mut child = lock(&child);
    let Some(stderr) = ended else {
        let _ = child.kill();
        let _ = child.wait();
        // Compilers that it started may hold its output open, so that nobody waits for that.
        return Err(io::ErrorKind::TimedOut.into());
    };
    let stdout = reader.join().unwrap_or_else(|_| Ok(Vec::new()))?;
    // Both pipes are closed, so that it has ended or is just about to.
    let status = child.wait()?;
    Ok(Output { status, stdout, stderr })
}

/// Reads what cargo says until it ends, and passes on what people want to know. `None` if it takes too long.
#[expect(clippy::disallowed_methods, reason = "how long it takes is for people, and no plan depends on it")]
fn follow(lines: &mpsc::Receiver<Vec<u8>>, limit: Duration, tell: Tell) -> Option<Vec<u8>> {
    let (start, mut told) = (Instant::now(), Instant::now());
    let (mut said, mut compiled, mut last) = (Vec::new(), 0, String::new());
    loop {
        let line = match lines.recv_timeout(TICK) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => Vec::new(),
            Err(RecvTimeoutError::Disconnected) => return Some(said),
        };
        said.extend_from_slice(&line);
        let line = String::from_utf8_lossy(&line);
        let mut words = line.split_whitespace();
        match words.next() {
            Some("Compiling" | "Checking") => {
                compiled += 1;
                last = words.next().unwrap_or_default().to_string();
            }
            // Locks of the package cache are held for moments only.
            Some("Blocking") if !line.contains("package cache") => {
                tell(
                    "cargo waits for another cargo (an editor's, perhaps) to be done with the target folder.",
                );
            }
            _ => {}
        }
        if told.elapsed() >= PAUSE && compiled > 0 {
            told = Instant::now();
            let seconds = start.elapsed().as_secs();
            tell(&format!(
                "Still compiling after {seconds} seconds: {compiled} packages so far, the last is {last}."
            ));
        }
        if start.elapsed() >= limit {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_too_long_is_ended_and_waiting_is_told() {
        let (sender, lines) = mpsc::channel();
        sender.send(b"    Blocking waiting for file lock on build directory\n".to_vec()).unwrap();
        let mut told = Vec::new();
        assert_eq!(follow(&lines, Duration::ZERO, &mut |remark| told.push(remark.to_string())), None);
        assert!(told[0].contains("another cargo"), "{told:?}");

        let (sender, lines) = mpsc::channel();
        sender.send(b"   Compiling a v1\n".to_vec()).unwrap();
        drop(sender);
        assert_eq!(follow(&lines, LIMIT, &mut |_| {}).unwrap(), b"   Compiling a v1\n");
    }
}
