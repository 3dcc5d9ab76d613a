//! Where the routes go, however the router is put together.

use super::{Case, Planned};
use crate::plan::Status;

const FROM: &str = "    Router::new()\n        .route(\"/signup\", post(signup::signup))\n        .route(\"/me\", get(auth::me))\n        .route(\"/checkout\", post(billing::checkout))\n        .with_state(state)\n";
const MERGE: &str = ".merge(crate::cello::routes())";

fn case(router: &str) -> Case {
    Case::new().replace("src/main.rs", FROM, router)
}

fn routes(planned: &Planned) -> Vec<String> {
    let (status, reason) = planned.state("routes");
    assert_eq!(status, Status::Ready, "{reason}");
    let lines = planned.changed("src/main.rs").into_iter().filter(|line| line != "+mod cello;");
    lines.collect()
}

#[track_caller]
fn after(router: &str, line: &str) {
    let planned = case(router).plan();
    assert_eq!(routes(&planned), [format!("+        {MERGE}")]);
    let text = planned.text("src/main.rs");
    assert!(text.contains(&format!("{line}\n        {MERGE}\n")), "{text}");
}

#[track_caller]
fn refused(router: &str, why: &str) {
    let planned = case(router).plan();
    let (status, reason) = planned.state("routes");
    assert_eq!(status, Status::ByHand, "{:?}", planned.changed("src/main.rs"));
    assert!(reason.contains(why), "{reason}");
}

#[test]
fn after_the_last_route_before_the_first_layer() {
    after(FROM, ".route(\"/checkout\", post(billing::checkout))");
    after(
        "    Router::new()\n        .route(\"/signup\", post(signup::signup))\n        .route(\"/me\", get(auth::me)) // who\n        .layer(trace())\n        .with_state(state)\n",
        ".route(\"/me\", get(auth::me)) // who",
    );
    after(
        "    let api = Router::new().route(\"/me\", get(auth::me));\n    Router::new()\n        .route(\"/signup\", post(signup::signup))\n        .nest(\"/api\", api)\n        .fallback(missing)\n        .with_state(state)\n",
        ".nest(\"/api\", api)",
    );
    after(
        "    Router::new()\n        .nest(\"/api\", Router::new().route(\"/me\", get(auth::me)).route(\"/a\", get(auth::me)))\n        .route(\"/signup\", post(signup::signup))\n        .with_state(state)\n",
        ".route(\"/signup\", post(signup::signup))",
    );
}

#[test]
fn outside_of_what_is_guarded() {
    after(
        "    Router::new()\n        .route(\"/me\", get(auth::me))\n        .route_layer(axum::middleware::from_fn(require_login))\n        .route(\"/signup\", post(signup::signup))\n        .with_state(state)\n",
        ".route(\"/signup\", post(signup::signup))",
    );
    after(
        "    Router::new()\n        .route(\"/me\", get(auth::me))\n        .route(\"/signup\", post(signup::signup))\n        .route_layer(axum::middleware::from_fn(require_login))\n        .with_state(state)\n",
        ".route_layer(axum::middleware::from_fn(require_login))",
    );
    // A layer that is a guard by its name covers what comes before it.
    after(
        "    Router::new()\n        .route(\"/me\", get(auth::me))\n        .layer(axum::middleware::from_fn(require_login))\n        .route(\"/signup\", post(signup::signup))\n        .with_state(state)\n",
        ".route(\"/signup\", post(signup::signup))",
    );
    // One that is added later covers all that is there by then.
    for method in ["layer", "route_layer"] {
        let guard = format!("router.{method}(axum::middleware::from_fn(require_login))");
        let planned = case(&format!("    let router = Router::new()\n        .route(\"/me\", get(auth::me))\n        .route(\"/signup\", post(signup::signup));\n    let router = {guard};\n    router.with_state(state)\n"))
            .any_format()
            .plan();
        let text = planned.text("src/main.rs");
        assert!(text.contains(&format!("    let router = {guard}{MERGE};\n")), "{text}");
    }
    refused(
        "    let router = Router::new()\n        .route(\"/me\", get(auth::me))\n        .route(\"/signup\", post(signup::signup))\n        .with_state(state);\n    router.layer(axum::middleware::from_fn(require_login))\n",
        "guard",
    );
}

