//! What creates a user and is no way to sign up, and sign-ups that only look like that.

use super::{Case, Planned};
use crate::plan::{Status, Verdict};

const USES: &str = "use axum::extract::State;\nuse axum::http::StatusCode;\nuse axum::Json;\n\nuse crate::users::{self, NewUser};\nuse crate::AppState;\n\n";

/// A function that creates a user, with this before its first parameter and this around it.
fn creates(attributes: &str, name: &str, parameter: &str) -> String {
    format!(
        "{attributes}pub async fn {name}(\n    State(state): State<AppState>,\n{parameter}    Json(new): Json<NewUser>,\n) -> Result<StatusCode, anyhow::Error> {{\n    let user = users::create(&state.db, &new).await?;\n    Ok(StatusCode::CREATED)\n}}\n"
    )
}

fn case(text: &str) -> Case {
    Case::new().file("src/signup.rs", &format!("{USES}{text}"))
}

#[track_caller]
fn decoy(planned: &Planned, site: &str, why: &str) {
    let (verdict, reason) = planned.verdict(site);
    assert_eq!(verdict, Verdict::NotApplicable, "{reason}");
    assert!(reason.contains(why), "{reason}");
    assert!(!planned.text("src/signup.rs").contains("cello"));
}

#[test]
fn what_is_for_development_is_none() {
    for attribute in ["#[cfg(debug_assertions)]\n", "#[cfg(all(debug_assertions, unix))]\n"] {
        decoy(&case(&creates(attribute, "signup", "")).plan(), "signup:signup::signup", "debug builds");
    }
    let module = case(&creates("", "signup", "")).replace(
        "src/main.rs",
        "mod signup;",
        "#[cfg(debug_assertions)]\nmod signup;",
    );
    decoy(&module.plan(), "signup:signup::signup", "debug builds");
    let path = case(&creates("", "signup", "")).replace("src/main.rs", "\"/signup\"", "\"/dev/signup\"");
    decoy(&path.plan(), "signup:signup::signup", "development");
    let release = case(&creates("#[cfg(not(debug_assertions))]\n", "signup", "")).plan();
    assert_eq!(release.state("signup:").0, Status::Ready);
}

#[test]
fn what_administrators_and_programs_do_is_none() {
    let planned = case(&creates("", "signup", "    admin: crate::auth::CurrentUser,\n")).plan();
    decoy(&planned, "signup:signup::signup", "signed in");
    let admin = case(&creates("", "signup", "")).replace("src/main.rs", "\"/signup\"", "\"/admin/users\"");
    decoy(&admin.plan(), "signup:signup::signup", "/admin");
    // Accounts made after a payment are sign-ups; those copied from elsewhere are none.
    let webhook =
        case(&creates("", "signup", "")).replace("src/main.rs", "\"/signup\"", "\"/stripe/webhook\"").plan();
    let (verdict, reason) = webhook.verdict("signup:signup::signup");
    assert_eq!(verdict, Verdict::ByHand);
    assert!(reason.contains("a webhook creates the user"), "{reason}");
    let guarded = case(&creates("", "signup", ""))
        .replace(
            "src/main.rs",
            "        .with_state",
            "        .route_layer(axum::middleware::from_fn(require_admin))\n        .with_state",
        )
        .plan();
    decoy(&guarded, "signup:signup::signup", "require_admin");
    let nested = case(&creates("", "signup", ""))
        .replace("src/main.rs", "        .route(\"/signup\", post(signup::signup))\n", "        .nest(\"/staff\", staff())\n")
        .replace("src/main.rs", "#[tokio::main]", "fn staff() -> Router<AppState> {\n    Router::new()\n        .route(\"/new\", post(signup::signup))\n        .layer(axum::middleware::from_fn(admin_only))\n}\n\n#[tokio::main]")
        .plan();
    decoy(&nested, "signup:signup::signup", "admin_only");
    let asked = case(&format!(
        "{}\nasync fn require_admin(state: &AppState) -> Result<(), anyhow::Error> {{\n    todo!()\n}}\n",
        creates("", "signup", "").replace("    let user", "    require_admin(&state).await?;\n    let user")
    ));
    decoy(&asked.plan(), "signup:signup::signup", "require_admin");
    // A guard around other routes is none around this one.
    let other = case(&creates("", "signup", ""))
        .replace("src/main.rs", "        .route(\"/signup\", post(signup::signup))\n        .route(\"/me\", get(auth::me))\n", "        .route(\"/me\", get(auth::me))\n        .route_layer(axum::middleware::from_fn(require_login))\n        .route(\"/signup\", post(signup::signup))\n")
        .plan();
    assert_eq!(other.state("signup:").0, Status::Ready);
}

