//! The new user's id and the database where a sign-up has succeeded, in all their shapes.

use super::{Case, Planned};
use crate::plan::Status;

const USES: &str = "use axum::extract::State;\nuse axum::http::StatusCode;\nuse axum::Json;\n\nuse crate::users::{self, NewUser};\nuse crate::AppState;\n\n";
const BODY: &str = "    let user = users::create(&state.db, &new).await?;\n    greet();\n";

/// A sign-up whose function looks so, after `pub`.
fn with(parameters: &str, body: &str) -> Case {
    let text = format!(
        "{USES}pub async fn signup(\n{parameters}    Json(new): Json<NewUser>,\n) -> Result<StatusCode, anyhow::Error> {{\n{body}    Ok(StatusCode::CREATED)\n}}\n"
    );
    Case::new().file("src/signup.rs", &text)
}

fn body(body: &str) -> Case {
    with("    State(state): State<AppState>,\n", body)
}

#[track_caller]
fn line(planned: &Planned, arguments: &str) {
    let (status, reason) = planned.state("signup:");
    assert_eq!(status, Status::Ready, "{reason}");
    let lines = planned.changed("src/signup.rs");
    assert_eq!(lines, [format!("+    crate::cello::signed_up({arguments}).await;")]);
}

#[track_caller]
fn refused(planned: &Planned, why: &str) {
    let (status, reason) = planned.state("signup:");
    assert_eq!(status, Status::ByHand, "{reason} {:?}", planned.changed("src/signup.rs"));
    assert!(reason.contains(why), "{reason}");
}

/// What `users::create` returns instead of a user.
fn returning(ty: &str, call: &str) -> Case {
    body(&BODY.replace("let user = ", call)).replace(
        "src/users.rs",
        "new: &NewUser) -> sqlx::Result<User> {",
        &format!("new: &NewUser) -> sqlx::Result<{ty}> {{"),
    )
}

#[test]
fn what_a_creation_yields() {
    line(&body(BODY).plan(), "&state.db, user.id");
    line(&returning("(User, String)", "let (user, token) = ").any_format().plan(), "&state.db, user.id");
    line(&returning("i64", "let id = ").plan(), "&state.db, id");
    line(&returning("i64", "let user_id = ").plan(), "&state.db, user_id");
    line(&returning("(i64, i64)", "let (user_id, session_id) = ").any_format().plan(), "&state.db, user_id");
    refused(&returning("i64", "let session_id = ").plan(), "id can't be read off");
    refused(&returning("i64", "let rows = ").plan(), "id can't be read off");
    refused(&returning("String", "let token = ").plan(), "id can't be read off");
    refused(&returning("()", "").plan(), "id can't be read off");
    refused(&returning("uuid::Uuid", "let id = ").plan(), "is a `Uuid`");
    // Made of it, but not it.
    let view = BODY.replace(
        "users::create(&state.db, &new).await?",
        "session_of(users::create(&state.db, &new).await?.id)",
    );
    refused(&body(&view).plan(), "id can't be read off");
    let held = returning("Registered", "let registered = ")
        .plan_with_users("\npub struct Registered {\n    pub user: User,\n    pub token: String,\n}\n");
    line(&held, "&state.db, registered.user.id");
}

