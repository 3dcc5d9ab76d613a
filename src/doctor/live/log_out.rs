//! Signing out: afterwards the same browser must get no token. Only where the user named the way to sign out.

use super::http::Host;
use super::jwt::within;
use super::{Asked, Severity, Trial};

const OUT: (&str, &[&str]) = ("live-log-out", &["qa-09"]);

/// Signs out whoever was signed in, and asks for a token as they would.
pub(super) fn trial(host: &Host, asked: &Asked<'_>) -> Option<Trial> {
    let path = asked.log_out?;
    let (id, qa) = OUT;
    if asked.signed_in.is_empty() {
        return Some(Trial::not_tried(id, qa, "Nobody is signed in, so nobody can be signed out."));
    }
    let mut headers = asked.signed_in.to_vec();
    headers.push(("sec-fetch-site".to_string(), "same-origin".to_string()));
    let reply = match host.post(path, &headers, "") {
        Ok(reply) => reply,
        Err(why) => return Some(Trial::not_tried(id, qa, format!("Signing out: {}.", why.text()))),
    };
    if !(200..400).contains(&reply.status) {
        let text = format!("POST {path} answers {}, so nobody was signed out.", reply.status);
        return Some(Trial::not_tried(id, qa, text));
    }
    let set: Vec<&str> = reply
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .map(|(_, value)| value.as_str())
        .collect();
    let after: Vec<(String, String)> = asked
        .signed_in
        .iter()
        .map(|(name, value)| {
            let cookies = name == "cookie";
            (name.clone(), if cookies { kept(value, &set) } else { value.clone() })
        })
        .collect();
    let answer = match host.get(asked.token_path, &after) {
        Ok(reply) => reply.json(),
        Err(why) => {
            return Some(Trial::not_tried(
                id,
                qa,
                format!("Signed out, the token endpoint: {}.", why.text()),
            ));
        }
    };
    Some(if answer.is_some_and(|answer| within(&answer).is_some()) {
        let text = format!("After POST {path}, {} still hands out a token.", asked.token_path);
        let fix = "End the session when somebody signs out, on the server or by taking its cookie back.";
        Trial::broken(id, qa, Severity::Error, text, fix)
    } else {
        Trial::holds(id, qa, format!("After POST {path}, no token is handed out."))
    })
}

/// What a browser still sends of its cookies after an answer that sets some.
fn kept(sent: &str, set: &[&str]) -> String {
    let mut cookies: Vec<(String, String)> = sent
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    for line in set {
        let mut parts = line.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
        let over = parts.any(|part| {
            let part = part.to_ascii_lowercase();
            part.strip_prefix("max-age=").is_some_and(|age| age.parse::<i64>().is_ok_and(|age| age <= 0))
                || (part.starts_with("expires=") && part.contains("1970"))
        });
        cookies.retain(|(known, _)| known != name);
        if !over && !value.is_empty() {
            cookies.push((name.to_string(), value.to_string()));
        }
    }
    cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn cookies_that_are_taken_back_or_replaced_are() {
        assert_eq!(kept("sid=1; theme=dark", &["sid=; Max-Age=0; Path=/"]), "theme=dark");
        assert_eq!(kept("sid=1", &["sid=2; HttpOnly"]), "sid=2");
        assert_eq!(kept("sid=1", &["sid=gone; expires=Thu, 01 Jan 1970 00:00:00 GMT"]), "");
        assert_eq!(kept("sid=1", &[]), "sid=1");
    }
}
