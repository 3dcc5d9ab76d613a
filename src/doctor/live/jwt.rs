//! A widget token as it came: read, and verified where the secret is at hand. The token itself is never shown.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha512;

/// A JSON Web Token, taken apart.
pub struct Token<'t> {
    /// Its header.
    pub header: Value,
    /// Its claims.
    pub claims: Value,
    signed: &'t str,
    signature: Vec<u8>,
}

impl<'t> Token<'t> {
    /// Takes a token apart; `None` if it is none.
    pub fn read(token: &'t str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let json = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
        Some(Self {
            header: json(header)?,
            claims: json(claims)?,
            signed,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// True if this secret signed it with HMAC-SHA-512.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let Ok(mut mac) = Hmac::<Sha512>::new_from_slice(secret.as_bytes()) else { return false };
        mac.update(self.signed.as_bytes());
        mac.verify_slice(&self.signature).is_ok()
    }

    /// What is wrong with header and claims at a time, in sentences.
    pub fn complaints(&self, now: u64) -> Vec<String> {
        let mut out = Vec::new();
        let alg = self.header["alg"].as_str().unwrap_or("nothing");
        if alg != "HS512" {
            out.push(format!("The token says that it is signed with {alg}, not HS512."));
        }
        for claim in ["productId", "productUserId"] {
            match &self.claims[claim] {
                Value::String(text) if !text.is_empty() => {}
                Value::Number(_) => out.push(format!("{claim} is a number in the token.")),
                _ => out.push(format!("The token has no {claim}.")),
            }
        }
        match self.claims["iat"].as_u64() {
            None => out.push("The token has no iat in whole seconds.".to_string()),
            Some(iat) if iat > 100_000_000_000 => out.push("The token's iat is in milliseconds.".to_string()),
            Some(iat) if iat > now + 60 => {
                out.push(format!(
                    "The token's iat lies {} seconds in the future by this machine's clock.",
                    iat - now
                ));
            }
            Some(iat) if iat + 86_400 < now => {
                out.push("The token's iat is more than a day old.".to_string())
            }
            Some(_) => {}
        }
        if self.claims["exp"].as_u64().is_some_and(|exp| exp <= now) {
            out.push("The token has expired already.".to_string());
        }
        out
    }
}

/// The first text in an answer that is a token, at any depth.
pub fn within(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => {
            (text.starts_with("eyJ") && text.matches('.').count() == 2).then_some(text.as_str())
        }
        Value::Array(items) => items.iter().find_map(within),
        Value::Object(entries) => entries.values().find_map(within),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str, secret: &str) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let mut mac = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    #[test]
    fn a_good_token_has_no_complaints_and_is_verified() {
        let good = token(r#"{"alg":"HS512"}"#, r#"{"productId":"a","productUserId":"1","iat":1000}"#, "key");
        let read = Token::read(&good).unwrap();
        assert_eq!(read.complaints(1010), Vec::<String>::new());
        assert!(read.is_signed_by("key") && !read.is_signed_by("other"));
    }

    #[test]
    fn each_mistake_is_named() {
        let bad = token(r#"{"alg":"HS256"}"#, r#"{"productUserId":1,"iat":1700000000000,"exp":1}"#, "key");
        let complaints = Token::read(&bad).unwrap().complaints(2000).join(" ");
        for part in ["HS256", "no productId", "is a number", "milliseconds", "expired"] {
            assert!(complaints.contains(part), "{part}: {complaints}");
        }
        let early = token(r#"{"alg":"HS512"}"#, r#"{"productId":"a","productUserId":"1","iat":5000}"#, "key");
        assert!(Token::read(&early).unwrap().complaints(1000)[0].contains("4000 seconds in the future"));
        assert!(Token::read("eyJ.a").is_none());
    }
}
