//! The database of one running application: a SQLite file beside it, or one of its own in the tests' PostgreSQL server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::postgres;
use crate::python::sqlite;

/// Where a sample keeps its data.
#[derive(Clone, Copy, PartialEq)]
pub enum Store {
    Sqlite,
    Postgres,
}

pub enum Database {
    Sqlite(PathBuf),
    Postgres { url: String },
}

impl Database {
    /// An empty one.
    pub fn new(store: Store, folder: &Path) -> Self {
        match store {
            Store::Sqlite => Self::Sqlite(folder.join("app.db")),
            Store::Postgres => {
                static MADE: AtomicUsize = AtomicUsize::new(0);
                let server = &postgres::shared().url;
                let name = format!("scene_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
                psql(server, &format!("CREATE DATABASE {name}"));
                let (address, _) = server.rsplit_once('/').expect("a URL that ends with a database");
                Self::Postgres { url: format!("{address}/{name}") }
            }
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres { url } => url.clone(),
        }
    }

    /// Runs SQL beside the application. What SQLite has as a BLOB comes as hexadecimal digits.
    #[track_caller]
    pub fn sql(&self, sql: &str) -> Vec<Vec<Value>> {
        match self {
            Self::Sqlite(path) => sqlite(path, sql),
            Self::Postgres { url } if sql.starts_with("SELECT") => {
                let row = "(SELECT json_agg(value) FROM json_each(row_to_json(q)))";
                let rows = psql(url, &format!("SELECT coalesce(json_agg({row}), '[]') FROM ({sql}) AS q"));
                serde_json::from_str(&rows).expect("rows in JSON")
            }
            Self::Postgres { url } => {
                psql(url, sql);
                Vec::new()
            }
        }
    }

    /// A time that long ago, as an expression.
    pub fn ago(&self, column: &str, by: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("datetime({column}, '-{by}')"),
            Self::Postgres { .. } => format!("{column} - interval '{by}'"),
        }
    }

    /// This moment, as an expression that [`Self::ago`] takes.
    pub fn now(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "'now'",
            Self::Postgres { .. } => "now()",
        }
    }
}

#[track_caller]
fn psql(url: &str, sql: &str) -> String {
    let arguments = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"];
    let output = Command::new("psql").args(arguments).args(["--command", sql, url]).output();
    let output = output.expect("psql runs, which tests/run.sh installs");
    assert!(output.status.success(), "{sql}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("psql answers in UTF-8")
}
