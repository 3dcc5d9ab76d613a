use axum::{extract::State, http::StatusCode, Json};

use crate::{error::Result, repository::bookings::Booking, session::SignedIn, AppState};

pub async fn list(
    State(state): State<AppState>,
    SignedIn(member): SignedIn,
) -> Result<Json<Vec<Booking>>> {
    Ok(Json(state.bookings.of(&member).await?))
}

pub async fn add(
    State(state): State<AppState>,
    SignedIn(member): SignedIn,
    Json(booking): Json<Booking>,
) -> Result<StatusCode> {
    state.bookings.book(&member, &booking).await?;
    Ok(StatusCode::CREATED)
}
