//! Any text and any edits, against what `tests/edit/check.rs` says has to hold.
//!
//! `cargo +nightly fuzz run edit -- -max_total_time=300 -seed=1`; what it finds belongs into `tests/edit/regressions`.

#![no_main]

#[path = "../../tests/edit/check.rs"]
mod check;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (text, edits) = check::decode(data);
    check::check(&text, &edits);
});
