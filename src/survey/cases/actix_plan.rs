//! Applications made with actix-web through the whole way: what becomes ready, and what must not.

use super::actix_shop::{AUTH, SIGNUP, USERS, case};
use super::{Case, Planned};
use crate::plan::Status;

const APP: &str = "            .route(\"/signup\", web::post().to(signup::signup))\n            .service(\n                web::scope(\"/api\")\n                    .route(\"/me\", web::get().to(auth::me))\n                    .route(\"/checkout\", web::post().to(billing::checkout)),\n            )\n";

/// With other routes; what comes of it need not be laid out by rustfmt.
fn with_routes(routes: &str) -> Case {
    case().replace("src/main.rs", APP, routes).any_format()
}

#[track_caller]
fn ready<'p>(planned: &'p Planned, start: &str) -> &'p str {
    let (status, reason) = planned.state(start);
    assert_eq!(status, Status::Ready, "{start}: {reason}");
    reason
}

#[track_caller]
fn refused(case: &Case, why: &str) {
    let planned = case.plan();
    for start in ["module-declaration", "routes"] {
        assert_ne!(planned.state(start).0, Status::Ready, "{start}: {:?}", planned.changed("src/main.rs"));
    }
    let module = planned.plan.steps.iter().find(|step| step.id == "module").unwrap();
    assert_eq!(module.status, Status::ByHand, "{}", module.reason);
    assert!(module.reason.contains(why), "{}", module.reason);
}

#[test]
fn an_extractor_of_its_own_and_a_state() {
    let planned = case().plan();
    ready(&planned, "routes");
    assert_eq!(
        planned.changed("src/main.rs"),
        ["+mod cello;", "+            .configure(crate::cello::routes)"]
    );
    let main = planned.text("src/main.rs");
    assert!(
        main.contains(
            "            ))\n            .configure(crate::cello::routes)\n            .route(\"/signup\""
        ),
        "{main}"
    );
    assert_eq!(planned.changed("src/signup.rs"), ["+    crate::cello::signed_up(&state.db, user.id).await;"]);
    assert_eq!(
        planned.changed("src/billing.rs"),
        ["+            metadata: Some(crate::cello::customer_metadata(&state.db, user.id).await),"]
    );
    let module = planned.text("src/cello.rs");
    for line in [
        "    let user = CurrentUser::extract(request).await;\n    let user = user.ok()?;\n",
        "async fn signed_in(request: &HttpRequest) -> Option<Person> {\n",
        "async fn token(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {\n",
        "    let db = state.db.clone();\n    actix_web::rt::spawn(async move {\n",
        "use crate::auth::CurrentUser;\nuse crate::AppState;\n",
        "pub async fn signed_up(db: &sqlx::SqlitePool, user_id: impl Display) {\n",
    ] {
        assert!(module.contains(line), "no {line} in\n{module}");
    }
}

#[test]
fn a_pool_as_data_and_tokio_left_to_actix() {
    let planned = case()
        .replace("Cargo.toml", "tokio = { version = \"1\", features = [\"sync\"] }\n", "")
        .replace(
            "src/main.rs",
            "    let state = web::Data::new(AppState { db });\n",
            "    let db = web::Data::new(db);\n",
        )
        .replace("src/main.rs", "state.clone()", "db.clone()")
        .replace("src/main.rs", "pub struct AppState {\n    pub db: SqlitePool,\n}\n\n", "")
        .replace("src/signup.rs", "use crate::AppState;\n", "use sqlx::SqlitePool;\n")
        .replace("src/signup.rs", "state: web::Data<AppState>", "db: web::Data<SqlitePool>")
        .replace("src/signup.rs", "&state.db", "&db")
        .replace("src/billing.rs", "use crate::AppState;\n", "use sqlx::SqlitePool;\n")
        .replace("src/billing.rs", "state: web::Data<AppState>", "db: web::Data<SqlitePool>")
        .any_format()
        .plan();
    ready(&planned, "module-declaration");
    assert_eq!(planned.changed("src/signup.rs"), ["+    crate::cello::signed_up(&db, user.id).await;"]);
    let module = planned.text("src/cello.rs");
    assert!(
        module.contains(
            "async fn token(request: HttpRequest, db: web::Data<sqlx::SqlitePool>) -> HttpResponse {\n"
        ),
        "{module}"
    );
    assert!(module.contains("    let db = db.clone();\n"), "{module}");
    assert_eq!(
        ready(&planned, "dependency:tokio"),
        "The module needs tokio 1 to wait with; Cargo.toml does not have it yet."
    );
    assert!(
        planned
            .changed("Cargo.toml")
            .contains(&"+tokio = { version = \"1\", features = [\"sync\"] }".to_string())
    );
}

