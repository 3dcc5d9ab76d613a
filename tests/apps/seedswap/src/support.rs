//! Gardeners who pay for the swap, a little every month, through Stripe.

use std::env;

use axum::{extract::State, response::Redirect};
use reqwest::Client;
use serde::{de::DeserializeOwned, Deserialize};
use sqlx::SqlitePool;

use crate::{error::Result, gardeners::Gardener, session::SignedIn, AppState};

#[derive(Clone)]
pub struct Stripe {
    http: Client,
    /// Stripe's interface, or what stands in for it in a trial.
    api: String,
    key: String,
    price: String,
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
            api: env::var("STRIPE_API_BASE")
                .unwrap_or_else(|_| "https://api.stripe.com".to_string()),
            key: env::var("STRIPE_SECRET_KEY")?,
            price: env::var("STRIPE_PRICE")?,
            public_url: env::var("PUBLIC_URL")?,
        })
    }

    async fn customer(&self, db: &SqlitePool, gardener: &Gardener) -> Result<String> {
        if let Some(known) = &gardener.stripe_customer {
            return Ok(known.clone());
        }
        let id = gardener.id.to_string();
        let form = [
            ("email", gardener.email.as_str()),
            ("name", gardener.name.as_str()),
            ("metadata[gardener]", id.as_str()),
        ];
        let made: Customer = self.post("customers", &form).await?;
        sqlx::query("UPDATE gardeners SET stripe_customer = ? WHERE id = ?")
            .bind(&made.id)
            .bind(gardener.id)
            .execute(db)
            .await?;
        Ok(made.id)
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, form: &[(&str, &str)]) -> Result<T> {
        let url = format!("{}/v1/{path}", self.api);
        let request = self.http.post(url).bearer_auth(&self.key).form(form);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }
}

pub async fn checkout(
    State(state): State<AppState>,
    SignedIn(gardener): SignedIn,
) -> Result<Redirect> {
    let stripe = &state.stripe;
    let customer = stripe.customer(&state.db, &gardener).await?;
    let back = format!("{}/seeds", stripe.public_url);
    let form = [
        ("mode", "subscription"),
        ("customer", customer.as_str()),
        ("line_items[0][price]", stripe.price.as_str()),
        ("line_items[0][quantity]", "1"),
        ("success_url", back.as_str()),
        ("cancel_url", back.as_str()),
    ];
    let session: Checkout = stripe.post("checkout/sessions", &form).await?;
    Ok(Redirect::to(&session.url))
}
