//! A database that the state of handlers doesn't hold.

use super::Case;
use crate::plan::Status;

const MAIN: &str = r#"mod auth;
mod billing;
mod signup;
mod users;

use std::sync::Arc;

use axum::routing::{get, post};
use axum::Router;
use sqlx::sqlite::SqlitePoolOptions;

use crate::users::Users;

#[derive(Clone)]
pub struct AppState {
    pub users: Arc<Users>,
}

pub fn app(state: AppState) -> Router {
    Router::new()
        .route("/signup", post(signup::signup))
        .route("/me", get(auth::me))
        .with_state(state)
}

#[tokio::main]
async fn main() {
    let url = std::env::var("DATABASE_URL").unwrap();
    let db = SqlitePoolOptions::new().max_connections(5).connect(&url).await.unwrap();
    let users = Arc::new(Users::new(db));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await.unwrap();
    axum::serve(listener, app(AppState { users })).await.unwrap();
}
"#;

const USERS: &str = r#"use sqlx::SqlitePool;

use crate::auth::CurrentUser;

pub struct User {
    pub id: i64,
    pub email: String,
    pub name: String,
}

#[derive(serde::Deserialize)]
pub struct NewUser {
    pub email: String,
    pub password_hash: String,
}

pub struct Users {
    db: SqlitePool,
}

impl Users {
    pub fn new(db: SqlitePool) -> Self {
        Self { db }
    }

    pub async fn create(&self, new: &NewUser) -> sqlx::Result<User> {
        let sql = "INSERT INTO users (email, password_hash) VALUES ($1, $2) RETURNING *";
        let user = sqlx::query_as::<_, User>(sql)
            .bind(&new.email)
            .bind(&new.password_hash)
            .fetch_one(&self.db)
            .await?;
        Ok(user)
    }

    pub async fn of_session(&self, headers: &axum::http::HeaderMap) -> Option<CurrentUser> {
        todo!()
    }
}
"#;

const SIGNUP: &str = "use axum::extract::State;\nuse axum::http::StatusCode;\nuse axum::Json;\n\nuse crate::users::NewUser;\nuse crate::AppState;\n\npub async fn signup(State(state): State<AppState>, Json(new): Json<NewUser>) -> Result<(), StatusCode> {\n    state.users.create(&new).await.map_err(|_| StatusCode::CONFLICT)?;\n    Ok(())\n}\n";

/// An application whose handlers reach the database through a service that keeps it to itself.
fn services() -> Case {
    Case::new()
        .file("src/main.rs", MAIN)
        .file("src/users.rs", USERS)
        .file("src/signup.rs", SIGNUP)
        .replace(
            "src/auth.rs",
            "crate::users::of_session(&state.db, &parts.headers)",
            "state.users.of_session(&parts.headers)",
        )
        .any_format()
}

/// The line that is put in, if the step is ready.
fn given(case: &Case) -> Option<Vec<String>> {
    let planned = case.plan();
    let step = planned.plan.steps.iter().find(|step| step.id == "store-handle")?;
    assert_eq!(step.status, Status::Ready, "{}", step.reason);
    let module = planned.plan.steps.iter().find(|step| step.id == "module").unwrap();
    assert_eq!(module.status, Status::Ready, "{}", module.reason);
    let text = planned.text("src/cello.rs");
    assert!(text.contains("static DB: OnceLock<sqlx::SqlitePool> = OnceLock::new();"), "{text}");
    assert!(text.contains("    let db = DB.get()?.clone();\n"), "{text}");
    let signup = planned.step("signup:");
    assert_eq!(signup.status, Status::Ready, "{}", signup.reason);
    assert!(signup.after.contains(&"store-handle".to_string()), "{:?}", signup.after);
    assert!(signup.edits[0].text.contains("crate::cello::signed_up(user.id).await;"), "{:?}", signup.edits);
    Some(
        planned
            .changed(&step.edits[0].file)
            .into_iter()
            .filter(|line| line.contains("use_database"))
            .collect(),
    )
}

