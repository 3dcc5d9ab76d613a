//! Applications made with actix-web: places for routes, ways to sign up, who is signed in. What is found is shown; no
//! step is made ready of it.

use crate::survey::facts::{App, Router, Signup};
use crate::survey::pages::tests::project;
use crate::survey::{Findings, survey};

const MANIFEST: &str = r#"[package]
name = "shop"
version = "0.1.0"
edition = "2021"

[dependencies]
actix-cors = "0.7"
actix-files = "0.6"
actix-identity = "0.8"
actix-session = "0.10"
actix-web = "4"
actix-web-httpauth = "0.8"
oauth2 = "4"
sqlx = { version = "0.8", features = ["postgres"] }
utoipa-actix-web = "0.1"
utoipa-swagger-ui = "9"
uuid = "1"
"#;

const USERS: &str = r#"
use sqlx::PgPool;

pub async fn insert(db: &PgPool, email: &str, hash: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar("INSERT INTO users (email, password_hash) VALUES ($1, $2) RETURNING id")
        .bind(email)
        .bind(hash)
        .fetch_one(db)
        .await
}
"#;

fn look(files: &[(&str, &str)]) -> Findings {
    let mut all = vec![("Cargo.toml", MANIFEST), ("src/users.rs", USERS)];
    all.retain(|(path, _)| !files.iter().any(|(other, _)| other == path));
    all.extend(files);
    let (_dir, target) = project(&all);
    assert!(target.index.unparsed.is_empty(), "{:?}", target.index.unparsed);
    survey(&target)
}

fn app(files: &[(&str, &str)]) -> App {
    look(files).survey.apps.remove(0)
}

/// A program with these items and this chain in `HttpServer::new`.
fn with_chain(items: &str, chain: &str) -> App {
    app(&[("src/main.rs", &main(items, chain))])
}

fn main(items: &str, chain: &str) -> String {
    format!(
        "mod users;\nuse actix_web::{{web, App, HttpServer}};\n\n{items}\n\n#[actix_web::main]\nasync fn main() -> std::io::Result<()> {{\n    let pool = sqlx::PgPool::connect(\"x\").await.unwrap();\n    HttpServer::new(move || {{\n        {chain}\n    }})\n    .bind((\"127.0.0.1\", 8080))?\n    .run()\n    .await\n}}\n"
    )
}

#[track_caller]
fn at<'a>(app: &'a App, prefix: &str) -> &'a Router {
    let mut found = app.routers.iter().filter(|router| router.prefix == prefix);
    let all: Vec<_> = app.routers.iter().map(|router| (&router.prefix, &router.reason)).collect();
    let first = found.next().unwrap_or_else(|| panic!("{prefix:?} is not among {all:?}"));
    assert!(found.next().is_none(), "{prefix:?} is there twice: {all:?}");
    first
}

#[track_caller]
fn signup<'a>(app: &'a App, symbol: &str) -> &'a Signup {
    let all: Vec<_> = app.signups.iter().map(|site| &site.symbol).collect();
    app.signups
        .iter()
        .find(|site| site.symbol == symbol)
        .unwrap_or_else(|| panic!("{symbol} is not among {all:?}"))
}

const HANDLERS: &str = r#"
#[derive(serde::Deserialize)]
pub struct New { email: String, password: String }

pub async fn sign_up(db: web::Data<sqlx::PgPool>, new: web::Json<New>) -> actix_web::HttpResponse {
    let id = users::insert(&db, &new.email, &new.password).await.unwrap();
    todo!()
}
pub async fn me() -> &'static str { "me" }
pub async fn listed() -> &'static str { "all" }

pub async fn reject_anonymous<B>(req: actix_web::dev::ServiceRequest, next: actix_web::middleware::Next<B>) -> Result<actix_web::dev::ServiceResponse<B>, actix_web::Error> {
    if req.cookie("session").is_none() {
        return Err(actix_web::error::ErrorUnauthorized("no"));
    }
    next.call(req).await
}
pub async fn stamp<B>(req: actix_web::dev::ServiceRequest, next: actix_web::middleware::Next<B>) -> Result<actix_web::dev::ServiceResponse<B>, actix_web::Error> {
    let res = next.call(req).await?;
    Ok(res)
}
pub async fn require_admin<B>(req: actix_web::dev::ServiceRequest, next: actix_web::middleware::Next<B>) -> Result<actix_web::dev::ServiceResponse<B>, actix_web::Error> {
    if req.cookie("admin").is_none() {
        return Err(actix_web::error::ErrorForbidden("no"));
    }
    next.call(req).await
}
"#;