#[test]
fn a_session_with_a_key_and_their_own_loader() {
    let me = "use actix_session::Session;\n\npub async fn me(session: Session) -> String {\n    let id = session.get::<i64>(\"user_id\").unwrap();\n    format!(\"{id:?}\")\n}\n";
    let case = case()
        .file("src/auth.rs", me)
        .file("src/billing.rs", "pub async fn checkout() -> &'static str {\n    \"\"\n}\n")
        .file("src/users.rs", &format!("{USERS}\npub async fn find_by_id(db: &SqlitePool, id: i64) -> sqlx::Result<Option<User>> {{\n    todo!()\n}}\n"));
    let planned = case.plan();
    let module = planned.text("src/cello.rs");
    for line in [
        "    let session = Session::extract(request).await;\n    let session = session.ok()?;\n    let id = session.get::<i64>(\"user_id\");\n    let id = id.ok()??;\n    let user = users::find_by_id(&state.db, id).await;\n    let user = user.ok()??;\n",
        "async fn signed_in(request: &HttpRequest, state: &AppState) -> Option<Person> {\n",
        "use actix_session::Session;\nuse actix_web::http",
        "use crate::users;\nuse crate::AppState;\n\n",
    ] {
        assert!(module.contains(line), "no {line} in\n{module}");
    }
    // The same session, kept by the layer of a scope only.
    let layer = "            .wrap(SessionMiddleware::new(\n                CookieSessionStore::default(),\n                Key::generate(),\n            ))\n";
    let scoped = case.clone().replace("src/main.rs", layer, "").replace(
        "src/main.rs",
        "                    .route(\"/me\"",
        "                    .wrap(SessionMiddleware::new(CookieSessionStore::default(), Key::generate()))\n                    .route(\"/me\"",
    );
    refused(&scoped.any_format(), "no layer around the whole application is seen to keep one");
    // Two keys, and none says which is the user's.
    let two = me.replace("    format!", "    let _ = session.get::<i64>(\"account_id\");\n    format!");
    refused(&case.file("src/auth.rs", &two), "several keys");
}

#[test]
fn an_identity_of_actix() {
    let me = "use actix_identity::Identity;\n\npub async fn me(identity: Option<Identity>) -> String {\n    identity.map(|identity| identity.id().unwrap()).unwrap_or_default()\n}\n";
    let planned = case()
        .file("src/auth.rs", me)
        .file("src/billing.rs", "pub async fn checkout() -> &'static str {\n    \"\"\n}\n")
        .replace("src/main.rs", "            .route(\"/signup\"", "            .wrap(actix_identity::IdentityMiddleware::default())\n            .route(\"/signup\"")
        .answer("person-details", "none")
        .plan();
    let module = planned.text("src/cello.rs");
    assert!(module.contains("    let user = Identity::extract(request).await;\n    let id = user.ok()?.id().ok()?;\n    Some(Person {\n        id: id,\n") || module.contains("        id,\n"), "{module}");
    // The new user's id is a number, the identity's a text: whether they are the same text is for a person to say.
    assert_eq!(planned.state("signup:").0, Status::ByHand);
}

const GUARD: &str = r#"
fn of_request(req: &actix_web::HttpRequest) -> Option<CurrentUser> {
    req.cookie("session").and_then(|cookie| decode(cookie.value()))
}

