use super::*;
use crate::edit::{Edit, splice};
use crate::survey::pages::tests::project;

const MAIN: (&str, &str) = ("src/main.rs", "fn main() {}\n");

fn lock(packages: &[(&str, &str, &[&str])]) -> String {
    let mut out = "version = 4\n".to_string();
    for (name, version, dependencies) in packages {
        let lines: String = dependencies.iter().map(|line| format!(" \"{line}\",\n")).collect();
        out += &format!(
            "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"registry+x\"\ndependencies = [\n{lines}]\n"
        );
    }
    out
}

fn chosen(dependencies: &str, locked: &[(&str, &str, &[&str])]) -> (Signing, HttpClient) {
    let manifest = format!("[package]\nname = \"app\"\n[dependencies]\n{dependencies}\n");
    let lock = lock(locked);
    let (_dir, target) = project(&[("Cargo.toml", manifest.as_str()), ("Cargo.lock", lock.as_str()), MAIN]);
    (choose(&target, &target.packages[0]), http_client(&target, &target.packages[0]))
}

fn requirements(signing: &Signing) -> Vec<String> {
    signing.wanted().iter().map(|one| format!("{} {}", one.name, one.requirement)).collect()
}

#[test]
fn signing_takes_what_is_there_but_no_jsonwebtoken_that_may_lack_a_backend() {
    let (own, _) = chosen("jsonwebtoken = \"9\"", &[("jsonwebtoken", "9.3.1", &[])]);
    assert_eq!(own, Signing::Jsonwebtoken { name: "jsonwebtoken".into(), version: "9.3.1".into() });
    // The module writes `jsonwebtoken::`, which is not what it is called here.
    let (renamed, _) =
        chosen("jwt = { package = \"jsonwebtoken\", version = \"9\" }", &[("jsonwebtoken", "9.3.1", &[])]);
    assert_eq!(requirements(&renamed), ["base64 0.22", "hmac 0.12", "sha2 0.10"]);
    let (ten, _) =
        chosen("jsonwebtoken = \"10\"", &[("jsonwebtoken", "10.4.0", &[]), ("base64", "0.21.7", &[])]);
    assert_eq!(requirements(&ten), ["base64 0.21", "hmac 0.12", "sha2 0.10"]);
    let (only_locked, _) = chosen("", &[("jsonwebtoken", "9.3.1", &[])]);
    assert_eq!(requirements(&only_locked), ["base64 0.22", "hmac 0.12", "sha2 0.10"]);
    let (new, _) = chosen("sha2 = \"0.11\"", &[("sha2", "0.11.1", &[]), ("sha2", "0.10.9", &[])]);
    assert_eq!(requirements(&new), ["base64 0.22", "hmac 0.13", "sha2 0.11"]);
}

#[test]
fn the_http_client_needs_tls() {
    let client = |dependencies: &str, locked: &[(&str, &str, &[&str])]| chosen(dependencies, locked).1;
    assert!(matches!(client("reqwest = \"0.12\"", &[]), HttpClient::Own { .. }));
    assert!(matches!(
        client(
            "reqwest = { version = \"0.12\", default-features = false, features = [\"rustls-tls\"] }",
            &[]
        ),
        HttpClient::Own { .. }
    ));
    assert!(matches!(
        client("reqwest = { version = \"0.12\", default-features = false, features = [\"json\"] }", &[]),
        HttpClient::ByHand(_)
    ));
    // Other crates have it with TLS: it is named, and the lock stays as it is.
    let bare = "reqwest = { version = \"0.12\", default-features = false, features = [\"json\"] }";
    let tls: &[&str] = &["hyper", "rustls 0.23.1", "webpki-roots"];
    let HttpClient::Add(named) = client(bare, &[("reqwest", "0.12.9", tls), ("ring", "0.17.8", &[])]) else {
        panic!("not extended");
    };
    assert_eq!(named.features, ["json", "rustls-tls"]);
    let with_another_provider: &[(&str, &str, &[&str])] =
        &[("reqwest", "0.12.9", tls), ("aws-lc-rs", "1.9.0", &[])];
    assert!(matches!(client(bare, with_another_provider), HttpClient::ByHand(_)));
    assert!(matches!(client(bare, &[("reqwest", "0.12.9", &["hyper"])]), HttpClient::ByHand(_)));
    let renamed = "http = { package = \"reqwest\", version = \"0.12\" }";
    assert!(matches!(client(renamed, &[]), HttpClient::ByHand(_)));
    let old: &[(&str, &str, &[&str])] = &[("reqwest", "0.10.10", &[])];
    assert!(matches!(client("reqwest = \"0.10\"", old), HttpClient::ByHand(_)));
    let HttpClient::Add(wanted) =
        client("", &[("reqwest", "0.11.27", &["hyper", "rustls 0.21.0", "webpki-roots"])])
    else {
        panic!("not added");
    };
    assert_eq!((wanted.requirement.as_str(), wanted.features[0].as_str()), ("0.11", "rustls-tls"));
}

