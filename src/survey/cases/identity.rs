//! Who is signed in, in all the shapes extractors have.

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
    module_is(&auth(&format!("{USER}pub struct CurrentUser(Person);\n")).plan(), Status::ByHand);
    module_is(
        &auth(&format!("{}pub struct CurrentUser(pub Person);\n", USER.replace("pub id", "id"))).plan(),
        Status::ByHand,
    );
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
    module_is(&nested("mod inner;\nuse inner::CurrentUser;", "crate::auth::CurrentUser"), Status::ByHand);
}

#[test]
fn extractors_that_tell_of_no_person_are_none() {
    for name in ["AdminUser", "ApiKeyUser", "StripeSignature", "StaffMember"] {
        let types = format!("{USER}pub struct {name}(pub Person);\n");
        let text = auth(&types).text("src/auth.rs").replace("CurrentUser", name);
        module_is(
            &Case::new()
                .file("src/auth.rs", &text)
                .replace("src/users.rs", "CurrentUser", name)
                .any_format()
                .plan(),
            Status::ByHand,
        );
    }
    // No id at all, and anything at all.
    module_is(&auth("pub struct CurrentUser {\n    pub locale: String,\n}\n").plan(), Status::ByHand);
    let generic = auth("pub struct CurrentUser<T>(pub T);\n").replace(
        "src/auth.rs",
        "impl FromRequestParts<AppState> for CurrentUser {",
        "impl<T> FromRequestParts<AppState> for CurrentUser<T> {",
    );
    module_is(&generic.plan(), Status::ByHand);
    let keys = auth(&format!("{USER}pub struct CurrentUser(pub Person);\n"));
    let direct = keys.clone().replace(
        "src/auth.rs",
        "        crate::users",
        "        let key = parts.headers.get(\"x-api-key\");\n        crate::users",
    );
    module_is(&direct.plan(), Status::ByHand);
    let called = keys
        .replace("src/auth.rs", "        crate::users", "        let key = key_of(parts);\n        crate::users")
        .replace("src/auth.rs", "pub async fn me", "fn key_of(parts: &Parts) -> Option<&str> {\n    parts.headers.get(\"x-api-key\")?.to_str().ok()\n}\n\npub async fn me");
    module_is(&called.plan(), Status::ByHand);
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
    module_is(&other.plan(), Status::ByHand);
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
