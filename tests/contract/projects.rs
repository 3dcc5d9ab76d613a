//! Which project a command is about, and whose plan it takes.

use super::*;

#[test]
fn a_project_is_its_workspace_and_a_package_is_taken_alone() {
    let sample = Sample::of("tests/cases/bookclub/project");
    let manifests = |arguments: &[&str]| {
        let (code, survey) = ask(&sample, arguments);
        assert_eq!(code, 0, "{survey}");
        let apps = list(&survey, "apps").iter();
        apps.map(|app| app["manifest"].as_str().unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(manifests(&["survey"]), ["crates/core/Cargo.toml", "crates/server/Cargo.toml"]);
    assert_eq!(manifests(&["survey", "."]), manifests(&["survey"]));
    // Paths are those from the workspace's root, wherever one stands.
    let server = ["crates/server/Cargo.toml"];
    assert_eq!(manifests(&["survey", "crates/server"]), server);
    let (_, survey) = ask(&sample, &["survey", "--package", "no-such-package"]);
    assert_eq!(survey["error"]["id"], "unknown-package");
    let name = ask(&sample, &["survey", "crates/server"]).1["apps"][0]["package"].clone();
    assert_eq!(manifests(&["survey", "--package", name.as_str().unwrap()]), server);
    let (_, plan) = ask(&sample, &["plan", "--stdout", "--package", name.as_str().unwrap()]);
    assert_eq!(plan["project"]["packages"], json!([name]));

    let (_, plan) = ask(&sample, &["plan", "crates/server/src/.."]);
    assert!(sample.path(".cello/plan.json").is_file() && !sample.path("crates/server/.cello").exists());
    let paths = list(&plan, "files").iter().map(|file| file["path"].as_str().unwrap());
    assert!(paths.into_iter().all(|path| !path.starts_with('/') && !path.contains("..")), "{plan}");
}

#[test]
fn a_foreign_plan_is_shown_and_not_applied() {
    let (theirs, ours) =
        (Sample::of("tests/cases/bookclub/project"), Sample::of("tests/cases/parcels/project"));
    let (_, plan) = ask(&theirs, &["plan"]);
    ours.write("their-plan.json", &theirs.read(".cello/plan.json"));
    let before = ours.tree();
    let (code, shown) = ask(&ours, &["show", "their-plan.json"]);
    assert_eq!((code, &shown["digest"]), (0, &plan["digest"]));
    let digest = plan["digest"].as_str().unwrap();
    let (code, told) =
        ask(&ours, &["apply", "their-plan.json", "--approve", digest, "--allow-dirty", "--no-verify"]);
    assert_eq!((code, &told["error"]["id"]), (4, &json!("stale")), "{told}");
    assert_eq!(ours.tree(), before);
}

/// `backend/` is the project; the front end, the pages and the migrations lie beside it.
#[test]
fn what_lies_outside_of_the_project_is_named() {
    let inside = Sample::of("tests/cases/parcels/project");
    let sample = Sample::new(&[(
        "frontend/package.json",
        r#"{"name": "shop", "dependencies": {"react-dom": "19"}, "devDependencies": {"vite": "7"}}"#,
    )]);
    for (path, (bytes, _)) in inside.tree().into_iter().filter(|(path, _)| !path.ends_with('/')) {
        match path.strip_prefix("migrations/") {
            Some(name) => sample.write(&format!("db/migrations/{name}"), &bytes),
            None => sample.write(&format!("backend/{path}"), &bytes),
        }
    }
    let main = String::from_utf8(sample.read("backend/src/main.rs")).unwrap();
    assert!(main.contains("sqlx::migrate!()"));
    let main = main.replace("sqlx::migrate!()", "sqlx::migrate!(\"../db/migrations\")");
    sample.write("backend/src/main.rs", main.as_bytes());
    sample.write("backend/askama.toml", b"[general]\ndirs = [\"../pages\"]\n");
    sample.git(&["init", "-q"]);
    sample.commit();
    let (_, survey) = ask(&sample, &["survey", "backend"]);
    let warned = |place: &str| {
        let mut all = list(&survey, "warnings").iter().filter(|one| one["id"] == "outside");
        let warning = all.find(|one| one["text"].as_str().unwrap().contains(place)).expect("a warning");
        assert!(warning["text"].as_str().unwrap().contains("the folder to run in"), "{warning}");
        warning["at"]["file"].as_str().unwrap().to_string()
    };
    assert_eq!(
        (warned("../db/migrations"), warned("../pages")),
        ("src/main.rs".into(), "askama.toml".into())
    );
    let (_, plan) = ask(&sample, &["plan", "backend", "--stdout"]);
    let steps = list(&plan, "steps");
    let step = |id: &str| steps.iter().find(|step| step["id"] == id).unwrap_or_else(|| panic!("no {id}"));
    let migration = step("migration");
    assert_eq!(migration["status"], "by-hand");
    assert!(migration["reason"].as_str().unwrap().contains("../db/migrations"), "{migration}");
    let front = steps.iter().find(|step| step["id"].as_str().unwrap().contains("../frontend"));
    assert_eq!(front.expect("a step for the front end")["status"], "by-hand");
    assert!(list(&plan, "files").iter().all(|file| !file["path"].as_str().unwrap().contains("..")));
}
