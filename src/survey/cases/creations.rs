//! Sign-ups that create the user without sqlx: found, with the place, the id and the handle where they can be read off.

use super::{Case, Planned};
use crate::plan::{Status, Verdict};

const HANDLER: &str = "use axum::extract::State;\nuse axum::http::StatusCode;\nuse axum::Json;\n\nuse crate::users::{self, NewUser};\nuse crate::AppState;\n\npub async fn signup(\n    State(state): State<AppState>,\n    Json(new): Json<NewUser>,\n) -> Result<StatusCode, anyhow::Error> {\nBODY    Ok(StatusCode::CREATED)\n}\n";
const TYPES: &str = "use crate::auth::CurrentUser;\n\n#[derive(serde::Serialize)]\npub struct User {\n    pub id: i64,\n    pub email: String,\n}\n\npub struct NewUser {\n    pub email: String,\n    pub password_hash: String,\n}\n\n";

/// An application whose state holds this handle, with this sign-up and these items beside its users.
fn app(dependency: &str, handle: &str, body: &str, items: &str) -> Case {
    Case::new()
        .replace(
            "Cargo.toml",
            "sqlx = { version = \"0.8\", features = [\"sqlite\", \"runtime-tokio\"] }",
            dependency,
        )
        .replace("src/main.rs", "pub db: SqlitePool", &format!("pub db: {handle}"))
        .replace("src/main.rs", "use sqlx::SqlitePool;\n", "")
        .file("src/users.rs", &format!("{TYPES}{items}"))
        .file("src/signup.rs", &HANDLER.replace("BODY", body))
        .any_format()
}

/// The sheet says after what, and with which line.
#[track_caller]
fn seen(planned: &Planned, line: &str) {
    let step = planned.step("signup:");
    assert_eq!(step.status, Status::ByHand, "{}", step.reason);
    let texts: Vec<&str> = step.by_hand.iter().map(|work| work.text.as_str()).collect();
    assert!(texts.contains(&line), "{texts:?}: {}", step.reason);
    assert!(step.by_hand.iter().all(|work| work.place.is_some()));
}

#[track_caller]
fn open(planned: &Planned, why: &str) {
    let (verdict, reason) = planned.verdict("signup:signup::signup");
    assert_eq!(verdict, Verdict::ByHand, "{reason}");
    assert!(reason.contains(why), "{reason}");
}

#[track_caller]
fn none(planned: &Planned) {
    let signups: Vec<&str> = planned
        .plan
        .accounting
        .iter()
        // That it is called `signup` is known all the same.
        .filter(|one| one.site.starts_with("signup:") && !one.reason.contains("is not seen"))
        .map(|one| one.site.as_str())
        .collect();
    assert_eq!(signups, Vec::<&str>::new());
}

const LINE: &str = "crate::cello::signed_up(&state.db, user.id).await;";

