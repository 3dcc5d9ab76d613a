//! `doctor --live` and `--cello` ask the running application and Cello what no source tells.

use std::collections::BTreeMap;
use std::process::Command;

use cello_scaffold::doctor::live::browser::find;
use serde_json::Value;

use crate::cello_stub::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::pagewatch::patched;
use crate::world::{PRODUCT_SECRET, SECRETS, Scene, Settings};

/// What the doctor says of an application and somebody signed in there, with the owner's settings at hand.
struct Examined {
    code: Option<i32>,
    states: BTreeMap<String, String>,
    findings: Vec<String>,
}

fn examine(scene: &Scene, product_secret: &str) -> Examined {
    examine_with(scene, product_secret, &[])
}

fn examine_with(scene: &Scene, product_secret: &str, more: &[&str]) -> Examined {
    let mut ada = scene.referred();
    ada.sign_up("ada");
    let url = format!("http://{}", scene.address);
    let output = Command::new(env!("CARGO_BIN_EXE_cello-scaffold"))
        .args(["doctor", "--format", "json", "--cello", "--live", &url, "--cookie", &ada.cookies()])
        .args(more)
        .current_dir(&patched().project.root)
        .env_clear()
        .envs([
            ("CELLO_ENV", "sandbox"),
            ("CELLO_ACCESS_KEY_ID", ACCESS_KEY_ID),
            ("CELLO_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
            ("CELLO_API_BASE_URL", &scene.cello.url()),
            ("CELLO_PRODUCT_SECRET", product_secret),
        ])
        .output()
        .expect("the doctor runs");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    for secret in SECRETS.into_iter().chain([ada.cookies().as_str()]) {
        assert!(!said.contains(secret), "{secret} is shown");
    }
    let answer: Value = serde_json::from_slice(&output.stdout).expect("it answers in JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let list = |field: &str| answer[field].as_array().cloned().unwrap_or_default();
    Examined {
        code: output.status.code(),
        states: list("checklist").iter().map(|line| (text(&line["qa"]), text(&line["state"]))).collect(),
        findings: list("findings").iter().map(|finding| text(&finding["rule"])).collect(),
    }
}

#[test]
fn a_running_application_holds_what_its_source_promises() {
    let found = examine(&Scene::new(), PRODUCT_SECRET);
    assert_eq!((found.code, found.findings.as_slice()), (Some(0), &[] as &[String]));
    for qa in ["qa-02", "qa-04", "qa-05", "qa-06", "qa-08", "qa-09", "qa-10", "qa-22"] {
        assert_eq!(found.states[qa], "holds", "{qa}");
    }
    assert_eq!(found.states.len(), 40);
}

#[test]
fn settings_that_differ_from_the_running_ones_are_told() {
    let found = examine(&Scene::new(), "the secret of another product");
    assert_eq!(found.code, Some(1));
    assert_eq!(found.states["qa-04"], "broken", "{:?}", found.findings);
    assert_eq!(found.states["qa-09"], "holds");
}

#[test]
fn an_application_in_which_cello_is_off_is_not_called_working() {
    let off = |settings: &mut Settings| settings.retain(|name, _| *name != "CELLO_ENV");
    let found = examine(&Scene::with_settings(None, &off), PRODUCT_SECRET);
    assert_eq!(found.states["qa-08"], "broken", "{:?}", found.findings);
    assert_ne!(found.code, Some(0));
}

#[test]
fn a_browser_finds_nothing_in_the_way_and_signing_out_ends_the_token() {
    let path = std::env::var_os("PATH").expect("there is a PATH");
    let browser = find(std::env::split_paths(&path)).expect("tests/run.sh installs Chromium");
    let browser = browser.to_str().expect("its path is text");
    let found = examine_with(&Scene::new(), PRODUCT_SECRET, &["--browser", browser, "--log-out", "/logout"]);
    assert_eq!((found.code, found.findings.as_slice()), (Some(0), &[] as &[String]));
    for qa in ["qa-08", "qa-09", "qa-10"] {
        assert_eq!(found.states[qa], "holds", "{qa}");
    }
    // Nobody named the host of Cello's scripts, so it wasn't asked for the one that sets cookies.
    assert_eq!(found.states["qa-23"], "needs-running");
}