#[test]
fn what_was_bound_to_the_column() {
    let insert = |sql: &str, binds: &str| {
        format!(
            "    let id = crate::users::next_id();\n    let sql = \"{sql}\";\n    sqlx::query(sql){binds}.execute(&state.db).await?;\n"
        )
    };
    let next = "\npub fn next_id() -> i64 {\n    4\n}\n";
    let sql = "INSERT INTO users (id, email) VALUES ($1, $2)";
    let bound = body(&insert(sql, ".bind(id).bind(&new.email)")).any_format().plan_with_users(next);
    line(&bound, "&state.db, id");
    // The first value is no parameter.
    let other = "INSERT INTO users (id, email) VALUES (next_id(), $1)";
    refused(
        &body(&insert(other, ".bind(&new.email)")).any_format().plan_with_users(next),
        "id can't be read off",
    );
    let swapped = "INSERT INTO users (id, email) VALUES ($2, $1)";
    line(
        &body(&insert(swapped, ".bind(&new.email).bind(id)")).any_format().plan_with_users(next),
        "&state.db, id",
    );
    let row = body(
        "    let done = sqlx::query(\"INSERT INTO users (email) VALUES ($1)\").bind(&new.email).execute(&state.db).await?;\n",
    );
    line(&row.any_format().plan(), "&state.db, done.last_insert_rowid()");
    let row = body(
        "    let id = sqlx::query(\"INSERT INTO users (email) VALUES ($1)\").bind(&new.email).execute(&state.db).await?.last_insert_rowid();\n",
    );
    line(&row.any_format().plan(), "&state.db, id");
    let macros = body(
        "    let user = sqlx::query_as!(users::User, \"INSERT INTO users (email) VALUES ($1) RETURNING *\", new.email).fetch_one(&state.db).await?;\n",
    );
    line(&macros.any_format().plan(), "&state.db, user.id");
}

#[test]
fn ids_of_the_projects_own_types() {
    let newtype = |definition: &str| {
        Case::new()
            .replace(
                "src/users.rs",
                "pub struct User {\n    pub id: i64,",
                &format!("{definition}pub struct User {{\n    pub id: UserId,"),
            )
            .replace("src/auth.rs", "pub id: i64", "pub id: crate::users::UserId")
            .file("src/signup.rs", with("    State(state): State<AppState>,\n", BODY).text("src/signup.rs"))
            .any_format()
            .plan()
    };
    let shown = "impl std::fmt::Display for UserId {\n    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {\n        self.0.fmt(f)\n    }\n}\n\n";
    line(
        &newtype(&format!("#[derive(Clone, Copy)]\npub struct UserId(i64);\n\n{shown}")),
        "&state.db, user.id",
    );
    line(&newtype(&format!("pub struct UserId(i64);\n\n{shown}")), "&state.db, &user.id");
    line(&newtype("#[derive(Clone, Copy)]\npub struct UserId(pub i64);\n\n"), "&state.db, user.id.0");
    let private = newtype("pub struct UserId(i64);\n\n");
    assert_ne!(private.state("signup:").0, Status::Ready);
}

#[test]
fn the_database_wherever_it_is_held() {
    let pool = "    axum::Extension(pool): axum::Extension<sqlx::SqlitePool>,\n";
    line(&with(pool, &BODY.replace("&state.db", "&pool")).plan(), "&pool, user.id");
    let inner = Case::new()
        .file("src/signup.rs", body(&BODY.replace("state.db", "state.inner.db")).text("src/signup.rs"))
        .replace("src/main.rs", "    pub db: SqlitePool,\n", "    pub inner: Inner,\n")
        .replace(
            "src/main.rs",
            "#[derive(Clone)]\n",
            "#[derive(Clone)]\npub struct Inner {\n    pub db: SqlitePool,\n}\n\n#[derive(Clone)]\n",
        )
        .any_format()
        .plan();
    line(&inner, "&state.inner.db, user.id");
    let arc = Case::new()
        .file(
            "src/signup.rs",
            with("    State(state): State<std::sync::Arc<AppState>>,\n", BODY).text("src/signup.rs"),
        )
        .replace("src/main.rs", "app(state: AppState)", "app(state: std::sync::Arc<AppState>)")
        .replace("src/auth.rs", "FromRequestParts<AppState>", "FromRequestParts<std::sync::Arc<AppState>>")
        .any_format()
        .plan();
    line(&arc, "&state.db, user.id");
    // Two pools: nothing says which of them can be written to.
    let replica = body(BODY)
        .replace(
            "src/main.rs",
            "    pub db: SqlitePool,\n",
            "    pub db: SqlitePool,\n    pub replica: SqlitePool,\n",
        )
        .plan();
    assert_ne!(replica.state("signup:").0, Status::Ready);
    let private = body(BODY).replace("src/main.rs", "    pub db: SqlitePool,\n", "    db: SqlitePool,\n");
    // Private to the crate's root is visible in all of the crate.
    line(&private.plan(), "&state.db, user.id");
}