#[test]
fn scopes_have_composed_prefixes_guards_and_ranks() {
    let app = with_chain(
        HANDLERS,
        r#"App::new()
            .app_data(web::Data::new(pool.clone()))
            .wrap(actix_web::middleware::Logger::default())
            .wrap(actix_cors::Cors::permissive())
            .wrap(actix_web::middleware::from_fn(stamp))
            .service(
                web::scope("/api")
                    .route("/signup", web::post().to(sign_up))
                    .service(
                        web::scope("me")
                            .wrap(actix_web::middleware::from_fn(reject_anonymous))
                            .service(web::resource("").route(web::get().to(me))),
                    )
                    .service(
                        web::scope("/staff")
                            .wrap(actix_web::middleware::from_fn(require_admin))
                            .route("/all", web::get().to(listed)),
                    ),
            )"#,
    );
    assert_eq!(app.routers.len(), 4);
    assert_eq!((at(&app, "").rank, &at(&app, "").guard), (1, &None));
    assert!(at(&app, "").cors.as_ref().unwrap().contains("every origin"));
    assert_eq!((at(&app, "/api").rank, &at(&app, "/api").guard), (2, &None));
    let me = at(&app, "/api/me");
    assert_eq!(me.guard.as_deref(), Some("`reject_anonymous` refuses who is not signed in"));
    assert_eq!(me.rank, 3);
    let staff = at(&app, "/api/staff");
    assert_eq!(staff.rank, 0);
    assert!(
        staff.reason.contains("require_admin") && staff.reason.contains("administrators"),
        "{}",
        staff.reason
    );
    let found = signup(&app, "sign_up");
    assert_eq!((found.kind.as_str(), &found.decoy), ("json", &None));
    assert_eq!(found.create_site.as_ref().unwrap().file, "src/users.rs");
}

#[test]
fn configure_functions_attributes_and_scopes_of_functions() {
    let account = r#"
use actix_web::{get, post, web, HttpResponse, Scope};

pub fn config(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/plans").route(web::get().to(plans)));
    super::more(cfg);
}
pub fn scope() -> Scope {
    web::scope("/account").service(register).service((profile, plans_page))
}
async fn plans() -> HttpResponse { todo!() }

#[post("register")]
async fn register(db: web::Data<sqlx::PgPool>, web::Form(new): web::Form<crate::New>) -> HttpResponse {
    crate::users::insert(db.get_ref(), &new.email, &new.password).await.unwrap();
    todo!()
}
#[get("/profile")]
async fn profile() -> HttpResponse { todo!() }
#[actix_web::route("/plans", method = "GET", method = "HEAD")]
async fn plans_page() -> HttpResponse { todo!() }
"#;
    let items = format!(
        "mod account;\n{HANDLERS}\npub fn more(cfg: &mut web::ServiceConfig) {{\n    cfg.route(\"/join\", web::post().to(sign_up));\n}}\n"
    );
    let text = main(
        &items,
        "App::new().service(web::scope(\"/v1\").configure(account::config).service(account::scope()).configure(|cfg| { cfg.service(web::scope(\"/extra\").route(\"/me\", web::get().to(me))); }))",
    );
    let app = app(&[("src/main.rs", &text), ("src/account.rs", account)]);
    let lines: Vec<_> = app.routers.iter().map(|router| (router.at.line, router.prefix.as_str())).collect();
    // The two functions that add to a configuration are served under what configures them.
    assert!(
        app.routers.iter().any(|router| router.symbol == "account::config" && router.prefix == "/v1"),
        "{lines:?}"
    );
    assert!(app.routers.iter().any(|router| router.symbol == "more" && router.prefix == "/v1"), "{lines:?}");
    assert_eq!(at(&app, "/v1/account").symbol, "account::scope");
    assert!(at(&app, "/v1/extra").rank > 0);
    let registers = signup(&app, "account::register");
    assert_eq!((registers.kind.as_str(), &registers.decoy), ("form", &None));
    assert_eq!(signup(&app, "sign_up").kind, "json");
}

