//! Applications whose people and payments lie in a library of the workspace that knows nothing of the web.

use super::Case;
use crate::plan::Status;

const WORKSPACE: &str = "[workspace]\nmembers = [\"api\", \"domain\"]\nresolver = \"2\"\n";

const DOMAIN: &str = r#"[package]
name = "shop-domain"
version = "0.1.0"
edition = "2021"

[dependencies]
async-stripe = { version = "0.41", features = ["runtime-tokio-hyper"] }
sqlx = { version = "0.8", features = ["sqlite", "runtime-tokio"] }
"#;

const PEOPLE: &str = r#"use sqlx::SqlitePool;

pub struct User {
    pub id: i64,
    pub email: String,
}

pub async fn register(db: &SqlitePool, email: &str, password_hash: &str) -> sqlx::Result<User> {
    let sql = "INSERT INTO users (email, password_hash) VALUES ($1, $2) RETURNING *";
    sqlx::query_as::<_, User>(sql).bind(email).bind(password_hash).fetch_one(db).await
}

pub async fn find_by_id(db: &SqlitePool, id: i64) -> sqlx::Result<Option<User>> {
    sqlx::query_as::<_, User>("SELECT * FROM users WHERE id = $1").bind(id).fetch_optional(db).await
}
"#;

const PAY: &str = r#"pub async fn customer(client: &stripe::Client, email: &str) -> Result<stripe::Customer, stripe::StripeError> {
    let params = stripe::CreateCustomer {
        email: Some(email),
        ..Default::default()
    };
    stripe::Customer::create(client, params).await
}
"#;

/// The shop in two packages: `users` and what makes Customers lie in `domain`.
fn case() -> Case {
    let whole = Case::new();
    let manifest = whole
        .text("Cargo.toml")
        .replace("[dependencies]\n", "[dependencies]\nshop-domain = { path = \"../domain\" }\n");
    let moved = |path: &str| whole.text(path).to_string();
    let main = moved("src/main.rs").replace("mod users;\n", "");
    let auth = moved("src/auth.rs").replace("crate::users::of_session", "of_session")
        + "\nasync fn of_session(db: &sqlx::SqlitePool, headers: &axum::http::HeaderMap) -> Option<CurrentUser> {\n    todo!()\n}\n";
    let signup = "use axum::extract::State;\nuse axum::http::StatusCode;\nuse axum::Json;\n\nuse crate::AppState;\n\n\
        #[derive(serde::Deserialize)]\npub struct NewUser {\n    pub email: String,\n    pub password_hash: String,\n}\n\n\
        pub async fn signup(\n    State(state): State<AppState>,\n    Json(new): Json<NewUser>,\n) -> Result<(), StatusCode> {\n    \
        let user = shop_domain::people::register(&state.db, &new.email, &new.password_hash)\n        .await\n        \
        .map_err(|_| StatusCode::CONFLICT)?;\n    tracing::info!(user.id, \"new\");\n    Ok(())\n}\n";
    let billing = "use axum::extract::State;\n\nuse crate::auth::CurrentUser;\nuse crate::AppState;\n\n\
        pub async fn checkout(user: CurrentUser, State(state): State<AppState>) -> Result<(), anyhow::Error> {\n    \
        let customer = shop_domain::pay::customer(&state.stripe, &user.email).await?;\n    \
        tracing::info!(user.id, %customer.id, \"customer\");\n    Ok(())\n}\n";
    let mut case = whole.clone();
    for path in [
        "src/main.rs",
        "src/auth.rs",
        "src/users.rs",
        "src/signup.rs",
        "src/billing.rs",
        "migrations/0001_users.sql",
    ] {
        case = case.without(path);
    }
    case.file("Cargo.toml", WORKSPACE)
        .file("api/Cargo.toml", &manifest)
        .file("api/src/main.rs", &main)
        .file("api/src/auth.rs", &auth)
        .file("api/src/signup.rs", signup)
        .file("api/src/billing.rs", billing)
        .file("api/migrations/0001_users.sql", whole.text("migrations/0001_users.sql"))
        .file("domain/Cargo.toml", DOMAIN)
        .file("domain/src/lib.rs", "pub mod pay;\npub mod people;\n")
        .file("domain/src/people.rs", PEOPLE)
        .file("domain/src/pay.rs", PAY)
}

