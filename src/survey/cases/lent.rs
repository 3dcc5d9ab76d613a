//! Guards that get the token's route to themselves, as no group below them can take it.

use super::Case;
use super::harness::SIGNS_UP;
use super::single_routes::AUTH;
use crate::plan::Status;

const LIMIT: &str = "\npub async fn rate_limit(request: Request, next: Next) -> Result<Response, StatusCode> {\n    if request.headers().len() > 100 {\n        return Err(StatusCode::TOO_MANY_REQUESTS);\n    }\n    Ok(next.run(request).await)\n}\n";

const GROUP: &str = "        .nest(\"/members\", Router::new()\n            .route(\"/me\", get(auth::me))\n            .layer(middleware::from_fn(auth::rate_limit))\n            .layer(middleware::from_fn_with_state(state.clone(), auth::guard)))\n";

/// An application whose only group of routes behind the guard is limited as well.
fn limited() -> Case {
    Case::new()
        .file("src/auth.rs", &format!("{AUTH}{LIMIT}"))
        .file("src/signup.rs", SIGNS_UP)
        .replace("src/main.rs", "use axum::Router;", "use axum::{middleware, Router};")
        .replace("src/main.rs", "        .route(\"/me\", get(auth::me))\n", GROUP)
        .any_format()
}

/// What the token's route is merged with, on one line; nothing if that is for a person.
fn lent(case: &Case) -> Option<String> {
    let planned = case.plan();
    let lines = planned.changed("src/main.rs");
    let Some(start) = lines.iter().position(|line| line.contains("token_routes")) else {
        assert!(planned.plan.steps.iter().any(|step| {
            ["token", "routes"].contains(&step.id.as_str()) && step.status == Status::ByHand
        }));
        return None;
    };
    let to_the_end = lines[start..].iter().map(|line| line.trim_start_matches('+').trim());
    let taken: Vec<&str> = to_the_end.take_while(|line| !line.is_empty()).collect();
    assert_eq!(planned.state("routes").0, Status::Ready);
    Some(taken.concat())
}

#[test]
fn a_group_with_a_limit_is_passed_by() {
    let call = lent(&limited()).unwrap();
    assert!(call.starts_with("crate::cello::token_routes()"), "{call}");
    assert!(call.contains("middleware::from_fn_with_state(state.clone(), auth::guard)"), "{call}");
    assert!(limited().plan().text("src/cello.rs").contains("\"/api/cello/token\""));
    // The same around the whole application limits this route as it does all others.
    let whole = limited().replace(
        "src/main.rs",
        "        .with_state(state)\n",
        "        .layer(middleware::from_fn(auth::rate_limit))\n        .with_state(state)\n",
    );
    assert!(lent(&whole).is_some());
}

#[test]
fn elsewhere_the_guard_goes_by_its_whole_path() {
    let members = "use axum::routing::get;\nuse axum::{middleware, Router};\n\nuse crate::auth::{self, guard};\nuse crate::AppState;\n\npub fn routes(app: AppState) -> Router<AppState> {\n    Router::new()\n        .route(\"/me\", get(auth::me))\n        .layer(middleware::from_fn(auth::rate_limit))\n        .layer(middleware::from_fn_with_state(app, guard))\n}\n";
    let case = limited()
        .file("src/members.rs", members)
        .replace("src/main.rs", "mod users;", "mod members;\nmod users;")
        .replace("src/main.rs", GROUP, "        .nest(\"/members\", members::routes(state.clone()))\n");
    let call = lent(&case).unwrap();
    assert!(
        call.contains("axum::middleware::from_fn_with_state(state.clone(), crate::auth::guard)")
            || call.contains("axum::middleware::from_fn_with_state(state.clone(),crate::auth::guard"),
        "{call}"
    );
    // A state of another type than the router's.
    let other = case.replace("src/auth.rs", "State(state): State<AppState>,", "State(_): State<String>,");
    assert_eq!(lent(&other.replace("src/auth.rs", "closed = state.db.is_closed(), ", "")), None);
}

#[test]
fn a_group_that_holds_little_is_passed_by() {
    let other = format!(
        "{GROUP}        .nest(\"/ping\", Router::new()\n            .route(\"/here\", get(auth::me))\n            .layer(middleware::from_fn_with_state(state.clone(), auth::guard)))\n"
    );
    let two = GROUP.replace(".route(", ".route(\"/you\", get(auth::me))\n            .route(");
    let case = limited().replace("src/main.rs", GROUP, &other);
    assert!(lent(&case).unwrap().starts_with(".merge(crate::cello::token_routes())"));
    let case = case.replace("src/main.rs", GROUP, &two);
    assert!(lent(&case).unwrap().contains("auth::guard"));
}

#[test]
fn a_guard_that_may_not_be_enough_is_not_lent() {
    // Nowhere without another gate that asks who people are.
    assert_eq!(lent(&limited().replace("src/main.rs", "auth::rate_limit", "auth::only_admins")), None);
    // Around the whole application stands something that may refuse.
    let whole = limited().replace(
        "src/main.rs",
        "        .with_state(state)\n",
        "        .layer(middleware::from_fn(auth::only_admins))\n        .with_state(state)\n",
    );
    assert_eq!(lent(&whole), None);
    // It needs what another layer brings.
    let extension = "    Extension(limits): Extension<std::sync::Arc<String>>,\n    mut request: Request,";
    let needs = limited().replace("src/auth.rs", "    mut request: Request,", extension);
    assert_eq!(lent(&needs), None);
    let looks = "    let limits = request.extensions().get::<String>().cloned();\n    let session";
    assert_eq!(lent(&limited().replace("src/auth.rs", "    let session", looks)), None);
}

#[test]
fn an_extractor_that_takes_the_user_out_of_the_request_goes_below_its_guard() {
    let extractor = "\nimpl<S: Send + Sync> axum::extract::FromRequestParts<S> for CurrentUser {\n    type Rejection = StatusCode;\n\n    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, StatusCode> {\n        let found = parts.extensions.get::<CurrentUser>().cloned();\n        found.ok_or(StatusCode::UNAUTHORIZED)\n    }\n}\n";
    let case = limited()
        .file("src/auth.rs", &format!("{AUTH}{LIMIT}{extractor}"))
        .replace("src/auth.rs", "Extension(user): Extension<CurrentUser>", "user: CurrentUser")
        .replace("src/main.rs", "            .layer(middleware::from_fn(auth::rate_limit))\n", "");
    assert!(lent(&case).unwrap().starts_with(".merge(crate::cello::token_routes())"));
    assert!(case.plan().text("src/cello.rs").contains("parts.extensions.get::<CurrentUser>()"));
    // It looks at something else as well.
    let more = "        let other = parts.extensions.get::<String>().cloned();\n        let found";
    assert_eq!(lent(&case.clone().replace("src/auth.rs", "        let found", more)), None);
    // A limit in front of its group.
    let group = case.replace(
        "src/main.rs",
        "            .layer(middleware::from_fn_with_state",
        "            .layer(middleware::from_fn(auth::rate_limit))\n            .layer(middleware::from_fn_with_state",
    );
    assert!(lent(&group).unwrap().contains("auth::guard"));
}
