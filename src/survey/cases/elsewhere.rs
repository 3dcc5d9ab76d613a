//! Servers and users of other frameworks: named with their place, and never edited.

use super::harness::SIGNS_UP;
use super::{Case, Planned};
use crate::plan::Status;

/// An application of another framework with this `main`.
fn made_with(dependency: &str, main: &str) -> Planned {
    Case::new()
        .replace("Cargo.toml", "axum = \"0.8\"", dependency)
        .file("src/main.rs", &format!("mod users;\n\n{main}"))
        .file("src/auth.rs", "")
        .any_format()
        .plan()
}

#[track_caller]
fn is_named(planned: &Planned, framework: &str, line: usize, text: &str) {
    let step = planned.plan.steps.iter().find(|step| step.id == "routes").unwrap();
    assert_eq!(step.status, Status::ByHand);
    assert!(step.reason.contains(&format!("made with {framework}")), "{}", step.reason);
    assert!(step.reason.contains(&format!("src/main.rs:{line}")), "{}", step.reason);
    let sheet = &step.by_hand[0];
    assert_eq!((sheet.place.as_ref().unwrap().line, sheet.text.as_str()), (line, text));
    let router = &planned.plan.survey.apps[0].routers[0];
    assert_eq!((router.rank, router.at.line), (1, line));
}

#[test]
fn servers_are_found_where_they_are_put_together() {
    let main =
        "#[rocket::launch]\nfn rocket() -> _ {\n    rocket::build().mount(\"/\", rocket::routes![home])\n}\n";
    is_named(
        &made_with("rocket = \"0.5\"", main),
        "Rocket",
        5,
        ".mount(\"/api/cello\", rocket::routes![cello::token, cello::client_js])",
    );
    let main = "use poem::Route;\n\nfn app() -> Route {\n    Route::new().at(\"/\", home)\n}\n";
    is_named(&made_with("poem = \"3\"", main), "Poem", 6, ".nest(\"/api/cello\", cello::routes())");
    let main = "async fn main() {\n    warp::serve(routes()).run(([0, 0, 0, 0], 80)).await;\n}\n";
    is_named(&made_with("warp = \"0.3\"", main), "Warp", 4, "routes.or(cello::routes())");
    let main =
        "use salvo::prelude::*;\n\nasync fn main() {\n    let router = salvo::Router::new().get(home);\n}\n";
    is_named(
        &made_with("salvo = \"0.76\"", main),
        "Salvo",
        6,
        ".push(Router::with_path(\"api/cello\").push(cello::router()))",
    );
    let main = "use loco_rs::controller::AppRoutes;\n\nfn routes() -> AppRoutes {\n    AppRoutes::with_default_routes()\n}\n";
    is_named(&made_with("loco-rs = \"0.16\"", main), "Loco", 6, ".add_route(controllers::cello::routes())");
}

#[test]
fn look_alikes_are_no_servers() {
    let main = "mod rocket {\n    pub fn build() {}\n}\n\nfn main() {\n    crate::rocket::build();\n}\n";
    let planned = made_with("rocket = \"0.5\"", main);
    assert!(planned.plan.survey.apps[0].routers.is_empty());
    assert!(!planned.state("routes").1.contains("Rocket"));
}

/// The application with this in place of its extractor.
fn known_by(dependency: &str, auth: &str) -> Planned {
    Case::new()
        .replace("Cargo.toml", "hmac = ", &format!("{dependency}\nhmac = "))
        .file("src/auth.rs", auth)
        .file("src/signup.rs", SIGNS_UP)
        .any_format()
        .plan()
}

#[track_caller]
fn is_for_a_person(planned: &Planned, kind: &str, text: &str) {
    let step = planned.plan.steps.iter().find(|step| step.id == "token").unwrap();
    assert_eq!(step.status, Status::ByHand);
    let identity = planned.plan.survey.apps[0].identity.iter().find(|one| one.kind == kind).unwrap();
    assert!(step.evidence.iter().any(|one| one.at == identity.at));
    assert!(step.by_hand[0].text.contains(text), "{}", step.by_hand[0].text);
    assert!(step.reason.contains(&identity.reason), "{}", step.reason);
}

#[test]
fn users_of_other_libraries_are_told_with_their_place() {
    let user = "pub struct Member {\n    pub id: i64,\n    pub email: String,\n}\n\npub async fn me() {}\n\n";
    let planned = known_by(
        "axum_session_auth = \"0.16\"",
        &format!(
            "{user}impl axum_session_auth::Authentication<Member, i64, sqlx::SqlitePool> for Member {{}}\n"
        ),
    );
    is_for_a_person(&planned, "axum-session-auth", "the id: session.current_user?.id");
    let planned = known_by(
        "loco-rs = \"0.16\"",
        "use loco_rs::controller::extractor::auth;\n\npub async fn me(auth: auth::JWT) {}\n",
    );
    is_for_a_person(&planned, "loco-jwt", "the id: auth.claims.pid");
    let planned = known_by(
        "leptos = \"0.8\"",
        &format!("{user}pub fn current() -> Option<Member> {{\n    leptos::use_context::<Member>()\n}}\n"),
    );
    is_for_a_person(&planned, "use-context", "the id: user.id");
}

#[test]
fn what_only_refuses_is_named() {
    let auth = "pub async fn me() {}\n\npub async fn need(request: axum::extract::Request, next: axum::middleware::Next) -> axum::response::Response {\n    next.run(request).await\n}\n\nimpl async_graphql::Guard for Owner {}\n\nimpl axum_login::AuthnBackend for Backend {}\n\npub struct Owner {}\npub struct Backend {}\n";
    let planned = known_by("async-graphql = \"7\"\naxum-login = \"0.18\"", auth);
    let identities = &planned.plan.survey.apps[0].identity;
    let kinds: Vec<&str> = identities.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(kinds, ["guard-only", "graphql-context", "axum-login"]);
    assert!(identities.iter().all(|one| one.rank == 0 && !one.reason.is_empty()));
}
