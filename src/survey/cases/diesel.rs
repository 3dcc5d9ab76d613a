//! Applications that keep their users with diesel: found, and integrated as those with sqlx are.

use super::{Case, Planned};
use crate::plan::{Status, Verdict};

const USES: &str = "use axum::extract::State;\nuse axum::http::StatusCode;\nuse axum::Json;\n\nuse crate::users::{self, NewUser};\nuse crate::AppState;\n\n";
const USERS: &str = r#"use diesel::prelude::*;

use crate::auth::CurrentUser;
use crate::schema::users;
use crate::DbPool;

#[derive(Queryable, Selectable)]
pub struct User {
    pub id: i64,
    pub email: String,
    pub name: String,
}

#[derive(Insertable, serde::Deserialize)]
pub struct NewUser {
    pub email: String,
    pub password_hash: String,
}

pub fn create(conn: &mut PgConnection, new: &NewUser) -> QueryResult<User> {
    diesel::insert_into(users::table)
        .values(new)
        .returning(User::as_returning())
        .get_result(conn)
}

pub async fn of_session(db: &DbPool, headers: &axum::http::HeaderMap) -> Option<CurrentUser> {
    todo!()
}
"#;

/// An application with a pool of this type, whose sign-up has this body.
fn app(pool: &str, body: &str) -> Case {
    let handler = format!(
        "{USES}pub async fn signup(\n    State(state): State<AppState>,\n    Json(new): Json<NewUser>,\n) -> Result<StatusCode, anyhow::Error> {{\n{body}    Ok(StatusCode::CREATED)\n}}\n"
    );
    Case::new()
        .replace(
            "Cargo.toml",
            "sqlx = { version = \"0.8\", features = [\"sqlite\", \"runtime-tokio\"] }",
            "diesel = { version = \"2.2\", features = [\"postgres\", \"r2d2\"] }\ndiesel-async = { version = \"0.5\", features = [\"bb8\", \"postgres\"] }",
        )
        .replace("src/main.rs", "mod auth;", "pub mod schema;\nmod auth;")
        .replace("src/main.rs", "use sqlx::SqlitePool;\n", &format!("use diesel::r2d2::ConnectionManager;\nuse diesel::PgConnection;\n\npub type DbPool = {pool};\n"))
        .replace("src/main.rs", "pub db: SqlitePool", "pub db: DbPool")
        .replace("src/main.rs", "let db = SqlitePool::connect(&url).await.unwrap();", "let db = pool(&url);")
        .file("src/schema.rs", "diesel::table! {\n    users (id) {\n        id -> Int8,\n        email -> Text,\n    }\n}\n")
        .file("src/users.rs", USERS)
        .file("src/signup.rs", &handler)
        .without("migrations/0001_users.sql")
        .file("migrations/2025-03-01-101500_users/up.sql", "CREATE TABLE users (id BIGSERIAL PRIMARY KEY, email TEXT NOT NULL, password_hash TEXT NOT NULL);\n")
        .file("migrations/2025-03-01-101500_users/down.sql", "DROP TABLE users;\n")
        .any_format()
}

const R2D2: &str = "diesel::r2d2::Pool<ConnectionManager<PgConnection>>";
const ASYNC: &str = "diesel_async::pooled_connection::bb8::Pool<diesel_async::AsyncPgConnection>";

#[track_caller]
fn ready(planned: &Planned, line: &str) {
    let (status, reason) = planned.state("signup:");
    assert_eq!(status, Status::Ready, "{reason}");
    assert_eq!(planned.changed("src/signup.rs"), [format!("+{line}")]);
}

#[track_caller]
fn refused(planned: &Planned, why: &str) {
    let (verdict, reason) = planned.verdict("signup:signup::signup");
    assert_eq!(verdict, Verdict::ByHand, "{reason} {:?}", planned.changed("src/signup.rs"));
    assert!(reason.contains(why), "{reason}");
}

const LINE: &str = "    crate::cello::signed_up(&state.db, user.id);";

#[test]
fn a_pool_of_r2d2_is_a_store() {
    let body = "    let mut conn = state.db.get()?;\n    let user = users::create(&mut conn, &new)?;\n";
    let planned = app(R2D2, body).plan();
    ready(&planned, LINE);
    let module = planned.text("src/cello.rs");
    assert!(module.contains("db: &DbPool") && module.contains("spawn_blocking"), "{module}");
    assert!(module.contains("user_id = CAST($1 AS bigint)") && !module.contains("sqlx"));
    let up = planned.text("migrations/2025-03-01-101501_cello_signups/up.sql");
    assert!(up.contains("user_id BIGINT PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE"), "{up}");
    assert!(planned.text("migrations/2025-03-01-101501_cello_signups/down.sql").contains("DROP TABLE"));
}