#[test]
fn packages_of_a_workspace_are_put_together() {
    let workspace = "[workspace]\nmembers = [\"server\", \"accounts\", \"db\"]\n";
    let manifest = |name: &str, dependencies: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n{dependencies}"
        )
    };
    let server = manifest("server", "actix-web = \"4\"\naccounts = { path = \"../accounts\" }\n");
    let accounts = manifest("accounts", "actix-web = \"4\"\nsqlx = \"0.8\"\ndb = { path = \"../db\" }\n");
    let db = manifest("db", "sqlx = \"0.8\"\n");
    let findings = look(&[
        ("Cargo.toml", workspace),
        ("server/Cargo.toml", &server),
        ("accounts/Cargo.toml", &accounts),
        ("db/Cargo.toml", &db),
        (
            "server/src/main.rs",
            "use actix_web::{web, App, HttpServer};\n#[actix_web::main]\nasync fn main() {\n    HttpServer::new(|| App::new().service(web::scope(\"/api\").service(accounts::mount()))).run().await.unwrap();\n}\n",
        ),
        (
            "accounts/src/lib.rs",
            "use actix_web::{post, web, HttpResponse};\npub fn mount() -> actix_web::Scope {\n    web::scope(\"/auth\").service(register)\n}\n#[derive(serde::Deserialize)]\npub struct New { email: String }\n#[post(\"/register\")]\nasync fn register(db: web::Data<sqlx::PgPool>, new: web::Json<New>) -> HttpResponse {\n    db::insert(&db, &new.email, \"x\").await.unwrap();\n    todo!()\n}\n",
        ),
        ("db/src/lib.rs", USERS),
    ]);
    let apps = &findings.survey.apps;
    let of = |name: &str| apps.iter().find(|app| app.package == name).unwrap();
    assert_eq!(at(of("accounts"), "/api/auth").rank, 3);
    assert_eq!(at(of("server"), "").rank, 1);
    let found = signup(of("accounts"), "register");
    assert_eq!((found.create_site.as_ref().unwrap().file.as_str(), &found.decoy), ("db/src/lib.rs", &None));
    assert!(of("server").signups.is_empty());
}

#[test]
fn what_only_looks_like_a_place_or_a_guard() {
    let items = format!(
        r#"{HANDLERS}
use oauth2::Scope;
pub fn scopes() -> Vec<Scope> {{ vec![Scope::new("email".to_string())] }}
pub async fn stripe_webhook() -> &'static str {{ "" }}
pub mod rocketry {{
    pub struct App;
    impl App {{ pub fn new() -> Self {{ App }} pub fn service(self, x: u8) -> Self {{ self }} }}
    pub fn make() {{ App::new().service(1); }}
}}
#[cfg(test)]
mod tests {{
    use super::*;
    #[actix_web::test]
    async fn answers() {{
        let app = actix_web::test::init_service(App::new().service(web::scope("/tested").route("/a", web::get().to(me)))).await;
    }}
}}"#
    );
    let app = with_chain(
        &items,
        r#"App::new()
            .service(actix_files::Files::new("/static", "./static"))
            .service(utoipa_swagger_ui::SwaggerUi::new("/docs/{_:.*}"))
            .service(web::scope("/by-header").guard(actix_web::guard::Header("x-internal", "1")).route("/a", web::get().to(me)))
            .service(web::scope("/hooks").route("/stripe", web::post().to(stripe_webhook)))
            .service(web::scope("/teams/{team}").route("/a", web::get().to(me)))
            .service(
                web::scope("/auth")
                    .wrap(actix_web::middleware::from_fn(reject_anonymous))
                    .route("/login", web::get().to(me)),
            )"#,
    );
    let prefixes: Vec<_> = app.routers.iter().map(|router| router.prefix.as_str()).collect();
    assert_eq!(prefixes, ["", "/by-header", "/hooks", "/teams/{team}", "/auth"]);
    assert!(at(&app, "/by-header").reason.contains("guard::Header"), "{}", at(&app, "/by-header").reason);
    assert!(at(&app, "/hooks").reason.contains("webhooks"));
    assert!(at(&app, "/teams/{team}").reason.contains("parameter"));
    for prefix in ["/by-header", "/hooks", "/teams/{team}"] {
        assert_eq!(at(&app, prefix).rank, 0);
    }
    // Whoever may come to the log-in may come in.
    assert_eq!(at(&app, "/auth").guard, None);
}

