use std::env;

pub struct Settings {
    pub database_url: String,
    pub stripe_key: String,
    pub live: bool,
    pub referral: Option<ReferralSettings>,
}

pub struct ReferralSettings {
    pub product: String,
    pub secret: String,
}

impl Settings {
    pub fn load() -> Self {
        let referral = match (env::var("CELLO_PRODUCT"), env::var("CELLO_SECRET")) {
            (Ok(product), Ok(secret)) if !secret.is_empty() => Some(ReferralSettings { product, secret }),
            _ => {
                log::info!("no Cello settings, referrals are off");
                None
            }
        };
        Self {
            database_url: env::var("DATABASE_URL").expect("DATABASE_URL"),
            stripe_key: env::var("STRIPE_KEY").expect("STRIPE_KEY"),
            live: env::var("APP_MODE").is_ok_and(|mode| mode == "production"),
            referral,
        }
    }

    /// Where Cello's scripts come from.
    pub fn cello_assets(&self) -> &'static str {
        if self.live {
            "https://assets.cello.so"
        } else {
            "https://assets.sandbox.cello.so"
        }
    }
}
