//! Applications that keep to an older Rust: nothing is inserted that it doesn't know.

use super::Case;
use super::harness::SIGNS_UP;
use crate::plan::Status;

fn with(version: &str) -> Case {
    Case::new().file("src/signup.rs", SIGNS_UP).replace(
        "Cargo.toml",
        "edition = \"2021\"\n",
        &format!("edition = \"2021\"\n{version}"),
    )
}

#[track_caller]
fn is_ready(case: &Case) {
    let planned = case.plan();
    assert_eq!(planned.state("module").0, Status::Ready, "{}", planned.state("module").1);
}

#[track_caller]
fn is_by_hand(case: &Case, why: &str) {
    let planned = case.plan();
    let (status, reason) = planned.state("module");
    assert!(status == Status::ByHand && reason.contains(why), "{reason}");
    assert_ne!(planned.state("signup:").0, Status::Ready);
}

#[test]
fn a_manifest_says_what_it_keeps_to() {
    is_ready(&with("rust-version = \"1.70\"\n"));
    is_ready(&with("rust-version = \"1.85.1\"\n"));
    is_by_hand(
        &with("rust-version = \"1.69\"\n"),
        "keeps to Rust 1.69 (Cargo.toml), and the module needs 1.70",
    );
    let shared = with("rust-version.workspace = true\n").replace(
        "Cargo.toml",
        "[dependencies]\n",
        "[workspace.package]\nrust-version = \"1.66\"\n\n[dependencies]\n",
    );
    is_by_hand(
        &shared.replace("Cargo.toml", "[workspace.package]", "[workspace]\n\n[workspace.package]"),
        "1.66",
    );
}

#[test]
fn so_does_the_toolchain_it_is_built_with() {
    let pinned = |channel: &str| {
        with("").file("rust-toolchain.toml", &format!("[toolchain]\nchannel = \"{channel}\" # pinned\n"))
    };
    is_by_hand(&pinned("1.68.2"), "keeps to Rust 1.68 (rust-toolchain.toml)");
    is_by_hand(&with("").file("rust-toolchain", "1.65.0\n"), "1.65 (rust-toolchain)");
    for channel in ["stable", "nightly-2023-01-01", "1.75.0"] {
        is_ready(&pinned(channel));
    }
}
