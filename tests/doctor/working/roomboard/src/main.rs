mod error;
mod members;
mod pages;
mod referral;
mod settings;
mod stripe_api;

use actix_session::storage::CookieSessionStore;
use actix_session::SessionMiddleware;
use actix_web::cookie::Key;
use actix_web::middleware::DefaultHeaders;
use actix_web::{web, App, HttpServer};
use sqlx::SqlitePool;

use settings::Settings;

const CSP: &str = "default-src 'self'; script-src 'self' https://assets.cello.so https://assets.sandbox.cello.so; \
                   connect-src 'self' https://*.cello.so; img-src 'self' data: https://*.cello.so; \
                   style-src 'self' 'unsafe-inline' https://*.cello.so; font-src 'self' data: https://*.cello.so; \
                   frame-src https://*.cello.so";

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    env_logger::init();
    let settings = web::Data::new(Settings::load());
    let pool = SqlitePool::connect(&settings.database_url).await.expect("database");
    let pool = web::Data::new(pool);
    let key = Key::generate();
    HttpServer::new(move || {
        App::new()
            .app_data(settings.clone())
            .app_data(pool.clone())
            .wrap(SessionMiddleware::new(CookieSessionStore::default(), key.clone()))
            .wrap(DefaultHeaders::new().add(("Content-Security-Policy", CSP)))
            .route("/", web::get().to(pages::landing))
            .route("/join", web::get().to(pages::join_form))
            .route("/join", web::post().to(members::join))
            .route("/board", web::get().to(pages::board))
            .route("/leave", web::post().to(members::leave))
            .route("/referral/boot.json", web::get().to(referral::boot))
            .service(web::resource("/static/{name}").to(pages::asset))
    })
    .bind(("0.0.0.0", 8000))?
    .run()
    .await
}
