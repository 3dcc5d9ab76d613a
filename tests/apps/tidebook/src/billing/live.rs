//! Payments through Stripe.

use async_trait::async_trait;
use reqwest::Client;
use serde::Deserialize;

use super::{Billing, BillingError};
use crate::setting;

pub struct StripeBilling {
    http: Client,
    api: String,
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
struct Session {
    url: String,
}

impl StripeBilling {
    pub fn from_env() -> anyhow::Result<Self> {
        let api = setting("STRIPE_API_BASE");
        Ok(Self {
            http: Client::new(),
            api: api.unwrap_or_else(|_| "https://api.stripe.com".to_string()),
            key: setting("STRIPE_SECRET_KEY")?,
            price: setting("STRIPE_PRICE")?,
            public_url: setting("PUBLIC_URL")?,
        })
    }
}

#[async_trait]
impl Billing for StripeBilling {
    async fn create_customer(&self, email: &str, name: &str) -> Result<String, BillingError> {
        let form = [
            ("email", email),
            ("name", name),
            ("metadata[club]", "tidebook"),
        ];
        let reply = self
            .http
            .post(format!("{}/v1/customers", self.api))
            .bearer_auth(&self.key)
            .form(&form)
            .send()
            .await?
            .error_for_status()?;
        let customer: Customer = reply.json().await?;
        Ok(customer.id)
    }

    async fn checkout_url(&self, customer: &str) -> Result<String, BillingError> {
        let back = format!("{}/", self.public_url);
        let form = [
            ("mode", "subscription"),
            ("customer", customer),
            ("line_items[0][price]", &self.price),
            ("line_items[0][quantity]", "1"),
            ("success_url", &back),
            ("cancel_url", &back),
        ];
        let reply = self
            .http
            .post(format!("{}/v1/checkout/sessions", self.api))
            .bearer_auth(&self.key)
            .form(&form)
            .send()
            .await?
            .error_for_status()?;
        let session: Session = reply.json().await?;
        Ok(session.url)
    }
}
