//! What takes longer than half a second says so, to a person at a terminal and to a program that asked for progress.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::Console;

/// How long nothing is said.
const QUIET: Duration = Duration::from_millis(500);

/// What reading a project says.
pub(super) const READING: &str = "Reading the project…";

/// Code may be nested deep, and other threads than the first have little room by default.
const STACK: usize = 64 << 20;

/// True once a program has asked for progress.
static ASKED: AtomicBool = AtomicBool::new(false);

/// A program wants to know, too.
pub(super) fn asked() {
    ASKED.store(true, Ordering::Relaxed);
}

/// Does the work, and says what it is if that takes a while.
pub(super) fn told<T: Send>(what: &str, console: &mut Console, work: impl FnOnce() -> T + Send) -> T {
    if console.input.is_none() && !ASKED.load(Ordering::Relaxed) {
        return work();
    }
    thread::scope(|scope| {
        let (done, finished) = mpsc::channel();
        let worker = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || {
            let result = work();
            // Whoever waits has gone only if this program ends.
            let _ = done.send(());
            result
        });
        let worker = worker.expect("the machine has room for one more thread");
        if finished.recv_timeout(QUIET) == Err(RecvTimeoutError::Timeout) {
            console.remark(what);
        }
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Style;

    /// What is said to a person while work of that length goes on.
    fn said(length: Duration, person: bool) -> String {
        let (mut out, mut err, mut typed) = (Vec::new(), Vec::new(), std::io::empty());
        let mut console = Console {
            out: &mut out,
            err: &mut err,
            input: if person { Some(&mut typed) } else { None },
            style: Style { color: false, width: 80 },
        };
        let answer = told(READING, &mut console, || {
            thread::sleep(length);
            7
        });
        assert_eq!(answer, 7);
        String::from_utf8(err).unwrap()
    }

    #[test]
    fn only_what_takes_a_while_is_told_and_only_to_who_is_there() {
        assert_eq!(said(QUIET * 3, true), "Reading the project…\n");
        assert_eq!(said(Duration::ZERO, true), "");
        assert_eq!(said(QUIET * 3, false), "");
    }
}
