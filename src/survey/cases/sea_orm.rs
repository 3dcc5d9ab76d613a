//! Applications that keep their users with SeaORM: found, and integrated as those with sqlx are.

use super::{Case, Planned};
use crate::plan::{Status, Verdict};

const USES: &str = "use axum::extract::State;\nuse axum::http::StatusCode;\nuse axum::Json;\nuse sea_orm::{ActiveModelTrait, EntityTrait, Set, TransactionTrait};\n\nuse crate::entity::user;\nuse crate::AppState;\n\n#[derive(serde::Deserialize)]\npub struct NewUser {\n    pub email: String,\n    pub password_hash: String,\n}\n\n";
const ENTITY: &str = r#"use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub email: String,
    pub password_hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
"#;
const LIST: &str = r#"pub use sea_orm_migration::prelude::*;

mod m20240301_000001_users;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m20240301_000001_users::Migration)]
    }
}
"#;
const FIRST: &str = "use sea_orm_migration::prelude::*;\n\n#[derive(DeriveMigrationName)]\npub struct Migration;\n\n#[async_trait::async_trait]\nimpl MigrationTrait for Migration {\n    async fn up(&self, _: &SchemaManager) -> Result<(), DbErr> {\n        todo!()\n    }\n}\n";

const MODEL: &str = "user::ActiveModel {\n        email: Set(new.email),\n        password_hash: Set(new.password_hash),\n        ..Default::default()\n    }";

/// An application on PostgreSQL whose sign-up has this body.
fn app(body: &str) -> Case {
    let handler = format!(
        "{USES}pub async fn signup(\n    State(state): State<AppState>,\n    Json(new): Json<NewUser>,\n) -> Result<StatusCode, anyhow::Error> {{\n{body}    Ok(StatusCode::CREATED)\n}}\n"
    );
    Case::new()
        .replace(
            "Cargo.toml",
            "sqlx = { version = \"0.8\", features = [\"sqlite\", \"runtime-tokio\"] }",
            "sea-orm = { version = \"1.1\", features = [\"sqlx-postgres\", \"runtime-tokio-rustls\"] }\nsea-orm-migration = \"1.1\"",
        )
        .replace("src/main.rs", "mod auth;", "mod auth;\nmod entity;\nmod migrator;")
        .replace("src/main.rs", "use sqlx::SqlitePool;\n", "use sea_orm::{Database, DatabaseConnection};\nuse sea_orm_migration::MigratorTrait;\n")
        .replace("src/main.rs", "pub db: SqlitePool", "pub db: DatabaseConnection")
        .replace(
            "src/main.rs",
            "let db = SqlitePool::connect(&url).await.unwrap();",
            "let db = Database::connect(&url).await.unwrap();\n    migrator::Migrator::up(&db, None).await.unwrap();",
        )
        .file("src/entity/mod.rs", "pub mod user;\n")
        .file("src/entity/user.rs", ENTITY)
        .file("src/migrator/mod.rs", LIST)
        .file("src/migrator/m20240301_000001_users.rs", FIRST)
        .file("src/users.rs", "use crate::auth::CurrentUser;\n\npub async fn of_session(\n    db: &sea_orm::DatabaseConnection,\n    headers: &axum::http::HeaderMap,\n) -> Option<CurrentUser> {\n    todo!()\n}\n")
        .file("src/signup.rs", &handler)
        .without("migrations/0001_users.sql")
        .any_format()
}

fn inserting() -> Case {
    app(&format!("    let user = {MODEL}\n    .insert(&state.db)\n    .await?;\n"))
}

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

/// That the module is by hand, for this reason.
#[track_caller]
fn no_module(planned: &Planned, why: &str) {
    let (status, reason) = planned.state("module");
    assert_eq!(status, Status::ByHand, "{reason}");
    assert!(reason.contains(why), "{reason}");
}

const LINE: &str = "    crate::cello::signed_up(&state.db, user.id).await;";

#[test]
fn its_handle_is_a_store() {
    let planned = inserting().plan();
    ready(&planned, LINE);
    let module = planned.text("src/cello/mod.rs");
    assert!(
        module.contains("use sea_orm::{DatabaseConnection, DbBackend, DbErr, FromQueryResult, Statement};"),
        "{module}"
    );
    assert!(module.contains("user_id = CAST($1 AS bigint)") && !module.contains("sqlx"), "{module}");
}