#[test]
fn an_asynchronous_pool_is_one_too() {
    let body = "    let mut conn = state.db.get().await?;\n    let user = diesel::insert_into(crate::schema::users::table)\n        .values(&new)\n        .get_result::<users::User>(&mut conn)\n        .await?;\n";
    let planned = app(ASYNC, body).plan();
    ready(&planned, LINE);
    let module = planned.text("src/cello.rs");
    assert!(
        module.contains("use diesel_async::RunQueryDsl;") && !module.contains("spawn_blocking"),
        "{module}"
    );
}

#[test]
fn the_place_and_the_id() {
    let conn = "    let mut conn = state.db.get()?;\n";
    let insert = "diesel::insert_into(users::table)";
    let with = |body: &str| {
        app(R2D2, &format!("{conn}{body}"))
            .replace(
                "src/signup.rs",
                "use crate::AppState;\n",
                "use crate::schema::users;\nuse crate::AppState;\n",
            )
            .replace("src/signup.rs", "users::{self, NewUser}", "users::NewUser")
    };
    // The id that goes in is the one that counts.
    let given = format!(
        "    let user_id: i64 = next();\n    {insert}\n        .values((users::id.eq(user_id), users::email.eq(&new.email)))\n        .execute(&mut conn)?;\n"
    );
    ready(&with(&given).plan(), "    crate::cello::signed_up(&state.db, user_id);");
    let returned = format!(
        "    let user_id: i64 = {insert}\n        .values(&new)\n        .returning(users::id)\n        .get_result(&mut conn)?;\n"
    );
    ready(&with(&returned).plan(), "    crate::cello::signed_up(&state.db, user_id);");
    let turned = "    let user: crate::users::User = new\n        .insert_into(users::table)\n        .get_result(&mut conn)\n        .map_err(anyhow::Error::from)?;\n";
    ready(&with(turned).plan(), LINE);
    // Nobody looks; the id is dropped; the row may have been there; a transaction that may yet fail.
    refused(
        &with(&format!("    {insert}.values(&new).execute(&mut conn).ok();\n")).plan(),
        "looks at whether",
    );
    refused(
        &with(&format!("    {insert}.values(&new).execute(&mut conn)?;\n")).plan(),
        "id can't be read off",
    );
    let upsert = format!(
        "    let user: crate::users::User = {insert}.values(&new).on_conflict(users::email).do_update().set(&new).get_result(&mut conn)?;\n"
    );
    refused(&with(&upsert).plan(), "can't be told apart");
    let inside = format!(
        "    let user = conn.transaction(|conn| {{\n        let user: crate::users::User = {insert}.values(&new).get_result(conn)?;\n        charge(conn)?;\n        Ok(user)\n    }})?;\n"
    );
    refused(&with(&inside).plan(), "may be a transaction");
    let taken = format!(
        "    let mut conn = somewhere();\n    let user: crate::users::User = {insert}.values(&new).get_result(&mut conn)?;\n"
    );
    refused(&with(&taken).plan(), "may be a transaction");
}

#[test]
fn what_is_not_understood_is_left_to_a_person() {
    let body = "    let mut conn = state.db.get()?;\n    let user = users::create(&mut conn, &new)?;\n";
    let old = app(R2D2, body)
        .replace("Cargo.toml", "diesel = { version = \"2.2\"", "diesel = { version = \"1.4\"")
        .plan();
    let module = |planned: &Planned| {
        let step = planned.plan.steps.iter().find(|step| step.id == "module").unwrap().clone();
        assert_eq!(step.status, Status::ByHand);
        step.reason
    };
    assert!(module(&old).contains("diesel 2"), "{}", module(&old));
    let mysql = app("diesel::r2d2::Pool<ConnectionManager<diesel::MysqlConnection>>", body).plan();
    assert!(module(&mysql).contains("MySQL"), "{}", module(&mysql));
    let sheet: String = mysql.step("migration").by_hand.iter().map(|work| work.text.as_str()).collect();
    assert!(sheet.contains("DATETIME") && !sheet.contains("TIMESTAMPTZ"), "{sheet}");
    // Another table, and a function of that name.
    for other in ["diesel::insert_into(crate::schema::sessions::table)", "users::insert_into(5)"] {
        let body =
            format!("    let mut conn = state.db.get()?;\n    {other}.values(5).execute(&mut conn)?;\n");
        let none = app(R2D2, &body).plan_with_users("\npub fn insert_into(n: i64) {}\n");
        let found = none.plan.accounting.iter().find(|one| one.site == "signup:signup::signup");
        assert!(found.is_none_or(|one| one.reason.contains("is not seen")), "{other}");
    }
}
