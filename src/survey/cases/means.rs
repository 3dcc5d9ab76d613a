//! Users that are no extractor of the application's own: axum-login's session, functions called in handlers.

use super::{Case, Planned};
use crate::plan::Status;

const LOGIN: &str = "use axum_login::{AuthUser, AuthnBackend};\n\n#[derive(Clone, Debug)]\npub struct Account {\n    id: i64,\n    pub email: String,\n    pub name: Option<String>,\n    hash: Vec<u8>,\n}\n\nimpl AuthUser for Account {\n    type Id = i64;\n\n    fn id(&self) -> Self::Id {\n        self.id\n    }\n\n    fn session_auth_hash(&self) -> &[u8] {\n        &self.hash\n    }\n}\n\n#[derive(Clone)]\npub struct Backend {}\n\nimpl AuthnBackend for Backend {\n    type User = Account;\n    type Credentials = ();\n    type Error = std::io::Error;\n}\n\n";
const ALIAS: &str = "pub type AuthSession = axum_login::AuthSession<Backend>;\n\npub async fn me(session: AuthSession) -> String {\n    todo!()\n}\n";
const USERS: &str = "pub struct User {\n    pub id: i64,\n    pub email: String,\n}\n\npub async fn create(db: &sqlx::SqlitePool) -> sqlx::Result<User> {\n    todo!()\n}\n";
const STATE: &str = "        .with_state(state)\n";

fn step<'p>(planned: &'p Planned, id: &str) -> (Status, &'p str) {
    let step = planned.plan.steps.iter().find(|step| step.id == id).unwrap();
    (step.status, &step.reason)
}

