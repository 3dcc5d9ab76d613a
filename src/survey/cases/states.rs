//! What extractors demand of the router's state, and where the state comes from.

use super::harness::SIGNS_UP;
use super::{Case, Planned};
use crate::plan::Status;

const IMPL: &str = "impl FromRequestParts<AppState> for CurrentUser {";

/// An application whose extractor demands this of any state.
fn demanding(bounds: &str) -> Case {
    let text =
        format!("impl<S> FromRequestParts<S> for CurrentUser\nwhere\n    {bounds}\n    S: Send + Sync,\n{{");
    Case::new()
        .replace("src/auth.rs", IMPL, &text)
        .replace("src/auth.rs", "state: &AppState)", "state: &S)")
        .replace("src/auth.rs", "&state.db", "&todo!()")
        .replace("src/auth.rs", "extract::FromRequestParts", "extract::{FromRef, FromRequestParts}")
        .file("src/signup.rs", SIGNS_UP)
        .any_format()
}

#[track_caller]
fn module_is_ready(planned: &Planned) {
    let step = planned.plan.steps.iter().find(|step| step.id == "module").unwrap();
    assert_eq!(step.status, Status::Ready, "{}", step.reason);
}

fn token(case: &Case) -> (Status, String) {
    let planned = case.plan();
    module_is_ready(&planned);
    let known = planned.text("src/cello.rs").contains("CurrentUser::from_request_parts");
    let apart = planned.plan.steps.iter().find(|step| step.id == "token");
    assert_eq!(known, apart.is_none());
    apart.map_or((Status::Ready, String::new()), |step| (step.status, step.reason.clone()))
}

#[track_caller]
fn works(case: &Case) {
    let (status, reason) = token(case);
    assert_eq!(status, Status::Ready, "{reason}");
}

#[track_caller]
fn fails(case: &Case, why: &str) {
    let (status, reason) = token(case);
    assert_eq!(status, Status::ByHand);
    assert!(reason.contains(why), "{reason}");
}

#[test]
fn any_state_will_do() {
    works(&demanding(""));
    works(&demanding("S: Clone + 'static,"));
}

#[test]
fn the_state_itself_is_demanded() {
    works(&demanding("AppState: FromRef<S>,"));
}

#[test]
fn a_part_of_the_state_is_demanded() {
    let part = demanding("sqlx::SqlitePool: FromRef<S>,");
    fails(&part, "gives none");
    let by_hand = "impl axum::extract::FromRef<AppState> for SqlitePool {\n    fn from_ref(state: &AppState) -> Self {\n        state.db.clone()\n    }\n}\n\npub fn app";
    works(&part.clone().replace("src/main.rs", "pub fn app", by_hand));
    works(&part.clone().replace(
        "src/main.rs",
        "#[derive(Clone)]",
        "#[derive(Clone, axum::extract::FromRef)]",
    ));
    // Of another state than the router's.
    let other = format!("#[derive(Clone)]\npub struct Other;\n\n{}", by_hand.replace("AppState", "Other"));
    fails(&part.replace("src/main.rs", "pub fn app", &other), "gives none");
}

#[test]
fn a_trait_of_their_own_is_demanded() {
    let case = demanding("S: Sessions,").replace(
        "src/auth.rs",
        "pub struct CurrentUser",
        "pub trait Sessions {}\n\npub struct CurrentUser",
    );
    fails(&case, "a state with `Sessions`");
    works(&case.replace("src/main.rs", "pub fn app", "impl auth::Sessions for AppState {}\n\npub fn app"));
}

#[test]
fn a_state_of_another_crate_is_compared_too() {
    let pool = Case::new()
        .replace("src/auth.rs", IMPL, "impl FromRequestParts<sqlx::SqlitePool> for CurrentUser {")
        .replace("src/auth.rs", "state: &AppState)", "state: &sqlx::SqlitePool)")
        .file("src/signup.rs", SIGNS_UP);
    fails(&pool.any_format(), "another state");
}

/// A router that is served where it is made, with this for a state.
fn served(state: &str) -> Case {
    let main = format!(
        "    let state = Arc::new(AppState {{ db, stripe }});\n    let app = Router::new()\n        .route(\"/signup\", post(signup::signup))\n        .route(\"/me\", get(auth::me))\n        .with_state({state})\n        .layer(trace());\n    axum::serve(listener, app).await.unwrap();\n"
    );
    Case::new()
        .replace("src/main.rs", "    axum::serve(listener, app(AppState { db, stripe })).await.unwrap();\n", &main)
        .replace("src/main.rs", "pub fn app(state: AppState) -> Router {\n    Router::new()\n        .route(\"/signup\", post(signup::signup))\n        .route(\"/me\", get(auth::me))\n        .route(\"/checkout\", post(billing::checkout))\n        .with_state(state)\n}\n\n", "")
        .replace("src/main.rs", "use axum::Router;\n", "use axum::Router;\nuse std::sync::Arc;\n")
        .replace("src/auth.rs", "FromRequestParts<AppState>", "FromRequestParts<std::sync::Arc<AppState>>")
        .replace("src/auth.rs", "state: &AppState)", "state: &std::sync::Arc<AppState>)")
        .any_format()
}

