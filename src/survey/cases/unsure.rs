//! Sign-ups behind what may be a guard, without credentials, called by what a router names, and in tables with a prefix.

use super::{Case, Planned};
use crate::plan::{Status, Verdict};

const SIGNUP: &str = "use axum::extract::State;\nuse axum::http::StatusCode;\nuse axum::Json;\n\nuse crate::users::{self, NewUser};\nuse crate::AppState;\n\npub async fn enter(\n    State(state): State<AppState>,\n    Json(new): Json<NewUser>,\n) -> Result<StatusCode, anyhow::Error> {\n    let user = users::create(&state.db, &new).await?;\n    Ok(StatusCode::CREATED)\n}\n";

/// A handler called so, under a path, behind middleware with this body.
fn behind(path: &str, handler: &str, middleware: &str) -> Case {
    let function = format!(
        "pub async fn unit(mut request: axum::extract::Request, next: axum::middleware::Next) -> Result<axum::response::Response, StatusCode> {{\n    {middleware}\n    Ok(next.run(request).await)\n}}\n"
    );
    Case::new()
        .file("src/signup.rs", &SIGNUP.replace("enter", handler))
        .replace("src/auth.rs", "pub async fn me", &format!("{function}\npub async fn me"))
        .replace(
            "src/main.rs",
            "        .route(\"/signup\", post(signup::signup))\n",
            "        .merge(open())\n",
        )
        .replace(
            "src/main.rs",
            "pub fn app",
            &format!("fn open() -> Router<AppState> {{\n    Router::new()\n        .route(\"{path}\", post(signup::{handler}))\n        .route_layer(axum::middleware::from_fn(auth::unit))\n}}\n\npub fn app"),
        )
        .replace("src/main.rs", "mod signup;", "#[path = \"signup.rs\"]\nmod entry;")
        .replace("src/main.rs", "signup::", "entry::")
        .any_format()
}

const OPENS: &str = "let work = begin(&request).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;";

#[test]
fn who_registers_is_not_signed_in_whatever_stands_before() {
    let planned = behind("/register", "register", OPENS).plan();
    let (status, reason) = planned.state("signup:entry::register");
    assert_eq!(status, Status::Ready, "{reason}");
}

#[test]
fn what_may_be_a_guard_is_for_a_person_to_say() {
    let planned = behind("/people", "add", OPENS).plan();
    let (status, reason) = planned.state("signup:entry::add");
    assert_eq!(status, Status::ByHand);
    assert!(reason.contains("`unit` stands in front of it"), "{reason}");
}

#[test]
fn what_surely_is_a_guard_makes_it_none() {
    let refuses = "if request.headers().is_empty() {\n        return Err(StatusCode::UNAUTHORIZED);\n    }";
    let planned = behind("/register", "register", refuses).plan();
    let (verdict, reason) = planned.verdict("signup:entry::register");
    assert_eq!(verdict, Verdict::NotApplicable, "{reason}");
    // A layer that can't be looked into is taken for one.
    let unknown = behind("/register", "register", OPENS).replace(
        "src/main.rs",
        "from_fn(auth::unit)",
        "from_fn(elsewhere::unit)",
    );
    assert_eq!(unknown.plan().verdict("signup:entry::register").0, Verdict::NotApplicable);
}

fn without_credentials(handler: &str) -> Planned {
    Case::new()
        .file("src/signup.rs", &SIGNUP.replace("enter", handler))
        .replace("src/users.rs", "users (email, password_hash)", "users (name, profile)")
        .replace(
            "src/main.rs",
            "\"/signup\", post(signup::signup)",
            &format!("\"/in\", post(entry::{handler})"),
        )
        .replace("src/main.rs", "mod signup;", "#[path = \"signup.rs\"]\nmod entry;")
        .plan()
}

/// Whoever comes from an identity provider has nothing of their own to sign in with.
#[test]
fn a_row_without_credentials_is_a_sign_up_where_it_is_called_one() {
    let planned = without_credentials("complete_registration");
    assert_eq!(planned.state("signup:").0, Status::Ready, "{}", planned.state("signup:").1);
    let started = without_credentials("start");
    let (verdict, reason) = started.verdict("signup:entry::start");
    assert_eq!(verdict, Verdict::NotApplicable);
    assert!(reason.contains("a guest"), "{reason}");
}

