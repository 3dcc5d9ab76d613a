//! The harness's application as actix-web has it, to vary.

use super::Case;

const MANIFEST: &str = r#"[package]
name = "shop"
version = "0.1.0"
edition = "2021"

[dependencies]
actix-cors = "0.7"
actix-identity = "0.8"
actix-session = { version = "0.10", features = ["cookie-session"] }
actix-web = "4.9"
async-stripe = { version = "0.41", features = ["runtime-tokio-hyper"] }
base64 = "0.22"
hmac = "0.12"
reqwest = { version = "0.12", features = ["json"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
sha2 = "0.10"
sqlx = { version = "0.8", features = ["sqlite", "runtime-tokio"] }
tokio = { version = "1", features = ["sync"] }
tracing = "0.1"
"#;

const MAIN: &str = r#"mod auth;
mod billing;
mod signup;
mod users;

use actix_session::storage::CookieSessionStore;
use actix_session::SessionMiddleware;
use actix_web::cookie::Key;
use actix_web::{middleware, web, App, HttpServer};
use sqlx::SqlitePool;

pub struct AppState {
    pub db: SqlitePool,
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let url = std::env::var("DATABASE_URL").unwrap();
    let db = SqlitePool::connect(&url).await.unwrap();
    let state = web::Data::new(AppState { db });
    HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .wrap(middleware::Logger::default())
            .wrap(SessionMiddleware::new(
                CookieSessionStore::default(),
                Key::generate(),
            ))
            .route("/signup", web::post().to(signup::signup))
            .service(
                web::scope("/api")
                    .route("/me", web::get().to(auth::me))
                    .route("/checkout", web::post().to(billing::checkout)),
            )
    })
    .bind(("127.0.0.1", 3000))?
    .run()
    .await
}
"#;

/// Who is signed in.
pub const AUTH: &str = r#"use actix_web::dev::Payload;
use actix_web::error::ErrorUnauthorized;
use actix_web::{Error, FromRequest, HttpRequest};
use std::future::{ready, Ready};

#[derive(Clone)]
pub struct CurrentUser {
    pub id: i64,
    pub email: String,
    pub name: String,
}

impl FromRequest for CurrentUser {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let user = req.cookie("session").and_then(|cookie| decode(cookie.value()));
        ready(user.ok_or_else(|| ErrorUnauthorized("sign in")))
    }
}

fn decode(value: &str) -> Option<CurrentUser> {
    todo!()
}

pub async fn me(user: CurrentUser) -> String {
    user.name
}
"#;

/// The table of users.
pub const USERS: &str = r#"use sqlx::SqlitePool;

pub struct User {
    pub id: i64,
    pub email: String,
    pub name: String,
}

#[derive(Debug, serde::Deserialize)]
pub struct NewUser {
    pub email: String,
    pub password_hash: String,
}

pub async fn create(db: &SqlitePool, new: &NewUser) -> sqlx::Result<User> {
    let sql = "INSERT INTO users (email, password_hash) VALUES ($1, $2) RETURNING *";
    sqlx::query_as::<_, User>(sql)
        .bind(&new.email)
        .bind(&new.password_hash)
        .fetch_one(db)
        .await
}
"#;

/// A sign-up.
pub const SIGNUP: &str = r#"use actix_web::error::ErrorInternalServerError;
use actix_web::{web, HttpResponse};

use crate::users::{self, NewUser};
use crate::AppState;

pub async fn signup(
    state: web::Data<AppState>,
    new: web::Json<NewUser>,
) -> actix_web::Result<HttpResponse> {
    let user = users::create(&state.db, &new)
        .await
        .map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Created().json(user.id))
}
"#;

const BILLING: &str = r#"use actix_web::{web, HttpResponse};

use crate::auth::CurrentUser;
use crate::AppState;

pub async fn checkout(user: CurrentUser, state: web::Data<AppState>) -> HttpResponse {
    let client = stripe::Client::new(std::env::var("STRIPE_KEY").unwrap());
    let customer = stripe::Customer::create(
        &client,
        stripe::CreateCustomer {
            email: Some(&user.email),
            ..Default::default()
        },
    )
    .await;
    HttpResponse::Ok().finish()
}
"#;

/// The application as it is.
pub fn case() -> Case {
    Case::new()
        .file("Cargo.toml", MANIFEST)
        .file("src/main.rs", MAIN)
        .file("src/auth.rs", AUTH)
        .file("src/users.rs", USERS)
        .file("src/signup.rs", SIGNUP)
        .file("src/billing.rs", BILLING)
}
