use serde::Deserialize;

use crate::error::Error;
use crate::members::Member;
use crate::settings::Settings;

#[derive(Deserialize)]
struct Created {
    id: String,
}

/// Every member is a customer from the first day, so that the trial can start at once.
pub async fn create_customer(settings: &Settings, member: &Member) -> Result<String, Error> {
    let id = member.id.to_string();
    let mut form = vec![
        ("email", member.email.as_str()),
        ("name", member.full_name.as_str()),
        ("metadata[new_user_id]", id.as_str()),
    ];
    if let Some(ucc) = &member.cello_ucc {
        form.push(("metadata[cello_ucc]", ucc.as_str()));
    }
    let created: Created = reqwest::Client::new()
        .post("https://api.stripe.com/v1/customers")
        .basic_auth(&settings.stripe_key, None::<&str>)
        .form(&form)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    Ok(created.id)
}
