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
    let examples: Vec<serde_json::Value> = readme
        .split("```json\n")
        .skip(1)
        .map(|rest| serde_json::from_str(rest.split_once("```").unwrap().0).unwrap())
        .collect();
    let [actix, axum] = examples.as_slice() else {
        panic!("{} examples", examples.len());
    };
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(handlebars::no_escape);
    for name in [
        "signups",
        "store/sqlx",
        "store/diesel",
        "store/sea_orm",
        "store/statements",
    ] {
        let part = fs_err::read_to_string(templates.join(format!("{name}.rs.hbs"))).unwrap();
        handlebars.register_partial(name, part).unwrap();
    }
    let mut context = axum.clone();
    for case in ["B", "A", "widget"] {
        context["case"] = case.into();
        let stores = [
            ("sqlx", "sqlite", "hmac"),
            ("sqlx", "mysql", "hmac"),
            ("diesel", "postgres", "jsonwebtoken"),
            ("sea_orm", "sqlite", "hmac"),
        ];
        for (client, database, jwt) in stores {
            context["jwt"] = jwt.into();
            context["database"] = database.into();
            context["client"] = client.into();
            for name in [
                "actix.rs.hbs",
                "axum.rs.hbs",
                "protocol.rs.hbs",
                "migration.sql.hbs",
            ] {
                let mut context = context.clone();
                if name == "actix.rs.hbs" {
                    let fields = actix.as_object().unwrap().clone();
                    context.as_object_mut().unwrap().extend(fields);
                }
                let template = fs_err::read_to_string(templates.join(name)).unwrap();
                let text = handlebars.render_template(&template, &context).unwrap();
                assert!(text.starts_with("//!") || text.starts_with("--"), "{text}");
                assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{text}");
                assert!(!text.contains("\n\n\n") && !text.contains(" \n"), "{text}");
            }
        }
    }
}
