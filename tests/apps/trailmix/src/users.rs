//! People and their sessions.

use axum::{extract::FromRequestParts, http::request::Parts};
use axum_extra::extract::cookie::CookieJar;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;

use crate::{
    auth::{Profile, SESSION},
    error::Error,
    schema::{sessions, users},
    AppState,
};

#[derive(Debug, Clone, Serialize, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    pub id: i64,
    pub email: String,
    pub name: String,
    #[serde(skip)]
    pub stripe_customer: Option<String>,
}

pub async fn by_subject(conn: &mut AsyncPgConnection, subject: &str) -> QueryResult<Option<User>> {
    users::table
        .filter(users::subject.eq(subject))
        .select(User::as_select())
        .first(conn)
        .await
        .optional()
}

pub async fn insert(conn: &mut AsyncPgConnection, profile: &Profile) -> QueryResult<User> {
    diesel::insert_into(users::table)
        .values((
            users::subject.eq(&profile.sub),
            users::email.eq(&profile.email),
            users::name.eq(&profile.name),
        ))
        .returning(User::as_returning())
        .get_result(conn)
        .await
}

pub async fn keep_customer(
    conn: &mut AsyncPgConnection,
    user: i64,
    customer: &str,
) -> QueryResult<()> {
    diesel::update(users::table.find(user))
        .set(users::stripe_customer.eq(customer))
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn open_session(conn: &mut AsyncPgConnection, token: &str, user: i64) -> QueryResult<()> {
    diesel::insert_into(sessions::table)
        .values((sessions::token.eq(token), sessions::user_id.eq(user)))
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn close_session(conn: &mut AsyncPgConnection, token: &str) -> QueryResult<()> {
    diesel::delete(sessions::table.find(token))
        .execute(conn)
        .await?;
    Ok(())
}

async fn by_session(conn: &mut AsyncPgConnection, token: &str) -> QueryResult<Option<User>> {
    sessions::table
        .inner_join(users::table)
        .filter(sessions::token.eq(token))
        .select(User::as_select())
        .first(conn)
        .await
        .optional()
}

/// Whoever is signed in. Handlers that take it are closed to everybody else.
impl FromRequestParts<AppState> for User {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let jar = CookieJar::from_headers(&parts.headers);
        let token = jar.get(SESSION).ok_or(Error::SignedOut)?;
        let mut conn = state.db.get().await?;
        let user = by_session(&mut conn, token.value()).await?;
        user.ok_or(Error::SignedOut)
    }
}
