use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use sqlx::PgPool;

use super::Referrals;

const ATTEMPTS: i32 = 8;

/// Sends what sign-ups left in the outbox, for as long as the server runs.
pub async fn run(db: PgPool, referrals: Arc<Referrals>) {
    let mut tick = tokio::time::interval(Duration::from_secs(10));
    loop {
        tick.tick().await;
        if let Err(error) = deliver(&db, &referrals).await {
            tracing::warn!("referral outbox: {error:#}");
        }
    }
}

async fn deliver(db: &PgPool, referrals: &Referrals) -> anyhow::Result<()> {
    let due: Vec<(i64, Value)> = sqlx::query_as(
        "UPDATE referral_outbox SET attempts = attempts + 1, not_before = now() + interval '5 minutes' * (attempts + 1) \
         WHERE delivered_at IS NULL AND attempts < $1 AND not_before <= now() RETURNING id, body",
    )
    .bind(ATTEMPTS)
    .fetch_all(db)
    .await?;
    for (id, body) in due {
        match referrals.api.send(&body).await {
            Ok(()) => {
                sqlx::query("UPDATE referral_outbox SET delivered_at = now() WHERE id = $1").bind(id).execute(db).await?;
            }
            Err(error) => tracing::warn!(id, "referral event not delivered: {error:#}"),
        }
    }
    Ok(())
}
