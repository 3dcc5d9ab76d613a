//! The subscription, through Stripe's interface in forms: a customer per writer, made at the first purchase.

use std::env;

use actix_web::{post, web, HttpResponse};
use reqwest::Client;
use serde::{de::DeserializeOwned, Deserialize};
use sqlx::PgPool;

use crate::{accounts::to, error::Result, writers::Writer};

pub struct Stripe {
    http: Client,
    /// Stripe's interface, or what stands in for it in a trial.
    api: String,
    key: String,
    price: String,
    /// Where this application is, for the way back.
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

    async fn customer(&self, pool: &PgPool, writer: &Writer) -> Result<String> {
        if let Some(known) = &writer.stripe_customer {
            return Ok(known.clone());
        }
        let id = writer.id.to_string();
        let form = [
            ("email", writer.email.as_str()),
            ("name", writer.name.as_str()),
            ("metadata[writer]", id.as_str()),
        ];
        let url = format!("{}/v1/customers", self.api);
        let request = self.http.post(url).bearer_auth(&self.key).form(&form);
        let made: Customer = read(request).await?;
        sqlx::query("UPDATE writers SET stripe_customer = $1 WHERE id = $2")
            .bind(&made.id)
            .bind(writer.id)
            .execute(pool)
            .await?;
        Ok(made.id)
    }

    async fn checkout(&self, customer: &str) -> Result<String> {
        let back = format!("{}/books", self.public_url);
        let form = [
            ("mode", "subscription"),
            ("customer", customer),
            ("line_items[0][price]", self.price.as_str()),
            ("line_items[0][quantity]", "1"),
            ("success_url", back.as_str()),
            ("cancel_url", back.as_str()),
        ];
        let url = format!("{}/v1/checkout/sessions", self.api);
        let request = self.http.post(url).bearer_auth(&self.key).form(&form);
        let session: Checkout = read(request).await?;
        Ok(session.url)
    }
}

async fn read<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T> {
    let reply = request.send().await?.error_for_status()?;
    Ok(reply.json().await?)
}

#[post("/checkout")]
pub async fn checkout(
    writer: Writer,
    pool: web::Data<PgPool>,
    stripe: web::Data<Stripe>,
) -> Result<HttpResponse> {
    let customer = stripe.customer(&pool, &writer).await?;
    Ok(to(&stripe.checkout(&customer).await?))
}