#[test]
fn guards_of_all_kinds() {
    let items = format!(
        r#"{HANDLERS}
pub async fn validator(req: actix_web::dev::ServiceRequest, credentials: u8) -> Result<actix_web::dev::ServiceRequest, (actix_web::Error, actix_web::dev::ServiceRequest)> {{ todo!() }}

pub struct RequireApiKey;
impl<S> actix_web::dev::Transform<S, actix_web::dev::ServiceRequest> for RequireApiKey {{
    type Transform = RequireApiKeyService<S>;
}}
pub struct RequireApiKeyService<S> {{ service: S }}
impl<S> actix_web::dev::Service<actix_web::dev::ServiceRequest> for RequireApiKeyService<S> {{
    fn call(&self, req: actix_web::dev::ServiceRequest) -> Self::Future {{
        if req.headers().get("x-api-key").is_none() {{ return refuse(req); }}
        self.service.call(req)
    }}
}}
pub struct Timing;
impl<S> actix_web::dev::Transform<S, actix_web::dev::ServiceRequest> for Timing {{
    type Transform = TimingService<S>;
}}
pub struct TimingService<S> {{ service: S }}
impl<S> actix_web::dev::Service<actix_web::dev::ServiceRequest> for TimingService<S> {{
    fn call(&self, req: actix_web::dev::ServiceRequest) -> Self::Future {{
        let answer = self.service.call(req);
        Box::pin(async move {{ let answer = answer.await?; Ok(answer) }})
    }}
}}
pub async fn needs_subscription<B>(req: actix_web::dev::ServiceRequest, next: actix_web::middleware::Next<B>) -> Result<actix_web::dev::ServiceResponse<B>, actix_web::Error> {{
    if !paid(&req) {{ return Err(actix_web::error::ErrorPaymentRequired("no")); }}
    next.call(req).await
}}
pub fn keys() -> RequireApiKey {{ RequireApiKey }}"#
    );
    let app = with_chain(
        &items,
        r#"let bearer = actix_web_httpauth::middleware::HttpAuthentication::bearer(validator);
        App::new()
            .wrap(actix_session::SessionMiddleware::new(store(), key()))
            .wrap(actix_identity::IdentityMiddleware::default())
            .wrap(Timing)
            .service(web::scope("/bearer").wrap(bearer).route("/a", web::get().to(me)))
            .service(web::scope("/inline").wrap(actix_web_httpauth::middleware::HttpAuthentication::bearer(validator)).route("/a", web::get().to(me)))
            .service(web::scope("/keys").wrap(keys()).route("/a", web::get().to(me)))
            .service(web::scope("/paid").wrap(actix_web::middleware::from_fn(needs_subscription)).route("/a", web::get().to(me)))
            .service(web::scope("/timed").wrap(Timing).route("/a", web::get().to(me)))
            .service(web::scope("/maybe").wrap(actix_web::middleware::Condition::new(true, actix_web::middleware::from_fn(reject_anonymous))).route("/a", web::get().to(me)))"#,
    );
    assert_eq!(at(&app, "").guard, None);
    assert_eq!(at(&app, "/timed").guard, None);
    assert_eq!(at(&app, "/inline").guard.as_deref(), Some("`validator` refuses who is not signed in"));
    assert!(at(&app, "/bearer").guard.is_some());
    assert!(at(&app, "/maybe").guard.is_some());
    assert_eq!((at(&app, "/keys").rank, at(&app, "/paid").rank), (0, 0));
    assert!(at(&app, "/keys").reason.contains("API key"));
    assert!(at(&app, "/paid").reason.contains("paid plan"));
}

#[test]
fn scopes_and_resources_at_constants() {
    let main = "use actix_web::{web, App, HttpServer};\nmod paths {\n    pub const API: &str = \"/api\";\n}\nasync fn me() {}\n#[actix_web::main]\nasync fn main() {\n    HttpServer::new(|| App::new().service(web::scope(paths::API).service(web::scope(&format!(\"{}/v1\", paths::API)).route(\"/me\", web::get().to(me))))).run().await.unwrap();\n}\n";
    let found = look(&[("src/main.rs", main)]);
    let mut prefixes: Vec<&str> =
        found.survey.apps[0].routers.iter().map(|router| router.prefix.as_str()).collect();
    prefixes.sort_unstable();
    assert_eq!(prefixes, ["", "/api", "/api/api/v1"]);
}
