//! Shortcuts for working on the site. Release builds don't contain this module.

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect},
};
use axum_extra::extract::CookieJar;
use chrono::Utc;
use serde::Deserialize;
use uuid::Uuid;

use crate::{accounts, auth::session, error::AppError, AppState};

#[derive(Deserialize)]
pub struct As {
    #[serde(default = "someone")]
    email: String,
}

fn someone() -> String {
    "dev@pagewatch.example".to_owned()
}

/// `/dev/login?email=…` signs in as anybody, without a password, making the user an admin where it is new.
pub async fn login(
    State(state): State<AppState>,
    jar: CookieJar,
    Query(who): Query<As>,
) -> Result<impl IntoResponse, AppError> {
    let user = match accounts::find_by_email(&state.db, &who.email).await? {
        Some(user) => user,
        None => {
            // No password fits this hash: such an account can be entered here only.
            sqlx::query_as(
                "INSERT INTO users (id, email, name, password_hash, is_admin, created_at) \
                 VALUES (?, ?, 'Developer', '!', TRUE, ?) RETURNING *",
            )
            .bind(Uuid::new_v4())
            .bind(&who.email)
            .bind(Utc::now())
            .fetch_one(&state.db)
            .await?
        }
    };
    let jar = session::start(&state.db, &state.config, jar, user.id).await?;
    Ok((jar, Redirect::to("/dashboard")))
}
