//! Who is known by a bearer token alone, so that the token's route may answer front ends on other domains.

use super::harness::SIGNS_UP;
use super::{Case, Planned};

const HEAD: &str = "use axum::extract::FromRequestParts;\nuse axum::http::header::AUTHORIZATION;\nuse axum::http::request::Parts;\nuse axum::http::{HeaderMap, StatusCode};\n\nuse crate::AppState;\n\n#[derive(Clone)]\npub struct CurrentUser {\n    pub id: i64,\n    pub email: String,\n    pub name: String,\n}\n\npub async fn me(user: CurrentUser) -> String {\n    user.name\n}\n\nfn verify(token: &str) -> Option<CurrentUser> {\n    todo!()\n}\n";
const HELPER: &str = "\nfn bearer(headers: &HeaderMap) -> Option<&str> {\n    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix(\"Bearer \")\n}\n";

/// An application whose extractor has this body, with these further items.
fn case(body: &str, items: &str) -> Case {
    let auth = format!(
        "{HEAD}{items}\nimpl FromRequestParts<AppState> for CurrentUser {{\n    type Rejection = StatusCode;\n\n    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, StatusCode> {{\n        {body}\n    }}\n}}\n"
    );
    Case::new().file("src/auth.rs", &auth).file("src/signup.rs", SIGNS_UP).any_format()
}

fn plan(body: &str, items: &str) -> Planned {
    case(body, items).plan()
}

#[track_caller]
fn answers(planned: &Planned, other_sites: bool) {
    let module = planned.text("src/cello.rs");
    assert_eq!(!module.contains("\"cross-site\""), other_sites, "{module}");
    let step = planned.plan.steps.iter().find(|step| step.id == "module").unwrap();
    assert_eq!(step.reason.contains("bearer token alone"), other_sites, "{}", step.reason);
    let vary =
        if other_sites { "\"cookie, authorization\"" } else { "\"cookie, authorization, sec-fetch-site\"" };
    assert!(module.contains(vary), "{module}");
}

const OWN: &str = "bearer(&parts.headers).and_then(verify).ok_or(StatusCode::UNAUTHORIZED)";

#[test]
fn a_bearer_token_and_nothing_else() {
    answers(&plan(OWN, HELPER), true);
    let by_hand = "let value = parts.headers.get(\"Authorization\").and_then(|value| value.to_str().ok());\n        let token = value.and_then(|value| value.strip_prefix(\"Bearer \")).ok_or(StatusCode::UNAUTHORIZED)?;\n        verify(token).ok_or(StatusCode::UNAUTHORIZED)";
    answers(&plan(by_hand, ""), true);
    let typed = "let TypedHeader(Authorization(token)) = parts.extract::<TypedHeader<Authorization<Bearer>>>().await.map_err(|_| StatusCode::UNAUTHORIZED)?;\n        verify(token.token()).ok_or(StatusCode::UNAUTHORIZED)";
    let uses = "use axum_extra::headers::authorization::Bearer;\nuse axum_extra::headers::Authorization;\nuse axum_extra::TypedHeader;\n";
    answers(&plan(typed, uses), true);
    // A row of their own table of sessions, and another header that says nothing.
    let row = "let agent = parts.headers.get(\"user-agent\");\n        let session: Option<Session> = bearer(&parts.headers).and_then(of_token);\n        session.and_then(|session| verify(&session.token)).ok_or(StatusCode::UNAUTHORIZED)";
    let session = format!(
        "{HELPER}pub struct Session {{\n    pub token: String,\n}}\n\nfn of_token(token: &str) -> Option<Session> {{\n    todo!()\n}}\n"
    );
    answers(&plan(row, &session), true);
}

