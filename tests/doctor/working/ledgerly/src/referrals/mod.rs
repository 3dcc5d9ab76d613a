//! Cello referral programme.

pub mod api;
pub mod events;
pub mod http;
pub mod outbox;
pub mod token;

use crate::config::CelloSettings;

pub struct Referrals {
    pub settings: CelloSettings,
    pub api: api::CelloApi,
}

impl Referrals {
    pub fn new(settings: CelloSettings) -> Self {
        let api = api::CelloApi::new(settings.clone());
        Self { settings, api }
    }
}

/// A referral code as it may be stored: the documented alphabet, no more than a sane length.
pub fn clean_code(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let fits = (1..=64).contains(&raw.len());
    (fits && raw.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')).then(|| raw.to_owned())
}

#[cfg(test)]
mod tests {
    use super::clean_code;

    #[test]
    fn codes_are_cleaned() {
        assert_eq!(clean_code(" pNRB1aYqArN ").map(|code| code.len()), Some(11));
        assert_eq!(clean_code("<script>"), None);
    }
}
