//! Who is signed in, in all the shapes extractors have.

use super::harness::SIGNS_UP;
use super::{Case, Planned};
use crate::plan::Status;

const BODY: &str = "    type Rejection = StatusCode;\n\n    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, StatusCode> {\n        crate::users::of_session(&state.db, &parts.headers)\n            .await\n            .ok_or(StatusCode::UNAUTHORIZED)\n    }\n}\n";
const USES: &str = "use axum::extract::FromRequestParts;\nuse axum::http::request::Parts;\nuse axum::http::StatusCode;\n\nuse crate::AppState;\n\n";

/// An application with these types, an extractor for `CurrentUser`, and handlers.
fn auth(types: &str) -> Case {
    Case::new()
        .file(
            "src/auth.rs",
            &format!(
                "{USES}{types}\n{}pub async fn me(user: CurrentUser) -> String {{\n    todo!()\n}}\n",
                extractor("CurrentUser")
            ),
        )
        .any_format()
}

fn extractor(name: &str) -> String {
    format!("impl FromRequestParts<AppState> for {name} {{\n{BODY}\n")
}

/// Lines of the module that say who is signed in.
fn person(planned: &Planned) -> Vec<String> {
    module_is(planned, Status::Ready);
    let text = planned.text("src/cello.rs");
    let start = text.find("let user = ").unwrap();
    let end = start + text[start..].find("\n}\n").unwrap();
    text[start..end].lines().map(|line| line.trim().to_string()).collect()
}

#[track_caller]
fn says(planned: &Planned, wanted: &[&str]) {
    let lines = person(planned);
    for line in wanted {
        assert!(lines.iter().any(|found| found == line), "{line} is not in {lines:#?}");
    }
}

#[track_caller]
fn module_is(planned: &Planned, status: Status) {
    let step = planned.plan.steps.iter().find(|step| step.id == "module").unwrap();
    assert_eq!(step.status, status, "{}", step.reason);
}

/// The module knows of nobody by itself: a person's handler is asked for, if there is anything else to plan.
fn nobody_is_known(planned: &Planned) {
    if planned.ids().iter().all(|id| !id.starts_with("signup")) {
        return module_is(planned, Status::ByHand);
    }
    module_is(planned, Status::Ready);
    let step = planned.plan.steps.iter().find(|step| step.id == "token").unwrap();
    assert_eq!(step.status, Status::ByHand, "{}", step.reason);
    assert!(!planned.text("src/cello.rs").contains("fn signed_in("));
}

const USER: &str = "pub struct Person {\n    pub id: i64,\n    pub email: String,\n    pub display_name: Option<String>,\n}\n\n";

#[test]
fn through_fields_to_the_person() {
    says(
        &auth(&format!("{USER}pub struct CurrentUser(pub Person);\n")).plan(),
        &[
            "let user = user.ok()?.0;",
            "id: user.id.to_string(),",
            "email: user.email,",
            "name: user.display_name.unwrap_or_default(),",
        ],
    );
    says(
        &auth(&format!(
            "{USER}pub struct CurrentUser {{\n    pub user: Person,\n    pub session: i64,\n}}\n"
        ))
        .plan(),
        &["let user = user.ok()?.user;"],
    );
    says(
        &auth(&format!("{USER}pub struct CurrentUser(pub Option<Person>);\n")).plan(),
        &["let user = user.ok()?.0?;"],
    );
    says(
        &auth("pub struct CurrentUser {\n    pub sub: String,\n    pub email: String,\n}\n").plan(),
        &["id: user.sub,", "email: user.email,", "name: String::new(),"],
    );
}

#[test]
fn what_is_private_is_not_reached_for() {
    nobody_is_known(&auth(&format!("{USER}pub struct CurrentUser(Person);\n")).plan());
    let hidden = USER.replace("pub id", "id");
    nobody_is_known(&auth(&format!("{hidden}pub struct CurrentUser(pub Person);\n")).plan());
    let nested = |module: &str, main: &str| {
        let text =
            auth(&format!("{USER}pub struct CurrentUser(pub Person);\n")).text("src/auth.rs").to_string();
        Case::new()
            .file(
                "src/auth.rs",
                &format!("{module}\n\npub async fn me(user: CurrentUser) -> String {{\n    todo!()\n}}\n"),
            )
            .file("src/auth/inner.rs", &text)
            .replace("src/users.rs", "crate::auth::CurrentUser", main)
            .any_format()
            .plan()
    };
    let exported = nested("mod inner;\npub use inner::CurrentUser;", "crate::auth::CurrentUser");
    assert!(exported.text("src/cello.rs").contains("use crate::auth::CurrentUser;"));
    nobody_is_known(&nested("mod inner;\nuse inner::CurrentUser;", "crate::auth::CurrentUser"));
}

