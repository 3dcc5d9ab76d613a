use std::{str::FromStr, time::Duration};

use anyhow::Context;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};

pub type Db = sqlx::SqlitePool;

/// Opens the database, creating it where there is none, and brings its schema up to date.
pub async fn open(url: &str) -> anyhow::Result<Db> {
    let options = SqliteConnectOptions::from_str(url)
        .with_context(|| format!("DATABASE_URL {url:?}"))?
        .create_if_missing(true)
        .foreign_keys(true)
        // The watcher writes while people read.
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(Duration::from_secs(5));
    // Each connection to an in-memory database would see one of its own.
    let connections = if url.contains(":memory:") { 1 } else { 5 };
    let db = SqlitePoolOptions::new()
        .max_connections(connections)
        // Closing an idle connection to an in-memory database would erase it.
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await
        .with_context(|| format!("can't open {url}"))?;
    sqlx::migrate!()
        .run(&db)
        .await
        .context("can't migrate the database")?;
    Ok(db)
}
