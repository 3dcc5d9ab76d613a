//! Runs cargo to its end, in a way that an interrupt can end it.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Tell;

/// The cargos that are running.
static RUNNING: Mutex<Vec<Arc<Mutex<Child>>>> = Mutex::new(Vec::new());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Runs a command to its end, and passes on that cargo waits for another one, since that can take long.
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
    let mut stderr = Vec::new();
    let mut lines = err.map(BufReader::new);
    while let Some(lines) = &mut lines {
        let start = stderr.len();
        if lines.read_until(b'\n', &mut stderr)? == 0 {
            break;
        }
        let line = String::from_utf8_lossy(&stderr[start..]);
        // Locks of the package cache are held for moments only.
        if line.trim_start().starts_with("Blocking") && !line.contains("package cache") {
            tell("cargo waits for another cargo (an editor's, perhaps) to be done with the target folder.");
        }
    }
    let stdout = reader.join().unwrap_or_else(|_| Ok(Vec::new()))?;
    lock(&RUNNING).retain(|other| !Arc::ptr_eq(other, &child));
    // Both pipes are closed, so that it has ended or is just about to.
    let status = lock(&child).wait()?;
    Ok(Output { status, stdout, stderr })
}
