//! What is inserted into applications, checked by itself. `check.sh` beside this file does the work.

use std::path::{Path, PathBuf};
use std::process::Command;

use handlebars::Handlebars;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inserted")
}

#[test]
#[ignore = "builds two applications, which takes minutes the first time"]
fn every_variant_compiles_passes_its_tests_and_works() {
    let status = Command::new("sh").arg(here().join("check.sh")).status();
    assert!(status.unwrap().success());
}

#[test]
fn client_script() {
    let test = here().join("client.test.mjs");
    match Command::new("node").arg("--test").arg(test).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
        Err(error) => eprintln!("without Node the client script is not tested: {error}"),
    }
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
    for case in ["B", "A", "widget"] {
        context["case"] = case.into();
        for jwt in ["hmac", "jsonwebtoken"] {
            context["jwt"] = jwt.into();
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
