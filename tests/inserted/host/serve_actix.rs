// How the application is served, once for each variant under test. Each test uses some of it.
#[allow(dead_code)]
mod serve {
    use super::host;
    use actix_web::middleware::from_fn;
    use actix_web::web::{self, Data, ServiceConfig};
    use actix_web::{App, HttpResponse, HttpServer};
    use host::app::{AppState, guard};

    async fn serve(configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> String {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let server = HttpServer::new(move || App::new().configure(configure.clone()));
            let server = server.workers(2).disable_signals().listen(listener).unwrap();
            actix_web::rt::System::new().block_on(server.run()).unwrap();
        });
        url
    }

    pub async fn sqlite(db: sqlx::SqlitePool) -> String {
        let data = Data::new(AppState { db });
        serve(move |config| {
            config.app_data(data.clone()).configure(host::sqlite::routes);
        })
        .await
    }

    pub async fn postgres(db: sqlx::PgPool) -> String {
        let data = Data::new(db);
        serve(move |config| {
            config.app_data(data.clone()).configure(host::postgres::routes);
        })
        .await
    }

    /// The script for all, the token and `/me` below the guard, under `/api`, which takes all that is left.
    pub async fn guarded() -> String {
        serve(|config| {
            let members = web::scope("/api")
                .configure(host::guarded::token_routes)
                .route("/me", web::get().to(|| async { "me" }))
                .wrap(from_fn(guard));
            config.configure(host::guarded::routes).service(members);
        })
        .await
    }

    /// The token for pages of any site.
    pub async fn other_sites() -> String {
        serve(|config| {
            config.configure(host::other_sites::routes);
        })
        .await
    }

    /// A sign-up that answers with what the Customer would get.
    pub async fn at_signup() -> String {
        serve(|config| {
            let sign_up = || async { HttpResponse::Ok().json(host::at_signup::customer_metadata(7)) };
            let scope = web::scope("").wrap(from_fn(host::at_signup::remember_code));
            config.service(scope.route("/signup", web::post().to(sign_up)));
        })
        .await
    }
}
