//! Paths of routes that are constants, or made of them.

use super::{Case, Planned};
use crate::plan::Verdict;

const PATHS: &str = "\npub mod paths {\n    pub const ADMIN: &str = \"/admin\";\n    pub const NEW: &str = concat!(\"/admin\", \"/new\");\n    pub static USERS: &str = \"/users\";\n\n    pub struct Api;\n\n    impl Api {\n        pub const ROOT: &'static str = \"/api\";\n    }\n}\n";

/// The application with its sign-up under this path, and more items.
fn planned(path: &str, items: &str) -> Planned {
    let case = Case::new().any_format().file("src/signup.rs", super::harness::SIGNS_UP).replace(
        "src/main.rs",
        "\"/signup\"",
        path,
    );
    let main = format!("{}{PATHS}{items}", case.text("src/main.rs"));
    case.file("src/main.rs", &main).plan()
}

/// Whether the path is seen to be an administrator's.
fn is_admins(path: &str, items: &str) -> bool {
    let planned = planned(path, items);
    let (verdict, reason) = planned.verdict("signup:signup::signup");
    verdict == Verdict::NotApplicable && reason.contains("/admin")
}

#[test]
fn constants_and_what_is_made_of_them_are_read() {
    for path in [
        "\"/admin/signup\"",
        "paths::NEW",
        "&format!(\"{}/signup\", paths::ADMIN)",
        "&format!(\"{ADMIN}/signup\")",
        "concat!(\"/admin\", \"/signup\")",
        "&format!(\"{1}{0}\", paths::USERS, paths::ADMIN)",
        "(paths::ADMIN.to_string() + \"/x\").as_str()",
    ] {
        let known = !path.contains('+');
        assert_eq!(is_admins(path, "use paths::ADMIN;\n"), known, "{path}");
    }
}

#[test]
fn what_another_place_decides_is_not_known() {
    for path in [
        "ADMIN",
        "&settings.admin",
        "&format!(\"{}/signup\", settings.admin)",
        "&format!(\"{ADMIN}/signup\", ADMIN = prefix())",
        "&prefix()",
    ] {
        let items = "fn prefix() -> String {\n    \"/admin\".into()\n}\n";
        assert!(!is_admins(path, items), "{path}");
    }
}

#[test]
fn a_group_is_served_below_them() {
    let prefix = |path: &str| {
        let case = Case::new().any_format().replace(
            "src/main.rs",
            "        .route(\"/signup\", post(signup::signup))",
            &format!("        .nest({path}, people())"),
        );
        let people = "fn people() -> Router<AppState> {\n    Router::new().route(\"/signup\", post(signup::signup))\n}\n";
        let main = format!("{}{PATHS}{people}", case.text("src/main.rs"));
        let planned = case.file("src/main.rs", &main).plan();
        let routers = &planned.plan.survey.apps[0].routers;
        routers.iter().find(|router| router.symbol == "people").unwrap().prefix.clone()
    };
    assert_eq!(prefix("paths::USERS"), "/users");
    assert_eq!(prefix("paths::Api::ROOT"), "/api");
    assert_eq!(prefix("&format!(\"{}{}\", paths::Api::ROOT, paths::USERS)"), "/api/users");
    assert_eq!(prefix("&base"), "/…", "no empty one");
}
