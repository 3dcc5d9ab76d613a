//! The pages being watched.

pub mod fetch;
pub mod worker;

use chrono::{DateTime, Utc};
use reqwest::Url;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{accounts::User, db::Db};

#[derive(Debug, Clone, FromRow)]
pub struct Page {
    pub id: i64,
    pub user_id: Uuid,
    pub url: String,
    pub last_text: Option<String>,
    pub last_error: Option<String>,
    pub checked_at: Option<DateTime<Utc>>,
    pub changed_at: Option<DateTime<Utc>>,
}

impl Page {
    /// One line for the list of pages.
    pub fn summary(&self) -> String {
        let date = |at: DateTime<Utc>| at.format("%-d %B, %H:%M UTC").to_string();
        match (&self.last_error, self.changed_at, self.checked_at) {
            (Some(error), _, _) => format!("Can't be read: {error}"),
            (None, Some(at), _) => format!("Changed on {}", date(at)),
            (None, None, Some(at)) => format!("No change so far, last checked on {}", date(at)),
            (None, None, None) => "Waiting for its first check".to_owned(),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum AddError {
    #[error("Please enter a full address, such as https://example.org/news.")]
    NotAnAddress,
    #[error("This address isn't on the public web.")]
    NotPublic,
    #[error("You are watching this page already.")]
    Duplicate,
    #[error("Your plan allows {0} pages.")]
    LimitReached(i64),
    #[error(transparent)]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for AddError {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error() {
            Some(db) if db.is_unique_violation() => AddError::Duplicate,
            _ => AddError::Database(error),
        }
    }
}

pub async fn list(db: &Db, user_id: Uuid) -> sqlx::Result<Vec<Page>> {
    sqlx::query_as("SELECT * FROM pages WHERE user_id = ? ORDER BY url")
        .bind(user_id)
        .fetch_all(db)
        .await
}

pub async fn add(db: &Db, user: &User, url: &str) -> Result<Page, AddError> {
    let url = public_url(url)?;
    let limit = user.page_limit();
    // Counting inside the INSERT keeps two quick clicks from getting past the limit.
    let page = sqlx::query_as(
        "INSERT INTO pages (user_id, url) \
         SELECT ?1, ?2 WHERE (SELECT count(*) FROM pages WHERE user_id = ?1) < ?3 RETURNING *",
    )
    .bind(user.id)
    .bind(url.as_str())
    .bind(limit)
    .fetch_optional(db)
    .await?;
    page.ok_or(AddError::LimitReached(limit))
}

/// Returns whether there was such a page among the user's.
pub async fn remove(db: &Db, user_id: Uuid, page_id: i64) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM pages WHERE id = ? AND user_id = ?")
        .bind(page_id)
        .bind(user_id)
        .execute(db)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Refuses addresses that lead back into our own network.
///
/// A public name that resolves to a private address passes here; the firewall stops the watcher there.
fn public_url(input: &str) -> Result<Url, AddError> {
    let mut url = Url::parse(input.trim()).map_err(|_| AddError::NotAnAddress)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddError::NotAnAddress);
    }
    let host = url.host_str().ok_or(AddError::NotAnAddress)?;
    let is_ip = host.starts_with('[') || host.parse::<std::net::IpAddr>().is_ok();
    if is_ip || !host.contains('.') || host.ends_with(".local") || host.ends_with(".internal") {
        return Err(AddError::NotPublic);
    }
    // The part after # never reaches the server, so it would only make two pages out of one.
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let url = public_url(" https://example.org/news#top ").unwrap();
        assert_eq!(url.as_str(), "https://example.org/news");
        for bad in [
            "",
            "example.org",
            "ftp://example.org/",
            "file:///etc/passwd",
        ] {
            let result = public_url(bad);
            assert!(matches!(result, Err(AddError::NotAnAddress)), "{bad}");
        }
        for private in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://[::1]:8080/",
            "http://localhost/",
            "https://router.local/",
        ] {
            let result = public_url(private);
            assert!(matches!(result, Err(AddError::NotPublic)), "{private}");
        }
    }
}
