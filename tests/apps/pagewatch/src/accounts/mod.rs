//! Users: who they are, how they get an account, and what plan they are on.

mod password;

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::db::Db;

#[derive(Debug, Clone, FromRow)]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub password_hash: String,
    pub is_admin: bool,
    pub stripe_customer_id: Option<String>,
    pub plan: String,
    pub created_at: DateTime<Utc>,
}

impl User {
    pub fn is_pro(&self) -> bool {
        self.plan == "pro"
    }

    /// How many pages the user may watch.
    pub fn page_limit(&self) -> i64 {
        if self.is_pro() {
            100
        } else {
            3
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    #[error("Please tell us your name.")]
    NameMissing,
    #[error("This doesn't look like an e-mail address.")]
    EmailInvalid,
    #[error("Please choose a password of at least 10 characters.")]
    PasswordTooShort,
    #[error("There is an account with this address already.")]
    EmailTaken,
    #[error(transparent)]
    Database(sqlx::Error),
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl From<sqlx::Error> for RegisterError {
    fn from(error: sqlx::Error) -> Self {
        // Asking first and inserting then would leave a gap between the two for a second sign-up.
        match error.as_database_error() {
            Some(db) if db.is_unique_violation() => RegisterError::EmailTaken,
            _ => RegisterError::Database(error),
        }
    }
}

/// Makes an account, for people who sign up and for those whom an admin adds.
pub async fn register(
    db: &Db,
    name: &str,
    email: &str,
    password: &str,
) -> Result<User, RegisterError> {
    let name = name.trim();
    let email = email.trim();
    if name.is_empty() {
        return Err(RegisterError::NameMissing);
    }
    if !plausible_email(email) {
        return Err(RegisterError::EmailInvalid);
    }
    if password.chars().count() < 10 {
        return Err(RegisterError::PasswordTooShort);
    }

    let password_hash = password::hash(password).await?;
    let user = sqlx::query_as::<_, User>(
        "INSERT INTO users (id, email, name, password_hash, created_at) \
         VALUES (?, ?, ?, ?, ?) RETURNING *",
    )
    .bind(Uuid::new_v4())
    .bind(email)
    .bind(name)
    .bind(password_hash)
    .bind(Utc::now())
    .fetch_one(db)
    .await?;
    tracing::info!(user = %user.id, "new account");
    Ok(user)
}

/// The user with this address and password. Both mistakes look the same, from outside and on the clock.
pub async fn authenticate(db: &Db, email: &str, password: &str) -> anyhow::Result<Option<User>> {
    match find_by_email(db, email.trim()).await? {
        Some(user) => {
            let matches = password::verify(password, &user.password_hash).await?;
            Ok(matches.then_some(user))
        }
        None => {
            password::hash(password).await?;
            Ok(None)
        }
    }
}

pub async fn find_by_id(db: &Db, id: Uuid) -> sqlx::Result<Option<User>> {
    sqlx::query_as("SELECT * FROM users WHERE id = ?")
        .bind(id)
        .fetch_optional(db)
        .await
}

pub async fn find_by_email(db: &Db, email: &str) -> sqlx::Result<Option<User>> {
    sqlx::query_as("SELECT * FROM users WHERE email = ?")
        .bind(email)
        .fetch_optional(db)
        .await
}

pub async fn list(db: &Db) -> sqlx::Result<Vec<User>> {
    sqlx::query_as("SELECT * FROM users ORDER BY created_at DESC")
        .fetch_all(db)
        .await
}

pub async fn set_stripe_customer(db: &Db, id: Uuid, customer: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE users SET stripe_customer_id = ? WHERE id = ?")
        .bind(customer)
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// Returns whether the customer is one of ours.
pub async fn set_plan(db: &Db, customer: &str, plan: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("UPDATE users SET plan = ? WHERE stripe_customer_id = ?")
        .bind(plan)
        .bind(customer)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Catches slips of the finger. Whether the address exists only a mail to it can tell.
fn plausible_email(email: &str) -> bool {
    let Some((local, domain)) = email.split_once('@') else {
        return false;
    };
    !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !email.contains(|c: char| c.is_whitespace() || c.is_control() || c == ',')
        && !domain.contains('@')
}

#[cfg(test)]
mod tests {
    use super::plausible_email;

    #[test]
    fn addresses() {
        for good in ["a@b.example", "first.last+tag@sub.domain.example"] {
            assert!(plausible_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b.example",
            "a@b",
            "a@.example",
            "a@b@c.example",
            "a b@c.example",
            "a@b.example\r\nBcc: c@d.example",
        ] {
            assert!(!plausible_email(bad), "{bad}");
        }
    }
}