#[test]
fn the_module_gets_it_where_it_is_made() {
    assert_eq!(given(&services()).unwrap(), ["+    crate::cello::use_database(&db);"]);
    for made in [
        "    let db = sqlx::SqlitePool::connect(&url).await.expect(\"a database\");\n",
        "    let db: sqlx::SqlitePool = connect(&url).await;\n",
        "    let db = match sqlx::SqlitePool::connect(&url).await {\n        Ok(db) => db,\n        Err(_) => std::process::exit(1),\n    };\n",
        "    let db = sqlx::Pool::<sqlx::Sqlite>::connect_lazy(&url).unwrap(); // lazily\n",
    ] {
        let case = services().replace(
            "src/main.rs",
            "    let db = SqlitePoolOptions::new().max_connections(5).connect(&url).await.unwrap();\n",
            made,
        );
        assert_eq!(given(&case).unwrap(), ["+    crate::cello::use_database(&db);"], "{made}");
    }
    // What a helper connects to is what `main` gets.
    let helper = services()
        .replace("src/main.rs", "SqlitePoolOptions::new().max_connections(5).connect(&url).await.unwrap();", "connect(&url).await.unwrap();")
        .replace("src/main.rs", "#[tokio::main]", "async fn connect(url: &str) -> sqlx::Result<sqlx::SqlitePool> {\n    let pool = SqlitePoolOptions::new().connect(url).await?;\n    Ok(pool)\n}\n\n#[tokio::main]");
    assert_eq!(given(&helper).unwrap(), ["+    crate::cello::use_database(&db);"]);
}

#[test]
fn a_state_that_is_made_of_it_is_the_same_one() {
    let state =
        "    let users = Arc::new(Users::new(db.clone()));\n    let kept = Kept { db };\n    drop(kept);\n";
    let case =
        services().replace("src/main.rs", "    let users = Arc::new(Users::new(db));\n", state).replace(
            "src/main.rs",
            "pub fn app",
            "pub struct Kept {\n    pub db: sqlx::SqlitePool,\n}\n\npub fn app",
        );
    assert_eq!(given(&case).unwrap(), ["+    crate::cello::use_database(&db);"]);
    // One that makes its own.
    let other = "Kept { db: SqlitePoolOptions::new().connect(\"other\").await.unwrap() }";
    assert_eq!(given(&case.replace("src/main.rs", "Kept { db }", other)), None);
}

#[test]
fn what_may_not_be_made_is_not_given() {
    let first = "    let db = SqlitePoolOptions::new().max_connections(5).connect(&url).await.unwrap();\n";
    for (from, to) in [
        // In a branch, as one of two, on a line with others, and within a call.
        (first, "    let db = if url.is_empty() { panic!() } else { other(&url).await };\n"),
        (
            first,
            "    let db = sqlx::SqlitePool::connect(&url).await.unwrap();\n    let old = sqlx::SqlitePool::connect(&url).await.unwrap();\n    drop(old);\n",
        ),
        (first, "    let db = sqlx::SqlitePool::connect(&url).await.unwrap(); let n = 1;\n"),
        ("    let users = Arc::new(Users::new(db));\n", "    let users = Arc::new(Users::new(db));\n"),
    ] {
        let mut case = services().replace("src/main.rs", from, to);
        if from == to {
            case = case.replace("src/main.rs", first, "").replace(
                "src/main.rs",
                "Users::new(db)",
                "Users::new(sqlx::SqlitePool::connect(&url).await.unwrap())",
            );
        }
        assert_eq!(given(&case), None, "{to}");
        // The rest is ready all the same: only the token is for a person.
        let planned = case.plan();
        assert_eq!(planned.state("signup:").0, Status::Ready, "{to}");
        assert_eq!(planned.state("token").0, Status::ByHand, "{to}");
    }
    // A tool beside the server has one of its own.
    let tool = services().replace("src/main.rs", first, "    let db = todo!();\n").replace(
        "src/main.rs",
        "#[tokio::main]",
        "pub async fn import(url: &str) {\n    let db = sqlx::SqlitePool::connect(url).await.unwrap();\n    drop(db);\n}\n\n#[tokio::main]",
    );
    assert_eq!(given(&tool), None);
}

