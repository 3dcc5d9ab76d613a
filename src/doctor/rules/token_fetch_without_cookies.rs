//! The browser asks another host for the token and leaves the cookies at home, so that nobody is signed in there.
//!
//! Near misses: the same host, where cookies go along; a request with an `Authorization` header.

use super::Hit;
use crate::doctor::chart::{Call, Chart, Token};

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for script in &chart.scripts {
        for call in Call::all(&script.tokens).filter(|call| call.called() == "fetch") {
            let arguments = call.arguments();
            let Some(address) = arguments.first().and_then(|first| first.iter().find_map(Token::string))
            else {
                continue;
            };
            let says = |word: &str| call.inner.iter().any(|token| token.text == word);
            if !is_token_address(chart, address) || says("headers") {
                continue;
            }
            let elsewhere = address.starts_with("http") || address.starts_with("${");
            let options =
                arguments.get(1).is_some_and(|options| options.first().is_some_and(|token| !token.is("{")));
            if says("omit") || (elsewhere && !says("credentials") && !options) {
                let at = &script.tokens[call.name].at;
                hits.push(Hit::new(&script.file, at, "The token is asked for without cookies."));
            }
        }
    }
    hits
}

/// True for an address whose path is a route of the Rust code that has to do with Cello.
fn is_token_address(chart: &Chart<'_>, address: &str) -> bool {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => address.rsplit_once('}').map_or(address, |(_, path)| path),
    };
    let path = path.trim_start_matches('/').split('?').next().unwrap_or_default();
    let about = ["cello", "referral"].iter().any(|word| path.contains(word));
    let is_route = |text: &str| text.starts_with('/') && path.ends_with(text.trim_start_matches('/'));
    about && chart.rust.literals.iter().any(|literal| literal.text.len() > 3 && is_route(&literal.text))
}
