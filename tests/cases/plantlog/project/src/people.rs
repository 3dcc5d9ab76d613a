use axum::async_trait;
use axum::extract::{FromRequestParts, State};
use axum::http::{header, request::Parts, StatusCode};
use axum::Json;
use jsonwebtoken::{decode, encode, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::Ctx;

/// Whoever sent a valid token.
pub struct Person {
    pub id: i64,
    pub email: String,
    pub display_name: String,
}

#[derive(Serialize, Deserialize)]
struct Token {
    sub: i64,
    exp: u64,
}

#[derive(Deserialize)]
pub struct NewPerson {
    email: String,
    display_name: String,
    password: String,
}

#[async_trait]
impl FromRequestParts<Ctx> for Person {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Result<Self, StatusCode> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or(StatusCode::UNAUTHORIZED)?;
        let key = DecodingKey::from_secret(ctx.config.jwt_secret.as_bytes());
        let token = decode::<Token>(token, &key, &Validation::default()).map_err(|_| StatusCode::UNAUTHORIZED)?;
        let found: Option<(i64, String, String)> =
            sqlx::query_as("SELECT id, email, display_name FROM people WHERE id = ?")
                .bind(token.claims.sub)
                .fetch_optional(&ctx.db)
                .await
                .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        let (id, email, display_name) = found.ok_or(StatusCode::UNAUTHORIZED)?;
        Ok(Person { id, email, display_name })
    }
}

pub async fn create(
    State(ctx): State<Ctx>,
    Json(new): Json<NewPerson>,
) -> Result<(StatusCode, Json<serde_json::Value>), StatusCode> {
    let hash = bcrypt::hash(&new.password, bcrypt::DEFAULT_COST).map_err(internal)?;
    let result = sqlx::query("INSERT INTO people (email, display_name, password_hash) VALUES (?, ?, ?)")
        .bind(&new.email)
        .bind(&new.display_name)
        .bind(&hash)
        .execute(&ctx.db)
        .await
        .map_err(|_| StatusCode::CONFLICT)?;
    let id = result.last_insert_rowid();
    tracing::info!(id, "new person");
    let token = sign(&ctx, id)?;
    Ok((StatusCode::CREATED, Json(serde_json::json!({ "id": id, "token": token }))))
}

pub async fn log_in(
    State(ctx): State<Ctx>,
    Json(given): Json<serde_json::Value>,
) -> Result<Json<serde_json::Value>, StatusCode> {
    let email = given["email"].as_str().unwrap_or_default();
    let row: Option<(i64, String)> = sqlx::query_as("SELECT id, password_hash FROM people WHERE email = ?")
        .bind(email)
        .fetch_optional(&ctx.db)
        .await
        .map_err(internal)?;
    let (id, hash) = row.ok_or(StatusCode::UNAUTHORIZED)?;
    let password = given["password"].as_str().unwrap_or_default();
    if !bcrypt::verify(password, &hash).map_err(internal)? {
        return Err(StatusCode::UNAUTHORIZED);
    }
    Ok(Json(serde_json::json!({ "token": sign(&ctx, id)? })))
}

pub async fn me(person: Person) -> Json<serde_json::Value> {
    Json(serde_json::json!({ "id": person.id, "email": person.email, "name": person.display_name }))
}

fn sign(ctx: &Ctx, id: i64) -> Result<String, StatusCode> {
    let key = EncodingKey::from_secret(ctx.config.jwt_secret.as_bytes());
    encode(&Header::default(), &Token { sub: id, exp: 4_000_000_000 }, &key).map_err(internal)
}

pub fn internal<E: std::fmt::Display>(error: E) -> StatusCode {
    tracing::error!(%error);
    StatusCode::INTERNAL_SERVER_ERROR
}