fn after(files: &[(&str, &str)], package: &str, wanted: &[Wanted]) -> Vec<(String, String)> {
    let (_dir, target) = project(files);
    let package = target.packages.iter().find(|other| other.name == package).unwrap();
    let drafts = dependency(&target, package, wanted);
    files
        .iter()
        .map(|(path, text)| {
            let edits: Vec<Edit> = drafts
                .iter()
                .flat_map(|draft| &draft.edits)
                .filter(|edit| edit.file == *path)
                .map(|edit| Edit { at: edit.at.clone().unwrap(), text: edit.text.clone() })
                .collect();
            (path.to_string(), String::from_utf8(splice(text.as_bytes(), &edits).unwrap()).unwrap())
        })
        .collect()
}

#[test]
fn lines_are_added_in_order_and_again_is_done() {
    let manifest = "[package]\nname = \"app\"\n\n[dependencies]\naxum = \"0.8\"\ntokio = \"1\"\n";
    let wanted = [Wanted::new("sha2", "0.10", "a"), Wanted::new("hmac", "0.12", "b")];
    let out = after(&[("Cargo.toml", manifest), MAIN], "app", &wanted);
    assert!(
        out[0].1.ends_with("axum = \"0.8\"\nhmac = \"0.12\"\nsha2 = \"0.10\"\ntokio = \"1\"\n"),
        "{}",
        out[0].1
    );
    let (_dir, target) = project(&[("Cargo.toml", &out[0].1), MAIN]);
    assert!(
        dependency(&target, &target.packages[0], &wanted).iter().all(|draft| draft.status == Status::Done)
    );
}

#[test]
fn a_feature_is_added_to_what_is_there() {
    let manifest = "[package]\nname = \"app\"\n\n[dependencies]\nreqwest = { version = \"0.12\", default-features = false }\n";
    let wanted = [Wanted {
        features: vec!["rustls-tls".into()],
        default_features: false,
        ..Wanted::new("reqwest", "0.12", "a")
    }];
    let out = after(&[("Cargo.toml", manifest), MAIN], "app", &wanted);
    assert!(out[0].1.ends_with("default-features = false, features = [\"rustls-tls\"] }\n"), "{}", out[0].1);
    let (_dir, target) = project(&[("Cargo.toml", &out[0].1), MAIN]);
    assert_eq!(dependency(&target, &target.packages[0], &wanted)[0].status, Status::Done);
    // Written in a way that takes none.
    let plain = manifest.replace("{ version = \"0.12\", default-features = false }", "\"0.12\"");
    let (_dir, target) = project(&[("Cargo.toml", &plain), MAIN]);
    assert_eq!(dependency(&target, &target.packages[0], &wanted)[0].status, Status::ByHand);
}

#[test]
fn a_package_that_inherits_goes_on_inheriting() {
    let root =
        "[workspace]\nmembers = [\"web\"]\n[workspace.dependencies]\naxum = \"0.8\"\nhmac = \"0.12\"\n";
    let web = "[package]\nname = \"web\"\n[dependencies]\naxum.workspace = true\n";
    let wanted = [Wanted::new("sha2", "0.10", "a"), Wanted::new("hmac", "0.12", "b")];
    let out = after(
        &[("Cargo.toml", root), ("web/Cargo.toml", web), ("web/src/main.rs", "fn main() {}")],
        "web",
        &wanted,
    );
    assert_eq!(out[0].1, format!("{root}sha2 = \"0.10\"\n"));
    assert_eq!(out[1].1, format!("{web}hmac.workspace = true\nsha2.workspace = true\n"));
}

#[test]
fn what_is_there_but_does_not_fit_is_for_a_person() {
    let status = |dependencies: &str| {
        let manifest = format!("[package]\nname = \"app\"\n[dependencies]\n{dependencies}\n");
        let (_dir, target) = project(&[("Cargo.toml", manifest.as_str()), MAIN]);
        dependency(&target, &target.packages[0], &[Wanted::new("base64", "0.22", "a")])[0].status
    };
    assert_eq!(status("base64 = \"0.13\""), Status::ByHand);
    assert_eq!(status("base64 = { version = \"0.22\", default-features = false }"), Status::ByHand);
    assert_eq!(status("base64 = { version = \"0.22\", optional = true }"), Status::ByHand);
    assert_eq!(status("base64 = { package = \"other\", version = \"1\" }"), Status::ByHand);
    assert_eq!(status("b64 = { package = \"base64\", version = \"0.22\" }"), Status::Done);
    assert_eq!(status("axum = \"0.8\""), Status::Ready);
}