const TWO: &str = "    Router::new()\n        .route(\"/me\", get(auth::me))\n        .layer(axum::middleware::from_fn(check))\n        .route(\"/signup\", post(signup::signup))\n        .with_state(state)\n}\n\n";

#[test]
fn a_middleware_guards_by_what_it_does() {
    let check = |name: &str, body: &str| {
        TWO.replace("check", name)
            + &format!(
                "async fn {name}(request: axum::extract::Request, next: axum::middleware::Next) -> axum::response::Response {{\n    {body}\n"
            )
    };
    let refusing = "if request.headers().is_empty() {\n        return axum::http::StatusCode::UNAUTHORIZED.into_response();\n    }\n    next.run(request).await";
    after(&check("check", refusing), ".route(\"/signup\", post(signup::signup))");
    // One that an extractor of its own refuses for.
    let asking = check("check", "next.run(request).await")
        .replace("check(request", "check(_: auth::CurrentUser, request");
    after(&asking, ".route(\"/signup\", post(signup::signup))");
    // A limit on the rate, and one that only looks.
    after(&check("auth_rate_limit", refusing), ".route(\"/me\", get(auth::me))");
    after(&check("look_at_login", "next.run(request).await"), ".route(\"/me\", get(auth::me))");
}

#[test]
fn layers_of_another_function() {
    let router = |layers: &str| {
        case(&format!("    layers(routes()).with_state(state)\n}}\n\nfn routes() -> Router<AppState> {{\n    Router::new()\n        .route(\"/me\", get(auth::me))\n        .route(\"/signup\", post(signup::signup))\n}}\n\nfn layers(router: Router<AppState>) -> Router<AppState> {{\n    router{layers}\n"))
            .any_format()
            .plan()
    };
    let planned = router(".layer(trace())");
    assert_eq!(routes(&planned), [format!("+        {MERGE}")]);
    let planned = router(".layer(axum::middleware::from_fn(require_login))");
    let text = planned.text("src/main.rs");
    assert!(
        text.contains(&format!("from_fn(require_login)){MERGE}\n")),
        "{:?}\n{text}",
        planned.state("routes")
    );
}

#[test]
fn routers_of_functions_bound_to_locals() {
    let planned = case("    let pages = pages();\n    let router = Router::new();\n    let router = router.nest(\"/pages\", pages);\n    router.with_state(state)\n}\n\nfn pages() -> Router<AppState> {\n    Router::new()\n        .route(\"/me\", get(auth::me))\n        .route(\"/signup\", post(signup::signup))\n").any_format().plan();
    assert_eq!(routes(&planned)[1], format!("+    let router = Router::new(){MERGE};"));
    let routers = &planned.plan.survey.apps[0].routers;
    assert!(
        routers.iter().any(|router| router.symbol == "pages" && router.prefix == "/pages"),
        "{routers:?}"
    );
}

/// A function that ends with a name, and one that ends with another's call.
#[test]
fn routers_of_functions_that_hand_them_on() {
    let planned = case(
        "    let pages = pages();\n    Router::new()\n        .merge(pages)\n        .with_state(state)\n}\n\nfn pages() -> Router<AppState> {\n    people()\n}\n\nfn people() -> Router<AppState> {\n    let router = Router::new()\n        .route(\"/me\", get(auth::me))\n        .route(\"/signup\", post(signup::signup));\n    router\n",
    )
    .any_format()
    .plan();
    assert_eq!(routes(&planned), [format!("+        {MERGE}")]);
    let routers = &planned.plan.survey.apps[0].routers;
    let tops: Vec<&str> =
        routers.iter().filter(|router| router.rank > 0).map(|router| router.symbol.as_str()).collect();
    assert_eq!(tops, ["app"], "{routers:?}");
}

#[test]
fn a_router_in_several_statements() {
    let planned = case(
        "    let router = Router::new()\n        .route(\"/me\", get(auth::me))\n        .route(\"/signup\", post(signup::signup));\n    let router = router.layer(trace());\n    router.with_state(state)\n",
    )
    .plan();
    let ends = "        .route(\"/signup\", post(signup::signup))";
    assert_eq!(routes(&planned), [format!("-{ends};"), format!("+{ends}"), format!("+        {MERGE};")]);
}

