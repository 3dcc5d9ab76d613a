//! Routers that are served, in all the ways there are, and those that are not.

use super::{Case, Planned};
use crate::plan::Status;

const SERVED: &str = "    axum::serve(listener, app(AppState { db, stripe })).await.unwrap();\n";
const MERGE: &str = "+        .merge(crate::cello::routes())";

/// The application with this in place of its server.
fn main(end: &str) -> Planned {
    Case::new()
        .replace("Cargo.toml", "hmac = ", "lambda_http = \"0.13\"\nhmac = ")
        .replace("src/main.rs", SERVED, end)
        .any_format()
        .plan()
}

#[track_caller]
fn served(planned: &Planned) {
    let (status, reason) = planned.state("routes");
    assert_eq!(status, Status::Ready, "{reason}");
    let changed = planned.changed("src/main.rs");
    assert!(changed.contains(&MERGE.to_string()), "{changed:?}");
}

#[track_caller]
fn unserved(planned: &Planned) {
    let (status, reason) = planned.state("routes");
    assert_eq!(status, Status::ByHand, "{:?}", planned.changed("src/main.rs"));
    assert!(reason.contains("Nothing serves the router in `app`"), "{reason}");
    let router = planned.plan.survey.apps[0].routers.iter().find(|router| router.symbol == "app").unwrap();
    assert_eq!((router.rank, router.reason.as_str()), (0, "nothing serves it"));
}

#[test]
fn by_whatever_server() {
    for server in [
        "    axum::serve(listener, app(AppState { db, stripe }).into_make_service()).await.unwrap();\n",
        "    let app = app(AppState { db, stripe });\n    axum::serve(listener, app).await.unwrap();\n",
        "    axum_server::bind(address).serve(app(AppState { db, stripe }).into_make_service()).await.unwrap();\n",
        "    let service = app(AppState { db, stripe }).into_make_service_with_connect_info::<SocketAddr>();\n    run_it(service);\n",
        "    lambda_http::run(app(AppState { db, stripe })).await.unwrap();\n",
        "    tokio::spawn(async move { axum::serve(listener, app(AppState { db, stripe })).await });\n",
        "    tokio::select! {\n        result = axum::serve(listener, app(AppState { db, stripe })) => result.unwrap(),\n        _ = stop() => {}\n    }\n",
        "    let app = app(AppState { db, stripe });\n    tokio::select! { _ = axum::serve(listener, app) => {}, _ = stop() => {} }\n",
    ] {
        served(&main(server));
    }
    let brought = Case::new()
        .replace("src/main.rs", "use axum::Router;", "use axum::{serve, Router};")
        .replace("src/main.rs", "axum::serve(", "serve(");
    served(&brought.plan());
}

/// axum 0.6 has a server of its own; before it there was no state.
#[test]
fn by_the_versions_that_are_known() {
    let with = |version: &str| {
        Case::new()
            .replace("Cargo.toml", "axum = \"0.8\"", &format!("axum = \"{version}\""))
            .replace("src/main.rs", SERVED, "    axum::Server::bind(&address).serve(app(AppState { db, stripe }).into_make_service()).await.unwrap();\n")
            .any_format()
            .plan()
    };
    served(&with("0.6"));
    let old = with("0.5");
    assert_eq!(old.state("module").0, Status::ByHand);
    assert!(old.state("module").1.contains("only 0.6 to 0.8"), "{}", old.state("module").1);
    // Customers made at sign-up: the middleware is generic over the body there.
    let at_signup = |version: &str| {
        let billed = Case::new().replace("Cargo.toml", "axum = \"0.8\"", &format!("axum = \"{version}\""));
        let sign_up = super::harness::SIGNS_UP.replace("    Ok(())\n", "    let mut params = stripe::CreateCustomer::new();\n    params.email = Some(&user.email);\n    let _ = stripe::Customer::create(&state.stripe, params).await;\n    Ok(())\n");
        let planned = billed.file("src/signup.rs", &sign_up).any_format().plan();
        planned.text("src/cello.rs").to_string()
    };
    assert!(at_signup("0.6").contains("remember_code<B>(request: Request<B>, next: Next<B>)"));
    assert!(at_signup("0.7").contains("remember_code(request: Request, next: Next)"));
}

