//! Holds requests to Cello's published OpenAPI description, the needed part of which is `cello-api.json`.

use serde_json::Value;

use crate::clock;

/// What a request to one of Cello's paths does wrong; empty if nothing.
pub fn violations(method: &str, path: &str, content_type: Option<&str>, body: &[u8]) -> Vec<String> {
    let api: Value = serde_json::from_str(include_str!("cello-api.json")).expect("cello-api.json");
    let call = format!("{method} {path}");
    let Some(schema) = api["requests"].get(&call) else {
        return vec![format!("{call}: Cello has no such path, or it needs none in a sign-up")];
    };
    let mut found = Vec::new();
    if !content_type.is_some_and(|kind| kind.starts_with("application/json")) {
        found.push(format!("{call}: content type {content_type:?}"));
    }
    match serde_json::from_slice(body) {
        Ok(body) => check(&api, schema, &body, &call, &mut found),
        Err(error) => found.push(format!("{call}: the body isn't JSON, {error}")),
    }
    found
}

fn check(api: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/schemas/")) {
        let named = api["schemas"].get(name).unwrap_or_else(|| panic!("cello-api.json lacks {name}"));
        return check(api, named, value, at, found);
    }
    let fits = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("integer") => value.is_i64() || value.is_u64(),
        other => panic!("cello-api.json: type {other:?} at {at}"),
    };
    if !fits {
        found.push(format!("{at}: {value} is no {}", schema["type"]));
        return;
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        found.push(format!("{at}: {value} is none of {allowed:?}"));
    }
    let text = value.as_str().unwrap_or_default();
    match schema["format"].as_str() {
        Some("date-time") if clock::seconds(text).is_none() => {
            found.push(format!("{at}: {value} is no RFC 3339"))
        }
        Some("email")
            if text.split_once('@').is_none_or(|(name, host)| name.is_empty() || host.is_empty()) =>
        {
            found.push(format!("{at}: {value} is no e-mail address"));
        }
        _ => {}
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.get(name.as_str().unwrap_or_default()).is_none() {
            found.push(format!("{at}: {name} is missing"));
        }
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => check(api, schema, value, &format!("{at}.{name}"), found),
            None => found.push(format!("{at}: unknown property {name}")),
        }
    }
}

#[test]
fn the_contract_tells_right_from_wrong() {
    let event = |change: &dyn Fn(&mut Value)| {
        let mut body = serde_json::json!({
            "eventName": "ReferralUpdated",
            "payload": { "ucc": "test", "newUserId": "42" },
            "context": {
                "newUser": { "id": "42", "email": "ada@example.org" },
                "event": { "trigger": "new-signup", "timestamp": "2026-11-23T07:00:00Z" },
            },
        });
        change(&mut body);
        violations("POST", "/events", Some("application/json"), body.to_string().as_bytes())
    };
    assert_eq!(event(&|_| {}), Vec::<String>::new());
    let wrong: [&dyn Fn(&mut Value); 8] = [
        &|body| body["eventName"] = "SignUp".into(),
        &|body| body["payload"]["newUserId"] = 42.into(),
        &|body| drop(body["payload"].as_object_mut().unwrap().remove("ucc")),
        &|body| drop(body.as_object_mut().unwrap().remove("context")),
        &|body| body["context"]["newUser"]["email"] = "ada".into(),
        &|body| body["context"]["newUser"]["mail"] = "ada@example.org".into(),
        &|body| body["context"]["event"]["trigger"] = "signup".into(),
        &|body| body["context"]["event"]["timestamp"] = "2026-11-23 07:00:00".into(),
    ];
    for (number, change) in wrong.into_iter().enumerate() {
        assert_eq!(event(change).len(), 1, "change {number}: {:?}", event(change));
    }
    assert_eq!(violations("GET", "/events", None, b"").len(), 1);
    assert_eq!(violations("POST", "/token", Some("application/json"), b"{}").len(), 2);
    assert_eq!(violations("POST", "/token", Some("text/plain"), b"-").len(), 2);
}