#[test]
fn one_line_tabs_and_carriage_returns_stay() {
    let line = case("    Router::new().route(\"/signup\", post(signup::signup)).with_state(state)\n")
        .any_format()
        .plan();
    assert_eq!(
        routes(&line)[1],
        format!("+    Router::new().route(\"/signup\", post(signup::signup)){MERGE}.with_state(state)")
    );
    let tabs = case(&FROM.replace("    ", "\t")).any_format().plan();
    assert_eq!(routes(&tabs), [format!("+\t\t{MERGE}")]);
    let mut crlf = Case::new();
    for path in ["src/main.rs", "src/auth.rs", "src/users.rs"] {
        crlf = crlf.replace(path, "\n", "\r\n");
    }
    let planned = crlf.any_format().plan();
    assert_eq!(planned.changed("src/main.rs"), ["+mod cello;\r", &format!("+        {MERGE}\r")]);
}

#[test]
fn conditions_and_states_that_are_not_known_are_left_to_a_person() {
    refused(
        "    if cfg!(feature = \"web\") {\n        return Router::new()\n            .route(\"/me\", get(auth::me))\n            .route(\"/signup\", post(signup::signup))\n            .with_state(state);\n    }\n    todo!()\n",
        "condition",
    );
    // Served under a prefix by a call that hides it.
    let planned = case(
        "    let api = Router::new()\n        .route(\"/me\", get(auth::me))\n        .route(\"/signup\", post(signup::signup))\n        .with_state(state);\n    Router::new().nest_service(\"/api\", api)\n",
    )
    .plan();
    let text = planned.text("src/main.rs");
    assert!(!text.contains(&format!("post(signup::signup))\n        {MERGE}")), "{text}");
}

#[test]
fn sub_routers_that_bring_their_state() {
    let planned = case(
        "    Router::new()\n        .merge(pages(state.clone()))\n        .merge(pages(state.clone()))\n}\n\nfn pages(state: AppState) -> Router {\n    Router::new()\n        .route(\"/me\", get(auth::me))\n        .route(\"/signup\", post(signup::signup))\n        .with_state(state)\n",
    )
    .plan();
    assert_eq!(routes(&planned), ["+        .merge(crate::cello::routes().with_state(state.clone()))"]);
}

#[test]
fn a_program_whose_library_has_the_code() {
    let main = "use shop::AppState;\n\n#[tokio::main]\nasync fn main() {\n    let url = std::env::var(\"DATABASE_URL\").unwrap();\n    let db = sqlx::SqlitePool::connect(&url).await.unwrap();\n    let app = axum::Router::new()\n        .route(\"/me\", axum::routing::get(shop::auth::me))\n        .route(\"/signup\", axum::routing::post(shop::signup::signup))\n        .with_state(AppState { db });\n    let listener = tokio::net::TcpListener::bind(\"127.0.0.1:3000\").await.unwrap();\n    axum::serve(listener, app).await.unwrap();\n}\n";
    let planned = Case::new()
        .file("src/main.rs", main)
        .file(
            "src/lib.rs",
            "pub mod auth;\npub mod signup;\npub mod users;\n\n#[derive(Clone)]\npub struct AppState {\n    pub db: sqlx::SqlitePool,\n}\n",
        )
        .plan();
    assert_eq!(planned.changed("src/lib.rs"), ["+pub mod cello;"]);
    assert_eq!(routes(&planned), ["+        .merge(shop::cello::routes())"]);
}

#[test]
fn routers_of_tests_count_for_nothing() {
    let tests = "\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    fn app() -> Router {\n        Router::new()\n            .route(\"/a\", get(auth::me))\n            .route(\"/b\", get(auth::me))\n            .route(\"/c\", get(auth::me))\n            .route(\"/d\", get(auth::me))\n    }\n}\n";
    let main = Case::new();
    let text = main.text("src/main.rs").to_string() + tests;
    let planned = main.file("src/main.rs", &text).plan();
    assert_eq!(routes(&planned), [format!("+        {MERGE}")]);
}

#[test]
fn under_another_of_its_paths() {
    let case = Case::new().replace(
        "src/main.rs",
        "use axum::routing::{get, post};\nuse axum::Router;\n",
        "use axum::routing::{get, post, Router};\n",
    );
    let planned = case.plan();
    assert_eq!(routes(&planned), [format!("+        {MERGE}")]);
}
