//! What paths mean, over small projects.

use std::fmt::Write as _;

use crate::target::Target;

/// A project of these files; a manifest stands for itself, everything else is source.
fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Target) {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let target = Target::open(dir.path(), None).unwrap();
    (dir, target)
}

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n\
                        axum = \"0.8\"\npayments = { package = \"async-stripe\", version = \"0.41\" }\n";

/// What a path written in a module stands for.
fn meaning(target: &Target, module: &str, path: &str) -> Option<String> {
    let module = target.index.module(module).unwrap_or_else(|| panic!("no module {module}"));
    let path: Vec<String> = path.split("::").map(str::to_string).collect();
    target.index.resolve(module, &path)
}

#[test]
fn a_path_is_followed_through_imports_aliases_globs_and_reexports() {
    let (_dir, target) = project(&[
        ("Cargo.toml", MANIFEST),
        (
            "src/lib.rs",
            "pub mod users;\npub mod web;\nmod prelude { pub use crate::users::*; pub use axum::Router; }\n\
             pub use users::model::User as Member;\n",
        ),
        (
            "src/users/mod.rs",
            "pub mod model;\npub use self::model::{User, Kind};\npub fn load() {}\nuse Kind::*;\n",
        ),
        ("src/users/model.rs", "pub struct User;\npub enum Kind { Guest, Member }\n"),
        (
            "src/web.rs",
            "use crate::prelude::*;\nuse payments::Customer as PaymentCustomer;\nuse super::Member;\n\
             use axum as framework;\nuse axum::routing::{get, Router as Routes};\nfn here() {}\nmod inner { use super::*; fn load() {} }\n\
             use crate::users as people;\nfn people() {}\n",
        ),
    ]);
    let table = [
        ("shop::web", "User", Some("shop::users::model::User")),
        ("shop::web", "Member", Some("shop::users::model::User")),
        ("shop::web", "Router", Some("axum::Router")),
        ("shop::web", "framework::Json", Some("axum::Json")),
        ("shop::web", "framework::extract::Json::from", Some("axum::Json::from")),
        ("shop::web", "Routes::new", Some("axum::Router::new")),
        ("shop::web", "get", Some("axum::routing::get")),
        ("shop::web", "PaymentCustomer::create", Some("async_stripe::Customer::create")),
        ("shop::web", "payments::Client", Some("async_stripe::Client")),
        ("shop::web", "crate::users::load", Some("shop::users::load")),
        ("shop::web", "people", Some("shop::web::people")),
        ("shop::web", "people::load", Some("shop::users::load")),
        ("shop::web", "self::here", Some("shop::web::here")),
        ("shop::web", "super::users::User", Some("shop::users::model::User")),
        ("shop::users", "Guest", Some("shop::users::model::Kind::Guest")),
        // An own item hides what a glob brings; what a glob brings is seen through two of them.
        ("shop::web::inner", "load", Some("shop::web::inner::load")),
        ("shop::web::inner", "User", Some("shop::users::model::User")),
        ("shop::web", "Vec", None),
        ("shop::web", "nothing::here", None),
    ];
    for (module, path, wanted) in table {
        assert_eq!(meaning(&target, module, path).as_deref(), wanted, "{path} in {module}");
        assert_eq!(meaning(&target, module, path).as_deref(), wanted, "{path} in {module}, asked again");
    }
}

#[test]
fn modules_stand_where_the_reference_says() {
    let (_dir, target) = project(&[
        ("Cargo.toml", MANIFEST),
        (
            "src/main.rs",
            "mod a;\n#[path = \"odd/place.rs\"]\nmod b;\nmod c { pub mod d; }\n#[cfg(test)]\nmod t;\n",
        ),
        ("src/a.rs", "pub mod deep;\n"),
        ("src/a/deep.rs", "pub struct A;\n"),
        ("src/odd/place.rs", "pub struct B;\n"),
        ("src/c/d.rs", "pub struct D;\n"),
        ("src/t.rs", "pub struct T;\n"),
        ("src/unused.rs", "pub struct Unused;\n"),
    ]);
    let types: Vec<(&str, bool)> =
        target.index.types.iter().map(|(path, ty)| (path.as_str(), ty.test)).collect();
    let root = "bin shop/src";
    let wanted = [("a::deep::A", false), ("b::B", false), ("c::d::D", false), ("t::T", true)];
    let wanted: Vec<(String, bool)> =
        wanted.iter().map(|(path, test)| (format!("{root}::{path}"), *test)).collect();
    assert_eq!(types, wanted.iter().map(|(path, test)| (path.as_str(), *test)).collect::<Vec<_>>());
}

#[test]
fn a_crate_of_the_workspace_is_followed_under_its_own_name() {
    let manifest = |name: &str, rest: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{rest}")
    };
    let web = manifest("web", "[dependencies]\nstore = { package = \"shop-store\", path = \"../store\" }\n");
    let (_dir, target) = project(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"web\", \"store\"]\n"),
        ("web/Cargo.toml", &web),
        ("web/src/main.rs", "use store::{users, Db};\nfn main() {}\n"),
        ("store/Cargo.toml", &manifest("shop-store", "")),
        (
            "store/src/lib.rs",
            "pub mod users { pub fn create() {} }\nmod db { pub struct Db; }\npub use db::Db;\n",
        ),
    ]);
    assert_eq!(
        meaning(&target, "bin web/src", "users::create").as_deref(),
        Some("shop_store::users::create")
    );
    assert_eq!(meaning(&target, "bin web/src", "Db").as_deref(), Some("shop_store::db::Db"));
}

/// Forty modules that all take everything from each other: following each way by itself would take longer than anyone
/// waits, and the ways go in circles.
#[test]
fn globs_in_circles_are_followed_once() {
    let mut root = String::new();
    for i in 0..40 {
        writeln!(root, "pub mod m{i} {{").unwrap();
        for j in 0..40 {
            writeln!(root, "    pub use super::m{j}::*;").unwrap();
        }
        root.push_str("}\n");
    }
    root.push_str("pub mod last { pub struct Found; }\n");
    let root = root.replacen("pub mod m39 {", "pub mod m39 {\n    pub use super::last::*;", 1);
    let (_dir, target) = project(&[("Cargo.toml", MANIFEST), ("src/lib.rs", &root)]);
    assert_eq!(meaning(&target, "shop::m0", "Found").as_deref(), Some("shop::last::Found"));
    assert_eq!(meaning(&target, "shop::m7", "Missing"), None);
    assert_eq!(meaning(&target, "shop::m1", "Found").as_deref(), Some("shop::last::Found"));
}

#[test]
fn modules_within_cfg_if_are_part_of_the_crate() {
    let (_dir, target) = project(&[
        ("Cargo.toml", MANIFEST),
        (
            "src/lib.rs",
            "cfg_if::cfg_if! { if #[cfg(feature = \"ssr\")] { mod server; fn run() {} } else { fn run() {} } }\n\
             mod kept { macro_rules! cfg_if { ($($t:tt)*) => {}; } cfg_if! { mod gone; } }\n",
        ),
        ("src/server.rs", "pub struct Pool;\n"),
        ("src/kept/gone.rs", "pub struct Gone;\n"),
    ]);
    assert_eq!(meaning(&target, "shop", "server::Pool"), Some("shop::server::Pool".into()));
    assert_eq!(target.index.module("shop::kept::gone"), None);
}
