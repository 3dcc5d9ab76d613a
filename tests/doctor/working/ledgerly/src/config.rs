use anyhow::Context;

pub struct Config {
    pub database_url: String,
    pub stripe_secret_key: String,
    pub price_id: String,
    pub web_origin: String,
    pub cello: Option<CelloSettings>,
}

#[derive(Clone)]
pub struct CelloSettings {
    pub product_id: String,
    pub product_secret: String,
    pub access_key_id: String,
    pub secret_access_key: String,
    pub api_url: String,
}

impl Config {
    pub fn from_env() -> anyhow::Result<Self> {
        Ok(Self {
            database_url: var("DATABASE_URL")?,
            stripe_secret_key: var("STRIPE_SECRET_KEY")?,
            price_id: var("STRIPE_PRICE_ID")?,
            web_origin: var("WEB_ORIGIN")?,
            cello: CelloSettings::from_env(),
        })
    }
}

impl CelloSettings {
    fn from_env() -> Option<Self> {
        std::env::var("REFERRALS_ENABLED").ok().filter(|value| value == "true")?;
        Some(Self {
            product_id: var("CELLO_PRODUCT_ID").ok()?,
            product_secret: var("CELLO_PRODUCT_SECRET").ok()?,
            access_key_id: var("CELLO_ACCESS_KEY_ID").ok()?,
            secret_access_key: var("CELLO_SECRET_ACCESS_KEY").ok()?,
            api_url: std::env::var("CELLO_API_URL").unwrap_or_else(|_| "https://api.cello.so".to_string()),
        })
    }
}

fn var(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set"))
}
