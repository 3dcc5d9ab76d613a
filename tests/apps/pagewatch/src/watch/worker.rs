use chrono::Utc;
use tokio::time::{interval, MissedTickBehavior};

use super::{fetch, Page};
use crate::{accounts, mail, AppState};

/// How often a page is fetched. The round itself is more frequent, to spread the load.
const CHECK_EVERY: chrono::Duration = chrono::Duration::minutes(30);
const PAGES_PER_ROUND: i64 = 50;

/// Checks the pages that are due, round after round.
pub async fn run(state: AppState) {
    let mut rounds = interval(state.config.watch_interval);
    // After a long round, go on at the usual pace instead of catching up.
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        if let Err(error) = check_due(&state).await {
            tracing::error!(%error, "a round of checks failed");
        }
    }
}

/// Checks up to [`PAGES_PER_ROUND`] pages, those that waited longest first, and returns how many.
pub async fn check_due(state: &AppState) -> sqlx::Result<usize> {
    let due: Vec<Page> = sqlx::query_as(
        "SELECT * FROM pages WHERE checked_at IS NULL OR checked_at < ? \
         ORDER BY checked_at NULLS FIRST LIMIT ?",
    )
    .bind(Utc::now() - CHECK_EVERY)
    .bind(PAGES_PER_ROUND)
    .fetch_all(&state.db)
    .await?;
    for page in &due {
        check(state, page).await?;
    }
    Ok(due.len())
}

/// Fetches one page now and writes to its watcher if it changed.
pub async fn check(state: &AppState, page: &Page) -> sqlx::Result<()> {
    let text = match fetch::text(&state.http, &page.url).await {
        Ok(text) => text,
        Err(error) => {
            tracing::debug!(page = page.id, %error, "can't be read");
            // The last good text stays: an outage isn't a change, nor is its end.
            sqlx::query("UPDATE pages SET checked_at = ?, last_error = ? WHERE id = ?")
                .bind(Utc::now())
                .bind(error.to_string())
                .bind(page.id)
                .execute(&state.db)
                .await?;
            return Ok(());
        }
    };

    let changed = page.last_text.as_ref().is_some_and(|last| *last != text);
    sqlx::query(
        "UPDATE pages SET last_text = ?2, last_error = NULL, checked_at = ?3, \
         changed_at = CASE WHEN ?4 THEN ?3 ELSE changed_at END WHERE id = ?1",
    )
    .bind(page.id)
    .bind(text)
    .bind(Utc::now())
    .bind(changed)
    .execute(&state.db)
    .await?;

    if changed {
        if let Some(user) = accounts::find_by_id(&state.db, page.user_id).await? {
            mail::send_changed(&state.config, &user, &page.url).await;
        }
    }
    Ok(())
}
