//! The third sample, made with actix-web, with a session in a cookie and pages from Tera: planned, applied, compiled,
//! its own tests run, visited in a browser, taken back.

use std::path::Path;

use serde_json::json;

use crate::app::Settings;
use crate::browser::PASSWORD;
use crate::postgres::Postgres;
use crate::project::Project;
use crate::running::{self, Running};
use crate::visited::Recipe;

#[test]
fn planned_applied_compiled_tested_and_undone() {
    let project = Project::of("inkwell", "inkwell");
    let before = project.tree();
    let (plan, digest) = project.plan(&[]);
    assert_eq!(plan["outcome"], "ready", "{:#}", plan["summary"]);
    let applied = project.tool_succeeds(&["apply", "--approve", &digest]);
    assert_eq!(applied["outcome"], "applied");
    project.cargo(&["check", "--all-targets", "--locked"]);
    project.cargo(&["fmt", "--check"]);
    let output = project.cargo(&["test", "--locked"]);
    assert!(output.contains("cello::protocol::tests::"), "{output}");
    let (again, _) = project.plan(&[]);
    assert_eq!(again["outcome"], "nothing-to-do", "{:#}", again["summary"]);
    is_visited(&running::built(&project, "inkwell"));
    project.tool_succeeds(&["undo"]);
    assert_eq!(project.tree(), before);
}

fn is_visited(program: &Path) {
    let postgres = Postgres::start();
    let running = Running::start(
        program,
        Settings::from([
            ("DATABASE_URL", postgres.url.clone()),
            ("SESSION_KEY", "0123456789".repeat(7)),
            ("LISTEN", running::free_address()),
            ("STRIPE_SECRET_KEY", "not asked for".into()),
            ("STRIPE_PRICE", "price_books".into()),
            ("PUBLIC_URL", "http://inkwell.test".into()),
            ("RUST_LOG", "info".into()),
        ]),
    );
    let recipe = Recipe {
        name: "inkwell",
        sign_up: json!({
            "path": "/account/sign-up",
            "button": "Sign up",
            "fields": { "email": "EMAIL", "name": "Ada", "password": PASSWORD },
        }),
        sign_in: json!({
            "path": "/account/sign-in",
            "button": "Sign in",
            "fields": { "email": "EMAIL", "password": PASSWORD },
        }),
        sign_out: "Sign out",
        signed_in: "Your books, Ada",
        signed_out: "A few words a day.",
    };
    recipe.goes_well(running.address, running.address, &running.cello);
}
