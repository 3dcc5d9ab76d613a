use axum::extract::State;
use axum::http::StatusCode;
use axum::Json;
use serde::Deserialize;
use sqlx::{PgPool, Postgres, Transaction};
use uuid::Uuid;

use crate::{referrals, App};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Account {
    pub id: Uuid,
    pub email: String,
    pub given_name: String,
    pub family_name: String,
    pub referred_by_code: Option<String>,
    pub stripe_customer_id: Option<String>,
}

#[derive(Deserialize)]
pub struct Register {
    pub email: String,
    pub password: String,
    pub given_name: String,
    pub family_name: String,
    #[serde(default)]
    pub referral_code: Option<String>,
}

pub async fn register(State(app): State<App>, Json(body): Json<Register>) -> Result<Json<Uuid>, StatusCode> {
    let code = body.referral_code.as_deref().and_then(referrals::clean_code);
    let mut tx = app.db.begin().await.map_err(internal)?;
    let account: Account = sqlx::query_as(
        "INSERT INTO accounts (email, password_hash, given_name, family_name, referred_by_code) \
         VALUES ($1, crypt($2, gen_salt('bf')), $3, $4, $5) RETURNING *",
    )
    .bind(&body.email)
    .bind(&body.password)
    .bind(&body.given_name)
    .bind(&body.family_name)
    .bind(&code)
    .fetch_one(&mut *tx)
    .await
    .map_err(|_| StatusCode::CONFLICT)?;
    note_referral(&mut tx, &app, &account).await.map_err(internal)?;
    tx.commit().await.map_err(internal)?;
    Ok(Json(account.id))
}

/// Finds the account of a Google user, or makes one.
pub async fn of_google(app: &App, email: &str, given: &str, family: &str, code: Option<String>) -> anyhow::Result<Account> {
    if let Some(known) = by_email(&app.db, email).await? {
        return Ok(known);
    }
    let mut tx = app.db.begin().await?;
    let account: Account = sqlx::query_as(
        "INSERT INTO accounts (email, given_name, family_name, referred_by_code) VALUES ($1, $2, $3, $4) RETURNING *",
    )
    .bind(email)
    .bind(given)
    .bind(family)
    .bind(&code)
    .fetch_one(&mut *tx)
    .await?;
    note_referral(&mut tx, app, &account).await?;
    tx.commit().await?;
    Ok(account)
}

async fn note_referral(tx: &mut Transaction<'_, Postgres>, app: &App, account: &Account) -> anyhow::Result<()> {
    let (Some(_), Some(code)) = (&app.referrals, &account.referred_by_code) else {
        return Ok(());
    };
    let body = referrals::events::signed_up(account, code, chrono::Utc::now());
    sqlx::query("INSERT INTO referral_outbox (account_id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(account.id)
        .bind(serde_json::to_value(&body)?)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn by_email(db: &PgPool, email: &str) -> sqlx::Result<Option<Account>> {
    sqlx::query_as("SELECT * FROM accounts WHERE email = $1").bind(email).fetch_optional(db).await
}

pub async fn by_id(db: &PgPool, id: Uuid) -> sqlx::Result<Option<Account>> {
    sqlx::query_as("SELECT * FROM accounts WHERE id = $1").bind(id).fetch_optional(db).await
}

fn internal(error: impl std::fmt::Display) -> StatusCode {
    tracing::error!("{error}");
    StatusCode::INTERNAL_SERVER_ERROR
}