#[test]
fn extractors_that_tell_of_no_person_are_none() {
    for name in ["AdminUser", "ApiKeyUser", "StripeSignature", "StaffMember"] {
        let types = format!("{USER}pub struct {name}(pub Person);\n");
        let text = auth(&types).text("src/auth.rs").replace("CurrentUser", name);
        nobody_is_known(
            &Case::new()
                .file("src/auth.rs", &text)
                .replace("src/users.rs", "CurrentUser", name)
                .any_format()
                .plan(),
        );
    }
    // No id at all, and anything at all.
    nobody_is_known(&auth("pub struct CurrentUser {\n    pub locale: String,\n}\n").plan());
    let generic = auth("pub struct CurrentUser<T>(pub T);\n").replace(
        "src/auth.rs",
        "impl FromRequestParts<AppState> for CurrentUser {",
        "impl<T> FromRequestParts<AppState> for CurrentUser<T> {",
    );
    nobody_is_known(&generic.plan());
    let keys = auth(&format!("{USER}pub struct CurrentUser(pub Person);\n"));
    let direct = keys.clone().replace(
        "src/auth.rs",
        "        crate::users",
        "        let key = parts.headers.get(\"x-api-key\");\n        crate::users",
    );
    nobody_is_known(&direct.plan());
    let called = keys
        .replace("src/auth.rs", "        crate::users", "        let key = key_of(parts);\n        crate::users")
        .replace("src/auth.rs", "pub async fn me", "fn key_of(parts: &Parts) -> Option<&str> {\n    parts.headers.get(\"x-api-key\")?.to_str().ok()\n}\n\npub async fn me");
    nobody_is_known(&called.plan());
    // The key is in a table, or cached, or kept with whom it stands for.
    for text in ["SELECT user_id FROM api_keys WHERE key = $1", "apikey:{token}"] {
        let line = format!("        let sql = \"{text}\";\n        crate::users");
        let looked_up = auth(&format!("{USER}pub struct CurrentUser(pub Person);\n"));
        nobody_is_known(&looked_up.replace("src/auth.rs", "        crate::users", &line).plan());
    }
    nobody_is_known(&auth("pub struct CurrentUser {\n    pub id: i64,\n    pub email: String,\n    pub api_key: String,\n}\n").plan());
    // Whoever has made keys is no program.
    let counted = auth(&format!("{USER}pub struct CurrentUser(pub Person);\n")).replace(
        "src/auth.rs",
        "        crate::users",
        "        let sql = \"SELECT id, api_keys_made FROM users WHERE id = $1\";\n        crate::users",
    );
    says(&counted.plan(), &["let user = CurrentUser::from_request_parts(parts, state).await;"]);
}

#[test]
fn whoever_a_few_handlers_take_beside_programs_is_for_a_person() {
    let program =
        "pub struct Caller {\n    pub id: i64,\n    pub email: String,\n    pub api_key: String,\n}\n\n";
    let handlers: String = (0..5).map(|n| format!("pub async fn made_{n}(caller: Caller) {{}}\n")).collect();
    let both = |handlers: &str| {
        auth(&format!(
            "{USER}pub struct CurrentUser(pub Person);\n\n{program}{}{handlers}",
            extractor("Caller")
        ))
    };
    nobody_is_known(&both(&handlers).plan());
    // As many people as programs.
    let few = "pub async fn made(caller: Caller) {}\n";
    says(&both(few).plan(), &["let user = CurrentUser::from_request_parts(parts, state).await;"]);
}

#[test]
fn two_kinds_of_people_are_a_decision() {
    let types = format!(
        "{USER}pub struct CurrentUser(pub Person);\n\npub struct Shop {{\n    pub id: String,\n    pub email: String,\n}}\n\npub struct CurrentShop(pub Shop);\n\n{}pub async fn shop(shop: CurrentShop) {{}}\n",
        extractor("CurrentShop")
    );
    let planned = auth(&types).plan();
    module_is(&planned, Status::Decide);
    let chosen = auth(&types).answer("identity", "identity:auth::CurrentUser").plan();
    says(&chosen, &["let user = CurrentUser::from_request_parts(parts, state).await;"]);
}

