//! Customers made over HTTP and with async-stripe 1.0: how metadata joins each form of parameters.

use super::{Case, Planned};
use crate::plan::Status;

const HEAD: &str = r#"use axum::extract::State;
use axum::http::StatusCode;

use crate::auth::CurrentUser;
use crate::AppState;

"#;

fn with(head: &str, body: &str) -> Case {
    let text = format!(
        "{HEAD}{head}pub async fn checkout(\n    State(state): State<AppState>,\n    user: CurrentUser,\n) -> Result<StatusCode, reqwest::Error> {{\n{body}    Ok(StatusCode::OK)\n}}\n"
    );
    Case::new().file("src/billing.rs", &text)
}

const POST: &str = "    let http = reqwest::Client::new();\n    let key = std::env::var(\"STRIPE_KEY\").unwrap_or_default();\n    http.post(\"https://api.stripe.com/v1/customers\")\n        .bearer_auth(&key)\n";

fn http(before: &str, form: &str) -> Case {
    with("", &format!("{before}{POST}        .form({form})\n        .send()\n        .await?;\n"))
}

#[track_caller]
fn ready(planned: &Planned, lines: &[&str]) {
    let (status, reason) = planned.state("customer-metadata:");
    assert_eq!(status, Status::Ready, "{reason}");
    assert_eq!(planned.changed("src/billing.rs"), lines);
    let module = planned.text("src/cello.rs");
    assert!(
        module.contains("pub async fn customer_form(") || !planned.text("src/billing.rs").contains("_form(")
    );
}

#[track_caller]
fn refused(planned: &Planned, why: &str) {
    let (status, reason) = planned.state("customer-metadata:");
    assert_eq!(status, Status::ByHand, "{reason} {:?}", planned.changed("src/billing.rs"));
    assert!(reason.contains(why), "{reason}");
}

const BIND: &str = "+    let metadata = crate::cello::customer_form(&state.db, user.id).await;";
const BORROWED: &str = "metadata.iter().map(|(k, v)| (*k, v.as_str()))";
const GIVEN: &str = "crate::cello::customer_form(&state.db, user.id).await";

#[test]
fn a_list_or_map_that_can_grow_is_extended() {
    let owned = "    let mut form = vec![(\"email\", user.email.clone()), (\"name\", user.name.to_string())];\n    form.push((\"locale\", \"de\".to_string()));\n";
    ready(&http(owned, "&form").plan(), &[&format!("+    form.extend({GIVEN});")]);
    let borrowed = "    let mut form = vec![(\"email\", user.email.as_str())];\n";
    ready(&http(borrowed, "&form").plan(), &[BIND, &format!("+    form.extend({BORROWED});")]);
    let all_owned = "    let mut form: Vec<(String, String)> = Vec::new();\n    form.push((\"email\".into(), user.email.clone()));\n";
    ready(
        &http(all_owned, "&form").plan(),
        &[BIND, "+    form.extend(metadata.into_iter().map(|(k, v)| (k.to_string(), v)));"],
    );
    let map = "    let mut form = std::collections::HashMap::new();\n    form.insert(\"email\", user.email.as_str());\n    if user.id > 9 {\n        form.insert(\"plan\", \"pro\");\n    }\n";
    ready(&http(map, "&form").plan(), &[BIND, &format!("+    form.extend({BORROWED});")]);
    let typed = "    let mut form: std::collections::HashMap<&str, String> = std::collections::HashMap::new();\n    form.insert(\"email\", user.email.clone());\n";
    ready(&http(typed, "&form").plan(), &[&format!("+    form.extend({GIVEN});")]);
    // Not mutable before.
    let fixed = "    let form = std::collections::BTreeMap::from([(\"email\", user.email.clone())]);\n";
    ready(
        &http(fixed, "&form").plan(),
        &[
            "-    let form = std::collections::BTreeMap::from([(\"email\", user.email.clone())]);",
            "+    let mut form = std::collections::BTreeMap::from([(\"email\", user.email.clone())]);",
            &format!("+    form.extend({GIVEN});"),
        ],
    );
}

#[test]
fn an_array_in_a_local_becomes_a_list() {
    let array = "    let form = [(\"email\", user.email.as_str()), (\"name\", \"\")];\n";
    ready(
        &http(array, "&form").plan(),
        &[
            "-    let form = [(\"email\", user.email.as_str()), (\"name\", \"\")];",
            "+    let mut form = vec![(\"email\", user.email.as_str()), (\"name\", \"\")];",
            BIND,
            &format!("+    form.extend({BORROWED});"),
        ],
    );
    // It is used for something else as well, or its length is in its type.
    refused(&http(&format!("{array}    audit(&form);\n"), "&form").plan(), "fixed list");
    let typed = "    let form: [(&str, &str); 1] = [(\"email\", \"\")];\n";
    refused(&http(typed, "&form").plan(), "fixed list");
}