#[test]
fn seeds_and_tests_are_none() {
    let seed = case(&creates("", "seed", "").replace("State(state): State<AppState>", "state: AppState"))
        .replace("src/main.rs", "signup::signup", "auth::me")
        .plan();
    let (verdict, reason) = seed.verdict("signup:users::create");
    assert_eq!((verdict, reason.contains("no route")), (Verdict::ByHand, true), "{reason}");
    let unused = case("pub async fn signup() {}\n").plan();
    decoy(&unused, "signup:users::create", "nothing in this project calls it");
    let tests = case("pub async fn signup() {}\n\n#[cfg(test)]\nmod tests {\n    async fn insert(db: &sqlx::SqlitePool) {\n        sqlx::query(\"INSERT INTO users (email) VALUES (1)\").execute(db).await.unwrap();\n    }\n}\n").plan();
    assert!(!tests.plan.accounting.iter().any(|account| account.site.contains("tests")));
}

#[test]
fn other_tables_create_nobody() {
    for sql in [
        "INSERT INTO subscribers (email) VALUES ($1, $2) RETURNING *",
        "INSERT INTO password_resets (user_id, password_token) VALUES ($1, $2) RETURNING *",
        "INSERT INTO accounts (user_id, provider) VALUES ($1, $2) RETURNING *",
        "INSERT INTO profiles (user_id, handle) VALUES ($1, $2) RETURNING *",
        "INSERT INTO rooms (name, password) VALUES ($1, $2) RETURNING *",
    ] {
        let planned = case(&creates("", "signup", ""))
            .replace(
                "src/users.rs",
                "INSERT INTO users (email, password_hash) VALUES ($1, $2) RETURNING *",
                sql,
            )
            .plan();
        assert!(!planned.ids().iter().any(|id| id.starts_with("signup")), "{sql}: {:?}", planned.ids());
    }
    let guest = case(&creates("", "start", ""))
        .file("src/entry.rs", &format!("{USES}{}", creates("", "start", "")))
        .file("src/signup.rs", "")
        .replace("src/main.rs", "mod signup;", "mod entry;\nmod signup;")
        .replace("src/main.rs", "\"/signup\", post(signup::signup)", "\"/start\", post(entry::start)")
        .replace("src/users.rs", "users (email, password_hash)", "users (nick, colour)")
        .plan();
    decoy(&guest, "signup:entry::start", "guest");
}

#[test]
fn a_service_shared_with_something_else_is_not_noted_within() {
    let both = format!(
        "{}\n{}",
        creates("", "signup", "").replace("let user = users::create", "let _done = register"),
        creates("", "invite", "    admin: crate::auth::CurrentUser,\n").replace("users::create", "register")
    );
    let register = "\npub async fn register(db: &sqlx::SqlitePool, new: &NewUser) -> Result<(), anyhow::Error> {\n    let user = users::create(db, new).await?;\n    Ok(())\n}\n";
    let planned = case(&format!("{both}{register}"))
        .replace(
            "src/main.rs",
            "        .route(\"/me\"",
            "        .route(\"/invite\", post(signup::invite))\n        .route(\"/me\"",
        )
        .plan();
    let (status, reason) = planned.state("signup:signup::signup");
    assert_eq!(status, Status::ByHand);
    assert!(reason.contains("shared"), "{reason}");
    decoy(&planned, "signup:signup::invite", "signed in");
}

