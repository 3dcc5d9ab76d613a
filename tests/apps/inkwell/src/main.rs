mod accounts;
mod billing;
mod books;
mod error;
mod pages;
mod writers;

use std::env;

use actix_session::{storage::CookieSessionStore, SessionMiddleware};
use actix_web::{cookie::Key, middleware::Logger, web, App, HttpServer};
use sqlx::postgres::PgPoolOptions;

use crate::{billing::Stripe, pages::Pages};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    env_logger::init();
    let pool = PgPoolOptions::new()
        .max_connections(8)
        .connect(&env::var("DATABASE_URL")?)
        .await?;
    sqlx::migrate!().run(&pool).await?;

    let key = Key::from(env::var("SESSION_KEY")?.as_bytes());
    let stripe = web::Data::new(Stripe::from_env()?);
    let pages = web::Data::new(Pages::load()?);
    let pool = web::Data::new(pool);
    let address = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".to_string());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(pool.clone())
            .app_data(stripe.clone())
            .app_data(pages.clone())
            .wrap(Logger::new("%r %s %Dms"))
            .wrap(SessionMiddleware::new(
                CookieSessionStore::default(),
                key.clone(),
            ))
            .configure(routes)
    });
    log::info!("listening on {address}");
    server.bind(address)?.run().await?;
    Ok(())
}

fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(pages::front)
        .service(
            web::scope("/account")
                .service(accounts::sign_up_form)
                .service(accounts::sign_up)
                .service(accounts::sign_in_form)
                .service(accounts::sign_in)
                .service(accounts::sign_out)
                .service(billing::checkout),
        )
        .service(
            web::scope("/books")
                .service(books::list)
                .service(books::add)
                .service(books::write),
        );
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::{header::LOCATION, Method, StatusCode};
    use actix_web::test::{call_service, init_service, read_body, TestRequest};

    /// Without a database: whatever gets as far as asking it fails with 500.
    macro_rules! app {
        () => {{
            let pool = PgPoolOptions::new()
                .acquire_timeout(std::time::Duration::from_millis(50))
                .connect_lazy("postgres://nobody@127.0.0.1:9/none")
                .unwrap();
            let session =
                SessionMiddleware::new(CookieSessionStore::default(), Key::from(&[7; 64]));
            let app = App::new()
                .app_data(web::Data::new(pool))
                .app_data(web::Data::new(Pages::load().unwrap()))
                .wrap(session)
                .configure(routes);
            init_service(app).await
        }};
    }

    #[actix_web::test]
    async fn strangers_are_sent_to_the_front_page() {
        let app = app!();
        for (method, path) in [(Method::GET, "/books"), (Method::POST, "/account/checkout")] {
            let request = TestRequest::with_uri(path).method(method);
            let reply = call_service(&app, request.to_request()).await;
            assert_eq!(reply.status(), StatusCode::SEE_OTHER, "{path}");
            let location = reply.headers().get(LOCATION).unwrap();
            assert_eq!(location, "/account/sign-in");
        }
    }

    #[actix_web::test]
    async fn what_is_filled_in_is_checked_first() {
        let app = app!();
        for (email, name, password) in [
            ("nobody", "Ada", "long enough"),
            ("a@b.example", " ", "long enough"),
            ("a@b.example", "Ada", "short"),
        ] {
            let form = [("email", email), ("name", name), ("password", password)];
            let request = TestRequest::post().uri("/account/sign-up").set_form(form);
            let reply = call_service(&app, request.to_request()).await;
            assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
        }
    }

    #[actix_web::test]
    async fn the_front_page_is_for_everybody() {
        let app = app!();
        let reply = call_service(&app, TestRequest::get().uri("/").to_request()).await;
        assert_eq!(reply.status(), StatusCode::OK);
        let page = read_body(reply).await;
        assert!(std::str::from_utf8(&page).unwrap().contains("Inkwell"));
    }
}
