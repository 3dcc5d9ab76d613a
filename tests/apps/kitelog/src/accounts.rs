//! Pilots and their passwords.

use argon2::{
    password_hash::{rand_core::OsRng, PasswordHash, SaltString},
    Argon2, PasswordHasher, PasswordVerifier,
};
use serde::Deserialize;
use sqlx::{FromRow, SqlitePool};

use crate::error::{Error, Result};

#[derive(Clone, FromRow)]
pub struct Pilot {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub password_hash: String,
    pub stripe_customer: Option<String>,
}

#[derive(Deserialize)]
pub struct NewPilot {
    pub email: String,
    pub name: String,
    pub password: String,
}

#[derive(Deserialize)]
pub struct Credentials {
    pub email: String,
    pub password: String,
}

pub async fn register(db: &SqlitePool, new: NewPilot) -> Result<Pilot> {
    if !new.email.contains('@') || new.password.len() < 10 {
        return Err(Error::Input(
            "an e-mail address and ten characters are needed",
        ));
    }
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(new.password.as_bytes(), &salt);
    let hash = hash.map_err(|_| Error::Password)?.to_string();
    let pilot: Pilot = sqlx::query_as(
        "INSERT INTO pilots (email, name, password_hash) VALUES (?, ?, ?) RETURNING *",
    )
    .bind(&new.email)
    .bind(&new.name)
    .bind(hash)
    .fetch_one(db)
    .await
    .map_err(taken)?;
    Ok(pilot)
}

fn taken(error: sqlx::Error) -> Error {
    match error.as_database_error() {
        Some(known) if known.is_unique_violation() => Error::Input("this address is taken"),
        _ => error.into(),
    }
}

pub async fn authenticate(db: &SqlitePool, given: &Credentials) -> Result<Pilot> {
    let known: Option<Pilot> = sqlx::query_as("SELECT * FROM pilots WHERE email = ?")
        .bind(&given.email)
        .fetch_optional(db)
        .await?;
    let fits = |pilot: &Pilot| {
        PasswordHash::new(&pilot.password_hash).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(given.password.as_bytes(), &hash)
                .is_ok()
        })
    };
    known
        .filter(fits)
        .ok_or(Error::Input("address and password do not fit"))
}