#[test]
fn its_list_of_migrations_takes_one_more() {
    let planned = inserting().plan();
    let (status, reason) = planned.state("migration");
    assert_eq!(status, Status::Ready, "{reason}");
    assert!(reason.contains("Code of the project runs them"), "{reason}");
    let made = planned.text("src/migrator/m20240301_000002_cello_signups.rs");
    assert!(made.contains("user_id BIGINT PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE"), "{made}");
    let list = planned.text("src/migrator/mod.rs");
    assert!(list.contains("mod m20240301_000001_users;\nmod m20240301_000002_cello_signups;\n"), "{list}");
    let broken = "        vec![\n            Box::new(m20240301_000001_users::Migration),\n            Box::new(m20240301_000002_cello_signups::Migration),\n        ]\n";
    assert!(list.contains(broken), "{list}");
}

#[test]
fn a_list_on_several_lines_keeps_what_stands_there() {
    let with = |list: &str| {
        let written = inserting().replace(
            "src/migrator/mod.rs",
            "vec![Box::new(m20240301_000001_users::Migration)]",
            list,
        );
        written.plan().changed("src/migrator/mod.rs")
    };
    let declared = "+mod m20240301_000002_cello_signups;";
    let added = "+            Box::new(m20240301_000002_cello_signups::Migration),";
    let noted = "vec![\n            Box::new(m20240301_000001_users::Migration), // people\n            // add more here\n        ]";
    assert_eq!(with(noted), [declared, added]);
    // Without a comma at the end.
    let open = "vec![\n            Box::new(m20240301_000001_users::Migration)\n        ]";
    assert_eq!(
        with(open),
        [
            declared,
            "-            Box::new(m20240301_000001_users::Migration)",
            "+            Box::new(m20240301_000001_users::Migration),",
            "+            Box::new(m20240301_000002_cello_signups::Migration)",
        ]
    );
}

#[test]
fn a_version_is_written_as_the_others_are() {
    let joined = inserting()
        .replace("src/migrator/mod.rs", "mod m20240301_000001_users", "mod m20240301112233_users")
        .replace("src/migrator/mod.rs", "Box::new(m20240301_000001_users", "Box::new(m20240301112233_users")
        .without("src/migrator/m20240301_000001_users.rs")
        .file("src/migrator/m20240301112233_users.rs", FIRST);
    assert!(joined.plan().text("src/migrator/m20240301112234_cello_signups.rs").contains("CREATE TABLE"));
}

#[test]
fn a_list_that_cannot_be_read_off_is_for_a_person() {
    let with = |old: &str, new: &str| inserting().replace("src/migrator/mod.rs", old, new).plan();
    let by_hand = |planned: &Planned, why: &str| {
        let (status, reason) = planned.state("migration");
        assert_eq!(status, Status::ByHand, "{reason}");
        assert!(reason.contains(why), "{reason}");
    };
    let list = "vec![Box::new(m20240301_000001_users::Migration)]";
    by_hand(&with(list, "[first(), second()].concat()"), "can't be read off");
    by_hand(&with(list, "vec![Box::new(first())]"), "can't be read off");
    by_hand(&with(list, "vec![]"), "no versions");
    let twice = inserting().file("src/other.rs", "pub struct Second;\nimpl sea_orm_migration::MigratorTrait for Second {\n    fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {\n        vec![]\n    }\n}\n");
    by_hand(
        &twice.replace("src/main.rs", "mod entity;", "mod entity;\nmod other;").plan(),
        "more than one list",
    );
    // The same one, declared by the program and by its library.
    let shared = inserting().file("src/lib.rs", "pub mod migrator;\n").plan();
    assert_eq!(shared.state("migration").0, Status::Ready, "{}", shared.state("migration").1);
    // One that only tests have is none.
    let of_tests = inserting().file("src/other.rs", "#[cfg(test)]\nmod tests {\n    pub struct Second;\n    impl sea_orm_migration::MigratorTrait for Second {\n        fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {\n            vec![]\n        }\n    }\n}\n");
    let planned = of_tests.replace("src/main.rs", "mod entity;", "mod entity;\nmod other;").plan();
    assert_eq!(planned.state("migration").0, Status::Ready);
}

