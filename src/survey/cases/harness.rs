//! An application to vary, and everything that has to hold of its plan.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

use crate::edit::{Edit, splice};
use crate::plan::{Plan, Status, Step, Verdict, canonical_json};
use crate::steps::{Answer, Answers, make_plan};
use crate::survey::survey;
use crate::target::Target;

type Files = BTreeMap<String, String>;

const MANIFEST: &str = r#"[package]
name = "shop"
version = "0.1.0"
edition = "2021"

[dependencies]
anyhow = "1"
async-stripe = { version = "0.41", features = ["runtime-tokio-hyper"] }
axum = "0.8"
base64 = "0.22"
hmac = "0.12"
reqwest = { version = "0.12", features = ["json"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
sha2 = "0.10"
sqlx = { version = "0.8", features = ["sqlite", "runtime-tokio"] }
tokio = { version = "1", features = ["full"] }
tracing = "0.1"
uuid = { version = "1", features = ["v4"] }
"#;

const MAIN: &str = r#"mod auth;
mod billing;
mod signup;
mod users;

use axum::routing::{get, post};
use axum::Router;
use sqlx::SqlitePool;

#[derive(Clone)]
pub struct AppState {
    pub db: SqlitePool,
    pub stripe: stripe::Client,
}

pub fn app(state: AppState) -> Router {
    Router::new()
        .route("/signup", post(signup::signup))
        .route("/me", get(auth::me))
        .route("/checkout", post(billing::checkout))
        .with_state(state)
}

#[tokio::main]
async fn main() {
    let url = std::env::var("DATABASE_URL").unwrap();
    let db = SqlitePool::connect(&url).await.unwrap();
    let stripe = stripe::Client::new(std::env::var("STRIPE_KEY").unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await.unwrap();
    axum::serve(listener, app(AppState { db, stripe })).await.unwrap();
}
"#;

const AUTH: &str = r#"use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::StatusCode;

use crate::AppState;

pub struct CurrentUser {
    pub id: i64,
    pub email: String,
    pub name: String,
}

impl FromRequestParts<AppState> for CurrentUser {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, StatusCode> {
        crate::users::of_session(&state.db, &parts.headers)
            .await
            .ok_or(StatusCode::UNAUTHORIZED)
    }
}

pub async fn me(user: CurrentUser) -> String {
    user.name
}
"#;

const USERS: &str = r#"use sqlx::SqlitePool;

use crate::auth::CurrentUser;

pub struct User {
    pub id: i64,
    pub email: String,
    pub name: String,
}

#[derive(Debug, serde::Deserialize)]
pub struct NewUser {
    pub email: String,
    pub password_hash: String,
}

pub async fn create(db: &SqlitePool, new: &NewUser) -> sqlx::Result<User> {
    let sql = "INSERT INTO users (email, password_hash) VALUES ($1, $2) RETURNING *";
    sqlx::query_as::<_, User>(sql)
        .bind(&new.email)
        .bind(&new.password_hash)
        .fetch_one(db)
        .await
}

pub async fn by_email(db: &SqlitePool, email: &str) -> sqlx::Result<Option<User>> {
    sqlx::query_as::<_, User>("SELECT * FROM users WHERE email = $1")
        .bind(email)
        .fetch_optional(db)
        .await
}

pub async fn of_session(db: &SqlitePool, headers: &axum::http::HeaderMap) -> Option<CurrentUser> {
    todo!()
}
"#;

const SIGNUP: &str = "pub async fn signup() {}\n";
/// A sign-up that makes a user, for cases that need one.
pub const SIGNS_UP: &str = "use axum::extract::State;\nuse axum::http::StatusCode;\nuse axum::Json;\n\nuse crate::users::{create, NewUser};\n\
        use crate::AppState;\n\npub async fn signup(State(state): State<AppState>, Json(new): Json<NewUser>) -> Result<(), StatusCode> {\n    \
        let user = create(&state.db, &new).await.map_err(|_| StatusCode::CONFLICT)?;\n    \
        tracing::info!(user.id, \"new\");\n    Ok(())\n}\n";
const BILLING: &str = "pub async fn checkout() {}\n";
const MIGRATION: &str =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, password_hash TEXT NOT NULL);\n";

/// An application to vary: a router, an extractor, a table of users, an empty sign-up and an empty checkout.
#[derive(Clone)]
pub struct Case {
    files: Files,
    answers: Answers,
    formatted: bool,
}

impl Case {
    /// The application as it is.
    pub fn new() -> Self {
        let files = [
            ("Cargo.toml", MANIFEST),
            ("src/main.rs", MAIN),
            ("src/auth.rs", AUTH),
            ("src/users.rs", USERS),
            ("src/signup.rs", SIGNUP),
            ("src/billing.rs", BILLING),
            ("migrations/0001_users.sql", MIGRATION),
        ];
        let files = files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
        Self { files, answers: Answers::new(), formatted: true }
    }

    /// With this file.
    pub fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.into(), text.into());
        self
    }

    /// Without this file.
    pub fn without(mut self, path: &str) -> Self {
        assert!(self.files.remove(path).is_some(), "there is no {path}");
        self
    }

    /// With something else in place of a text that has to be there.
    pub fn replace(mut self, path: &str, from: &str, to: &str) -> Self {
        let text = self.files.get_mut(path).unwrap();
        assert!(text.contains(from), "{path} has no {from}:\n{text}");
        *text = text.replace(from, to);
        self
    }

    /// With code that is not laid out as rustfmt would, so that what comes of it need not be either.
    pub fn any_format(mut self) -> Self {
        self.formatted = false;
        self
    }

    /// A file's text.
    pub fn text(&self, path: &str) -> &str {
        &self.files[path]
    }

    /// With this answer to a decision.
    pub fn answer(mut self, id: &str, value: &str) -> Self {
        self.answers.insert(id.into(), Answer { value: value.into(), by: "flag".into() });
        self
    }

    /// The plan, and the one that is made once all its ready steps are applied: for tests of many texts, without the
    /// other checks.
    pub fn twice(&self) -> (Plan, Plan) {
        let plan = self.plan_only();
        let again = self.applied(&plan, &|_| true).plan_only();
        (plan, again)
    }

    /// Makes the plan and checks everything that holds of every plan.
    pub fn plan(&self) -> Planned {
        let plan = self.plan_only();
        assert_eq!(bytes(&plan), bytes(&self.plan_only()), "the same twice");
        self.applied_leaves_nothing(&plan);
        self.subsets_leave_the_rest(&plan);
        let after = self.applied(&plan, &|_| true);
        self.format_is_kept(&after);
        Planned { plan, before: self.files.clone(), after: after.files }
    }

    /// The plan with more items in `users`.
    pub fn plan_with_users(&self, items: &str) -> Planned {
        let text = self.text("src/users.rs").to_string() + items;
        self.clone().file("src/users.rs", &text).plan()
    }

    fn plan_only(&self) -> Plan {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in &self.files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let target = Target::open(dir.path(), None).unwrap();
        make_plan(&target, &survey(&target), &self.answers)
    }

    /// The application after the chosen ready steps.
    fn applied(&self, plan: &Plan, chosen: &dyn Fn(&Step) -> bool) -> Self {
        let mut edits: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
        for step in plan.steps.iter().filter(|step| step.status == Status::Ready && chosen(step)) {
            for edit in &step.edits {
                let edit_of = Edit { at: edit.at[0]..edit.at[1], text: edit.text.clone() };
                edits.entry(edit.file.clone()).or_default().push(edit_of);
            }
        }
        let mut after = self.clone();
        for (file, edits) in edits {
            let before = after.files.get(&file).cloned().unwrap_or_default();
            let text = String::from_utf8(splice(before.as_bytes(), &edits).unwrap()).unwrap();
            if file.ends_with(".rs") {
                syn::parse_file(&text).unwrap_or_else(|error| panic!("{file}: {error}\n{text}"));
            }
            after.files.insert(file, text);
        }
        after
    }

    fn applied_leaves_nothing(&self, plan: &Plan) {
        let after = self.applied(plan, &|_| true);
        let again = after.plan_only();
        let ready: Vec<&str> = again.steps.iter().filter(is_ready).map(|step| step.id.as_str()).collect();
        assert_eq!(ready, Vec::<&str>::new(), "nothing is ready after all is applied");
        assert_eq!(sites(plan), sites(&again), "the same sites are accounted for");
    }

    /// Every ready step, applied with what it comes after, is done then; the others are as before.
    fn subsets_leave_the_rest(&self, plan: &Plan) {
        // What touches no code has its own tests.
        let touches_code = |step: &&Step| step.edits.iter().any(|edit| edit.file.ends_with(".rs"));
        for step in plan.steps.iter().filter(is_ready).filter(touches_code) {
            let mut chosen = BTreeSet::from([step.id.as_str()]);
            let mut todo = vec![step];
            while let Some(next) = todo.pop() {
                for id in &next.after {
                    let Some(before) = plan.steps.iter().find(|step| step.id == *id) else { continue };
                    if chosen.insert(id) {
                        todo.push(before);
                    }
                }
            }
            let again = self.applied(plan, &|step| chosen.contains(step.id.as_str())).plan_only();
            for before in plan.steps.iter().filter(is_ready) {
                let now = again.steps.iter().find(|now| now.id == before.id);
                if chosen.contains(before.id.as_str()) {
                    let open = now.is_some_and(|now| now.status != Status::Done);
                    assert!(!open, "{} is not done after {}: {now:?}", before.id, step.id);
                } else {
                    let now = now.unwrap_or_else(|| panic!("{} is gone after {}", before.id, step.id));
                    assert_eq!(texts(before), texts(now), "{} after {}: {}", before.id, step.id, now.reason);
                }
            }
        }
    }

    /// What rustfmt would have left alone before, it leaves alone after.
    fn format_is_kept(&self, after: &Self) {
        for (path, text) in after.files.iter().filter(|(path, _)| path.ends_with(".rs")) {
            let before = self.files.get(path);
            if before == Some(text) || before.is_some_and(|before| rustfmt(before).as_ref() != Some(before)) {
                continue;
            }
            let wanted = rustfmt(text).unwrap_or_else(|| panic!("rustfmt refuses {path}:\n{text}"));
            if self.formatted {
                let diff = crate::edit::unified(path, Some(text), &wanted);
                assert!(*text == wanted, "{path} is not as rustfmt has it:\n{diff}");
            }
        }
    }
}

