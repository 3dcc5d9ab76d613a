use serde::{Deserialize, Serialize};
use sqlx::SqlitePool;
use uuid::Uuid;

#[derive(Debug, Clone, Serialize, Deserialize, sqlx::FromRow)]
pub struct Booking {
    pub boat: String,
    pub tide: String,
}

pub struct Bookings {
    pool: SqlitePool,
}

impl Bookings {
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    pub async fn of(&self, member: Uuid) -> sqlx::Result<Vec<Booking>> {
        sqlx::query_as("SELECT boat, tide FROM bookings WHERE member_id = ? ORDER BY tide")
            .bind(member)
            .fetch_all(&self.pool)
            .await
    }

    /// False if somebody else was quicker.
    pub async fn add(&self, member: Uuid, booking: &Booking) -> sqlx::Result<bool> {
        let added = sqlx::query(
            "INSERT INTO bookings (boat, tide, member_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(&booking.boat)
        .bind(&booking.tide)
        .bind(member)
        .execute(&self.pool)
        .await?;
        Ok(added.rows_affected() > 0)
    }
}