#[test]
fn what_is_behind_a_trait_is_followed() {
    let text = "pub trait Accounts: Send + Sync {\n    async fn register(&self, new: &NewUser) -> Result<users::User, anyhow::Error>;\n}\n\npub struct Stored {\n    pub pool: sqlx::SqlitePool,\n}\n\nimpl Accounts for Stored {\n    async fn register(&self, new: &NewUser) -> Result<users::User, anyhow::Error> {\n        let user = users::create(&self.pool, new).await?;\n        Ok(user)\n    }\n}\n\npub async fn signup(\n    State(accounts): State<std::sync::Arc<dyn Accounts>>,\n    Json(new): Json<NewUser>,\n) -> Result<StatusCode, anyhow::Error> {\n    let user = accounts.register(&new).await?;\n    Ok(StatusCode::CREATED)\n}\n";
    let planned = case(text).plan();
    let (status, reason) = planned.state("signup:signup::signup");
    assert_eq!(status, Status::Ready, "{reason}");
    assert_eq!(
        planned.changed("src/signup.rs"),
        ["+        crate::cello::signed_up(&self.pool, user.id).await;"]
    );
    // What can't be followed is not called a seed.
    let unknown = case(&text.replace("State(accounts): State<std::sync::Arc<dyn Accounts>>,\n    ", "").replace("accounts.register", "somewhere().register").replace("    async fn register(&self, new: &NewUser) -> Result<users::User, anyhow::Error> {", "    async fn enroll(&self) {}\n\n    async fn register(&self, new: &NewUser) -> Result<users::User, anyhow::Error> {")).any_format().plan();
    assert_ne!(
        unknown.plan.accounting.iter().find(|account| account.site.starts_with("signup:")).unwrap().verdict,
        Verdict::NotApplicable
    );
}

#[test]
fn guests_sign_up_later() {
    for name in ["create_guest", "anonymous_login", "start_demo"] {
        let planned = case(&creates("", name, ""))
            .replace(
                "src/main.rs",
                "\"/signup\", post(signup::signup)",
                &format!("\"/try\", post(signup::{name})"),
            )
            .plan();
        decoy(&planned, &format!("signup:signup::{name}"), "guests sign up later");
    }
    // A name that speaks of both is for a person; one that only sounds like it is a sign-up.
    let both = case(&creates("", "register_guest", ""))
        .replace("src/main.rs", "signup::signup", "signup::register_guest")
        .plan();
    let (status, reason) = both.state("signup:");
    assert_eq!(status, Status::ByHand);
    assert!(reason.contains("for a person to say"), "{reason}");
    let neither = case(&creates("", "register_guesthouse", ""))
        .replace("src/main.rs", "signup::signup", "signup::register_guesthouse")
        .plan();
    assert_eq!(neither.state("signup:").0, Status::Ready);
}

#[test]
fn what_a_request_holds_is_nobody() {
    let query = "\npub struct Query<T>(pub T);\n\nimpl<S, T> axum::extract::FromRequestParts<S> for Query<T> {\n    type Rejection = StatusCode;\n\n    async fn from_request_parts(parts: &mut axum::http::request::Parts, state: &S) -> Result<Self, StatusCode> {\n        todo!()\n    }\n}\n";
    let handler = creates("", "signup", "    Query(page): Query<String>,\n");
    let planned = case(&format!("{handler}{query}")).any_format().plan();
    let (status, reason) = planned.state("signup:");
    assert_eq!(status, Status::Ready, "{reason}");
}