#[test]
fn sign_ups_and_customers_of_a_library_are_the_programs() {
    let planned = case().plan();
    assert_eq!(
        planned.changed("api/src/signup.rs"),
        ["+    crate::cello::signed_up(&state.db, user.id).await;"]
    );
    assert_eq!(
        planned.changed("api/src/billing.rs"),
        [
            "-    let customer = shop_domain::pay::customer(&state.stripe, &user.email).await?;",
            "+    let metadata = crate::cello::customer_metadata(&state.db, user.id).await;",
            "+    let customer = shop_domain::pay::customer(&state.stripe, &user.email, metadata).await?;",
        ]
    );
    assert!(planned.text("domain/src/pay.rs").contains("        metadata: Some(metadata),\n"));
    assert_eq!(planned.changed("domain/src/people.rs"), [""; 0]);
    assert_eq!(planned.changed("api/src/main.rs")[0], "+mod cello;");
}

#[test]
fn a_library_can_not_call_the_program() {
    let inside = PEOPLE.replace(
        "    sqlx::query_as::<_, User>(sql).bind(email).bind(password_hash).fetch_one(db).await\n}\n\npub async fn find",
        "    sqlx::query_as::<_, User>(sql).bind(email).bind(password_hash).fetch_one(db).await\n}\n\n\
         pub async fn enrol(db: &SqlitePool, email: &str, password_hash: &str) -> sqlx::Result<()> {\n    \
         let user = register(db, email, password_hash).await?;\n    drop(user.email);\n    Ok(())\n}\n\npub async fn find",
    );
    assert_ne!(inside, PEOPLE);
    let planned = case()
        .file("domain/src/people.rs", &inside)
        .replace(
            "api/src/signup.rs",
            "let user = shop_domain::people::register",
            "shop_domain::people::enrol",
        )
        .replace("api/src/signup.rs", "    tracing::info!(user.id, \"new\");\n", "")
        .any_format()
        .plan();
    let (status, reason) = planned.state("signup:");
    assert_eq!(status, Status::ByHand, "{reason}");
    assert!(reason.contains("the new user's id can't be read off"), "{reason}");
    assert_eq!(planned.changed("domain/src/people.rs"), [""; 0]);
}

/// The extractor in the library, with this before its type.
fn extractor_in_library(visibility: &str) -> Case {
    let auth = format!(
        "use axum::extract::FromRequestParts;\nuse axum::http::request::Parts;\nuse axum::http::StatusCode;\n\n\
         {visibility} struct CurrentUser {{\n    pub id: i64,\n    pub email: String,\n    pub name: String,\n}}\n\n\
         impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {{\n    type Rejection = StatusCode;\n\n    \
         async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {{\n        todo!()\n    }}\n}}\n"
    );
    case()
        .without("api/src/auth.rs")
        .file("domain/src/auth.rs", &auth)
        .replace("domain/Cargo.toml", "[dependencies]\n", "[dependencies]\naxum = \"0.8\"\n")
        .replace("domain/src/lib.rs", "pub mod pay;\n", "mod auth;\npub mod pay;\n")
        .replace("domain/src/lib.rs", "pub mod people;\n", "pub mod people;\n\npub use auth::*;\n")
        .replace("api/src/main.rs", "mod auth;\n", "")
        .replace("api/src/main.rs", "get(auth::me)", "get(me)")
        .replace(
            "api/src/main.rs",
            "#[derive(Clone)]\n",
            "async fn me(user: shop_domain::CurrentUser) -> String {\n    user.name\n}\n\n#[derive(Clone)]\n",
        )
        .replace(
            "api/src/billing.rs",
            "use crate::auth::CurrentUser;\nuse crate::AppState;\n",
            "use crate::AppState;\nuse shop_domain::CurrentUser;\n",
        )
}

#[test]
fn an_extractor_of_a_library_is_named_by_what_the_program_can_see() {
    let planned = extractor_in_library("pub").plan();
    let module = planned.text("api/src/cello.rs");
    assert!(module.contains("use shop_domain::CurrentUser;\n"), "{module}");
    assert!(module.contains("CurrentUser::from_request_parts(parts, state)"), "{module}");
    assert_eq!(planned.state("customer-metadata:").0, Status::Ready);
    let hidden = extractor_in_library("pub(crate)").plan();
    assert!(!hidden.text("api/src/cello.rs").contains("shop_domain"));
    let (status, reason) = hidden.state("token");
    assert_eq!(status, Status::ByHand, "{reason}");
}

