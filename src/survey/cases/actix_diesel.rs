//! Applications made with actix-web that keep their users with diesel, as data of its own, in a state, and in closures.

use super::actix_shop::case;
use super::{Case, Planned};
use crate::plan::{Status, Verdict};

const USERS: &str = r"use diesel::prelude::*;

use crate::schema::users;

#[derive(Queryable, Selectable, serde::Serialize)]
pub struct User {
    pub id: i64,
    pub email: String,
}

#[derive(Insertable, serde::Deserialize)]
#[diesel(table_name = users)]
pub struct NewUser {
    pub email: String,
    pub password_hash: String,
}

pub fn create(conn: &mut PgConnection, new: &NewUser) -> QueryResult<User> {
    diesel::insert_into(users::table)
        .values(new)
        .get_result(conn)
}
";

/// An application whose handlers take a pool of this type, with this sign-up.
fn app(pool: &str, signup: &str) -> Case {
    let shared = "    let state = web::Data::new(AppState { db });\n";
    case()
        .replace("Cargo.toml", "sqlx = { version = \"0.8\", features = [\"sqlite\", \"runtime-tokio\"] }", "anyhow = \"1\"\ndiesel = { version = \"2.2\", features = [\"postgres\", \"r2d2\"] }\ndiesel-async = { version = \"0.5\", features = [\"bb8\", \"postgres\"] }")
        .replace("src/main.rs", "mod users;\n", "mod schema;\nmod users;\n")
        .replace("src/main.rs", "use sqlx::SqlitePool;\n\npub struct AppState {\n    pub db: SqlitePool,\n}\n", &format!("use diesel::r2d2::ConnectionManager;\nuse diesel::PgConnection;\n\npub type DbPool = {pool};\n"))
        .replace("src/main.rs", "SqlitePool::connect(&url).await.unwrap()", "connect(&url)")
        .replace("src/main.rs", shared, "    let state = web::Data::new(db);\n")
        .replace("src/billing.rs", "use crate::AppState;", "use crate::DbPool;")
        .replace("src/billing.rs", "state: web::Data<AppState>", "db: web::Data<DbPool>")
        .file("src/users.rs", USERS)
        .file("src/schema.rs", "diesel::table! {\n    users (id) {\n        id -> Int8,\n        email -> Text,\n    }\n}\n")
        .file("src/signup.rs", &format!("use actix_web::error::ErrorInternalServerError;\nuse actix_web::{{web, HttpResponse}};\n\nuse crate::users::{{self, NewUser}};\nuse crate::DbPool;\n\npub async fn signup(\n    pool: web::Data<DbPool>,\n    new: web::Json<NewUser>,\n) -> actix_web::Result<HttpResponse> {{\n{signup}}}\n"))
        .without("migrations/0001_users.sql")
        .file("migrations/2025-03-01-101500_users/up.sql", "CREATE TABLE users (id BIGSERIAL PRIMARY KEY, email TEXT NOT NULL, password_hash TEXT NOT NULL);\n")
        .file("migrations/2025-03-01-101500_users/down.sql", "DROP TABLE users;\n")
        .any_format()
}

const R2D2: &str = "diesel::r2d2::Pool<ConnectionManager<PgConnection>>";
const ASYNC: &str = "diesel_async::pooled_connection::bb8::Pool<diesel_async::AsyncPgConnection>";

const PLAIN: &str = "    let mut conn = pool.get().map_err(ErrorInternalServerError)?;\n    let user = users::create(&mut conn, &new).map_err(ErrorInternalServerError)?;\n    Ok(HttpResponse::Created().json(user))\n";

#[track_caller]
fn ready(planned: &Planned, lines: &[&str]) {
    let (status, reason) = planned.state("signup:");
    assert_eq!(status, Status::Ready, "{reason}");
    assert_eq!(planned.changed("src/signup.rs"), lines);
}

#[track_caller]
fn module(planned: &Planned, texts: &[&str]) {
    let module = planned.text("src/cello.rs");
    for text in texts {
        assert!(module.contains(text), "no {text} in\n{module}");
    }
}

#[test]
fn a_pool_of_r2d2_as_data() {
    let planned = app(R2D2, PLAIN).plan();
    ready(&planned, &["+    crate::cello::signed_up(&pool, user.id);"]);
    module(
        &planned,
        &[
            "use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder};\nuse diesel::prelude::*;\n",
            "async fn token(request: HttpRequest, db: web::Data<DbPool>) -> HttpResponse {\n",
            "pub fn signed_up(db: &DbPool, user_id: impl Display) {\n",
            "spawn_blocking",
            "user_id = CAST($1 AS bigint)",
        ],
    );
    assert_eq!(
        planned.changed("src/billing.rs"),
        ["+            metadata: Some(crate::cello::customer_metadata(&db, user.id).await),"]
    );
}

#[test]
fn an_asynchronous_pool_as_data() {
    let body = "    let mut conn = pool.get().await.map_err(ErrorInternalServerError)?;\n    let user = diesel::insert_into(crate::schema::users::table)\n        .values(&*new)\n        .get_result::<users::User>(&mut conn)\n        .await\n        .map_err(ErrorInternalServerError)?;\n    Ok(HttpResponse::Created().json(user))\n";
    let planned = app(ASYNC, body).plan();
    ready(&planned, &["+    crate::cello::signed_up(&pool, user.id);"]);
    module(&planned, &["use diesel_async::RunQueryDsl;\n"]);
}

