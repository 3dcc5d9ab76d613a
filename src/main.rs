//! The program `cello-scaffold`; everything it does is in the library.

#[expect(clippy::disallowed_methods, reason = "the exit code is the answer")]
fn main() {
    std::process::exit(cello_scaffold::cli::run());
}
