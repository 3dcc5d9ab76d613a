use std::time::Duration;

use anyhow::{bail, ensure};
use reqwest::{header::CONTENT_TYPE, redirect, Client};

/// A page that is longer than this is most likely not meant for reading.
const MAX_BYTES: usize = 2 * 1024 * 1024;

pub fn client() -> Client {
    Client::builder()
        .user_agent(concat!("pagewatch/", env!("CARGO_PKG_VERSION")))
        .timeout(Duration::from_secs(20))
        .redirect(redirect::Policy::limited(5))
        .build()
        .expect("the TLS backend is compiled in")
}

/// The readable text of a page.
pub async fn text(client: &Client, url: &str) -> anyhow::Result<String> {
    let mut response = client.get(url).send().await?.error_for_status()?;
    if let Some(kind) = response.headers().get(CONTENT_TYPE) {
        let kind = kind.to_str().unwrap_or_default();
        ensure!(kind.starts_with("text/"), "{kind:?} is not text");
    }
    // Chunk by chunk, since the length announced by the server may be missing or a lie.
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_BYTES {
            bail!("the page is longer than {} MB", MAX_BYTES / 1024 / 1024);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(readable(&String::from_utf8_lossy(&body)))
}

/// Drops tags, scripts and styles, and folds white space.
///
/// Comparing the raw page would report every new nonce, asset hash and advertisement slot.
fn readable(html: &str) -> String {
    let mut words = String::with_capacity(html.len() / 4);
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        push_words(&mut words, &rest[..start]);
        rest = &rest[start..];
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if starts_with_tag(rest, "script") {
            "</script>"
        } else if starts_with_tag(rest, "style") {
            "</style>"
        } else {
            ">"
        };
        // An unfinished tag swallows the rest, as in a browser.
        rest = match find_ignoring_case(rest, end) {
            Some(at) => &rest[at + end.len()..],
            None => "",
        };
    }
    push_words(&mut words, rest);
    words
}

fn push_words(words: &mut String, text: &str) {
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
}

fn starts_with_tag(html: &str, name: &str) -> bool {
    let bytes = html.as_bytes();
    bytes.len() > name.len() + 1
        && bytes[1..=name.len()].eq_ignore_ascii_case(name.as_bytes())
        && !bytes[name.len() + 1].is_ascii_alphanumeric()
}

/// `needle` is ASCII, so that a match starts and ends between characters.
fn find_ignoring_case(haystack: &str, needle: &str) -> Option<usize> {
    haystack
        .as_bytes()
        .windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn keeps_what_people_read() {
        let html = "<html><STYLE>p { }</STYLE><!-- v<1 --><h1>Fares</h1>\n\
                    <script nonce=x>if (a < b) {}</Script> <p>from <b>12&nbsp;€</b>";
        assert_eq!(readable(html), "Fares from 12&nbsp;€");
    }

    #[test]
    fn survives_broken_markup() {
        assert_eq!(readable("a < b"), "a");
        assert_eq!(readable("<script>never closed"), "");
        assert_eq!(readable("<s"), "");
        assert_eq!(readable("<section>ok</section>"), "ok");
    }
}