#[test]
fn a_state_given_by_its_pointers_own_clone() {
    for state in ["state.clone()", "Arc::clone(&state)", "state"] {
        let planned = served(state).plan();
        module_is_ready(&planned);
        assert!(planned.text("src/cello.rs").contains("Router<Arc<AppState>>"), "{state}");
        assert!(planned.text("src/main.rs").contains(
            ".route(\"/me\", get(auth::me))\n        .merge(crate::cello::routes())\n        .with_state("
        ));
    }
}

#[test]
fn a_state_that_is_given_and_not_known_is_not_none() {
    let planned = served("somewhere()").plan();
    let (status, reason) = planned.state("routes");
    assert_eq!(status, Status::ByHand);
    assert!(reason.contains("state can't be read off"), "{reason}");
}

/// Routes that bring their state each, in a router without one.
fn each(last: &str) -> Case {
    Case::new().replace(
        "src/main.rs",
        "        .route(\"/signup\", post(signup::signup))\n        .route(\"/me\", get(auth::me))\n        .route(\"/checkout\", post(billing::checkout))\n        .with_state(state)\n",
        &format!("        .route(\"/me\", get(auth::me).with_state(state.clone()))\n        .route(\"/signup\", post(signup::signup).with_state({last}))\n"),
    )
}

#[test]
fn routes_that_bring_their_state() {
    let planned = each("state.clone()").plan();
    assert!(
        planned
            .text("src/main.rs")
            .contains("        .merge(crate::cello::routes().with_state(state.clone()))\n")
    );
    assert!(planned.text("src/cello.rs").contains("Router<AppState>"));
    // What the last one takes is gone.
    let moved = each("state").plan();
    assert!(!moved.text("src/main.rs").contains("cello::routes()"), "{:?}", moved.changed("src/main.rs"));
}

#[test]
fn a_short_receiver_keeps_the_layout() {
    let planned = Case::new()
        .replace(
            "src/main.rs",
            "    Router::new()\n        .route(\"/signup\", post(signup::signup))\n",
            "    let app = if cfg!(test) { Router::new().merge(tests()) } else { Router::new() };\n    app.route(\"/signup\", post(signup::signup))\n",
        )
        .any_format()
        .plan();
    assert_eq!(planned.changed("src/main.rs"), ["+mod cello;", "+        .merge(crate::cello::routes())"]);
}

const SHOWN: &str = "impl std::fmt::Display for CurrentUser {\n    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {\n        todo!()\n    }\n}\n\npub struct CurrentUser {";

#[test]
fn what_can_be_shown_is_no_id_by_that() {
    // Two numbers and a name, shown together, are nobody's id.
    let person = Case::new()
        .replace("src/auth.rs", "pub struct CurrentUser {\n    pub id: i64,\n    pub email: String,", SHOWN)
        .file("src/signup.rs", SIGNS_UP)
        .replace("src/auth.rs", "    pub name: String,", "    pub number: i64,\n    pub name: String,")
        .any_format();
    assert_eq!(token(&person).0, Status::ByHand);
    let version = Case::new()
        .replace(
            "src/auth.rs",
            "pub struct CurrentUser {\n    pub id: i64,\n    pub email: String,\n    pub name: String,\n}",
            &SHOWN.replace("pub struct CurrentUser {", "pub enum CurrentUser {\n    One,\n    Two,\n}"),
        )
        .file("src/signup.rs", SIGNS_UP)
        .any_format();
    assert_eq!(token(&version).0, Status::ByHand);
}

/// A header that a middleware writes; only below it does it tell the truth.
#[test]
fn a_header_that_a_middleware_writes_needs_that_middleware() {
    let stamp = "pub async fn stamp(mut request: axum::extract::Request, next: axum::middleware::Next) -> axum::response::Response {\n    request.headers_mut().insert(USER, axum::http::HeaderValue::from_static(\"7\"));\n    next.run(request).await\n}\n\npub const USER: &str = \"x-user\";\n\npub async fn me(";
    let reads = Case::new()
        .replace(
            "src/auth.rs",
            "        crate::users",
            "        let who = parts.headers.get(USER);\n        crate::users",
        )
        .replace("src/auth.rs", "pub async fn me(", stamp)
        .file("src/signup.rs", SIGNS_UP)
        .any_format();
    let on = |route: &str| reads.clone().replace("src/main.rs", ".route(\"/me\", get(auth::me))", route);
    fails(
        &on(
            ".merge(Router::new().route(\"/me\", get(auth::me)).layer(axum::middleware::from_fn(auth::stamp)))",
        ),
        "reads what a layer puts",
    );
    works(&reads.clone().replace(
        "src/main.rs",
        "        .with_state(state)",
        "        .layer(axum::middleware::from_fn(auth::stamp))\n        .with_state(state)",
    ));
    // Headers of answers say nothing of who asks.
    let answer = on(".merge(Router::new().route(\"/me\", get(auth::me)).layer(axum::middleware::from_fn(auth::stamp)))")
        .replace("src/auth.rs", "    request.headers_mut().insert(USER, axum::http::HeaderValue::from_static(\"7\"));\n    next.run(request).await", "    let mut response = next.run(request).await;\n    response.headers_mut().insert(USER, axum::http::HeaderValue::from_static(\"7\"));\n    response");
    works(&answer);
}
