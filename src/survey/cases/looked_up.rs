//! A user that a guard puts into the request and that no handler takes as `Extension`: its code looks it up.

use super::harness::SIGNS_UP;
use super::{Case, Planned};
use crate::plan::Status;

const AUTH: &str = r#"use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;

use crate::AppState;

#[derive(Clone)]
pub struct AuthUser {
    pub id: i64,
    pub email: String,
}

pub async fn guard(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    let person = crate::users::of_session(&state.db, request.headers())
        .await
        .ok_or(StatusCode::UNAUTHORIZED)?;
    let user = AuthUser { id: person.id, email: person.email };
    request.extensions_mut().insert(user);
    Ok(next.run(request).await)
}

pub async fn me(request: Request) -> Result<String, StatusCode> {
    let user = request.extensions().get::<AuthUser>().ok_or(StatusCode::FORBIDDEN)?;
    Ok(user.email.clone())
}
"#;

fn guarded() -> Case {
    Case::new()
        .file("src/auth.rs", AUTH)
        .replace("src/users.rs", "use crate::auth::CurrentUser;", "pub struct Found {\n    pub id: i64,\n    pub email: String,\n}")
        .replace("src/users.rs", "Option<CurrentUser>", "Option<Found>")
        .file("src/signup.rs", SIGNS_UP)
        .replace(
            "src/main.rs",
            "    Router::new()\n        .route(\"/signup\", post(signup::signup))\n        .route(\"/me\", get(auth::me))\n",
            "    let members = Router::new()\n        .route(\"/me\", get(auth::me))\n        .route_layer(axum::middleware::from_fn_with_state(state.clone(), auth::guard));\n    Router::new()\n        .merge(members)\n        .route(\"/signup\", post(signup::signup))\n",
        )
        .any_format()
}

#[track_caller]
fn nobody_is_known(planned: &Planned) {
    let (status, reason) = planned.state("token");
    assert_eq!(status, Status::ByHand, "{reason}");
    assert!(!planned.text("src/cello.rs").contains("fn signed_in("));
}

#[test]
fn by_a_handler_or_another_middleware() {
    let planned = guarded().plan();
    assert!(planned.text("src/cello.rs").contains("parts.extensions.get::<AuthUser>()"));
    let main = planned.changed("src/main.rs");
    assert!(main.iter().any(|line| line.contains("crate::cello::token_routes()")), "{main:?}");
}

#[test]
fn not_what_is_no_user_or_not_certain() {
    let with = |old: &str, new: &str| guarded().replace("src/auth.rs", old, new).plan();
    // By its name and its fields no person's.
    let other = AUTH.replace("AuthUser", "RequestMark").replace("email", "path");
    let other = guarded().file("src/auth.rs", &other).replace("src/auth.rs", "person.path", "person.email");
    nobody_is_known(&other.plan());
    // Read only where it was put in.
    let own = "request.extensions_mut().insert(user);";
    let again = "request.extensions_mut().insert(user);\n    let _ = request.extensions().get::<AuthUser>();";
    let read = "    let user = request.extensions().get::<AuthUser>().ok_or(StatusCode::FORBIDDEN)?;\n    Ok(user.email.clone())\n";
    let alone =
        guarded().replace("src/auth.rs", own, again).replace("src/auth.rs", read, "    Ok(String::new())\n");
    nobody_is_known(&alone.plan());
    // Where another middleware may refuse, nobody signed in is no answer.
    let refusing = "pub async fn members_only(request: Request, next: Next) -> Result<Response, StatusCode> {\n    request.extensions().get::<AuthUser>().ok_or(StatusCode::FORBIDDEN)?;\n    Ok(next.run(request).await)\n}\n\npub async fn me(";
    let strict = guarded().replace("src/auth.rs", "pub async fn me(", refusing).replace(
        "src/main.rs",
        "get(auth::me))\n",
        "get(auth::me))\n        .route_layer(axum::middleware::from_fn(auth::members_only))\n",
    );
    nobody_is_known(&strict.plan());
    // Put in by two.
    let second = "pub async fn dev_guard(mut request: Request, next: Next) -> Response {\n    request.extensions_mut().insert(AuthUser { id: 1, email: String::new() });\n    next.run(request).await\n}\n\npub async fn me(";
    let two = guarded().replace("src/auth.rs", "pub async fn me(", second).replace(
        "src/main.rs",
        "get(auth::me))\n",
        "get(auth::me))\n        .route_layer(axum::middleware::from_fn(auth::dev_guard))\n",
    );
    nobody_is_known(&two.plan());
    // It can't be taken out as one's own.
    nobody_is_known(&with("#[derive(Clone)]\npub struct AuthUser", "pub struct AuthUser"));
}
