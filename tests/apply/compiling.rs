//! The check before writing: what is compiled, and what comes of it.

use super::*;

const CRATE: &str = "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\n";

#[test]
fn what_does_not_compile_is_never_written() {
    let files = [
        ("Cargo.toml", CRATE),
        ("src/main.rs", MAIN),
        ("src/target/mod.rs", "pub const A: u8 = 1;\n"),
        ("tests/t.rs", "#[test]\nfn t() {}\n"),
    ];
    let sample = Sample::new(&files);
    let verified = |plan: &Plan| How { verify: true, ..how(plan) };
    let bad = plan(
        &sample,
        &[
            Part("good", &[], vec![("src/cello.rs", Place::New, "pub fn f() {}\n")]),
            Part(
                "bad",
                &[],
                vec![(
                    "src/main.rs",
                    Place::Instead("println!(\"hi\")"),
                    "let key = \"sk_live_abcdefgh12345\"; nothing()",
                )],
            ),
        ],
    );
    let before = sample.tree();
    let result = run(&sample, &bytes(&bad), verified(&bad));
    let Err(ApplyError::CompileFails { errors, command }) = &result else {
        panic!("{result:?}");
    };
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!((errors[0].steps.as_slice(), errors[0].nearby), (&["bad".to_string()][..], false));
    assert!(errors[0].error.contains("nothing") && !errors[0].error.contains("abcdefgh"));
    assert!(command.contains("--all-targets --offline"), "{command}");
    refused(&sample, &before, result, "compile-fails", 5);

    let text = "pub fn f() {}\n";
    let parts = [Part(
        "good",
        &[],
        vec![
            ("src/cello.rs", Place::New, text),
            ("src/main.rs", Place::Instead("println!(\"hi\")"), "cello::f(); println!(\"{}\", target::A)"),
            ("src/main.rs", Place::After("\");\n}\n"), "mod cello;\nmod target;\n"),
        ],
    )];
    let good = plan(&sample, &parts);
    // A test that did not compile before is no reason against the plan.
    sample.write("tests/t.rs", b"fn t( {");
    let applied = run(&sample, &bytes(&good), verified(&good)).unwrap();
    assert_eq!(applied.proof.unwrap().targets, "default");
    undo(&sample).unwrap();

    sample.write("src/lib.rs", b"not rust");
    let before = sample.tree();
    let result = run(&sample, &bytes(&good), verified(&good));
    refused(&sample, &before, result, "baseline-fails", 5);
    let how = How { cargo: "no-such-cargo", ..verified(&good) };
    refused(&sample, &before, run(&sample, &bytes(&good), how), "cargo-missing", 7);
    assert!(apply_all(&sample, &good).unwrap().proof.is_none());
}

#[test]
fn the_lock_file_changes_only_if_the_plan_says_so() {
    let sample = Sample::new(&[
        ("Cargo.toml", CRATE),
        ("src/main.rs", MAIN),
        ("helper/Cargo.toml", "[package]\nname = \"helper\"\nversion = \"0.1.0\"\n"),
        ("helper/src/lib.rs", ""),
        ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"tiny\"\nversion = \"0.1.0\"\n"),
    ]);
    let text = "[dependencies]\nhelper = { path = \"helper\" }\n";
    let parts = [Part("dependency", &[], vec![("Cargo.toml", Place::Instead("[workspace]\n"), text)])];
    let mut plan = plan(&sample, &parts);
    let before = sample.tree();
    let verified = |plan: &Plan| How { verify: true, ..how(plan) };
    let result = run(&sample, &bytes(&plan), verified(&plan));
    let Err(ApplyError::CompileFails { errors, .. }) = &result else { panic!("{result:?}") };
    assert!(errors[0].error.contains("--locked") && errors[0].steps.is_empty(), "{errors:?}");
    assert!(!errors[0].error.contains("cello-scaffold-"), "the copy's place is nobody's business");
    refused(&sample, &before, result, "compile-fails", 5);

    let mut lockfile = hand::step("lockfile", &[], Vec::new());
    lockfile.status = Status::ByHand;
    plan.steps.push(lockfile);
    hand::count(&mut plan);
    seal(&mut plan);
    // Also when that step is left out of the part that is applied.
    let choice = Choice::Skip(vec!["lockfile".into()]);
    let part = apply::chosen(&plan, &choice, &sample.root).unwrap();
    let how = How { choice, approve: Some(part.digest), ..verified(&plan) };
    let applied = run(&sample, &bytes(&plan), how).unwrap();
    assert!(!applied.proof.unwrap().command.contains("--locked"));
    assert_eq!(sample.tree()["Cargo.lock"], before["Cargo.lock"], "cargo only changed the copy's");
}

