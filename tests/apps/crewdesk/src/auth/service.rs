use anyhow::anyhow;
use argon2::{
    password_hash::{rand_core::OsRng, PasswordHash, SaltString},
    Argon2, PasswordHasher, PasswordVerifier,
};
use sqlx::PgPool;
use stripe::{Client, CreateCustomer, Customer};
use tokio::task::spawn_blocking;

use super::{Login, Register};
use crate::{
    error::ApiError,
    users::{self, User},
};

pub struct AccountService {
    pool: PgPool,
    stripe: Client,
}

impl AccountService {
    pub fn new(pool: PgPool, stripe: Client) -> Self {
        Self { pool, stripe }
    }

    /// Makes an account with a first crew in it, and its Customer at Stripe.
    pub async fn register(&self, input: Register) -> Result<User, ApiError> {
        check(&input)?;
        let password_hash = hash(input.password).await?;

        let mut tx = self.pool.begin().await?;
        let mut user: User = sqlx::query_as(
            "INSERT INTO users (email, name, password_hash) VALUES ($1, $2, $3) RETURNING *",
        )
        .bind(input.email.trim())
        .bind(input.name.trim())
        .bind(password_hash)
        .fetch_one(&mut *tx)
        .await
        .map_err(taken)?;
        sqlx::query("INSERT INTO crews (owner_id, name) VALUES ($1, $2)")
            .bind(user.id)
            .bind(format!("{}'s crew", user.name))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        log::info!("user {} registered", user.id);

        // After the commit, so that the connection isn't held while Stripe answers.
        let mut params = CreateCustomer::new();
        params.email = Some(&user.email);
        params.name = Some(&user.name);
        params.description = Some("Crewdesk");
        match Customer::create(&self.stripe, params).await {
            Ok(customer) => {
                sqlx::query("UPDATE users SET stripe_customer_id = $1 WHERE id = $2")
                    .bind(customer.id.as_str())
                    .bind(user.id)
                    .execute(&self.pool)
                    .await?;
                user.stripe_customer_id = Some(customer.id.to_string());
            }
            // The trial works without; the checkout tells them to write to us.
            Err(error) => log::error!("user {} has no Stripe customer: {error}", user.id),
        }
        Ok(user)
    }

    pub async fn authenticate(&self, input: Login) -> Result<Option<User>, ApiError> {
        let Some(user) = users::find_by_email(&self.pool, input.email.trim()).await? else {
            return Ok(None);
        };
        let matches = verify(input.password, user.password_hash.clone()).await?;
        Ok(matches.then_some(user))
    }
}

fn check(input: &Register) -> Result<(), ApiError> {
    let problem = if input.name.trim().is_empty() {
        "name is empty"
    } else if !input.email.trim().contains('@') || input.email.trim().contains(' ') {
        "email isn't an address"
    } else if input.password.len() < 8 {
        "password has less than 8 characters"
    } else {
        return Ok(());
    };
    Err(ApiError::Invalid(problem.to_string()))
}

fn taken(error: sqlx::Error) -> ApiError {
    match error.as_database_error() {
        Some(db) if db.is_unique_violation() => {
            ApiError::Conflict("email is registered already".to_string())
        }
        _ => error.into(),
    }
}

async fn hash(password: String) -> anyhow::Result<String> {
    spawn_blocking(move || {
        let salt = SaltString::generate(&mut OsRng);
        let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string())
            .map_err(|error| anyhow!("hashing a password: {error}"))
    })
    .await?
}

async fn verify(password: String, hash: String) -> anyhow::Result<bool> {
    spawn_blocking(move || {
        let hash = PasswordHash::new(&hash).map_err(|error| anyhow!("stored hash: {error}"))?;
        Ok(Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok())
    })
    .await?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn passwords() {
        let stored = hash("correct horse".to_string()).await.unwrap();
        assert_ne!(stored, hash("correct horse".to_string()).await.unwrap());
        assert!(verify("correct horse".to_string(), stored.clone())
            .await
            .unwrap());
        assert!(!verify("wrong horse".to_string(), stored).await.unwrap());
        assert!(verify("any".to_string(), "broken".to_string())
            .await
            .is_err());
    }
}