#[test]
fn a_row_for_whoever_is_signed_in_is_for_a_person() {
    let handler = |name: &str| {
        format!(
            "pub async fn {name}(\n    State(state): State<AppState>,\n    user: crate::auth::CurrentUser,\n) -> Result<StatusCode, anyhow::Error> {{\n    ensure(&state, &user).await?;\n    Ok(StatusCode::OK)\n}}\n"
        )
    };
    let ensure = "async fn ensure(state: &AppState, user: &crate::auth::CurrentUser) -> sqlx::Result<()> {\n    let sql = \"INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING\";\n    sqlx::query(sql).bind(user.id).bind(&user.email).execute(&state.db).await?;\n    Ok(())\n}\n";
    let both = case(&format!("{}\n{}\n{ensure}", handler("signup"), handler("visit"))).replace(
        "src/main.rs",
        "        .route(\"/me\"",
        "        .route(\"/visit\", post(signup::visit))\n        .route(\"/me\"",
    );
    let planned = both.plan();
    let (verdict, reason) = planned.verdict("signup:signup::signup");
    assert_eq!(verdict, Verdict::ByHand);
    assert!(reason.contains("an account from elsewhere"), "{reason}");
    // One place, however many handlers lead to it.
    decoy(&planned, "signup:signup::visit", "the same row");
    // Whoever is told by their e-mail is somebody else.
    let others = both.replace("src/signup.rs", "ON CONFLICT (id)", "ON CONFLICT (email)").plan();
    decoy(&others, "signup:signup::signup", "signed in");
}

#[test]
fn the_first_user_of_an_installation_is_for_a_person() {
    for (from, to) in [("\"/signup\"", "\"/api/setup\""), ("signup::signup", "signup::setup_instance")] {
        let planned = case(&creates(
            "",
            to.rsplit("::").next().filter(|name| !name.contains('/')).unwrap_or("signup"),
            "",
        ))
        .replace("src/main.rs", from, to)
        .plan();
        let site =
            planned.plan.accounting.iter().find(|account| account.site.starts_with("signup:")).unwrap();
        assert_eq!(site.verdict, Verdict::ByHand);
        assert!(site.reason.contains("sets an installation up"), "{}", site.reason);
    }
}

#[test]
fn a_sign_up_that_is_not_seen_to_store_anybody_is_listed() {
    let text = "pub async fn signup(\n    State(state): State<AppState>,\n    Json(new): Json<NewUser>,\n) -> Result<StatusCode, anyhow::Error> {\n    crate::elsewhere::client().create(&new).await?;\n    Ok(StatusCode::CREATED)\n}\n";
    let unseen = case(text)
        .file("src/elsewhere.rs", "pub fn client() -> remote::Client {\n    remote::Client::new()\n}\n")
        .replace("src/main.rs", "mod users;", "mod elsewhere;\nmod users;")
        .replace("src/users.rs", "INSERT INTO users", "UPDATE users");
    let planned = unseen.plan();
    let (verdict, reason) = planned.verdict("signup:signup::signup");
    assert_eq!(verdict, Verdict::ByHand);
    assert!(reason.contains("is not seen"), "{reason}");
    // A device is registered as well; where sign-ups are known, this is something else; a log-in is none.
    let listed = |case: &Case| {
        let survey = case.plan().plan.survey;
        survey.apps[0].signups.iter().any(|site| site.symbol == "signup::signup" && site.decoy.is_none())
    };
    assert!(listed(&unseen));
    for path in ["\"/devices/register\"", "\"/login\""] {
        assert!(!listed(&unseen.clone().replace("src/main.rs", "\"/signup\"", path)), "{path}");
    }
    assert!(!listed(&unseen.replace(
        "src/signup.rs",
        "Json(new)",
        "by: crate::auth::CurrentUser,\n    Json(new)"
    )));
}

#[test]
fn a_method_that_every_result_has_keeps_its_success() {
    let own = "\npub trait ResultExt<T> {\n    fn on_constraint(self, name: &str) -> Result<T, StatusCode>;\n}\n\nimpl<T> ResultExt<T> for Result<T, sqlx::Error> {\n    fn on_constraint(self, _name: &str) -> Result<T, StatusCode> {\n        self.map_err(|_| StatusCode::CONFLICT)\n    }\n}\n";
    let text = creates("", "signup", "")
        .replace("anyhow::Error", "StatusCode")
        .replace(".await?", ".await.on_constraint(\"users_email_key\")?");
    let case = case(&format!("{text}{own}")).any_format();
    assert_eq!(case.plan().state("signup:").0, Status::Ready);
    // One that can make a value of its own, and one that gives back another.
    for (from, to) in [
        ("impl<T> ResultExt", "impl<T: Default> ResultExt"),
        (
            "impl<T> ResultExt<T> for Result<T, sqlx::Error>",
            "impl ResultExt<users::User> for Result<users::User, sqlx::Error>",
        ),
    ] {
        let to_own = to.contains("for Result<users");
        let mut other = case.clone().replace("src/signup.rs", from, to);
        if to_own {
            other = other.replace(
                "src/signup.rs",
                "_name: &str) -> Result<T,",
                "_name: &str) -> Result<users::User,",
            );
        }
        assert_eq!(other.plan().state("signup:").0, Status::ByHand, "{to}");
    }
}

