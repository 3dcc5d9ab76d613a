//! The reports on a realistic plan for the sample application: golden texts, and what must hold of any report.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test report` renews `snapshots/report/`.
#![expect(clippy::disallowed_methods, reason = "the environment says whether snapshots are renewed")]

#[path = "report/app.rs"]
mod app;
#[path = "report/plan.rs"]
mod plan;
#[path = "report/survey.rs"]
mod survey;

#[path = "report/demo.rs"]
mod demo;
#[path = "report/diff.rs"]
mod diff;
#[path = "report/documents.rs"]
mod documents;
#[path = "report/html.rs"]
mod html;

use std::path::Path;

use cello_scaffold::report::{FactView, Style};

/// Eighty columns, no colour.
const PLAIN: Style = Style { color: false, width: 80 };

/// Compares a text with its golden file, or renews that.
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/report").join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs_err::create_dir_all(path.parent().expect("it has a folder")).expect("it can be made");
        fs_err::write(&path, text).expect("it can be written");
        return;
    }
    let expected = fs_err::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == text,
        "{name} differs; if that is wanted, UPDATE_SNAPSHOTS=1 renews it\n{}",
        similar::TextDiff::from_lines(expected.as_str(), text).unified_diff()
    );
}

/// A playbook of a few facts.
fn fact(id: &str) -> Option<FactView> {
    let statement = match id {
        "token-hs512" => "The widget's token is a JWT signed with HS512.",
        "events-new-signup" => {
            "Where the Customer is made at purchase, a sign-up is reported by `POST /events`."
        }
        "stripe-customer-metadata" => "The code is read from `cello_ucc` in the Customer's metadata.",
        "stripe-webhook-events" => "Cello's endpoint takes ten events.",
        "csp-hosts" => "Scripts and calls go to hosts below cello.so.",
        "depersonalize" => {
            "`POST /referrers/{productUserId}/depersonalize` deletes a person's data at Cello."
        }
        _ => return None,
    };
    Some(FactView {
        statement: statement.into(),
        page: format!("https://docs.cello.so/{id}"),
        read: "2026-11".into(),
    })
}