#[test]
fn what_the_module_needs_goes_where_the_module_goes() {
    // The handlers in a library, the router and its state in the program.
    let signup = case().text("api/src/signup.rs").to_string();
    let handlers = signup
        .replace("use crate::AppState;\n", "use sqlx::SqlitePool;\n")
        .replace("State(state): State<AppState>", "State(db): State<SqlitePool>")
        .replace("shop_domain::people::register(&state.db", "crate::people::register(&db");
    let planned = case()
        .without("api/src/signup.rs")
        .file("domain/src/signup.rs", &handlers)
        .replace("domain/Cargo.toml", "[dependencies]\n", "[dependencies]\naxum = \"0.8\"\nserde = { version = \"1\", features = [\"derive\"] }\ntracing = \"0.1\"\n")
        .replace("domain/src/lib.rs", "pub mod people;\n", "pub mod people;\npub mod signup;\n")
        .replace("api/src/main.rs", "mod signup;\n", "")
        .replace("api/src/main.rs", "post(signup::signup)", "post(shop_domain::signup::signup)")
        .replace("api/src/main.rs", "#[derive(Clone)]\n", "impl axum::extract::FromRef<AppState> for SqlitePool {\n    fn from_ref(state: &AppState) -> Self {\n        state.db.clone()\n    }\n}\n\n#[derive(Clone)]\n")
        .replace("api/Cargo.toml", "base64 = \"0.22\"\n", "")
        .plan();
    let written = |start: &str| planned.step(start).edits[0].file.clone();
    assert_eq!(written("module-declaration"), "api/src/main.rs");
    assert_eq!(written("dependency:base64"), "api/Cargo.toml");
    assert_eq!(written("migration"), "api/migrations/0002_cello_signups.sql");
    assert!(planned.text("api/src/cello.rs").contains("use crate::auth::CurrentUser;"));
    // A library can't call the program that is built on it.
    let (status, reason) = planned.state("signup:");
    assert_eq!((status, reason.contains("can't name the module")), (Status::ByHand, true), "{reason}");
    assert_eq!(planned.changed("domain/src/signup.rs"), [""; 0]);
}

/// `mod app;` in `main.rs` beside `pub mod app;` in `lib.rs` makes two crates of the same files.
#[test]
fn files_of_two_crates_need_the_module_in_both() {
    let main = "mod app;\nmod auth;\nmod billing;\nmod signup;\nmod users;\n\npub use app::AppState;\n\n#[tokio::main]\nasync fn main() {\n    let url = std::env::var(\"DATABASE_URL\").unwrap();\n    let db = sqlx::SqlitePool::connect(&url).await.unwrap();\n    let stripe = stripe::Client::new(std::env::var(\"STRIPE_KEY\").unwrap());\n    let listener = tokio::net::TcpListener::bind(\"127.0.0.1:3000\").await.unwrap();\n    axum::serve(listener, app::app(AppState { db, stripe })).await.unwrap();\n}\n";
    let app = "use axum::routing::{get, post};\nuse axum::Router;\n\nuse crate::{auth, billing, signup};\n\n#[derive(Clone)]\npub struct AppState {\n    pub db: sqlx::SqlitePool,\n    pub stripe: stripe::Client,\n}\n\npub fn app(state: AppState) -> Router {\n    Router::new()\n        .route(\"/signup\", post(signup::signup))\n        .route(\"/me\", get(auth::me))\n        .route(\"/checkout\", post(billing::checkout))\n        .with_state(state)\n}\n";
    let both = || {
        Case::new()
            .file("src/main.rs", main)
            .file("src/app.rs", app)
            .file("src/signup.rs", super::harness::SIGNS_UP)
    };
    let alone = both().plan();
    assert_eq!(alone.changed("src/main.rs"), ["+mod cello;"]);
    let library = "pub mod app;\npub mod auth;\npub mod billing;\npub mod signup;\npub mod users;\n\npub use app::AppState;\n";
    let planned = both().file("src/lib.rs", library).plan();
    assert_eq!(planned.changed("src/main.rs"), ["+mod cello;"]);
    assert_eq!(planned.changed("src/lib.rs"), ["+mod cello;"]);
    // A library that has other files has no need of it.
    let apart = both().file("src/lib.rs", "pub mod users;\n").plan();
    assert_eq!(apart.changed("src/main.rs"), ["+mod cello;"]);
    assert_eq!(apart.changed("src/lib.rs"), [""; 0]);
    // A program in another folder would look for the module there.
    let elsewhere = both().without("src/main.rs").file("src/lib.rs", library).file(
        "src/bin/server.rs",
        &main
            .replace("mod app;", "#[path = \"../app.rs\"]\nmod app;")
            .replace("mod auth;", "#[path = \"../auth.rs\"]\nmod auth;")
            .replace("mod billing;", "#[path = \"../billing.rs\"]\nmod billing;")
            .replace("mod signup;", "#[path = \"../signup.rs\"]\nmod signup;")
            .replace("mod users;", "#[path = \"../users.rs\"]\nmod users;"),
    );
    let elsewhere = elsewhere.any_format().plan();
    let (status, reason) = elsewhere.state("module-declaration");
    assert_eq!(status, Status::ByHand, "{reason}");
}