pub async fn guard<B: actix_web::body::MessageBody>(
    req: actix_web::dev::ServiceRequest,
    next: actix_web::middleware::Next<B>,
) -> Result<actix_web::dev::ServiceResponse<B>, Error> {
    let Some(user) = of_request(req.request()) else {
        return Err(ErrorUnauthorized("sign in"));
    };
    req.extensions_mut().insert(user);
    next.call(req).await
}
"#;

/// Handlers take what a middleware puts into the request.
fn guarded(routes: &str) -> Case {
    let start = AUTH.find("impl FromRequest").unwrap();
    let end = AUTH.find("fn decode").unwrap();
    let mut auth = format!("{}{}{GUARD}", &AUTH[..start], &AUTH[end..]);
    auth = auth
        .replace(
            "actix_web::HttpMessage::extensions_mut(&req).insert(user)",
            "req.extensions_mut().insert(user)",
        )
        .replace("user: CurrentUser", "user: actix_web::web::ReqData<CurrentUser>")
        .replace("    user.name\n", "    user.name.clone()\n")
        .replace("use actix_web::{Error, FromRequest, HttpRequest};", "use actix_web::{Error, HttpMessage};");
    with_routes(routes)
        .file("src/auth.rs", &auth)
        .file("src/billing.rs", "pub async fn checkout() -> &'static str {\n    \"\"\n}\n")
}

#[test]
fn below_the_scope_whose_layer_brings_the_user() {
    for (scope, folder, token) in [
        ("/api", "/api/cello", "/cello"),
        ("/account", "/account/cello", "/cello"),
        ("", "/api/cello", "/api/cello"),
    ] {
        let planned = guarded(&format!(
            "            .route(\"/signup\", web::post().to(signup::signup))\n            .service(\n                web::scope(\"{scope}\")\n                    .wrap(middleware::from_fn(auth::guard))\n                    .route(\"/me\", web::get().to(auth::me)),\n            )\n"
        ))
        .plan();
        ready(&planned, "routes");
        assert_eq!(
            planned.changed("src/main.rs"),
            [
                "+mod cello;",
                "+            .configure(crate::cello::routes)",
                "+                    .configure(crate::cello::token_routes)",
            ]
        );
        let module = planned.text("src/cello.rs");
        for line in [
            format!("\"{folder}/client.js\", web::get().to(client_js)"),
            format!("\"{token}/token\", web::get().to(token)"),
            "    let user = web::ReqData::<CurrentUser>::extract(request).await;\n    let user = user.ok()?.into_inner();\n".into(),
        ] {
            assert!(module.contains(&line), "no {line} in\n{module}");
        }
    }
}

#[test]
fn a_configure_function_below_the_layer() {
    let planned = guarded(
        "            .route(\"/signup\", web::post().to(signup::signup))\n            .service(\n                web::scope(\"/api\")\n                    .wrap(middleware::from_fn(auth::guard))\n                    .configure(members),\n            )\n",
    )
    .replace(
        "src/main.rs",
        "pub struct AppState",
        "fn members(cfg: &mut web::ServiceConfig) {\n    cfg.route(\"/me\", web::get().to(auth::me));\n}\n\npub struct AppState",
    )
    .plan();
    ready(&planned, "routes");
    let text = planned.text("src/main.rs");
    assert!(text.contains(".configure(crate::cello::token_routes)"), "{text}");
}

#[test]
fn what_takes_the_token_s_path_or_the_script_s() {
    let scope = "            .service(\n                web::scope(\"/api\")\n                    .wrap(middleware::from_fn(auth::guard))\n                    .route(\"/me\", web::get().to(auth::me)),\n            )\n";
    for earlier in [
        "            .service(web::scope(\"/api\").route(\"/signup\", web::post().to(signup::signup)))\n",
        "            .service(web::scope(\"\").route(\"/signup\", web::post().to(signup::signup)))\n",
        "            .route(\"/signup\", web::post().to(signup::signup))\n            .route(\"/{rest:.*}\", web::get().to(billing::checkout))\n",
        "            .route(\"/signup\", web::post().to(signup::signup))\n            .service(actix_files::Files::new(\"/\", \"static\"))\n",
    ] {
        refused(&guarded(&format!("{earlier}{scope}")), "is registered before");
    }
    // One for other paths is in nobody's way.
    let other = "            .service(web::scope(\"/auth\").route(\"/signup\", web::post().to(signup::signup)))\n            .route(\"/{page}\", web::get().to(billing::checkout))\n";
    ready(&guarded(&format!("{other}{scope}")).plan(), "routes");
    // A guard around everything leaves no public place for the script.
    let all = "            .wrap(middleware::from_fn(auth::guard))\n            .route(\"/me\", web::get().to(auth::me))\n";
    refused(&guarded(all), "no public place");
}

