//! What is inserted into applications, checked by itself. `check.sh` beside this file does the work.

use std::path::{Path, PathBuf};
use std::process::Command;

use handlebars::Handlebars;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inserted")
}

#[test]
fn client_script() {
    let test = here().join("client.test.mjs");
    let output = Command::new("node")
        .arg("--test")
        .arg(test)
        .output()
        .expect("Node tests the client script");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// The context's description holds what the templates ask for: strict mode fails on anything else.
#[test]
fn the_described_context_is_enough() {
    let templates = here().join("../../templates/app");
    let readme = fs_err::read_to_string(templates.join("README.md")).unwrap();
    let (_, example) = readme.split_once("```json\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let mut context: serde_json::Value = serde_json::from_str(example).unwrap();
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(handlebars::no_escape);
    for name in ["store/sqlx", "store/diesel"] {
        let file = templates.join(format!("{name}.rs.hbs"));
        handlebars.register_template_file(name, file).unwrap();
    }
    for case in ["B", "A", "widget"] {
        context["case"] = case.into();
        for jwt in ["hmac", "jsonwebtoken"] {
            context["jwt"] = jwt.into();
            context["client"] = if jwt == "hmac" { "sqlx" } else { "diesel" }.into();
            for name in ["axum.rs.hbs", "protocol.rs.hbs", "migration.sql.hbs"] {
                let template = fs_err::read_to_string(templates.join(name)).unwrap();
                let text = handlebars.render_template(&template, &context).unwrap();
                assert!(text.starts_with("//!") || text.starts_with("--"), "{text}");
                assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{text}");
                assert!(!text.contains("\n\n\n") && !text.contains(" \n"), "{text}");
            }
        }
    }
}
