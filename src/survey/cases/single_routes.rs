//! Guards that each route has to itself.

use super::Case;
use super::harness::SIGNS_UP;
use crate::plan::Status;

/// A guard that brings the user.
pub const AUTH: &str = "use axum::extract::{Extension, Request, State};\nuse axum::http::StatusCode;\nuse axum::middleware::Next;\nuse axum::response::Response;\n\nuse crate::AppState;\n\n#[derive(Clone)]\npub struct CurrentUser {\n    pub id: i64,\n    pub email: String,\n    pub name: String,\n}\n\npub async fn guard(\n    State(state): State<AppState>,\n    mut request: Request,\n    next: Next,\n) -> Result<Response, StatusCode> {\n    let session = request.headers().get(\"x-session\").and_then(|id| id.to_str().ok()?.parse().ok());\n    let id = session.ok_or(StatusCode::UNAUTHORIZED)?;\n    tracing::debug!(closed = state.db.is_closed(), \"asked\");\n    request.extensions_mut().insert(CurrentUser { id, email: String::new(), name: String::new() });\n    Ok(next.run(request).await)\n}\n\npub async fn only_admins(request: Request, next: Next) -> Result<Response, StatusCode> {\n    if request.headers().get(\"x-admin\").is_none() {\n        return Err(StatusCode::FORBIDDEN);\n    }\n    Ok(next.run(request).await)\n}\n\npub async fn me(Extension(user): Extension<CurrentUser>) -> String {\n    user.name\n}\n";

/// An application in which this is the route that knows the user.
fn with_route(route: &str) -> Case {
    Case::new()
        .file("src/auth.rs", AUTH)
        .file("src/signup.rs", SIGNS_UP)
        .replace("src/main.rs", "use axum::Router;", "use axum::{middleware, Router};")
        .replace("src/main.rs", "        .route(\"/me\", get(auth::me))\n", route)
}

const ROUTE: &str = "        .route(\n            \"/me\",\n            get(auth::me)\n                .route_layer(middleware::from_fn_with_state(state.clone(), auth::guard)),\n        )\n";

/// What is put into the router for the token.
fn token(case: &Case) -> Vec<String> {
    let planned = case.plan();
    assert_eq!(planned.state("routes").0, Status::Ready, "{}", planned.state("routes").1);
    assert!(planned.text("src/cello.rs").contains("parts.extensions.get::<CurrentUser>()"));
    let lines = planned.changed("src/main.rs").into_iter();
    let start = lines.skip_while(|line| !line.contains("merge("));
    start.take_while(|line| !line.contains("cello::routes()")).collect()
}

/// The user isn't known at any place for a route: the token is for a person.
fn by_hand(case: &Case) {
    let planned = case.plan();
    assert_eq!(planned.state("token").0, Status::ByHand);
    assert!(!planned.text("src/main.rs").contains("token_routes"));
}

#[test]
fn the_token_has_the_same_layer_to_itself() {
    assert_eq!(
        token(&with_route(ROUTE)),
        [
            "+        .merge(",
            "+            crate::cello::token_routes()",
            "+                .route_layer(middleware::from_fn_with_state(state.clone(), auth::guard)),",
            "+        )",
        ]
    );
    let layer =
        ROUTE.replace("route_layer", "layer").replace("from_fn_with_state", "from_fn_with_state::<_, _, ()>");
    assert_eq!(token(&with_route(&layer).any_format()).len(), 6);
    // A name that is long.
    let long = |text: &str| text.replace("guard", "require_somebody_who_is_signed_in");
    let case = with_route(&long(ROUTE)).file("src/auth.rs", &long(AUTH)).any_format();
    assert_eq!(
        token(&case)[..3],
        [
            "+        .merge(",
            "+            crate::cello::token_routes().route_layer(middleware::from_fn_with_state(",
            "+                state.clone(),"
        ]
    );
}

#[test]
fn a_layer_that_is_not_the_whole_way_is_not_taken() {
    let second = ".route_layer(middleware::from_fn(auth::only_admins))\n                .route_layer(";
    // A second layer refuses others; the state is given away; the layer is no plain call, or made in several lines.
    for route in [
        ROUTE.replace(".route_layer(", second),
        ROUTE.replace("state.clone()", "state"),
        ROUTE.replace("middleware::from_fn_with_state(state.clone(), auth::guard)", "around()"),
        ROUTE.replace("auth::guard)", "|state: State<AppState>, request: Request, next: Next| {\n                auth::guard(state, request, next)\n            })"),
    ] {
        by_hand(&with_route(&route).any_format());
    }
    // What stands around the whole group may refuse.
    let group = with_route(ROUTE).any_format().replace(
        "src/main.rs",
        ROUTE,
        &format!("        .nest(\"/admin\", Router::new()\n{ROUTE}        .route_layer(middleware::from_fn(auth::only_admins)))\n"),
    );
    by_hand(&group);
}

#[test]
fn a_layer_that_is_made_once_is_cloned_again() {
    let made = "    let signed_in = middleware::from_fn_with_state(state.clone(), auth::guard);\n    Router::new()\n";
    let route = "        .route(\"/me\", get(auth::me).route_layer(signed_in.clone()))\n";
    let case = with_route(route).replace("src/main.rs", "    Router::new()\n", made).any_format();
    assert_eq!(
        token(&case)[..],
        ["+        .merge(crate::cello::token_routes().route_layer(signed_in.clone()))"]
    );
    // Given away; made anew in between; a name that something else is bound to.
    by_hand(&case.clone().replace("src/main.rs", "signed_in.clone()", "signed_in"));
    let other = "    let signed_in = around(signed_in);\n    Router::new()\n";
    by_hand(&case.clone().replace("src/main.rs", "    Router::new()\n", other));
    by_hand(&case.replace("src/main.rs", "let signed_in =", "let (signed_in, _) ="));
}
