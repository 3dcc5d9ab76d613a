//! Where settings come from, and whether a new module can read its own from there.

use super::{Case, Planned};
use crate::plan::Status;

const DATABASE: &str = "std::env::var(\"DATABASE_URL\").unwrap()";
const KEY: &str = "std::env::var(\"STRIPE_KEY\").unwrap()";

/// The application with these in place of its two reads, a dependency and more items.
fn read(database: &str, key: &str, dependency: &str, items: &str) -> Planned {
    let case = Case::new()
        .replace("Cargo.toml", "hmac = ", &format!("{dependency}\nhmac = "))
        .replace("src/main.rs", DATABASE, database)
        .replace("src/main.rs", KEY, key);
    let main = format!("{}\n{items}", case.text("src/main.rs"));
    case.file("src/main.rs", &main).any_format().plan()
}

#[track_caller]
fn is(planned: &Planned, kind: &str, text: &str) {
    let config = planned.plan.survey.apps[0].config.as_ref().unwrap();
    assert_eq!(config.kind, kind, "{}", config.at.text);
    assert!(config.at.text.contains(text), "{}", config.at.text);
}

fn module(planned: &Planned) -> (Status, &str) {
    let step = planned.plan.steps.iter().find(|step| step.id == "module").unwrap();
    (step.status, &step.reason)
}

#[track_caller]
fn module_reads(planned: &Planned, through: &str) {
    assert_eq!(module(planned).0, Status::Ready, "{}", module(planned).1);
    assert!(planned.text("src/cello/protocol.rs").contains(through));
}

#[test]
fn the_environment_where_it_is_used() {
    let planned = read(DATABASE, KEY, "", "");
    is(&planned, "environment", "STRIPE_KEY");
    module_reads(&planned, "std::env::var");
    let planned = read(DATABASE, "dotenvy::var(\"STRIPE_KEY\").unwrap()", "dotenvy = \"0.15\"", "");
    is(&planned, "dotenvy", "STRIPE_KEY");
    module_reads(&planned, "dotenvy::var");
}

#[test]
fn a_struct_that_is_filled_once() {
    let items = "pub struct Config {\n    key: String,\n}\n\nimpl Config {\n    fn from_env() -> Self {\n        Self { key: setting(\"STRIPE_KEY\") }\n    }\n}\n\nfn setting(name: &str) -> String {\n    std::env::var(name).unwrap()\n}\n";
    let planned = read("setting(\"DATABASE_URL\")", "Config::from_env().key", "", items);
    is(&planned, "struct", "STRIPE_KEY");
    module_reads(&planned, "std::env::var");
    let shared = items.replace("-> Self", "-> std::sync::Arc<Self>");
    let planned = read("setting(\"DATABASE_URL\")", "Config::from_env().key.clone()", "", &shared);
    is(&planned, "struct", "STRIPE_KEY");
}

#[test]
fn libraries_that_look_at_the_environment() {
    let figment = "Figment::new().merge(Toml::file(\"a.toml\")).merge(figment::providers::Env::prefixed(\"APP_\")).extract().unwrap()";
    let planned = read(&format!("figment::{figment}"), "key()", "figment = \"0.10\"", "");
    is(&planned, "figment", "Figment");
    module_reads(&planned, "std::env::var");
    let planned = read("envy::prefixed(\"APP_\").from_env().unwrap()", "key()", "envy = \"0.4\"", "");
    is(&planned, "envy", "envy::prefixed");
    module_reads(&planned, "std::env::var");
    let config =
        "config::Config::builder().add_source(config::Environment::with_prefix(\"APP\")).build().unwrap()";
    let planned = read(config, "key()", "config = \"0.14\"", "");
    is(&planned, "config", "config");
    module_reads(&planned, "std::env::var");
    let items =
        "#[derive(clap::Parser)]\npub struct Args {\n    #[arg(long, env)]\n    database_url: String,\n}\n";
    let planned = read("Args::parse().database_url", "key()", "clap = \"4\"", items);
    is(&planned, "clap", "Args");
    module_reads(&planned, "std::env::var");
}

#[track_caller]
fn is_no_place(planned: &Planned, source: &str) {
    let (status, reason) = module(planned);
    assert_eq!(status, Status::ByHand);
    assert!(reason.contains(&format!("from another source ({source}, src/main.rs:")), "{reason}");
}

#[test]
fn other_sources_alone_are_for_a_person() {
    let files =
        "figment::Figment::new().merge(figment::providers::Toml::file(\"a.toml\")).extract().unwrap()";
    is_no_place(&read(files, "key()", "figment = \"0.10\"", ""), "figment");
    is_no_place(&read("env!(\"DATABASE_URL\").to_string()", "key()", "", ""), "compile-time");
    is_no_place(&read("get_env!(\"DATABASE_URL\", \"has to be set\")", "key()", "", ""), "macro");
    let secrets = "fn read(secrets: shuttle_runtime::SecretStore) -> String {\n    secrets.get(\"STRIPE_KEY\").unwrap()\n}\n";
    is_no_place(&read("url()", "key()", "shuttle-runtime = \"0.50\"", secrets), "shuttle");
}

#[test]
fn look_alikes_are_no_settings() {
    // The compiler's own, and a helper that asks something else.
    let planned = read(
        "url(\"DATABASE_URL\")",
        "env!(\"CARGO_PKG_VERSION\")",
        "",
        "fn url(name: &str) -> String {\n    name.to_string()\n}\n",
    );
    assert!(planned.plan.survey.apps[0].config.is_none());
    assert!(module(&planned).1.contains("another source is not known"));
}

#[test]
fn statics_that_are_filled_when_they_are_first_asked_for() {
    for item in [
        "static KEY: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| std::env::var(\"STRIPE_KEY\").unwrap());\n",
        "lazy_static::lazy_static! {\n    static ref KEY: String = std::env::var(\"STRIPE_KEY\").unwrap();\n}\n",
        "cfg_if::cfg_if! { if #[cfg(unix)] { static KEY: Lazy<String> = Lazy::new(|| std::env::var(\"STRIPE_KEY\").unwrap()); } }\n",
    ] {
        let planned = read("url()", "KEY.clone()", "lazy_static = \"1\"", item);
        is(&planned, "environment", "STRIPE_KEY");
        module_reads(&planned, "std::env::var");
    }
    // One of a test says nothing of the application.
    let test = "#[cfg(test)]\nmod tests {\n    static KEY: Lazy<String> = Lazy::new(|| std::env::var(\"STRIPE_KEY\").unwrap());\n}\n";
    let planned = read("url()", "key()", "", test);
    assert!(planned.plan.survey.apps[0].config.is_none());
}

#[test]
fn what_the_compiler_is_asked_for_is_no_setting_by_itself() {
    let planned = read(
        "url()",
        "key()",
        "",
        "const HASH: Option<&str> = option_env!(\"GIT_HASH\");\nfn hash() -> Option<&'static str> {\n    option_env!(\"GIT_HASH\")\n}\n",
    );
    assert!(planned.plan.survey.apps[0].config.is_none());
    assert!(module(&planned).1.contains("another source is not known"));
}

#[test]
fn the_applications_own_program_counts_before_others() {
    let planned = Case::new()
        .any_format()
        .replace("src/main.rs", KEY, "key()")
        .file("src/bin/check.rs", "fn main() {\n    std::env::var(\"DATABASE_URL\").unwrap();\n}\n")
        .plan();
    let config = planned.plan.survey.apps[0].config.as_ref().unwrap();
    assert_eq!(config.at.file, "src/main.rs");
}