#[test]
fn a_list_that_is_given_goes_on_as_an_iterator() {
    let several = "&[\n            (\"email\", user.email.as_str()),\n            (\"metadata[plan]\", &user.id.to_string()),\n            (\"name\", user.name.as_deref().unwrap_or(\"\")),\n        ]";
    let planned = http("", several).plan();
    ready(
        &planned,
        &[
            "+    let cello_metadata = crate::cello::customer_form(&state.db, user.id).await;",
            "-        .form(&[",
            "-            (\"email\", user.email.as_str()),",
            "-            (\"metadata[plan]\", &user.id.to_string()),",
            "-            (\"name\", user.name.as_deref().unwrap_or(\"\")),",
            "-        ])",
        ]
        .map(|line| line.replace("cello_metadata", "metadata"))
        .iter()
        .map(String::as_str)
        .chain([
            "+        .form(",
            "+            &[",
            "+                (\"email\", user.email.as_str()),",
            "+                (\"metadata[plan]\", &user.id.to_string()),",
            "+                (\"name\", user.name.as_deref().unwrap_or(\"\")),",
            "+            ]",
            "+            .into_iter()",
            &format!("+            .chain({BORROWED})"),
            "+            .collect::<Vec<_>>(),",
            "+        )",
        ])
        .collect::<Vec<_>>(),
    );
    let one = http("", "&[(\"email\", user.email.clone())]").plan();
    ready(
        &one,
        &[
            BIND,
            "-        .form(&[(\"email\", user.email.clone())])",
            "+        .form(",
            "+            &[(\"email\", user.email.clone())]",
            "+                .into_iter()",
            "+                .chain(metadata)",
            "+                .collect::<Vec<_>>(),",
            "+        )",
        ],
    );
    // The name is taken.
    let taken = http("    let metadata = 1;\n", "&[(\"email\", \"\")]").plan();
    assert!(taken.text("src/billing.rs").contains("let cello_metadata = crate::cello::customer_form("));
}

#[test]
fn a_json_value_that_is_sent_as_a_form_gets_members() {
    let body = "    let form = serde_json::json!({ \"email\": user.email });\n";
    ready(
        &http(body, "&form").plan(),
        &[
            "-    let form = serde_json::json!({ \"email\": user.email });",
            "+    let mut form = serde_json::json!({ \"email\": user.email });",
            &format!("+    for (key, value) in {GIVEN} {{"),
            "+        form[key] = value.into();",
            "+    }",
        ],
    );
}

#[test]
fn what_is_not_certain_is_refused() {
    // `&String` or `&str`: nothing tells.
    refused(&http("", "&[(\"email\", &user.email)]").plan(), "fixed list");
    // Declared outside of the block with the request.
    let outside = "    let mut form = vec![(\"email\", user.email.clone())];\n    for _ in 0..2 {\n        reqwest::Client::new()\n            .post(\"https://api.stripe.com/v1/customers\")\n            .form(&form)\n            .send()\n            .await?;\n    }\n";
    refused(&with("", outside).plan(), "a list of pairs");
    // Given away, made by another function, put into another body.
    let given = "    let form = fields(vec![(\"email\", user.email.clone())]);\n";
    refused(&http(given, "&form").plan(), "over HTTP");
    let sent = format!("{POST}        .json(&[(\"email\", \"\")])\n        .send()\n        .await?;\n");
    refused(&with("", &sent).plan(), "over HTTP");
    // The user comes with the request's own block.
    let late = "    let mut form = vec![(\"email\", String::new())];\n    let user = later(user);\n";
    refused(&http(late, "&form").plan(), "no user's id");
    let long =
        "&[\n            (\"email\", \"\"),\n            (\"description\", \"two\nlines\"),\n        ]";
    refused(&http("", long).any_format().plan(), "fixed list");
}

const WRAPPER: &str = "async fn stripe_post(path: &str, form: &[(&str, &str)]) -> Result<(), reqwest::Error> {\n    let url = format!(\"https://api.stripe.com/v1{path}\");\n    reqwest::Client::new().post(url).form(form).send().await?;\n    Ok(())\n}\n\n";