#[test]
fn sea_orms_active_models_and_entities() {
    let dependency = "sea-orm = \"1\"";
    let entity = "pub mod user {\n    #[sea_orm(table_name = \"users\")]\n    pub struct Model {\n        pub id: i64,\n        pub email: String,\n    }\n}\n\npub mod prelude {\n    pub use super::user::Entity as Users;\n}\n";
    let with = |body: &str| app(dependency, "sea_orm::DatabaseConnection", body, entity);
    let model = "users::user::ActiveModel { email: Set(new.email), ..Default::default() }";
    seen(&with(&format!("    let user = {model}.insert(&state.db).await?;\n")).plan(), LINE);
    let named = format!("    let model = {model};\n    let user = model.insert(&state.db).await?;\n");
    seen(&with(&named).plan(), LINE);
    let entity_insert = format!(
        "    let user = users::prelude::Users::insert({model}).exec_with_returning(&state.db).await?;\n"
    );
    seen(&with(&entity_insert).plan(), LINE);
    // What runs on a transaction is decided later.
    let begun = format!(
        "    let tx = state.db.begin().await?;\n    let user = {model}.insert(&tx).await?;\n    tx.commit().await?;\n"
    );
    seen(&with(&begun).plan(), LINE);
    let upsert = format!(
        "    users::user::Entity::insert({model}).on_conflict(OnConflict::column(users::user::Column::Email).update_column(users::user::Column::Name).to_owned()).exec(&state.db).await?;\n"
    );
    open(&with(&upsert).plan(), "can't be told apart");
    let saved = format!(
        "    let model = {};\n    model.save(&state.db).await?;\n",
        model.replace("email: ", "id: Set(new.id), email: ")
    );
    open(&with(&saved).plan(), "can't be told apart");
    // Another entity, a loaded model that is saved, a map.
    none(&with("    users::session::ActiveModel { token: Set(new.email), ..Default::default() }.insert(&state.db).await?;\n").plan());
    none(&with("    let mut model: users::user::ActiveModel = known.into();\n    model.save(&state.db).await?;\n").plan());
    none(&with("    let mut user = std::collections::HashSet::new();\n    user.insert(new.email);\n").plan());
}

#[test]
fn clients_that_are_given_their_sql() {
    let postgres = |body: &str| app("deadpool-postgres = \"0.14\"", "deadpool_postgres::Pool", body, "");
    let sql = "\"INSERT INTO users (id, email) VALUES ($1, $2)\"";
    let bound = format!(
        "    let client = state.db.get().await?;\n    let user_id: i64 = users::next_id();\n    client.execute({sql}, &[&user_id, &new.email]).await?;\n"
    );
    seen(&postgres(&bound).plan(), "crate::cello::signed_up(&state.db, user_id).await;");
    let transaction = bound
        .replace("client.execute", "tx.execute")
        .replace("    let user_id", "    let tx = client.transaction().await?;\n    let user_id");
    open(&postgres(&transaction).plan(), "not committed in the same block");
    let rusqlite =
        |body: &str| app("rusqlite = \"0.32\"", "r2d2::Pool<r2d2_sqlite::SqliteConnectionManager>", body, "");
    let sql = sql.replace("$1", "?1").replace("$2", "?2");
    let sync = format!(
        "    let conn = state.db.get()?;\n    let user_id: i64 = users::next_id();\n    conn.execute({sql}, params![user_id, new.email])?;\n"
    );
    seen(&rusqlite(&sync).plan(), "crate::cello::signed_up(&state.db, user_id).await;");
    let mut lost = sync.replace("params![user_id, new.email])?;", "params![user_id, new.email]).ok();");
    open(&rusqlite(&lost).plan(), "looks at whether it succeeded");
    lost = sync.replace("state.db.get()?", "users::somewhere()");
    open(&rusqlite(&lost).plan(), "may be a transaction");
}

#[test]
fn document_databases() {
    let surreal =
        |body: &str| app("surrealdb = \"2\"", "surrealdb::Surreal<surrealdb::engine::any::Any>", body, "");
    let create = "    let user: User = state.db.create(\"user\").content(new).await?.unwrap();\n";
    seen(&surreal(&create.replace("User ", "users::User ")).plan(), LINE);
    let named = "    let user: Option<users::User> = state.db.create((\"person\", id)).content(NewUser { email, password_hash }).await?;\n    let user = user.ok_or_else(|| anyhow::anyhow!(\"no user\"))?;\n";
    open(&surreal(named).plan(), "can't be read off");
    open(
        &surreal("    state.db.query(\"CREATE user SET email = $email\").bind(new).await?;\n").plan(),
        "looks at whether it succeeded",
    );
    open(
        &surreal("    state.db.upsert((\"user\", new.email)).content(new).await?;\n").plan(),
        "can't be told apart",
    );
    none(&surreal("    state.db.create(\"session\").content(token).await?;\n").plan());
    none(&surreal("    state.db.query(\"CREATE session SET token = $token\").await?;\n").plan());

    let mongo = |body: &str| app("mongodb = \"3\"", "mongodb::Database", body, "");
    let insert = "    let user = users::User { id: 1, email: new.email };\n    state.db.collection::<users::User>(\"users\").insert_one(&user).await?;\n";
    seen(&mongo(insert).plan(), LINE);
    none(&mongo(&insert.replace("\"users\"", "\"sessions\"").replace("users::User>", "Session>")).plan());
    let upsert = "    state.db.collection::<users::User>(\"users\").update_one(doc! { \"email\": &new.email }, update).upsert(true).await?;\n";
    open(&mongo(upsert).plan(), "can't be told apart");
    none(&mongo(&upsert.replace(".upsert(true)", "")).plan());
}

