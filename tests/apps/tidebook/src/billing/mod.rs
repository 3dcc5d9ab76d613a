//! Payments, whoever takes them.

pub mod live;
#[cfg(test)]
pub mod mock;

use async_trait::async_trait;

#[derive(Debug, thiserror::Error)]
pub enum BillingError {
    #[error("the payment provider can't be reached or refuses: {0}")]
    Provider(#[from] reqwest::Error),
}

#[async_trait]
pub trait Billing: Send + Sync {
    /// Makes a customer, and gives its id.
    async fn create_customer(&self, email: &str, name: &str) -> Result<String, BillingError>;

    /// Where this customer buys a membership.
    async fn checkout_url(&self, customer: &str) -> Result<String, BillingError>;
}
