//! Ids, e-mails and names behind methods.

use super::Case;
use crate::plan::Status;

const BODY: &str = "    type Rejection = StatusCode;\n\n    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, StatusCode> {\n        crate::users::of_session(&state.db, &parts.headers)\n            .await\n            .ok_or(StatusCode::UNAUTHORIZED)\n    }\n}\n";

/// An application whose extractor yields a `Ctx` with these fields and methods.
fn context(fields: &str, methods: &str) -> Case {
    let text = format!(
        "mod inner {{\n    pub struct Ctx {{\n{fields}    }}\n\n    impl Ctx {{\n{methods}    }}\n}}\n\nuse axum::extract::FromRequestParts;\nuse axum::http::request::Parts;\nuse axum::http::StatusCode;\n\nuse crate::AppState;\npub use inner::Ctx;\n\nimpl FromRequestParts<AppState> for Ctx {{\n{BODY}\npub async fn me(ctx: Ctx) -> String {{\n    todo!()\n}}\n"
    );
    Case::new().file("src/auth.rs", &text).replace("src/users.rs", "CurrentUser", "Ctx").any_format()
}

const ID: &str = "        user_id: i64,\n";
const MAIL: &str = "        user_id: i64,\n        pub email: String,\n";

fn module(case: &Case) -> Status {
    case.plan().plan.steps.iter().find(|step| step.id == "module").unwrap().status
}

#[track_caller]
fn says(case: &Case, lines: &[&str]) {
    let planned = case.plan();
    assert_eq!(module(case), Status::Ready);
    let text = planned.text("src/cello.rs");
    for line in lines {
        assert!(text.lines().any(|found| found.trim() == *line), "{line} is not in\n{text}");
    }
}

#[test]
fn what_a_struct_keeps_to_itself_is_told_by_its_getters() {
    let by_value = "        pub fn user_id(&self) -> i64 {\n            self.user_id\n        }\n";
    let case = context(ID, by_value).answer("person-details", "none");
    says(&case, &["id: user.user_id().to_string(),", "email: String::new(),"]);
    let crate_only = by_value.replace("pub fn", "pub(crate) fn");
    says(&context(MAIL, &crate_only), &["id: user.user_id().to_string(),", "email: user.email,"]);
    let fields = "        id: String,\n        email: String,\n        pub name: String,\n";
    let methods = "        pub fn id(&self) -> &str {\n            &self.id\n        }\n\n        pub fn email(&self) -> &String {\n            &self.email\n        }\n";
    says(
        &context(fields, methods),
        &["id: user.id().to_string(),", "email: user.email().to_string(),", "name: user.name,"],
    );
}

#[test]
fn a_getter_comes_before_anything_is_taken() {
    let fields = "        pub id: String,\n        pub email: Option<String>,\n        name: String,\n";
    let methods = "        pub fn name(&self) -> String {\n            self.name.clone()\n        }\n";
    says(
        &context(fields, methods),
        &["id: user.id.clone(),", "email: user.email.clone().unwrap_or_default(),", "name: user.name(),"],
    );
}

#[test]
fn other_methods_are_no_getters() {
    for methods in [
        "",
        "        fn user_id(&self) -> i64 {\n            self.user_id\n        }\n",
        "        pub fn user_id(self) -> i64 {\n            self.user_id\n        }\n",
        "        pub fn user_id(&mut self) -> i64 {\n            self.user_id\n        }\n",
        "        pub async fn user_id(&self) -> i64 {\n            self.user_id\n        }\n",
        "        pub fn user_id(&self, tenant: i64) -> i64 {\n            self.user_id + tenant\n        }\n",
        "        pub fn user_id(&self) -> Option<i64> {\n            Some(self.user_id)\n        }\n",
        "        pub fn user_id(&self) -> Vec<i64> {\n            vec![self.user_id]\n        }\n",
    ] {
        assert_eq!(module(&context(MAIL, methods)), Status::ByHand, "{methods}");
    }
    // A trait's method needs the trait in scope.
    let of_trait = context(MAIL, "").replace(
        "src/auth.rs",
        "    impl Ctx {\n    }",
        "    pub trait Known {\n        fn user_id(&self) -> i64;\n    }\n\n    impl Known for Ctx {\n        fn user_id(&self) -> i64 {\n            self.user_id\n        }\n    }",
    );
    assert_eq!(module(&of_trait), Status::ByHand);
    // Nor does an e-mail that nothing shows count as one: it is asked for.
    let hidden = MAIL.replace("pub email", "email");
    let by_value = "        pub fn user_id(&self) -> i64 {\n            self.user_id\n        }\n";
    assert_eq!(module(&context(&hidden, by_value)), Status::Decide);
}