#[test]
fn a_pool_in_a_state_and_one_without_a_name() {
    let state = |pool: &str| {
        app(R2D2, PLAIN)
            .replace(
                "src/main.rs",
                "\n#[actix_web::main]",
                &format!("\npub struct AppState {{\n    pub db: {pool},\n}}\n\n#[actix_web::main]"),
            )
            .replace("src/main.rs", "web::Data::new(db)", "web::Data::new(AppState { db })")
            .replace("src/signup.rs", "use crate::DbPool;", "use crate::AppState;")
            .replace("src/signup.rs", "pool: web::Data<DbPool>", "state: web::Data<AppState>")
            .replace("src/signup.rs", "pool.get()", "state.db.get()")
            .replace("src/billing.rs", "use crate::DbPool;", "use crate::AppState;")
            .replace("src/billing.rs", "db: web::Data<DbPool>", "state: web::Data<AppState>")
    };
    let planned = state("DbPool").plan();
    ready(&planned, &["+    crate::cello::signed_up(&state.db, user.id);"]);
    module(&planned, &["use crate::AppState;\nuse crate::DbPool;", "    let db = state.db.clone();\n"]);
    let planned = state("diesel::r2d2::Pool<ConnectionManager<PgConnection>>").plan();
    ready(&planned, &["+    crate::cello::signed_up(&state.db, user.id);"]);
    module(
        &planned,
        &["type Db = diesel::r2d2::Pool<diesel::r2d2::ConnectionManager<diesel::PgConnection>>;"],
    );
    // Behind a lock it is no pool that can be borrowed.
    let locked = state("std::sync::Mutex<DbPool>")
        .replace("src/signup.rs", "state.db.get()", "state.db.lock().unwrap().get()")
        .plan();
    assert_ne!(locked.state("module-declaration").0, Status::Ready, "{}", locked.text("src/cello.rs"));
}

#[track_caller]
fn refused(planned: &Planned, why: &str) {
    let (verdict, reason) = planned.verdict("signup:signup::signup");
    assert_eq!(verdict, Verdict::ByHand, "{reason} {:?}", planned.changed("src/signup.rs"));
    assert!(reason.contains(why), "{reason}");
}

const BLOCK: &str = "    let new = new.into_inner();\n    let user = web::block(move || {\n        let mut conn = pool.get()?;\nHERE    })\n    .await?\n    .map_err(ErrorInternalServerError)?;\n    Ok(HttpResponse::Created().json(user))\n";

#[test]
fn on_a_thread_where_waiting_is_allowed() {
    let with = |inside: &str| app(R2D2, &BLOCK.replace("HERE", inside));
    let plain = "        users::create(&mut conn, &new).map_err(anyhow::Error::from)\n";
    let line = "+            .inspect(|user| crate::cello::signed_up(&pool, user.id))";
    ready(&with(plain).plan(), &[line]);
    // What it would be isn't known there yet.
    let keeps_to = |version: &str| {
        with(plain).replace("Cargo.toml", "edition", &format!("rust-version = \"{version}\"\nedition")).plan()
    };
    ready(&keeps_to("1.76"), &[line]);
    refused(&keeps_to("1.75"), "keeps to Rust 1.75 (Cargo.toml), and `Result::inspect`");
    let statement = "        diesel::insert_into(crate::schema::users::table)\n            .values(&new)\n            .get_result::<users::User>(&mut conn)\n";
    ready(&with(statement).plan(), &[line]);
    let bound = "        let user = users::create(&mut conn, &new)?;\n        Ok::<_, anyhow::Error>(user)\n";
    ready(&with(bound).plan(), &["+        crate::cello::signed_up(&pool, user.id);"]);
    let given = "        let id: i64 = next();\n        diesel::insert_into(crate::schema::users::table)\n            .values((crate::schema::users::id.eq(id), crate::schema::users::email.eq(&new.email)))\n            .execute(&mut conn)\n";
    ready(&with(given).plan(), &["+            .inspect(|_| crate::cello::signed_up(&pool, id))"]);
    // Another thread of this program's own; a transaction; a pool that was given away; a number of rows.
    let spawned = with(plain).replace("src/signup.rs", "web::block(", "rayon::spawn(");
    refused(&spawned.plan(), "closure or a spawned task");
    let transaction = "        conn.transaction(|conn| {\n            let user = users::create(conn, &new)?;\n            bill(&user)?;\n            Ok(user)\n        })\n";
    refused(&with(transaction).plan(), "closure or a spawned task");
    let given_away = with(plain).replace("src/signup.rs", "pool.get()?", "connection(pool)?");
    refused(&given_away.plan(), "no database pool");
    let rows = "        diesel::insert_into(crate::schema::users::table).values(&new).execute(&mut conn)\n";
    refused(&with(rows).plan(), "id can't be read off");
}

#[test]
fn in_a_function_that_waits_for_nothing() {
    let users = format!(
        "{USERS}\npub fn register(pool: &crate::DbPool, new: &NewUser) -> QueryResult<User> {{\n    let mut conn = pool.get().unwrap();\n    diesel::insert_into(users::table)\n        .values(new)\n        .get_result(&mut conn)\n}}\n"
    );
    let body = "    match users::register(&pool, &new) {\n        Ok(_) => Ok(HttpResponse::Created().finish()),\n        Err(error) => Err(ErrorInternalServerError(error)),\n    }\n";
    let planned = app(R2D2, body).file("src/users.rs", &users).plan();
    assert_eq!(planned.state("signup:").0, Status::Ready, "{}", planned.state("signup:").1);
    assert_eq!(
        planned.changed("src/users.rs"),
        ["+        .inspect(|user| crate::cello::signed_up(pool, user.id))"]
    );
    // What is only handed a connection may be in somebody's transaction.
    let body = body
        .replace("users::register(&pool, &new)", "users::create(&mut pool.get().unwrap(), &new).map(drop)");
    refused(&app(R2D2, &body).plan(), "id can't be read off");
}