/// `main` leads to whatever puts routes together, and that only names the handlers.
#[test]
fn what_a_strange_router_names_is_not_the_programs_start() {
    let strange = |put: &str| {
        Case::new()
            .file("src/signup.rs", SIGNUP)
            .replace("src/main.rs", "        .route(\"/signup\", post(signup::signup))\n", "")
            .replace("src/main.rs", "pub fn app", &format!("fn strange() {{\n    {put};\n}}\n\npub fn app"))
            .replace("src/main.rs", "    let listener", "    strange();\n    let listener")
            .plan()
    };
    let named = strange("other::Api::at(\"/people\", signup::enter)");
    let (verdict, reason) = named.verdict("signup:users::create");
    assert_eq!(verdict, Verdict::ByHand);
    assert!(reason.contains("no route was found"), "{reason}");
    let called = strange("signup::enter(state(), new())");
    let (verdict, reason) = called.verdict("signup:users::create");
    assert_eq!(verdict, Verdict::NotApplicable);
    assert!(reason.contains("only the start of the program"), "{reason}");
}

#[test]
fn migrations_sign_nobody_up() {
    let migration = "pub struct Migration;\n\nimpl sea_orm_migration::MigrationTrait for Migration {\n    async fn up(&self, db: &sqlx::SqlitePool) -> Result<(), anyhow::Error> {\n        sqlx::query(\"INSERT INTO users (email, password_hash) VALUES ('a', 'b')\").execute(db).await?;\n        Ok(())\n    }\n}\n";
    let planned =
        Case::new().file("src/billing.rs", &format!("{migration}\npub async fn checkout() {{}}\n")).plan();
    let (verdict, reason) = planned.verdict("signup:billing::Migration::up");
    assert_eq!(verdict, Verdict::NotApplicable);
    assert!(reason.contains("migration"), "{reason}");
}

fn into_table(table: &str) -> Planned {
    Case::new()
        .file("src/signup.rs", &SIGNUP.replace("enter", "signup"))
        .replace("src/users.rs", "INTO users (", &format!("INTO {table} ("))
        .plan()
}

#[test]
fn tables_of_users_with_a_prefix() {
    // The crate is called `shop`.
    for table in ["tb_user", "app_users", "t_user", "shop_users", "public.sys_user"] {
        let planned = into_table(table);
        assert_eq!(planned.state("signup:").0, Status::Ready, "{table}");
    }
    // These are rows of other people, unless they have a password.
    for table in
        ["beta_users (email, code)", "blocked_users (email, reason)", "shop_users (shop_id, users_id)"]
    {
        let (name, columns) = table.split_once(' ').unwrap();
        let planned = Case::new()
            .file("src/signup.rs", &SIGNUP.replace("enter", "signup"))
            .replace("src/users.rs", "INTO users (email, password_hash)", &format!("INTO {name} {columns}"))
            .plan();
        assert!(!planned.ids().iter().any(|id| id.starts_with("signup")), "{table}: {:?}", planned.ids());
    }
}

/// A sign-up whose handler asks for this, too.
fn asking(parameter: &str, types: &str) -> Planned {
    let extractor = "{\n    type Rejection = StatusCode;\n\n    async fn from_request_parts(parts: &mut axum::http::request::Parts, state: &AppState) -> Result<Self, StatusCode> {\n        todo!()\n    }\n}\n";
    let name = parameter.rsplit(' ').next().unwrap();
    let text = SIGNUP
        .replace("enter", "signup")
        .replace("    Json(new)", &format!("    {parameter},\n    Json(new)"));
    let text =
        format!("{text}\n{types}\nimpl axum::extract::FromRequestParts<AppState> for {name} {extractor}");
    Case::new().file("src/signup.rs", &text).any_format().plan()
}

#[test]
fn what_a_handler_asks_for_beside_the_body_is_not_always_somebody() {
    for (parameter, types) in [
        (
            "DatabaseConnection(conn): DatabaseConnection",
            "pub struct DatabaseConnection(pub sqlx::SqlitePool);\n",
        ),
        ("_ip: ClientIp", "pub struct ClientIp(pub String);\n"),
        ("_version: Version", "pub enum Version {\n    One,\n}\n"),
    ] {
        let planned = asking(parameter, types);
        assert_eq!(planned.state("signup:").0, Status::Ready, "{parameter}: {}", planned.state("signup:").1);
        let identity = &planned.plan.survey.apps[0].identity;
        assert_eq!(identity.iter().filter(|found| found.rank > 0).count(), 1, "{identity:?}");
    }
    for (parameter, types) in [
        ("_role: RequireRole", "pub struct RequireRole;\n"),
        ("_user: SignedIn", "pub struct SignedIn(pub UserId);\n\npub struct UserId(pub i64);\n"),
    ] {
        let planned = asking(parameter, types);
        let (verdict, reason) = planned.verdict("signup:signup::signup");
        assert_eq!(verdict, Verdict::NotApplicable, "{parameter}: {reason}");
    }
}