#[test]
fn a_list_of_a_crate_that_the_program_does_not_run() {
    let moved = inserting()
        .without("src/migrator/mod.rs")
        .without("src/migrator/m20240301_000001_users.rs")
        .replace("src/main.rs", "\nmod migrator;", "")
        .replace("src/main.rs", "\n    migrator::Migrator::up(&db, None).await.unwrap();", "")
        .replace("Cargo.toml", "[package]", "[workspace]\nmembers = [\"migration\"]\n\n[package]")
        .file("migration/Cargo.toml", "[package]\nname = \"migration\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\nsea-orm-migration = \"1.1\"\n")
        .file("migration/src/lib.rs", LIST)
        .file("migration/src/m20240301_000001_users.rs", FIRST);
    let planned = moved.plan();
    let (status, reason) = planned.state("migration");
    assert_eq!(status, Status::Ready, "{reason}");
    assert!(reason.contains("run this one as you run the others"), "{reason}");
    assert!(planned.text("migration/src/m20240301_000002_cello_signups.rs").contains("DROP TABLE"));
}

#[test]
fn the_key_is_the_entitys() {
    let with = |old: &str, new: &str| {
        let planned = inserting().replace("src/entity/user.rs", old, new).plan();
        planned.text("src/migrator/m20240301_000002_cello_signups.rs").to_string()
    };
    assert!(with("id: i64", "id: i32").contains("user_id INTEGER PRIMARY KEY REFERENCES users(id)"));
    assert!(with("id: i64", "id: Uuid").contains("user_id UUID PRIMARY KEY REFERENCES users(id)"));
    // Two columns, another name, another type: no reference.
    for (old, new) in [
        ("    pub email", "    #[sea_orm(primary_key)]\n    pub email"),
        ("(primary_key)", "(primary_key, column_name = \"nr\")"),
        ("(primary_key)", "(primary_key, column_type = \"Custom(1)\")"),
        ("(table_name", "(schema_name = \"auth\", table_name"),
    ] {
        let made = with(old, new);
        assert!(made.contains("user_id TEXT PRIMARY KEY,"), "{made}");
    }
}

#[test]
fn the_place_and_the_id() {
    let run = format!("    let done = user::Entity::insert({MODEL}).exec(&state.db).await?;\n");
    let line = "    crate::cello::signed_up(&state.db, done.last_insert_id).await;";
    ready(&app(&run).plan(), line);
    let below = app(&format!("    let done = crate::store::create(&state.db, {MODEL}).await?;\n"))
        .replace("src/main.rs", "mod entity;", "mod entity;\nmod store;")
        .file("src/store.rs", "use sea_orm::{DatabaseConnection, DbErr, EntityTrait, InsertResult};\n\nuse crate::entity::user;\n\npub async fn create(\n    db: &DatabaseConnection,\n    new: user::ActiveModel,\n) -> Result<InsertResult<user::ActiveModel>, DbErr> {\n    user::Entity::insert(new).exec(db).await\n}\n");
    ready(&below.plan(), line);
    // A key that would be moved away is lent.
    let text = app(&run).replace("src/entity/user.rs", "id: i64", "id: String").replace(
        "src/auth.rs",
        "id: i64",
        "id: String",
    );
    ready(&text.plan(), "    crate::cello::signed_up(&state.db, &done.last_insert_id).await;");
    // With its key made here, which comes back all the same.
    let given = run.replace("{\n        email", "{\n        id: Set(next()),\n        email");
    assert!(given.contains("next()"));
    ready(&app(&given).plan(), line);
    // After the transaction, not in it.
    let committed = format!(
        "    let txn = state.db.begin().await?;\n    let user = {MODEL}\n    .insert(&txn)\n    .await?;\n    txn.commit().await?;\n"
    );
    ready(&app(&committed).plan(), LINE);
    // A transaction whose end is not seen; the row may have been there.
    let inside = format!(
        "    let user = state.db.transaction(|txn| Box::pin(async move {{\n        let user = {MODEL}\n        .insert(txn)\n        .await?;\n        charge(txn).await?;\n        Ok(user)\n    }})).await?;\n"
    );
    refused(&app(&inside).plan(), "");
    let upsert = format!(
        "    let done = user::Entity::insert({MODEL}).on_conflict(OnConflict::column(user::Column::Email).update_column(user::Column::Email).to_owned()).exec(&state.db).await?;\n"
    );
    refused(&app(&upsert).plan(), "can't be told apart");
}