#[test]
fn applications_that_are_put_together_in_other_ways() {
    let slashes = case().replace(
        "src/main.rs",
        "middleware::Logger::default()",
        "middleware::NormalizePath::new(middleware::TrailingSlash::Always)",
    );
    refused(&slashes.any_format(), "slash at the end");
    let two = case().replace(
        "src/main.rs",
        "#[actix_web::main]",
        "pub async fn metrics() {\n    HttpServer::new(|| App::new().route(\"/metrics\", web::get().to(auth::me)));\n}\n\n#[actix_web::main]",
    );
    refused(&two.any_format(), "several applications");
    let old = case().replace("Cargo.toml", "actix-web = \"4.9\"", "actix-web = \"3.3\"");
    refused(&old, "its actix-web is 3.3");
    let closure = case().replace(
        "src/main.rs",
        ".wrap(middleware::Logger::default())",
        ".wrap_fn(|req, srv| gatekeeper(req, srv))",
    );
    refused(&closure.any_format(), "can't be read off");
    let data = case()
        .replace(
            "src/auth.rs",
            "let user = req.cookie",
            "let _ = req.app_data::<actix_web::web::Data<Keys>>();\n        let user = req.cookie",
        )
        .replace(
            "src/main.rs",
            "                    .route(\"/me\"",
            "                    .app_data(web::Data::new(auth::Keys))\n                    .route(\"/me\"",
        );
    refused(&data.any_format(), "data of their own");
    let path = case().replace(
        "src/auth.rs",
        "req.cookie(\"session\")",
        "req.match_info().get(\"who\").and_then(|_| req.cookie(\"session\"))",
    );
    refused(&path.any_format(), "path or query");
}

#[test]
fn open_cors_is_told() {
    let planned = case()
        .replace("src/main.rs", "middleware::Logger::default()", "actix_cors::Cors::permissive()")
        .plan();
    assert!(ready(&planned, "routes").contains("cross-site"));
    assert!(planned.text("src/cello.rs").contains("HttpResponse::Forbidden()"));
}

#[test]
fn a_bearer_token_alone_lets_other_sites_in() {
    let cookie = "req.cookie(\"session\").and_then(|cookie| decode(cookie.value()))";
    let header = "req.headers().get(\"Authorization\").and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix(\"Bearer \")).and_then(decode)";
    let auth = AUTH.replace(cookie, header);
    let planned = case()
        .file("src/auth.rs", &auth)
        .replace("src/main.rs", "middleware::Logger::default()", "actix_cors::Cors::permissive()")
        .any_format()
        .plan();
    assert!(!planned.text("src/cello.rs").contains("HttpResponse::Forbidden()"));
    let module = planned.plan.steps.iter().find(|step| step.id == "module").unwrap();
    assert!(module.reason.contains("bearer token alone"));
    assert!(!ready(&planned, "routes").contains("cross-site"));
    let second = format!("{header}.or_else(|| {cookie})");
    let planned = case().file("src/auth.rs", &AUTH.replace(cookie, &second)).any_format().plan();
    assert!(planned.text("src/cello.rs").contains("HttpResponse::Forbidden()"));
}

