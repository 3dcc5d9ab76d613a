//! The walks of a person.

use axum::{extract::State, http::StatusCode, Json};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    schema::walks,
    users::User,
    AppState,
};

const FREE: i64 = 3;

#[derive(Serialize, Queryable, Selectable)]
pub struct Walk {
    id: i64,
    title: String,
    metres: i32,
}

#[derive(Deserialize)]
pub struct NewWalk {
    title: String,
    metres: i32,
}

pub async fn list(State(state): State<AppState>, user: User) -> Result<Json<Vec<Walk>>> {
    let mut conn = state.db.get().await?;
    let walks = walks::table
        .filter(walks::user_id.eq(user.id))
        .order(walks::title)
        .select(Walk::as_select())
        .load(&mut conn)
        .await?;
    Ok(Json(walks))
}

pub async fn add(
    State(state): State<AppState>,
    user: User,
    Json(new): Json<NewWalk>,
) -> Result<StatusCode> {
    if new.title.trim().is_empty() || new.metres < 1 {
        return Err(Error::Refused("a walk has a title and a length"));
    }
    let mut conn = state.db.get().await?;
    let own = walks::table.filter(walks::user_id.eq(user.id));
    let have: i64 = own.count().get_result(&mut conn).await?;
    if have >= FREE && user.stripe_customer.is_none() {
        return Err(Error::ThreeAreFree);
    }
    diesel::insert_into(walks::table)
        .values((
            walks::user_id.eq(user.id),
            walks::title.eq(new.title.trim()),
            walks::metres.eq(new.metres),
        ))
        .execute(&mut conn)
        .await?;
    Ok(StatusCode::CREATED)
}