#[test]
fn packages_that_depend_on_the_change_are_compiled_and_no_others() {
    let package = |name: &str, dependencies: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n[dependencies]\n{dependencies}")
    };
    let sample = Sample::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"core\", \"app\", \"broken\"]\nresolver = \"2\"\n"),
        ("core/Cargo.toml", &package("core-lib", "")),
        ("core/src/lib.rs", "pub struct User { pub id: u8 }\n"),
        ("app/Cargo.toml", &package("app", "core-lib = { path = \"../core\" }\n")),
        ("app/src/main.rs", "fn main() { core_lib::User { id: 1 }; }\n"),
        ("broken/Cargo.toml", &package("broken", "")),
        ("broken/src/lib.rs", "not rust"),
    ]);
    let add = |field: &str| {
        let place = Place::Instead("pub id: u8");
        plan(&sample, &[Part("field", &[], vec![("core/src/lib.rs", place, field)])])
    };
    let verified = |plan: &Plan| How { verify: true, ..how(plan) };
    let before = sample.tree();
    let breaking = add("pub id: u8, pub ucc: u8");
    let result = run(&sample, &bytes(&breaking), verified(&breaking));
    refused(&sample, &before, result, "compile-fails", 5);
    let fine = add("pub id: u16");
    run(&sample, &bytes(&fine), verified(&fine)).unwrap();
}

#[test]
fn tests_of_the_new_module_are_run_if_asked_for() {
    let sample = Sample::new(&[("Cargo.toml", CRATE), ("src/main.rs", MAIN)]);
    let with = |test: &str| {
        let module = format!("#[test]\nfn holds() {{\n    assert!({test});\n}}\n");
        let parts = [Part(
            "module",
            &[],
            vec![
                ("src/cello.rs", Place::New, module.as_str()),
                ("src/main.rs", Place::After("\");\n}\n"), "mod cello;\n"),
            ],
        )];
        plan(&sample, &parts)
    };
    let before = sample.tree();
    let how = |plan: &Plan| How { verify: true, test: true, ..how(plan) };
    let wrong = with("1 == 2");
    refused(&sample, &before, run(&sample, &bytes(&wrong), how(&wrong)), "tests-fail", 5);
    let right = with("1 == 1");
    let applied = run(&sample, &bytes(&right), how(&right)).unwrap();
    assert_eq!(applied.proof.unwrap().tests, Some(1));
}

#[cfg(unix)]
#[test]
fn path_dependencies_around_the_project_are_found_from_the_copy() {
    let outer = Sample::new(&[
        (
            "libs/Cargo.toml",
            "[workspace]\nmembers = [\"one\", \"two\"]\n[workspace.package]\nedition = \"2021\"\n",
        ),
        (
            "libs/one/Cargo.toml",
            "[package]\nname = \"one\"\nversion = \"0.1.0\"\nedition.workspace = true\n[dependencies]\ntwo = { path = \"../two\" }\n",
        ),
        ("libs/one/src/lib.rs", "pub use two::two;\n"),
        ("libs/two/Cargo.toml", "[package]\nname = \"two\"\nversion = \"0.1.0\"\nedition.workspace = true\n"),
        ("libs/two/src/lib.rs", "pub fn two() {}\n"),
        ("app/Cargo.toml", &format!("{CRATE}[dependencies]\none = {{ path = \"../libs/one\" }}\n")),
        ("app/src/main.rs", MAIN),
        (".cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"from_above\"]\n"),
    ]);
    let root = outer.path("app");
    let inner = |text: &str| {
        plan(&outer, &[Part("one", &[], vec![("app/src/main.rs", Place::Instead("println!(\"hi\")"), text)])])
    };
    let made = inner("#[cfg(not(from_above))] compile_error!(); one::two()");
    let mut made = made;
    made.files[0].path = "src/main.rs".into();
    made.steps[0].edits[0].file = "src/main.rs".into();
    seal(&mut made);
    let request = Request {
        root: &root,
        plan: &bytes(&made),
        choice: Choice::All,
        approval: Approval::Digest(made.digest.clone()),
        allow: Allow { no_vcs: true, ..Allow::default() },
        dry_run: false,
        verify: true,
        test: false,
        cargo: "cargo".into(),
        hook: &|_| Ok(()),
    };
    let applied = apply::apply(request, &mut |_| {}).unwrap();
    assert_eq!(applied.proof.unwrap().targets, "all");
}