#[test]
fn a_customer_made_at_sign_up() {
    let signup = SIGNUP.replace(
        "    Ok(HttpResponse::Created()",
        "    let client = stripe::Client::new(std::env::var(\"STRIPE_KEY\").unwrap());\n    let params = stripe::CreateCustomer {\n        email: Some(&user.email),\n        ..Default::default()\n    };\n    stripe::Customer::create(&client, params)\n        .await\n        .map_err(ErrorInternalServerError)?;\n    Ok(HttpResponse::Created()",
    );
    let case = case()
        .file("src/signup.rs", &signup)
        .file("src/billing.rs", "pub async fn checkout() -> &'static str {\n    \"\"\n}\n");
    let planned = case.plan();
    ready(&planned, "capture-layer");
    assert_eq!(
        planned.changed("src/main.rs"),
        [
            "+mod cello;",
            "+            .configure(crate::cello::routes)",
            "+            .wrap(actix_web::middleware::from_fn(crate::cello::remember_code))",
        ]
    );
    assert_eq!(
        planned.changed("src/signup.rs"),
        ["+        metadata: Some(crate::cello::customer_metadata(user.id)),"]
    );
    let old = case.replace("Cargo.toml", "actix-web = \"4.9\"", "actix-web = \"4.8\"");
    refused(&old, "4.9 and later");
}

/// Handlers share services, and the database is private to those.
fn services() -> Case {
    let users = USERS
        .replace(
            "pub async fn create(db: &SqlitePool, new: &NewUser) -> sqlx::Result<User> {\n",
            "pub struct Users {\n    db: SqlitePool,\n}\n\nimpl Users {\n    pub fn new(db: SqlitePool) -> Self {\n        Self { db }\n    }\n\n    pub async fn create(&self, new: &NewUser) -> sqlx::Result<User> {\n",
        )
        .replace(".fetch_one(db)", ".fetch_one(&self.db)")
        + "}\n";
    case()
        .file("src/users.rs", &users)
        .replace("src/main.rs", "    pub db: SqlitePool,\n", "    pub users: users::Users,\n")
        .replace("src/main.rs", "AppState { db }", "AppState { users: users::Users::new(db) }")
        .replace("src/signup.rs", "users::create(&state.db, &new)", "state.users.create(&new)")
        .replace("src/signup.rs", "use crate::users::{self, NewUser};", "use crate::users::NewUser;")
        .any_format()
}

#[test]
fn a_database_that_only_services_have_is_handed_to_the_module_before_the_server_starts() {
    let planned = services().plan();
    ready(&planned, "store-handle");
    assert!(
        planned.text("src/main.rs").contains(
            "    let db = SqlitePool::connect(&url).await.unwrap();\n    crate::cello::use_database(&db);\n    let state"
        ),
        "{}",
        planned.text("src/main.rs")
    );
    assert_eq!(planned.changed("src/signup.rs"), ["+    crate::cello::signed_up(user.id).await;"]);
    assert_eq!(
        planned.changed("src/billing.rs"),
        ["+            metadata: Some(crate::cello::customer_metadata(user.id).await),"]
    );
    let module = planned.text("src/cello.rs");
    for line in [
        "static DB: OnceLock<sqlx::SqlitePool> = OnceLock::new();\n",
        "async fn token(request: HttpRequest) -> HttpResponse {\n",
        "    let db = DB.get()?.clone();\n    actix_web::rt::spawn(async move {\n",
    ] {
        assert!(module.contains(line), "no {line} in\n{module}");
    }
}

#[test]
fn a_database_made_for_each_worker_or_beside_the_server_is_not() {
    let connects = "    let db = SqlitePool::connect(&url).await.unwrap();\n";
    let each = services().replace("src/main.rs", connects, "").replace(
        "src/main.rs",
        "users::Users::new(db)",
        "users::Users::new(SqlitePool::connect_lazy(&url).unwrap())",
    );
    let tool = each.clone().replace(
        "src/main.rs",
        "#[actix_web::main]",
        "async fn import(url: &str) {\n    let db = SqlitePool::connect(url).await.unwrap();\n    drop(db);\n}\n\n#[actix_web::main]",
    );
    let two = services().replace(
        "src/main.rs",
        connects,
        &format!(
            "{connects}    let replica = SqlitePool::connect(&url).await.unwrap();\n    drop(replica);\n"
        ),
    );
    for case in [each, tool, two] {
        let planned = case.plan();
        assert!(planned.plan.steps.iter().all(|step| step.id != "store-handle"));
        assert_eq!(planned.state("signup:").0, Status::ByHand);
    }
}