#[test]
fn where_the_state_has_it_nothing_is_handed_over() {
    assert_eq!(given(&Case::new().file("src/signup.rs", super::harness::SIGNS_UP)), None);
}

const REPOSITORY: &str = r#"use sqlx::SqlitePool;

use crate::auth::CurrentUser;

#[derive(Clone)]
pub struct User {
    pub id: i64,
    pub email: String,
    pub name: String,
}

#[derive(serde::Deserialize)]
pub struct NewUser {
    pub email: String,
    pub password_hash: String,
}

pub struct Rows {
    db: SqlitePool,
}

impl Rows {
    pub fn new(db: SqlitePool) -> Self {
        Self { db }
    }

    pub async fn insert(&self, new: &NewUser) -> sqlx::Result<Option<User>> {
        let sql = "INSERT INTO users (email, password_hash) VALUES ($1, $2) \
                   ON CONFLICT DO NOTHING RETURNING *";
        sqlx::query_as::<_, User>(sql)
            .bind(&new.email)
            .bind(&new.password_hash)
            .fetch_optional(&self.db)
            .await
    }

    pub async fn of_session(&self, headers: &axum::http::HeaderMap) -> Option<CurrentUser> {
        todo!()
    }
}

pub struct Users {
    rows: Rows,
}

impl Users {
    pub fn new(db: SqlitePool) -> Self {
        Self { rows: Rows::new(db) }
    }

    pub async fn register(&self, new: &NewUser) -> anyhow::Result<User> {
        let made = self.rows.insert(new).await?;
        made.ok_or_else(|| anyhow::anyhow!("taken"))
    }

    pub async fn of_session(&self, headers: &axum::http::HeaderMap) -> Option<CurrentUser> {
        self.rows.of_session(headers).await
    }
}
"#;

const REGISTERS: &str = "use axum::extract::State;\nuse axum::http::StatusCode;\nuse axum::Json;\n\nuse crate::users::NewUser;\nuse crate::AppState;\n\npub async fn signup(State(state): State<AppState>, Json(new): Json<NewUser>) -> Result<String, StatusCode> {\n    let user = state.users.register(&new).await.map_err(|_| StatusCode::CONFLICT)?;\n    Ok(user.name)\n}\n";

/// Handlers that call services that call repositories, and nobody else has the database.
fn layers() -> Case {
    services().file("src/users.rs", REPOSITORY).file("src/signup.rs", REGISTERS)
}

#[test]
fn what_the_module_keeps_nobody_has_to_hand_it() {
    // Neither the handler nor the service could: the pool is private to the repository.
    let planned = layers().plan();
    assert_eq!(planned.state("signup:").0, Status::Ready, "{}", planned.state("signup:").1);
    assert_eq!(planned.changed("src/signup.rs"), ["+    crate::cello::signed_up(user.id).await;"]);
    assert_eq!(planned.changed("src/users.rs"), Vec::<String>::new());
    let module = planned.text("src/cello.rs");
    for signature in [
        "pub async fn signed_up(user_id: impl Display) {\n    let Some(db) = Cello::get().and_then(|_| DB.get()) else {",
        "pub async fn customer_metadata(user_id: impl Display) -> HashMap<String, String> {",
    ] {
        assert!(module.contains(signature), "{module}");
    }
}

#[test]
fn a_database_that_is_not_surely_at_the_start_is_still_handed_on() {
    let two = layers().replace(
        "src/main.rs",
        "    let users = ",
        "    let other = SqlitePoolOptions::new().connect(&url).await.unwrap();\n    drop(other);\n    let users = ",
    );
    let planned = two.plan();
    let (status, reason) = planned.state("signup:");
    assert_eq!(status, Status::ByHand);
    assert!(reason.contains("no database pool is in scope"), "{reason}");
    assert!(planned.step("signup:").by_hand[0].text.contains("signed_up(&pool, user_id)"));
}
