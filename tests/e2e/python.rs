//! Python of the tests' virtual environment, which `tests/run.sh` makes.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A command of that Python.
pub fn python() -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let given = std::env::var_os("E2E_PYTHON").map(PathBuf::from);
    let path = given.unwrap_or_else(|| root.join(".venv/bin/python"));
    assert!(path.exists(), "{} is missing: run tests/run.sh, which makes it", path.display());
    Command::new(path)
}

const QUERY: &str = "
import json, sqlite3, sys
path, sql = sys.argv[1:]
with sqlite3.connect(path, timeout=10) as db:
    db.execute('PRAGMA foreign_keys = ON')
    print(json.dumps(db.execute(sql).fetchall(), default=bytes.hex))
";

/// Runs SQL on a SQLite file beside the application that uses it; BLOBs come as hexadecimal digits.
#[track_caller]
pub fn sqlite(file: &Path, sql: &str) -> Vec<Vec<Value>> {
    let output = python().args(["-c", QUERY]).arg(file).arg(sql).output().expect("python runs");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{sql}\n{problem}");
    serde_json::from_slice(&output.stdout).expect("rows")
}
