//! A PostgreSQL server for one test, gone with it, or for all, gone with the program.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// The one in which every scene has a database of its own. Its input ends with this program, and it with that.
pub fn shared() -> &'static Postgres {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    SERVER.get_or_init(Postgres::start)
}

/// Runs until it is dropped.
pub struct Postgres {
    pub url: String,
    process: Child,
}

impl Postgres {
    pub fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/with-postgres.sh");
        let mut command = Command::new("bash");
        // The server is stopped when the command ends, and that ends with its input.
        command.arg(script).args(["bash", "-c", "echo $TEST_POSTGRES; cat"]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("bash runs");
        let mut url = String::new();
        let output = process.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut url).expect("the server starts");
        let url = url.trim().to_string();
        assert!(url.starts_with("postgres://"), "PostgreSQL doesn't start: {url}");
        Self { url, process }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