fn bytes(plan: &Plan) -> String {
    canonical_json(&serde_json::to_value(plan).unwrap())
}

fn is_ready(step: &&Step) -> bool {
    step.status == Status::Ready
}

fn texts(step: &Step) -> Vec<&str> {
    step.edits.iter().map(|edit| edit.text.as_str()).collect()
}

fn sites(plan: &Plan) -> Vec<&str> {
    plan.accounting.iter().map(|account| account.site.as_str()).collect()
}

/// A text as rustfmt lays it out; `None` if it refuses.
fn rustfmt(text: &str) -> Option<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2021", "--config", "newline_style=Auto"])
        // Away from this crate, whose own settings would count.
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("rustfmt is installed: rustup component add rustfmt");
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// A plan that holds, and what it makes of the application.
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    before: Files,
    after: Files,
}

impl Planned {
    /// The step of this id, else the only one whose id starts so.
    pub fn step(&self, start: &str) -> &Step {
        if let Some(step) = self.plan.steps.iter().find(|step| step.id == start) {
            return step;
        }
        let found: Vec<&Step> = self.plan.steps.iter().filter(|step| step.id.starts_with(start)).collect();
        assert_eq!(found.len(), 1, "{start}: {:?}", self.ids());
        found[0]
    }

    /// Ids of all steps.
    pub fn ids(&self) -> Vec<&str> {
        self.plan.steps.iter().map(|step| step.id.as_str()).collect()
    }

    /// Verdict and reason on a site.
    pub fn verdict(&self, site: &str) -> (Verdict, &str) {
        let found = self.plan.accounting.iter().find(|account| account.site == site);
        let found = found.unwrap_or_else(|| panic!("{site} is not among {:?}", sites(&self.plan)));
        (found.verdict, &found.reason)
    }

    /// Lines that differ in a file: `-` before those that go, `+` before those that come.
    pub fn changed(&self, path: &str) -> Vec<String> {
        let (before, after) = (&self.before[path], &self.after[path]);
        let diff = similar::TextDiff::from_lines(before.as_str(), after.as_str());
        diff.iter_all_changes()
            .filter(|change| change.tag() != similar::ChangeTag::Equal)
            .map(|change| format!("{}{}", change.tag(), change.value().trim_end_matches('\n')))
            .collect()
    }

    /// The text of a file after all ready steps.
    pub fn text(&self, path: &str) -> &str {
        self.after.get(path).unwrap_or_else(|| panic!("no {path}"))
    }

    /// Status and reason of a step, for a look at what is wrong.
    pub fn state(&self, start: &str) -> (Status, &str) {
        let step = self.step(start);
        (step.status, &step.reason)
    }
}
