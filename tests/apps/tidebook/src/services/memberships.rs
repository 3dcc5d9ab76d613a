use std::sync::Arc;

use crate::{
    billing::Billing,
    error::Result,
    repository::members::{Member, Members},
};

pub struct MembershipService {
    members: Members,
    billing: Arc<dyn Billing>,
}

impl MembershipService {
    pub fn new(members: Members, billing: Arc<dyn Billing>) -> Self {
        Self { members, billing }
    }

    /// Where a member pays; becomes a customer before, who isn't one yet.
    pub async fn checkout(&self, member: &Member) -> Result<String> {
        let customer = match &member.stripe_customer {
            Some(customer) => customer.clone(),
            None => {
                let made = self.new_customer(&member.email, &member.name).await?;
                self.members.keep_customer(member.id, &made).await?;
                made
            }
        };
        Ok(self.billing.checkout_url(&customer).await?)
    }

    async fn new_customer(&self, email: &str, name: &str) -> Result<String> {
        let customer = self.billing.create_customer(email, name).await?;
        tracing::info!(customer, "a new customer");
        Ok(customer)
    }
}