#[test]
fn the_state_has_to_be_the_routers() {
    let types = format!("{USER}pub struct CurrentUser(pub Person);\n");
    let generic = auth(&types)
        .replace(
            "src/auth.rs",
            "impl FromRequestParts<AppState> for",
            "impl<S: Send + Sync> FromRequestParts<S> for",
        )
        .replace("src/auth.rs", "state: &AppState", "state: &S");
    says(&generic.plan(), &["let user = user.ok()?.0;"]);
    let other = auth(&format!("{types}\npub struct Other;\n")).replace(
        "src/auth.rs",
        "FromRequestParts<AppState> for",
        "FromRequestParts<Other> for",
    );
    nobody_is_known(&other.plan());
}

#[test]
fn details_come_from_a_function_that_loads_the_person() {
    let bare = "pub struct CurrentUser {\n    pub id: i64,\n}\n";
    let loader = |name: &str| {
        format!(
            "\npub async fn {name}(db: &SqlitePool, id: i64) -> sqlx::Result<Option<User>> {{\n    todo!()\n}}\n"
        )
    };
    let one = auth(bare).plan_with_users(&loader("find_by_id"));
    says(
        &one,
        &[
            "let user = users::find_by_id(&state.db, user.id).await;",
            "let user = user.ok()??;",
            "email: user.email,",
        ],
    );
    let two = auth(bare).plan_with_users(&format!("{}{}", loader("find_by_id"), loader("get_by_id")));
    module_is(&two, Status::Decide);
    module_is(&auth(bare).plan(), Status::Decide);
    says(
        &auth(bare).answer("person-details", "none").plan(),
        &["id: user.id.to_string(),", "email: String::new(),"],
    );
}

/// Everything but the token is planned; the sheet has the handler, and once there is one it is seen.
#[test]
fn a_handler_of_theirs_hands_the_person_over() {
    let case = Case::new()
        .file("src/auth.rs", "pub async fn me() -> String {\n    todo!()\n}\n")
        .file("src/signup.rs", SIGNS_UP)
        .replace("src/users.rs", "use crate::auth::CurrentUser;\n", "")
        .replace("src/users.rs", "CurrentUser", "User")
        .any_format();
    let planned = case.plan();
    nobody_is_known(&planned);
    assert_eq!(planned.state("signup:").0, Status::Ready, "{}", planned.state("signup:").1);
    let sheet = &planned.step("token").by_hand[0];
    assert!(sheet.text.contains("State(state): State<AppState>, parts: Parts"), "{}", sheet.text);
    assert!(sheet.text.contains("crate::cello::token(&state.db, &parts, person)"), "{}", sheet.text);

    let mut handed = case;
    for path in
        ["src/main.rs", "src/signup.rs", "src/cello.rs", "src/cello/protocol.rs", "src/cello/client.js"]
    {
        handed = handed.file(path, planned.text(path));
    }
    assert_eq!(handed.plan().state("token").0, Status::ByHand);
    let handler = "use axum::extract::State;\nuse axum::http::request::Parts;\nuse axum::response::Response;\n\n\
        pub async fn cello_token(State(state): State<crate::AppState>, parts: Parts) -> Response {\n    \
        crate::cello::token(&state.db, &parts, None)\n}\n\npub async fn me() -> String {\n    todo!()\n}\n";
    let handed = handed.file("src/auth.rs", handler).replace(
        "src/main.rs",
        ".with_state",
        ".route(\"/api/cello/token\", get(auth::cello_token))\n        .with_state",
    );
    assert_eq!(handed.plan().state("token").0, Status::Done);
}

/// Nothing is asked where no answer leads to a module.
#[test]
fn a_question_in_vain_is_not_asked() {
    let bare = auth("pub struct CurrentUser {\n    pub id: i64,\n}\n").file("src/signup.rs", SIGNS_UP);
    module_is(&bare.plan(), Status::Decide);
    let without = bare
        .replace("src/main.rs", "std::env::var(\"DATABASE_URL\").unwrap()", "settings().url")
        .replace("src/main.rs", "std::env::var(\"STRIPE_KEY\").unwrap()", "settings().key");
    module_is(&without.plan(), Status::ByHand);
}