#[track_caller]
fn says(planned: &Planned, lines: &[&str]) {
    let (status, reason) = step(planned, "module");
    assert_eq!(status, Status::Ready, "{reason}");
    let text = planned.text("src/cello.rs");
    for line in lines {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[track_caller]
fn refused(planned: &Planned, why: &str) {
    // Where nothing but the token is to be planned, there is no module without it.
    let handed = planned.ids().contains(&"token");
    let (status, reason) = step(planned, if handed { "token" } else { "module" });
    assert_eq!(status, Status::ByHand);
    assert!(reason.contains(why), "{reason}");
}

/// The application with axum-login, this module and this around its router.
fn login(auth: &str, router: &str) -> Planned {
    Case::new()
        .replace("Cargo.toml", "hmac = ", "axum-login = \"0.18\"\nhmac = ")
        .file("src/auth.rs", auth)
        .file("src/users.rs", USERS)
        .replace("src/main.rs", STATE, router)
        .any_format()
        .plan()
}

const AROUND: &str = "        .layer(axum_login::AuthManagerLayerBuilder::new(backend(), sessions()).build())\n        .with_state(state)\n";

#[test]
fn the_session_of_axum_login() {
    let planned = login(&format!("{LOGIN}{ALIAS}"), AROUND);
    says(
        &planned,
        &[
            "use axum_login::AuthUser;\n",
            "use crate::auth::AuthSession;\n",
            "    let session = AuthSession::from_request_parts(parts, state).await;\n    let user = session.ok()?.user?;\n",
            "        id: user.id().to_string(),\n        email: user.email,\n        name: user.name.unwrap_or_default(),\n",
        ],
    );
    let text = planned.text("src/main.rs");
    assert!(text.contains(".merge(crate::cello::routes())\n        .layer(axum_login::"), "{text}");
    let identity = planned.plan.survey.apps[0].identity.iter().find(|one| one.rank == 1).unwrap();
    assert_eq!(
        (identity.kind.as_str(), identity.id_type.as_str(), identity.optional),
        ("axum-login", "i64", true)
    );
    assert!(
        identity.at.text.starts_with("pub type AuthSession")
            || identity.at.text.starts_with("type AuthSession")
    );
}

#[test]
fn without_an_alias_the_backend_is_named() {
    let me = "pub async fn me(session: axum_login::AuthSession<Backend>) -> String {\n    todo!()\n}\n";
    let planned = login(&format!("{LOGIN}{me}"), AROUND);
    says(
        &planned,
        &[
            "use axum_login::AuthSession;\n",
            "use crate::auth::Backend;\n",
            "    let session = AuthSession::<Backend>::from_request_parts(parts, state).await;\n",
        ],
    );
}

#[test]
fn behind_a_guard_that_redirects_the_route_goes_after_it() {
    let planned = login(
        &format!("{LOGIN}{ALIAS}"),
        "        .route_layer(axum_login::login_required!(Backend, login_url = \"/login\"))\n        .layer(axum_login::AuthManagerLayerBuilder::new(backend(), sessions()).build())\n        .with_state(state)\n",
    );
    let text = planned.text("src/main.rs");
    assert!(text.contains("\"/login\"))\n        .merge(crate::cello::routes())\n        .layer("), "{text}");
}

#[test]
fn a_session_that_is_not_there_for_new_routes() {
    let text = format!("{LOGIN}{ALIAS}");
    let planned = Case::new()
        .replace("Cargo.toml", "hmac = ", "axum-login = \"0.18\"\nhmac = ")
        .file("src/auth.rs", &text)
        .file("src/users.rs", USERS)
        .replace(
            "src/main.rs",
            "    Router::new()\n        .route(\"/signup\", post(signup::signup))\n        .route(\"/me\", get(auth::me))\n",
            "    let members = Router::new().route(\"/me\", get(auth::me)).layer(axum_login::AuthManagerLayerBuilder::new(backend(), sessions()).build());\n    Router::new()\n        .route(\"/signup\", post(signup::signup))\n        .merge(members)\n",
        )
        .any_format()
        .plan();
    refused(&planned, "it can't be told that this layer covers new routes");
}

/// The application whose handlers call this function.
fn helper(signature: &str, call: &str) -> Planned {
    let users = format!(
        "{USERS}\npub struct Visitor {{\n    pub user_id: i64,\n    pub email: String,\n}}\n\n{signature} {{\n    todo!()\n}}\n"
    );
    Case::new()
        .file("src/users.rs", &users)
        .file(
            "src/auth.rs",
            &format!("use axum::http::HeaderMap;\nuse axum::extract::State;\nuse crate::AppState;\n\npub async fn me(State(state): State<AppState>, headers: HeaderMap) -> String {{\n    let user = {call};\n    todo!()\n}}\n"),
        )
        .any_format()
        .plan()
}

#[test]
fn a_function_that_handlers_call() {
    let planned = helper(
        "pub async fn visitor(headers: &axum::http::HeaderMap, db: &sqlx::SqlitePool) -> Option<Visitor>",
        "crate::users::visitor(&headers, &state.db).await",
    );
    says(
        &planned,
        &[
            "use crate::users;\n",
            "    let user = users::visitor(&parts.headers, &state.db).await;\n    let user = user?;\n",
            "        id: user.user_id.to_string(),\n        email: user.email,\n",
        ],
    );
    let planned = helper(
        "pub async fn visitor(state: &crate::AppState, headers: axum::http::HeaderMap) -> Result<Option<Visitor>, String>",
        "crate::users::visitor(&state, headers).await",
    );
    says(&planned, &["users::visitor(state, parts.headers.clone()).await;\n    let user = user.ok()??;\n"]);
    let planned = helper(
        "pub fn visitor(headers: &axum::http::HeaderMap) -> Result<Visitor, String>",
        "crate::users::visitor(&headers)",
    );
    says(
        &planned,
        &[
            "    let user = users::visitor(&parts.headers);\n    let user = user.ok()?;\n",
            "_state: &AppState",
        ],
    );
}

#[test]
fn functions_that_do_not_serve() {
    let named = |name: &str, rest: &str| {
        helper(
            &format!("pub async fn {name}(headers: &axum::http::HeaderMap{rest}) -> Option<Visitor>"),
            &format!("crate::users::{name}(&headers).await"),
        )
    };
    refused(&named("visitor", ", name: &str"), "takes `&str`");
    refused(&named("create_visitor", ""), "signing in");
    refused(&named("admin_visitor", ""), "administrators only");
    // No handler calls it.
    let planned = helper("pub async fn visitor(headers: &axum::http::HeaderMap) -> Option<Visitor>", "()");
    refused(&planned, "no extractor tells who is signed in");
    let helper = planned.plan.survey.apps[0].identity.iter().find(|one| one.kind == "helper").unwrap();
    assert_eq!((helper.rank, helper.reason.as_str()), (0, "no handler calls it"));
}