#[test]
fn what_is_not_known_of_the_database_keeps_it_by_hand() {
    let with = |old: &str, new: &str| inserting().replace("Cargo.toml", old, new).plan();
    no_module(&with("\"sqlx-postgres\", ", ""), "which database");
    no_module(&with("\"sqlx-postgres\"", "\"sqlx-postgres\", \"sqlx-sqlite\""), "postgres and sqlite");
    let mysql = with("\"sqlx-postgres\"", "\"sqlx-mysql\"");
    no_module(&mysql, "MySQL");
    let sheet: String = mysql.step("migration").by_hand.iter().map(|work| work.text.as_str()).collect();
    assert!(sheet.contains("DATETIME") && !sheet.contains("TIMESTAMPTZ"), "{sheet}");
    no_module(&with("\"sqlx-postgres\"", "\"sqlx-postgres\", \"mock\""), "mock");
    no_module(
        &with("sea-orm = { version = \"1.1\"", "sea-orm = { version = \"0.11\""),
        "SeaORM 0.12, 1 or 2",
    );
    // A handle behind a lock can't be handed on; the module gets the one that is put behind it.
    let locked = inserting().replace(
        "src/main.rs",
        "db: DatabaseConnection",
        "db: std::sync::Arc<tokio::sync::Mutex<DatabaseConnection>>",
    );
    refused(&locked.plan(), "may be a transaction");
    assert_eq!(locked.plan().state("store-handle").0, Status::Ready);
    let in_a_call = locked.replace(
        "src/main.rs",
        "    let db = Database::connect(&url).await.unwrap();\n    migrator::Migrator::up(&db, None).await.unwrap();",
        "    let db = behind_a_lock(Database::connect(&url).await.unwrap());",
    );
    no_module(&in_a_call.plan(), "");
}

#[test]
fn the_handle_may_be_all_of_the_state() {
    let bare = app(&format!("    let user = {MODEL}\n    .insert(&db)\n    .await?;\n"))
        .replace("src/signup.rs", "State(state): State<AppState>", "State(db): State<DatabaseConnection>")
        .replace("src/signup.rs", "use crate::AppState;\n", "use sea_orm::DatabaseConnection;\n")
        .replace("src/main.rs", "state: AppState", "state: DatabaseConnection")
        .replace("src/main.rs", "app(AppState { db, stripe })", "app(db)")
        .replace("src/auth.rs", "use crate::AppState;", "use sea_orm::DatabaseConnection;")
        .replace("src/auth.rs", "<AppState>", "<DatabaseConnection>")
        .replace("src/auth.rs", "state: &AppState", "state: &DatabaseConnection")
        .replace("src/auth.rs", "&state.db", "state");
    let planned = bare.plan();
    ready(&planned, "    crate::cello::signed_up(&db, user.id).await;");
    let module = planned.text("src/cello/mod.rs");
    assert!(module.contains("Router<DatabaseConnection>") && module.contains("state.clone()"), "{module}");
}

#[test]
fn a_connection_that_only_services_hold_is_handed_to_the_module() {
    let users = "use std::sync::Arc;\n\nuse sea_orm::{ActiveModelTrait, DatabaseConnection, Set};\n\nuse crate::auth::CurrentUser;\nuse crate::entity::user;\nuse crate::signup::NewUser;\n\npub struct Users {\n    db: DatabaseConnection,\n}\n\nimpl Users {\n    pub fn new(db: DatabaseConnection) -> Arc<Self> {\n        Arc::new(Self { db })\n    }\n\n    pub async fn create(&self, new: NewUser) -> Result<user::Model, sea_orm::DbErr> {\n        let user = user::ActiveModel {\n            email: Set(new.email),\n            password_hash: Set(new.password_hash),\n            ..Default::default()\n        };\n        let user = user.insert(&self.db).await?;\n        Ok(user)\n    }\n\n    pub async fn of_session(&self, headers: &axum::http::HeaderMap) -> Option<CurrentUser> {\n        todo!()\n    }\n}\n";
    let planned = app("    state.users.create(new).await?;\n")
        .replace("src/main.rs", "pub db: DatabaseConnection", "pub users: std::sync::Arc<users::Users>")
        .replace(
            "src/main.rs",
            "app(AppState { db, stripe })",
            "app(AppState { users: users::Users::new(db), stripe })",
        )
        .replace(
            "src/auth.rs",
            "crate::users::of_session(&state.db, &parts.headers)",
            "state.users.of_session(&parts.headers)",
        )
        .file("src/users.rs", users)
        .plan();
    for step in ["store-handle", "signup:", "routes"] {
        assert_eq!(planned.state(step).0, Status::Ready, "{step}: {}", planned.state(step).1);
    }
    let lines = planned.changed("src/main.rs");
    assert!(lines.contains(&"+    crate::cello::use_database(&db);".to_string()), "{lines:#?}");
    assert!(planned.text("src/cello/mod.rs").contains("    let db = DB.get()?.clone();\n"));
}
