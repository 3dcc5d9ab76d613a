//! Payments that nobody makes, for the tests.

use std::sync::Mutex;

use async_trait::async_trait;

use super::{Billing, BillingError};

/// Remembers for whom customers were made.
#[derive(Default)]
pub struct MockBilling {
    pub customers: Mutex<Vec<String>>,
}

#[async_trait]
impl Billing for MockBilling {
    async fn create_customer(&self, email: &str, name: &str) -> Result<String, BillingError> {
        let mut customers = self.customers.lock().unwrap();
        customers.push(format!("{name} <{email}>"));
        Ok(format!("cus_{}", customers.len()))
    }

    async fn checkout_url(&self, customer: &str) -> Result<String, BillingError> {
        Ok(format!("https://pay.example/{customer}"))
    }
}

#[tokio::test]
async fn it_counts_its_customers() {
    let billing = MockBilling::default();
    let first = billing.create_customer("a@b.example", "Ada").await;
    assert_eq!(first.unwrap(), "cus_1");
    let url = billing.checkout_url("cus_1").await.unwrap();
    assert_eq!(url, "https://pay.example/cus_1");
}