#[test]
fn a_guest_who_becomes_a_member() {
    let body = "    sqlx::query(\n        \"UPDATE users SET email = $2, password_hash = $3, is_guest = FALSE WHERE id = $1\",\n    )\n    .bind(guest.id)\n    .bind(&new.email)\n    .bind(&new.password_hash)\n    .execute(&state.db)\n    .await?;\n";
    let handler = HANDLER
        .replace("BODY", body)
        .replace("    Json(new)", "    guest: crate::auth::CurrentUser,\n    Json(new)");
    let planned = Case::new().file("src/signup.rs", &handler).plan();
    let (status, reason) = planned.state("signup:");
    assert_eq!(status, Status::Ready, "{reason}");
    assert_eq!(
        planned.changed("src/signup.rs"),
        ["+    crate::cello::signed_up(&state.db, guest.id).await;"]
    );
    let kinds: Vec<&str> = planned.plan.survey.apps[0].signups.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(kinds[0], "guest-conversion");
    // Whoever changes their own address was a member before.
    let changed = Case::new().file("src/signup.rs", &handler.replace(", is_guest = FALSE", "")).plan();
    let sites: Vec<&str> = changed.plan.accounting.iter().map(|one| one.site.as_str()).collect();
    assert!(!sites.contains(&"signup:signup::signup"), "{sites:?}");
}

#[test]
fn a_library_that_asks_the_applications_backend() {
    let backend = "\n#[derive(Clone)]\npub struct Backend {\n    db: sqlx::SqlitePool,\n}\n\n#[async_trait::async_trait]\nimpl axum_login::AuthnBackend for Backend {\n    async fn authenticate(&self, new: NewUser) -> Result<Option<User>, sqlx::Error> {\n        let user = create(&self.db, &new).await?;\n        Ok(Some(user))\n    }\n}\n";
    let handler = "use axum::Json;\n\nuse crate::users::{Backend, NewUser};\n\npub async fn signup(mut auth: axum_login::AuthSession<Backend>, Json(new): Json<NewUser>) -> String {\n    match auth.authenticate(new).await {\n        Ok(Some(user)) => user.email,\n        _ => String::new(),\n    }\n}\n";
    let planned = Case::new()
        .replace("Cargo.toml", "anyhow = \"1\"\n", "anyhow = \"1\"\naxum-login = \"0.18\"\n")
        .file("src/signup.rs", handler)
        .any_format()
        .plan_with_users(backend);
    let (verdict, reason) = planned.verdict("signup:signup::signup");
    assert_ne!(verdict, Verdict::NotApplicable, "{reason}");
}

#[test]
fn the_start_of_the_program_signs_nobody_up() {
    let started = Case::new()
        .replace("src/main.rs", "    let listener", "    users::ensure_owner(&db).await;\n    let listener")
        .any_format()
        .plan_with_users("\npub async fn ensure_owner(db: &SqlitePool) {\n    let new = NewUser { email: String::new(), password_hash: String::new() };\n    create(db, &new).await.unwrap();\n}\n");
    let (verdict, reason) = started.verdict("signup:users::create");
    assert_eq!(verdict, Verdict::NotApplicable);
    assert!(reason.contains("only the start of the program"), "{reason}");
}
