use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, Redirect};
use axum::Form;
use serde::Deserialize;
use tower_sessions::Session;
use uuid::Uuid;

use crate::member::{Member, KEY};
use crate::App;

#[derive(Deserialize)]
pub struct Join {
    email: String,
    full_name: Option<String>,
}

pub async fn form() -> Html<&'static str> {
    Html(include_str!("join.html"))
}

pub async fn submit(
    State(app): State<App>,
    session: Session,
    Form(join): Form<Join>,
) -> Result<Redirect, StatusCode> {
    let member = insert(&app, join).await.map_err(|_| StatusCode::CONFLICT)?;
    session.insert(KEY, &member).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Redirect::to("/"))
}

async fn insert(app: &App, join: Join) -> sqlx::Result<Member> {
    let member = Member { id: Uuid::new_v4(), email: join.email, full_name: join.full_name };
    sqlx::query("INSERT INTO members (id, email, full_name) VALUES ($1, $2, $3)")
        .bind(member.id)
        .bind(&member.email)
        .bind(&member.full_name)
        .execute(&app.pool)
        .await?;
    Ok(member)
}
