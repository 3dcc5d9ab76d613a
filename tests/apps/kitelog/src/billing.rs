//! The subscription: a customer at Stripe is made with the first purchase.

use std::env;

use axum::{extract::State, response::Redirect};
use reqwest::Client;
use serde::Deserialize;
use sqlx::SqlitePool;

use crate::{accounts::Pilot, error::Result, session::SignedIn, AppState};

const CUSTOMERS: &str = "https://api.stripe.com/v1/customers";
const SESSIONS: &str = "https://api.stripe.com/v1/checkout/sessions";

#[derive(Clone)]
pub struct Stripe {
    http: Client,
    key: String,
    price: String,
    /// Where people come back to.
    public_url: String,
}

#[derive(Deserialize)]
struct Customer {
    id: String,
}

#[derive(Deserialize)]
struct Checkout {
    url: String,
}

impl Stripe {
    pub fn from_env() -> std::result::Result<Self, env::VarError> {
        Ok(Self {
            http: Client::new(),
            key: env::var("STRIPE_SECRET_KEY")?,
            price: env::var("STRIPE_PRICE")?,
            public_url: env::var("PUBLIC_URL")?,
        })
    }

    async fn customer(&self, db: &SqlitePool, pilot: &Pilot) -> Result<String> {
        if let Some(known) = &pilot.stripe_customer {
            return Ok(known.clone());
        }
        let id = pilot.id.to_string();
        let form = [
            ("email", pilot.email.as_str()),
            ("metadata[pilot]", id.as_str()),
        ];
        let request = self.http.post(CUSTOMERS).bearer_auth(&self.key).form(&form);
        let made: Customer = request.send().await?.error_for_status()?.json().await?;
        sqlx::query("UPDATE pilots SET stripe_customer = ? WHERE id = ?")
            .bind(&made.id)
            .bind(pilot.id)
            .execute(db)
            .await?;
        Ok(made.id)
    }
}

pub async fn checkout(
    State(state): State<AppState>,
    SignedIn(pilot): SignedIn,
) -> Result<Redirect> {
    let stripe = &state.stripe;
    let customer = stripe.customer(&state.db, &pilot).await?;
    let back = format!("{}/flights", stripe.public_url);
    let form = [
        ("mode", "subscription"),
        ("customer", customer.as_str()),
        ("line_items[0][price]", stripe.price.as_str()),
        ("line_items[0][quantity]", "1"),
        ("success_url", back.as_str()),
        ("cancel_url", back.as_str()),
    ];
    let request = stripe
        .http
        .post(SESSIONS)
        .bearer_auth(&stripe.key)
        .form(&form);
    let session: Checkout = request.send().await?.error_for_status()?.json().await?;
    Ok(Redirect::to(&session.url))
}
