use std::{env, fmt::Display, net::SocketAddr, path::PathBuf, str::FromStr, time::Duration};

use anyhow::{anyhow, Context};

/// Settings, read once at start. `.env.example` explains each of them.
pub struct Config {
    pub database_url: String,
    pub bind_addr: SocketAddr,
    /// Without a final slash.
    pub base_url: String,
    pub stripe_secret_key: String,
    pub stripe_price_id: String,
    pub stripe_webhook_secret: String,
    pub stripe_api_base: Option<String>,
    pub sendmail: Option<PathBuf>,
    pub mail_from: String,
    pub watch_interval: Duration,
}

impl Config {
    pub fn from_env() -> anyhow::Result<Self> {
        Ok(Self {
            database_url: optional("DATABASE_URL").unwrap_or("sqlite://pagewatch.db".into()),
            bind_addr: parsed("BIND_ADDR", "127.0.0.1:8080")?,
            base_url: required("BASE_URL")?.trim_end_matches('/').to_owned(),
            stripe_secret_key: required("STRIPE_SECRET_KEY")?,
            stripe_price_id: required("STRIPE_PRICE_ID")?,
            stripe_webhook_secret: required("STRIPE_WEBHOOK_SECRET")?,
            stripe_api_base: optional("STRIPE_API_BASE"),
            sendmail: optional("SENDMAIL").map(PathBuf::from),
            mail_from: optional("MAIL_FROM").unwrap_or("Pagewatch <hello@localhost>".into()),
            watch_interval: Duration::from_secs(parsed("WATCH_INTERVAL", "60")?),
        })
    }

    /// Cookies may travel unencrypted only where the whole site does, which is a developer's machine.
    pub fn secure_cookies(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    pub fn stripe_client(&self) -> stripe::Client {
        match &self.stripe_api_base {
            Some(base) => stripe::Client::from_url(base.as_str(), &self.stripe_secret_key),
            None => stripe::Client::new(&self.stripe_secret_key),
        }
    }
}

/// Unset and empty are the same: `.env` files and unit files leave lines like `NAME=` behind.
fn optional(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn required(name: &str) -> anyhow::Result<String> {
    optional(name).ok_or_else(|| anyhow!("{name} is not set; see .env.example"))
}

fn parsed<T>(name: &str, default: &str) -> anyhow::Result<T>
where
    T: FromStr,
    T::Err: Display,
{
    let value = optional(name).unwrap_or_else(|| default.to_owned());
    value
        .parse()
        .map_err(|error| anyhow!("{error}"))
        .with_context(|| format!("{name} can't be {value:?}"))
}
