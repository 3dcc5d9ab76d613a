use axum::{extract::State, Json};
use serde::Serialize;

use crate::{error::Result, session::SignedIn, AppState};

#[derive(Serialize)]
pub struct Checkout {
    url: String,
}

pub async fn checkout(
    State(state): State<AppState>,
    SignedIn(member): SignedIn,
) -> Result<Json<Checkout>> {
    let url = state.memberships.checkout(&member).await?;
    Ok(Json(Checkout { url }))
}
