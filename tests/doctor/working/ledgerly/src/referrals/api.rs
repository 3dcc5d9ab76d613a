use std::time::{Duration, Instant};

use anyhow::bail;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{json, Value};
use tokio::sync::Mutex;

use crate::config::CelloSettings;

pub struct CelloApi {
    settings: CelloSettings,
    http: reqwest::Client,
    token: Mutex<Option<(String, Instant)>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenResponse {
    access_token: String,
    expires_in: u64,
}

impl CelloApi {
    pub fn new(settings: CelloSettings) -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(5)).build().unwrap_or_default();
        Self { settings, http, token: Mutex::new(None) }
    }

    pub async fn send(&self, event: &Value) -> anyhow::Result<()> {
        for attempt in 0..2 {
            let token = self.access_token(attempt > 0).await?;
            let url = format!("{}/events", self.settings.api_url);
            let response = self.http.post(url).bearer_auth(token).json(event).send().await?;
            match response.status() {
                StatusCode::UNAUTHORIZED if attempt == 0 => continue,
                status if status.is_success() => return Ok(()),
                status => bail!("Cello answered {status}"),
            }
        }
        bail!("Cello refuses our credentials")
    }

    async fn access_token(&self, renew: bool) -> anyhow::Result<String> {
        let mut cached = self.token.lock().await;
        if let Some((token, until)) = cached.as_ref().filter(|(_, until)| !renew && *until > Instant::now()) {
            let _ = until;
            return Ok(token.clone());
        }
        let body = json!({
            "accessKeyId": self.settings.access_key_id,
            "secretAccessKey": self.settings.secret_access_key,
        });
        let response = self.http.post(format!("{}/token", self.settings.api_url)).json(&body).send().await?;
        if response.status() != StatusCode::CREATED && response.status() != StatusCode::OK {
            bail!("no access token: {}", response.status());
        }
        let token: TokenResponse = response.json().await?;
        let until = Instant::now() + Duration::from_secs(token.expires_in.saturating_sub(60));
        *cached = Some((token.access_token.clone(), until));
        Ok(token.access_token)
    }
}
