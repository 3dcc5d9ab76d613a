//! Gardeners and their passwords.

use argon2::{
    password_hash::{rand_core::OsRng, PasswordHash, SaltString},
    Argon2, PasswordHasher, PasswordVerifier,
};
use serde::Deserialize;
use sqlx::{FromRow, SqlitePool};

use crate::error::{Error, Result};

#[derive(Clone, FromRow)]
pub struct Gardener {
    pub id: i64,
    pub email: String,
    pub name: String,
    password_hash: String,
    pub stripe_customer: Option<String>,
}

#[derive(Deserialize)]
pub struct NewGardener {
    email: String,
    name: String,
    password: String,
}

#[derive(Deserialize)]
pub struct Credentials {
    email: String,
    password: String,
}

impl Gardener {
    pub async fn create(db: &SqlitePool, new: NewGardener) -> Result<Self> {
        if new.password.chars().count() < 10 {
            return Err(Error::Input("a password has ten characters at least"));
        }
        let salt = SaltString::generate(&mut OsRng);
        let hash = Argon2::default().hash_password(new.password.as_bytes(), &salt);
        let hash = hash.map_err(|_| Error::Password)?.to_string();
        let gardener = sqlx::query_as(
            "INSERT INTO gardeners (email, name, password_hash) VALUES (?, ?, ?) RETURNING *",
        )
        .bind(&new.email)
        .bind(&new.name)
        .bind(hash)
        .fetch_one(db)
        .await;
        gardener.map_err(|error| match error.as_database_error() {
            Some(known) if known.is_unique_violation() => Error::Input("this address is taken"),
            _ => error.into(),
        })
    }

    pub async fn known_by(db: &SqlitePool, given: &Credentials) -> Result<Self> {
        let known: Option<Self> = sqlx::query_as("SELECT * FROM gardeners WHERE email = ?")
            .bind(&given.email)
            .fetch_optional(db)
            .await?;
        known
            .filter(|gardener| gardener.has(&given.password))
            .ok_or(Error::Input("address and password do not fit"))
    }

    fn has(&self, password: &str) -> bool {
        PasswordHash::new(&self.password_hash).is_ok_and(|hash| {
            let given = Argon2::default().verify_password(password.as_bytes(), &hash);
            given.is_ok()
        })
    }
}