#[test]
fn an_own_wrapper_is_given_more() {
    let body = "    stripe_post(\n        \"/customers\",\n        &[\n            (\"email\", user.email.as_str()),\n            (\"description\", \"made at the first checkout, with everything we know\"),\n        ],\n    )\n    .await?;\n";
    ready(
        &with(WRAPPER, body).plan(),
        &[
            BIND,
            "-        ],",
            "+        ]",
            "+        .into_iter()",
            &format!("+        .chain({BORROWED})"),
            "+        .collect::<Vec<_>>(),",
        ],
    );
    let list = "    let mut form = vec![(\"email\", user.email.as_str())];\n    stripe_post(\"/customers\", &form).await?;\n";
    ready(&with(WRAPPER, list).plan(), &[BIND, &format!("+    form.extend({BORROWED});")]);
    // One that takes arrays of one length alone, and one that sends JSON.
    let fixed = WRAPPER.replace("&[(&str, &str)]", "&[(&str, &str); 2]");
    refused(&with(&fixed, body).plan(), "fixed list");
    let json = WRAPPER.replace(".form(form)", ".json(form)");
    refused(&with(&json, list).plan(), "a list of pairs");
}

fn version_one(body: &str) -> Case {
    let old = "async-stripe = { version = \"0.41\", features = [\"runtime-tokio-hyper\"] }";
    let new = "async-stripe = \"1.0.0-rc.5\"\nasync-stripe-core = { version = \"1.0.0-rc.5\", features = [\"customer\"] }";
    with("use stripe_core::customer::CreateCustomer;\n\n", body).any_format().replace("Cargo.toml", old, new)
}

const MAP: &str = "crate::cello::customer_metadata(&state.db, user.id).await";

#[test]
fn a_builder_gets_one_call() {
    let chain = "    CreateCustomer::new()\n        .email(&user.email)\n        .send(&state.stripe)\n        .await?;\n";
    ready(&version_one(chain).plan(), &[&format!("+        .metadata({MAP})")]);
    let line = "    let made = CreateCustomer::new().email(\"a@b.c\").send(&state.stripe).await?;\n";
    ready(
        &version_one(line).plan(),
        &[
            "-    let made = CreateCustomer::new().email(\"a@b.c\").send(&state.stripe).await?;",
            "+    let made = CreateCustomer::new()",
            "+        .email(\"a@b.c\")",
            &format!("+        .metadata({MAP})"),
            "+        .send(&state.stripe)",
            "+        .await?;",
        ],
    );
    let begun = "    let mut new = CreateCustomer::new();\n    new = new.email(&user.email);\n    new.send(&state.stripe).await?;\n";
    ready(
        &version_one(begun).plan(),
        &[
            "-    new.send(&state.stripe).await?;",
            &format!("+    new.metadata({MAP})"),
            "+        .send(&state.stripe)",
            "+        .await?;",
        ],
    );
    // rustfmt would lay it out anew.
    refused(&version_one("    drop(CreateCustomer::new().send(&state.stripe).await);\n").plan(), "1.0");
}

#[test]
fn metadata_of_a_builder_is_merged_never_given_twice() {
    let chain = |map: &str| {
        format!(
            "    CreateCustomer::new()\n        .metadata({map})\n        .send(&state.stripe)\n        .await?;\n"
        )
    };
    let local = "    let mut map = std::collections::HashMap::new();\n    map.insert(\"plan\".to_string(), \"pro\".to_string());\n";
    let planned = version_one(&format!("{local}{}", chain("map"))).plan();
    ready(&planned, &[&format!("+    map.extend({MAP});")]);
    let pairs = chain("[(\"plan\".to_string(), \"pro\".to_string())]");
    ready(
        &version_one(&pairs).plan(),
        &[
            "-        .metadata([(\"plan\".to_string(), \"pro\".to_string())])",
            "+        .metadata(",
            "+            [(\"plan\".to_string(), \"pro\".to_string())]",
            "+                .into_iter()",
            &format!("+                .chain({MAP})"),
            "+                .collect::<std::collections::HashMap<_, _>>(),",
            "+        )",
        ],
    );
    // What another function gives may be anything, and `into` would no longer know its type.
    refused(&version_one(&chain("plan_of(&user)")).plan(), "1.0");
    refused(&version_one(&chain("[(\"a\".into(), \"b\".into())]")).plan(), "1.0");
    let by_hand = version_one(&chain("plan_of(&user)")).plan();
    assert!(by_hand.step("customer-metadata:").by_hand[0].text.contains("metadata.extend("));
}