#[test]
fn what_a_browser_may_send_by_itself() {
    for (body, items) in [
        // No token at all, or one of another kind.
        ("crate::users::of_session(&state.db, &parts.headers).await.ok_or(StatusCode::UNAUTHORIZED)", HELPER),
        (OWN, &HELPER.replace("Bearer ", "Basic ")),
        (OWN, &HELPER.replace("AUTHORIZATION", "\"x-user\"").replace("Bearer ", "bearer ")),
        // A second choice.
        (
            "let token = bearer(&parts.headers).or_else(|| parts.headers.get(\"cookie\").and_then(|value| value.to_str().ok()));\n        token.and_then(verify).ok_or(StatusCode::UNAUTHORIZED)",
            HELPER,
        ),
        (
            "let token = bearer(&parts.headers).or_else(|| second(&parts.headers));\n        token.and_then(verify).ok_or(StatusCode::UNAUTHORIZED)",
            &format!(
                "{HELPER}\nfn second(headers: &HeaderMap) -> Option<&str> {{\n    headers.get(axum::http::header::COOKIE)?.to_str().ok()\n}}\n"
            ),
        ),
        (
            "let token = bearer(&parts.headers).or_else(|| parts.headers.get(NAME).and_then(|value| value.to_str().ok()));\n        token.and_then(verify).ok_or(StatusCode::UNAUTHORIZED)",
            &format!("{HELPER}\nconst NAME: &str = \"x-forwarded-user\";\n"),
        ),
        (
            "let token = bearer(&parts.headers).map(str::to_string);\n        let token = match token {\n            Some(token) => token,\n            None => Sess::from_request_parts(parts, state).await.map_err(|_| StatusCode::UNAUTHORIZED)?.get(\"token\").await,\n        };\n        verify(&token).ok_or(StatusCode::UNAUTHORIZED)",
            &format!("use tower_sessions::Session as Sess;\n{HELPER}"),
        ),
        // Code of another crate is given the request.
        (
            "if let Some(user) = gatekeeper::inspect(&parts.headers) {\n            return Ok(user);\n        }\n        bearer(&parts.headers).and_then(verify).ok_or(StatusCode::UNAUTHORIZED)",
            HELPER,
        ),
        (
            "if let Some(user) = state.gate.inspect(&parts.headers) {\n            return Ok(user);\n        }\n        bearer(&parts.headers).and_then(verify).ok_or(StatusCode::UNAUTHORIZED)",
            HELPER,
        ),
    ] {
        println!("{body}");
        answers(&plan(body, items), false);
    }
}

const GUARD: &str = "\npub async fn guard(mut request: axum::extract::Request, next: axum::middleware::Next) -> Result<axum::response::Response, StatusCode> {\n    let token = bearer(request.headers()).ok_or(StatusCode::UNAUTHORIZED)?;\n    let user = verify(token).ok_or(StatusCode::UNAUTHORIZED)?;\n    request.extensions_mut().insert(user);\n    Ok(next.run(request).await)\n}\n";

#[test]
fn a_guard_counts_for_what_it_puts_into_the_request() {
    let auth = |guard: &str| {
        format!("{HEAD}{HELPER}{guard}")
            .replace("(user: CurrentUser)", "(axum::Extension(user): axum::Extension<CurrentUser>)")
    };
    let guarded = |guard: &str| {
        Case::new()
            .file("src/auth.rs", &auth(guard))
            .file("src/signup.rs", SIGNS_UP)
            .replace(
                "src/main.rs",
                "        .route(\"/me\", get(auth::me))\n",
                "        .merge(Router::new().route(\"/me\", get(auth::me)).route_layer(axum::middleware::from_fn(auth::guard)))\n",
            )
            .any_format()
            .plan()
    };
    let planned = guarded(GUARD);
    assert!(
        planned.text("src/cello.rs").contains("token_routes"),
        "{:#?}",
        planned.plan.survey.apps[0].identity
    );
    answers(&planned, true);
    answers(
        &guarded(&GUARD.replace(
            "let token = bearer(",
            "let jar = CookieJar::from_headers(request.headers());\n    let token = bearer(",
        )),
        false,
    );
    // An extractor that only reads what such a guard has put there.
    let reads = "parts.extensions.get::<CurrentUser>().cloned().ok_or(StatusCode::UNAUTHORIZED)";
    let layered = |guard: &str| {
        case(reads, &format!("{HELPER}{guard}"))
            .replace(
                "src/main.rs",
                "        .with_state(state)\n",
                "        .layer(axum::middleware::from_fn(auth::guard))\n        .with_state(state)\n",
            )
            .plan()
    };
    let lenient = GUARD.replace(
        "let token = bearer(request.headers()).ok_or(StatusCode::UNAUTHORIZED)?;\n    let user = verify(token).ok_or(StatusCode::UNAUTHORIZED)?;\n    request.extensions_mut().insert(user);",
        "if let Some(token) = bearer(request.headers()) {\n        if let Some(user) = verify(token) {\n            request.extensions_mut().insert(user);\n        }\n    }",
    );
    answers(&layered(&lenient), true);
    answers(&layered(&lenient.replace("bearer(request.headers())", "of_cookie(request.headers())")), false);
}