/// What stands before the log-in as well asks nobody to be logged in, whatever it is called.
#[test]
fn what_the_log_in_is_behind_is_no_guard() {
    let around = |first: &str, second: &str| {
        Case::new()
            .file("src/signup.rs", &SIGNUP.replace("enter", "add"))
            .replace(
                "src/main.rs",
                "        .route(\"/signup\", post(signup::signup))\n",
                &format!("        .merge(open())\n{second}"),
            )
            .replace("src/main.rs", "pub fn app", &format!("fn open() -> Router<AppState> {{\n    Router::new()\n        .route(\"/people\", post(signup::add))\n{first}        .route_layer(axum::middleware::from_fn(require_captcha))\n}}\n\npub fn app"))
            .any_format()
            .plan()
    };
    let login = "        .route(\"/login\", post(auth::me))\n";
    let planned = around(login, "");
    assert_eq!(planned.state("signup:").0, Status::Ready, "{}", planned.state("signup:").1);
    for planned in [around("", login), around(&login.replace("/login", "/logins"), "")] {
        assert_eq!(planned.verdict("signup:signup::add").0, Verdict::NotApplicable);
    }
}

#[test]
fn a_user_needs_no_address_to_have_an_id() {
    let planned = |name: &str| {
        Case::new()
            .file("src/signup.rs", &SIGNUP.replace("enter", "signup"))
            .replace(
                "src/users.rs",
                "    pub email: String,\n    pub name: String,\n}\n\n#[derive",
                "    pub name: String,\n}\n\n#[derive",
            )
            .replace("src/users.rs", "pub struct User {", &format!("pub struct {name} {{"))
            .replace("src/users.rs", "Result<User>", &format!("Result<{name}>"))
            .any_format()
            .plan()
    };
    let (user, receipt) = (planned("User"), planned("Receipt"));
    assert_eq!(user.state("signup:").0, Status::Ready, "{}", user.state("signup:").1);
    assert_eq!(receipt.state("signup:").0, Status::ByHand);
}

#[test]
fn whose_rows_a_table_of_some_users_holds_is_for_a_person_to_say() {
    let planned = |table: &str| {
        Case::new()
            .file("src/signup.rs", &SIGNUP.replace("enter", "signup"))
            .replace("src/users.rs", "users (email, password_hash)", &format!("{table} (email, nick)"))
            .plan()
    };
    let portal = planned("portal_users");
    let (verdict, reason) = portal.verdict("signup:signup::signup");
    assert_eq!(verdict, Verdict::ByHand, "{reason}");
    assert!(reason.contains("it makes a row of `portal_users`"), "{reason}");
    for table in ["admin_users", "portal_uses"] {
        assert!(planned(table).plan.survey.apps[0].signups.is_empty(), "{table}");
    }
}

#[test]
fn a_server_function_is_where_people_sign_up_without_a_route() {
    let text = SIGNUP
        .replace("pub async fn enter(", "#[server]\npub async fn enter(")
        .replace("    State(state): State<AppState>,\n", "")
        .replace("    let user = users", "    let state: AppState = use_state();\n    let user = users");
    let planned = |text: &str| {
        Case::new()
            .file("src/signup.rs", text)
            .replace("src/main.rs", "        .route(\"/signup\", post(signup::signup))\n", "")
            .any_format()
            .plan()
    };
    let served = planned(&text);
    let (verdict, reason) = served.verdict("signup:signup::enter");
    assert_eq!(verdict, Verdict::ByHand, "{reason}");
    assert!(reason.contains("it is a server function"), "{reason}");
    // What no request reaches stays where the user is made.
    let unserved = planned(&text.replace("#[server]\n", ""));
    let sites: Vec<_> =
        unserved.plan.survey.apps[0].signups.iter().map(|site| site.at.file.clone()).collect();
    assert_eq!(sites, ["src/users.rs"]);
}
