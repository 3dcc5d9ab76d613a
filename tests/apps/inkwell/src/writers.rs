//! People who write: their row, and who of them is signed in.

use std::{future::Future, pin::Pin};

use actix_session::{Session, SessionExt};
use actix_web::{dev::Payload, web, FromRequest, HttpRequest};
use sqlx::PgPool;

use crate::error::{Error, Result};

const SIGNED_IN: &str = "writer";

/// Whoever is signed in.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Writer {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub password_hash: String,
    pub stripe_customer: Option<String>,
}

impl Writer {
    pub async fn by_email(pool: &PgPool, email: &str) -> sqlx::Result<Option<Self>> {
        sqlx::query_as("SELECT * FROM writers WHERE email = $1")
            .bind(email)
            .fetch_optional(pool)
            .await
    }

    async fn by_id(pool: &PgPool, id: i64) -> sqlx::Result<Option<Self>> {
        sqlx::query_as("SELECT * FROM writers WHERE id = $1")
            .bind(id)
            .fetch_optional(pool)
            .await
    }

    /// `None` if the e-mail address is taken.
    pub async fn insert(
        pool: &PgPool,
        email: &str,
        name: &str,
        password_hash: &str,
    ) -> sqlx::Result<Option<Self>> {
        sqlx::query_as(
            "INSERT INTO writers (email, name, password_hash) VALUES ($1, $2, $3) \
             ON CONFLICT (email) DO NOTHING RETURNING *",
        )
        .bind(email)
        .bind(name)
        .bind(password_hash)
        .fetch_optional(pool)
        .await
    }

    pub fn sign_in(&self, session: &Session) -> Result<()> {
        // A new cookie, so that one known before is worth nothing.
        session.renew();
        Ok(session.insert(SIGNED_IN, self.id)?)
    }

    async fn of(session: &Session, pool: &PgPool) -> Result<Self> {
        let id = session.get(SIGNED_IN).ok().flatten();
        let id = id.ok_or(Error::SignedOut)?;
        Self::by_id(pool, id).await?.ok_or(Error::SignedOut)
    }
}

impl FromRequest for Writer {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let session = request.get_session();
        let pool = request.app_data::<web::Data<PgPool>>().cloned();
        Box::pin(async move {
            let pool = pool.ok_or(sqlx::Error::PoolClosed)?;
            Self::of(&session, &pool).await
        })
    }
}
