use axum::extract::State;
use axum::http::StatusCode;
use axum::Json;
use serde_json::{json, Value};

use crate::people::{internal, Person};
use crate::Ctx;

const STRIPE: &str = "https://api.stripe.com/v1";

/// Where to pay for more than ten plants.
pub async fn upgrade(State(ctx): State<Ctx>, person: Person) -> Result<Json<Value>, StatusCode> {
    let customer: Value = ctx
        .http
        .post(format!("{STRIPE}/customers"))
        .bearer_auth(&ctx.config.stripe_secret_key)
        .form(&[("email", person.email.as_str()), ("name", person.display_name.as_str())])
        .send()
        .await
        .map_err(internal)?
        .json()
        .await
        .map_err(internal)?;
    let customer = customer["id"].as_str().ok_or(StatusCode::BAD_GATEWAY)?;
    sqlx::query("UPDATE people SET stripe_customer = ? WHERE id = ?")
        .bind(customer)
        .bind(person.id)
        .execute(&ctx.db)
        .await
        .map_err(internal)?;
    let session: Value = ctx
        .http
        .post(format!("{STRIPE}/checkout/sessions"))
        .bearer_auth(&ctx.config.stripe_secret_key)
        .form(&[
            ("mode", "subscription"),
            ("customer", customer),
            ("line_items[0][price]", ctx.config.stripe_price.as_str()),
            ("line_items[0][quantity]", "1"),
            ("success_url", "https://plantlog.example/thanks"),
        ])
        .send()
        .await
        .map_err(internal)?
        .json()
        .await
        .map_err(internal)?;
    Ok(Json(json!({ "url": session["url"] })))
}
