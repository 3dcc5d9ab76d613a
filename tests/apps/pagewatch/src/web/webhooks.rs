use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use stripe::{Webhook, WebhookError};

use crate::{billing::service, error::AppError, AppState};

/// Stripe's events. The body is taken as text because the signature covers its exact bytes.
pub async fn stripe(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: String,
) -> Result<StatusCode, AppError> {
    let signature = headers
        .get("stripe-signature")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    match Webhook::construct_event(&body, signature, &state.config.stripe_webhook_secret) {
        Ok(event) => {
            service::handle_event(&state.db, event).await?;
            Ok(StatusCode::OK)
        }
        Err(WebhookError::BadParse(error)) => {
            // Signed, but of a kind that the library doesn't know. Refusing would make Stripe send it for days.
            tracing::warn!(%error, "unknown Stripe event");
            Ok(StatusCode::OK)
        }
        Err(error) => {
            tracing::warn!(%error, "refused a Stripe event");
            Ok(StatusCode::BAD_REQUEST)
        }
    }
}
