//! A panic is a defect of this program, which ends right there: it is told with exit code 10, and what was running is ended.
//!
//! Nothing is unwound, for that would be a tenth of the program's size. What a commit leaves behind, the next command clears up,
//! as after any other sudden end.

use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{Failure, last_words, mcp};

/// How long clearing up may take. What panicked may hold what that needs.
const PATIENCE: Duration = Duration::from_secs(3);

/// True once a panic is ending the program.
static ENDING: AtomicBool = AtomicBool::new(false);

/// From now on a panic ends the program.
pub(super) fn end_on_panic() {
    panic::set_hook(Box::new(|info| end(&info.to_string())));
}

#[expect(clippy::disallowed_methods, reason = "there is nothing left to return to")]
fn end(what: &str) {
    if ENDING.swap(true, Ordering::SeqCst) {
        // Another thread is at it, and its words are enough.
        loop {
            thread::park();
        }
    }
    let (done, cleared) = mpsc::channel();
    let clear = thread::Builder::new().spawn(move || {
        crate::apply::abandon();
        mcp::stop();
        let _ = done.send(());
    });
    if clear.is_ok() {
        let _ = cleared.recv_timeout(PATIENCE);
    }
    let failure = Failure::Defect(what.to_string());
    last_words(&failure);
    std::process::exit(failure.exit());
}
