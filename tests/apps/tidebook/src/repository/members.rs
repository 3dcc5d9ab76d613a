use sqlx::SqlitePool;
use uuid::Uuid;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Member {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub password_hash: String,
    pub stripe_customer: Option<String>,
}

#[derive(Clone)]
pub struct Members {
    pool: SqlitePool,
}

impl Members {
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// `None` if the e-mail address is taken.
    pub async fn insert(
        &self,
        email: &str,
        name: &str,
        password_hash: &str,
    ) -> sqlx::Result<Option<Member>> {
        sqlx::query_as(
            "INSERT INTO members (id, email, name, password_hash) VALUES (?, ?, ?, ?) \
             ON CONFLICT (email) DO NOTHING RETURNING *",
        )
        .bind(Uuid::new_v4())
        .bind(email)
        .bind(name)
        .bind(password_hash)
        .fetch_optional(&self.pool)
        .await
    }

    pub async fn by_email(&self, email: &str) -> sqlx::Result<Option<Member>> {
        sqlx::query_as("SELECT * FROM members WHERE email = ?")
            .bind(email)
            .fetch_optional(&self.pool)
            .await
    }

    pub async fn by_session(&self, token: &str) -> sqlx::Result<Option<Member>> {
        sqlx::query_as(
            "SELECT members.* FROM members JOIN sessions ON member_id = members.id \
             WHERE token = ?",
        )
        .bind(token)
        .fetch_optional(&self.pool)
        .await
    }

    pub async fn keep_customer(&self, member: Uuid, customer: &str) -> sqlx::Result<()> {
        sqlx::query("UPDATE members SET stripe_customer = ? WHERE id = ?")
            .bind(customer)
            .bind(member)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub async fn open_session(&self, token: &str, member: Uuid) -> sqlx::Result<()> {
        sqlx::query("INSERT INTO sessions (token, member_id) VALUES (?, ?)")
            .bind(token)
            .bind(member)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub async fn close_session(&self, token: &str) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM sessions WHERE token = ?")
            .bind(token)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