#[test]
fn through_other_functions() {
    served(&main(
        "    run(listener, AppState { db, stripe }).await;\n}\n\nasync fn run(listener: Listener, state: AppState) {\n    axum::serve(listener, app(state)).await.unwrap();\n",
    ));
    served(&main(
        "    let app = app(AppState { db, stripe });\n    serve_it(listener, app).await;\n}\n\nasync fn serve_it(listener: Listener, app: Router) {\n    axum::serve(listener, app).await.unwrap();\n",
    ));
    served(&main(
        "    Server::new(AppState { db, stripe }).serve().await;\n}\n\nstruct Server {\n    router: Router,\n}\n\nimpl Server {\n    fn new(state: AppState) -> Self {\n        Self { router: app(state) }\n    }\n\n    async fn serve(self) {\n        axum::serve(listener(), self.router).await.unwrap();\n    }\n",
    ));
}

#[test]
fn by_whoever_calls_from_outside() {
    let shuttle = |ending: &str| {
        Case::new()
            .replace(
                "src/main.rs",
                "#[tokio::main]\nasync fn main() {",
                "#[shuttle_runtime::main]\nasync fn main() -> shuttle_axum::ShuttleAxum {",
            )
            .replace("src/main.rs", SERVED, ending)
            .any_format()
            .plan()
    };
    served(&shuttle("    Ok(app(AppState { db, stripe }).into())\n"));
    unserved(&shuttle("    Ok(Router::new().into())\n"));
}

#[test]
fn what_nothing_serves_is_no_place() {
    unserved(&main(""));
    unserved(&main(
        "    axum::serve(listener, Router::new().route(\"/health\", get(health))).await.unwrap();\n",
    ));
    // A method of their own by that name.
    unserved(&main(
        "    Desk {}.serve(app(AppState { db, stripe }));\n}\n\nstruct Desk {}\n\nimpl Desk {\n    fn serve(&self, dish: Router) {}\n",
    ));
    // Called by another function that nothing calls.
    unserved(&main("}\n\nfn forgotten(state: AppState) -> Router {\n    app(state)\n"));
}

#[test]
fn a_test_serves_nobody() {
    unserved(&main(
        "}\n\n#[cfg(test)]\nmod tests {\n    #[tokio::test]\n    async fn answers() {\n        axum::serve(listener(), super::app(state())).await.unwrap();\n    }\n",
    ));
}

#[test]
fn a_second_service_without_users() {
    let planned = main(
        "    let metrics = Router::new()\n        .route(\"/a\", get(health))\n        .route(\"/b\", get(health))\n        .route(\"/c\", get(health))\n        .route(\"/d\", get(health));\n    tokio::spawn(async move { axum::serve(other, metrics).await });\n    axum::serve(listener, app(AppState { db, stripe })).await.unwrap();\n",
    );
    served(&planned);
}

#[test]
fn two_programs_for_users() {
    let other = "use axum::extract::FromRequestParts;\nuse axum::http::request::Parts;\nuse axum::routing::get;\nuse axum::Router;\n\npub struct Caller {\n    pub user_id: i64,\n}\n\nimpl<S> FromRequestParts<S> for Caller {\n    type Rejection = ();\n\n    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ()> {\n        todo!()\n    }\n}\n\nasync fn mine(caller: Caller) {}\n\n#[tokio::main]\nasync fn main() {\n    let app = Router::new().route(\"/mine\", get(mine));\n    axum::serve(listener(), app).await.unwrap();\n}\n";
    let planned = Case::new().file("src/bin/second.rs", other).plan();
    let (status, reason) = planned.state("routes");
    assert_eq!(status, Status::ByHand);
    assert!(reason.contains("`app` and `main`"), "{reason}");
}