#[test]
fn the_id_is_in_the_tuple_that_comes_back() {
    let of = |row: &str, returning: &str| {
        let text = creates("", "signup", "").replace(
            "users::create(&state.db, &new).await?",
            &format!("sqlx::query_as::<_, {row}>(\"INSERT INTO users (email) VALUES ($1) RETURNING {returning}\")\n        .bind(&new.email)\n        .fetch_one(&state.db)\n        .await?"),
        );
        case(&text).any_format().plan()
    };
    for (row, returning, id) in [("(i64,)", "id", "user.0"), ("(String, i64)", "email, id", "user.1")] {
        let planned = of(row, returning);
        assert_eq!(planned.state("signup:").0, Status::Ready, "{row}");
        assert!(planned.text("src/signup.rs").contains(&format!("signed_up(&state.db, {id})")));
    }
    // No id among them, or not as many as there are.
    for (row, returning) in [("(String,)", "email"), ("(i64,)", "id, email")] {
        assert_eq!(of(row, returning).state("signup:").0, Status::ByHand, "{row}");
    }
}

#[test]
fn a_service_over_any_repository_leads_to_its_implementation() {
    let repository = "\npub trait Accounts {\n    async fn add_account(&self, new: &NewUser) -> Result<users::User, anyhow::Error>;\n}\n\npub struct SqlAccounts {\n    db: sqlx::SqlitePool,\n}\n\nimpl Accounts for SqlAccounts {\n    async fn add_account(&self, new: &NewUser) -> Result<users::User, anyhow::Error> {\n        let user = users::create(&self.db, new).await?;\n        Ok(user)\n    }\n}\n\nasync fn register<R: Accounts>(repo: R, new: NewUser) -> Result<(), anyhow::Error> {\n    repo.add_account(&new).await?;\n    Ok(())\n}\n";
    let text = creates("", "signup", "").replace(
        "let user = users::create(&state.db, &new).await?;",
        "register(SqlAccounts { db: state.db.clone() }, new).await?;",
    );
    let planned = case(&format!("{text}{repository}")).any_format().plan();
    assert_eq!(planned.state("signup:signup::signup").0, Status::Ready);
    assert!(planned.text("src/signup.rs").contains("signed_up(&self.db, user.id)"));
    // A method of that name elsewhere is another one.
    let other = format!(
        "{text}{repository}\npub struct Books;\n\nimpl Books {{\n    pub async fn add_account(&self) {{}}\n}}\n"
    );
    let planned = case(&other).any_format().plan();
    assert!(!planned.ids().contains(&"signup:signup::signup"), "{:?}", planned.ids());
}

#[test]
fn an_administrator_is_one_however_else_the_type_is_had() {
    let admin = r#"
use axum::http::{request::Parts, HeaderMap};

pub struct AdminUser {
    pub id: i64,
}

impl AdminUser {
    pub async fn from_headers(headers: &HeaderMap) -> Option<Self> {
        todo!()
    }
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for AdminUser {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, StatusCode> {
        Self::from_headers(&parts.headers).await.ok_or(StatusCode::UNAUTHORIZED)
    }
}
"#;
    let handler = creates("", "signup", "    admin: AdminUser,\n");
    let planned = case(&format!("{handler}{admin}")).any_format().plan();
    let identity = &planned.plan.survey.apps[0].identity;
    assert!(identity.iter().any(|one| one.kind == "helper" && one.optional), "{identity:#?}");
    decoy(&planned, "signup:signup::signup", "administrator");
}
