//! Where an application's settings come from: the environment, a struct filled from it, a library, a hosting's store.
//!
//! What counts is the read of Stripe's secret, else of the most central setting. A struct that is filled once is told
//! from reads where they are used; a library that layers files and the environment is told by its name.

pub mod reads;

use std::collections::BTreeSet;

use crate::survey::facts;
use crate::survey::settings::reads::Read;
use crate::target::index::{FunctionId, Index, Ty};
use crate::target::{Package, Target, by_place};

/// What an application's settings come from.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// As listed.
    pub config: Option<facts::Config>,
    /// `std` or `dotenvy`, if the environment is read: then a new module may read it, too.
    pub environment: Option<&'static str>,
}

/// What the reads in packages that count say; `krate` is the program or library that the application is put together in.
pub fn settings(
    target: &Target,
    package: &Package,
    all: &[Read],
    krate: &str,
    counts: &dyn Fn(usize) -> bool,
) -> Settings {
    let index = &target.index;
    let helpers: BTreeSet<FunctionId> = all
        .iter()
        .filter(|read| read.is_environment() && read.name.is_none())
        .filter_map(|read| read.function)
        .collect();
    let through_helper = |read: &Read| read.helper.is_none_or(|helper| helpers.contains(&helper));
    let counts = |read: &&Read| {
        let module = &index.modules[read.module];
        let test = module.test || read.function.is_some_and(|function| index.functions[function].test);
        !test && counts(module.package) && through_helper(read) && is_a_setting(read)
    };
    let mut own: Vec<&Read> = all.iter().filter(counts).collect();
    own.sort_by(|a, b| by_place(&a.at, &b.at));
    // A second program of the package reads its settings, too: the application's own count first.
    let aside = |read: &Read| {
        let other = &index.modules[read.module].krate;
        other.as_str() != krate && other.starts_with("bin ")
    };
    let best = own.iter().min_by_key(|read| (rank(read), aside(read))).copied();
    let config = best.map(|read| facts::Config { kind: kind(index, read).into(), at: read.at.clone() });
    let by_clap = clap(target, package);
    let config = match best {
        Some(best) if rank(best) < 2 => config,
        _ => by_clap.clone().or(config).or_else(|| loco(target, package)),
    };
    let reads_environment = by_clap.is_some()
        || own.iter().any(|read| read.is_environment() || read.helper.is_some() || read.environment);
    // What a workspace crate reads by `dotenvy`, another one may have to read without it.
    let by_dotenvy =
        own.iter().any(|read| read.source == "dotenvy") && package.depends_on("dotenvy").is_some();
    let environment = reads_environment.then_some(if by_dotenvy { "dotenvy" } else { "std" });
    Settings { config, environment }
}

/// False for what the compiler is asked for that is no setting: `option_env!("GIT_HASH")`.
fn is_a_setting(read: &Read) -> bool {
    read.source != "compile-time" || rank(read) < 4
}

/// Stripe's secret first, then a library that reads all settings, other secrets, the database.
fn rank(read: &Read) -> u8 {
    let name = read.name.as_deref().unwrap_or_default().to_ascii_uppercase();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match () {
        () if name.contains("STRIPE") && says(&["SECRET", "KEY"]) && !says(&["WEBHOOK", "PUBLI"]) => 0,
        () if name.contains("STRIPE") => 1,
        () if read.is_library() => 2,
        () if says(&["SECRET", "_KEY", "TOKEN", "DATABASE", "DB_URL", "CLIENT_ID"]) => 3,
        () if read.name.is_some() => 4,
        () => 5,
    }
}

/// How the listed read works.
fn kind<'r>(index: &Index, read: &'r Read) -> &'r str {
    let plain = read.is_environment() || read.helper.is_some();
    match read.source {
        _ if plain && read.function.is_some_and(|function| fills_a_struct(index, function)) => "struct",
        "std" | "helper" => "environment",
        other => other,
    }
}

/// True for a function that returns a struct of the project with fields: the settings, read once.
fn fills_a_struct(index: &Index, id: FunctionId) -> bool {
    let function = &index.functions[id];
    let own = function.self_ty.as_ref().map(|ty| index.resolve_ty(function.module, ty));
    let mut ty = index.resolve_ty(function.module, &function.returns);
    if ty.is("Result") || ty.is("Option") {
        ty = ty.success();
    }
    // `Arc<Self>`, `&'static Config`.
    let mut ty = ty.behind_pointers().clone();
    if let (Ty::Path { path, .. }, Some(own)) = (&ty, own)
        && path.last().is_some_and(|last| last == "Self")
    {
        ty = own;
    }
    const NAMES: [&str; 7] = ["config", "settings", "env", "options", "secrets", "params", "cfg"];
    index.type_of(&ty).is_some_and(|owner| {
        let name = owner.path.rsplit("::").next().unwrap_or_default().to_ascii_lowercase();
        !owner.fields.is_empty() && NAMES.iter().any(|word| name.contains(word))
    })
}

/// A struct of arguments, of which clap takes some from the environment.
fn clap(target: &Target, package: &Package) -> Option<facts::Config> {
    package.depends_on("clap")?;
    let index = &target.index;
    let takes_environment = |attribute: &String| {
        ["(env", ",env"].iter().any(|start| {
            attribute.split_once(start).is_some_and(|(_, rest)| rest.starts_with(['=', ',', ')']))
        })
    };
    let owner = index.types.values().find(|owner| {
        let module = &index.modules[owner.module];
        let own = target.packages[module.package].dir == package.dir && !owner.test;
        own && owner.fields.iter().any(|field| field.attributes.iter().any(takes_environment))
    })?;
    Some(facts::Config { kind: "clap".into(), at: target.text(&owner.file)?.at(owner.at.clone()) })
}

/// Loco reads `config/*.yaml` by itself.
fn loco(target: &Target, package: &Package) -> Option<facts::Config> {
    package.depends_on("loco-rs")?;
    let names = ["production.yaml", "development.yaml", "test.yaml"];
    let file = names.iter().find_map(|name| target.text(&package.path(&format!("config/{name}"))))?;
    Some(facts::Config { kind: "loco".into(), at: file.at(0..file.text.len()) })
}
