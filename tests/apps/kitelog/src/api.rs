//! The interface for the app in web/.

use axum::{extract::State, http::StatusCode, Json};
use axum_extra::extract::CookieJar;
use serde::Serialize;

use crate::{
    accounts::{authenticate, register, Credentials, NewPilot, Pilot},
    error::Result,
    session::{self, SignedIn},
    AppState,
};

#[derive(Serialize)]
pub struct Shown {
    name: String,
}

impl From<Pilot> for Shown {
    fn from(pilot: Pilot) -> Self {
        Self { name: pilot.name }
    }
}

/// Nobody is an answer too: the app asks on every load.
pub async fn who(pilot: Result<SignedIn>) -> Json<Option<Shown>> {
    Json(pilot.ok().map(|SignedIn(pilot)| pilot.into()))
}

pub async fn sign_up(
    State(state): State<AppState>,
    jar: CookieJar,
    Json(new): Json<NewPilot>,
) -> Result<(CookieJar, Json<Shown>)> {
    let pilot = register(&state.db, new).await?;
    let jar = session::start(&state.db, jar, &pilot).await?;
    Ok((jar, Json(pilot.into())))
}

pub async fn log_in(
    State(state): State<AppState>,
    jar: CookieJar,
    Json(given): Json<Credentials>,
) -> Result<(CookieJar, Json<Shown>)> {
    let pilot = authenticate(&state.db, &given).await?;
    let jar = session::start(&state.db, jar, &pilot).await?;
    Ok((jar, Json(pilot.into())))
}

pub async fn log_out(
    State(state): State<AppState>,
    jar: CookieJar,
) -> Result<(CookieJar, StatusCode)> {
    Ok((session::end(&state.db, jar).await?, StatusCode::NO_CONTENT))
}
