//! What the survey lists of an application beside its sites: frameworks, routers, store, settings, and what was not read.

use std::collections::BTreeMap;

use crate::survey::axum::call::Call;
use crate::survey::axum::choice::Choice;
use crate::survey::axum::gates;
use crate::survey::axum::mount::{ADDERS, Mounts};
use crate::survey::axum::router::Chain;
use crate::survey::facts::{self, Framework, Router, Warning};
use crate::survey::migrations::{self, Outside};
use crate::survey::pages;
use crate::survey::walked::Walked;
use crate::target::index::Ty;
use crate::target::{Package, Target, by_place};

/// Web frameworks, by crate; only axum is read in depth yet.
const FRAMEWORKS: [&str; 11] = [
    "axum",
    "actix-web",
    "rocket",
    "loco-rs",
    "leptos",
    "async-graphql",
    "poem",
    "warp",
    "salvo",
    "dioxus",
    "lambda_http",
];

pub fn frameworks(target: &Target, package: &Package) -> Vec<Framework> {
    FRAMEWORKS
        .iter()
        .filter_map(|name| {
            let (_, dependency) = package.depends_on(name)?;
            let text = target.text(&package.manifest.path)?;
            Some(Framework {
                name: (*name).to_string(),
                version: target.version_of(package, name)?,
                at: text.at(dependency.at.clone()),
            })
        })
        .collect()
}

pub fn routers(
    target: &Target,
    chains: &[Chain],
    mounts: &Mounts,
    choice: &Choice<'_>,
    package: usize,
) -> Vec<Router> {
    let mut listed: Vec<Router> = Vec::new();
    let tops = choice.tops();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    let says_something =
        |(number, chain): &(usize, &Chain)| !chain.calls.is_empty() || tops.first() == Some(number);
    for (number, chain) in chains.iter().enumerate().filter(says_something) {
        let symbol = target.index.symbol(chain.function);
        let n = count.entry(symbol.clone()).and_modify(|n| *n += 1).or_insert(1);
        let id = if *n == 1 { format!("router:{symbol}") } else { format!("router:{symbol}#{n}") };
        // A guard in the middle covers only what stands before it.
        let last = chain.calls.iter().rposition(|call| ADDERS.contains(&call.method.as_str()));
        let last = last.map_or(0, |last| last + 1);
        let guard = mounts.around(number, last, chains, &Call::guard);
        let special = gates::not_for_users(target, chains, mounts, number, guard);
        let position = tops.iter().position(|&top| top == number);
        let (rank, reason) = match position {
            Some(_) if choice.is_dead(number) => (0, "nothing serves it".to_string()),
            _ if special.is_some() => (0, special.unwrap_or_default()),
            Some(0) => (1, "it holds the others, and nothing holds it".to_string()),
            Some(n) => {
                (u32::try_from(n).unwrap_or(0) + 1, "nothing holds it, but it has fewer routes".to_string())
            }
            None => (0, "it is part of another router".to_string()),
        };
        listed.push(Router {
            id,
            at: chain.at.clone(),
            symbol,
            prefix: mounts.prefix(number),
            guard: guard.map(|name| format!("`{name}` stands before its routes")),
            cors: mounts
                .around(number, last, chains, &Call::cors)
                .map(|_| "a CORS layer covers it".to_string()),
            rank,
            reason,
        });
    }
    // Those of the package itself; its program lists its own.
    let files = &target.index.files;
    let is_own = |file: &str| {
        files.get(file).into_iter().flatten().any(|&module| target.index.modules[module].package == package)
    };
    listed.retain(|router| is_own(&router.at.file));
    listed.sort_by(|a, b| by_place(&a.at, &b.at));
    listed
}

pub fn state(target: &Target, ty: &Ty) -> Option<facts::State> {
    let owner = target.index.type_of(ty)?;
    let text = target.text(&owner.file)?;
    Some(facts::State { type_text: ty.to_string(), at: text.at(owner.at.clone()) })
}

/// Sources and pages of a package that could not be read or parsed.
pub fn unread(target: &Target, package: &Package, walked: &Walked) -> Vec<String> {
    let missing =
        target.unread.iter().chain(&target.index.unparsed).chain(&walked.unparsed).map(|(path, _)| path);
    let source = package.path("src/");
    let own = package.path("");
    let is_page = |path: &str| [".html", ".htm", ".jinja", ".j2"].iter().any(|end| path.ends_with(end));
    let matters = |path: &&String| path.starts_with(&source) || (path.starts_with(&own) && is_page(path));
    let mut paths: Vec<String> = missing.filter(matters).cloned().collect();
    paths.sort();
    paths.dedup();
    paths
}

pub fn warnings(target: &Target, walked: &Walked) -> Vec<Warning> {
    let unread = target.unread.iter().map(|(path, reason)| Warning {
        id: "unread".into(),
        at: None,
        text: format!("{path} was not read: {reason}"),
    });
    let unparsed = target.index.unparsed.iter().chain(&walked.unparsed).map(|(path, reason)| Warning {
        id: "unparsed".into(),
        at: None,
        text: format!(
            "{path} is not Rust that could be parsed ({reason}); what it holds is not in this survey"
        ),
    });
    let outside = target.packages.iter().filter_map(|package| migrations::outside(target, package));
    let outside = outside.map(|Outside { dir, at }| Warning {
        id: "outside".into(),
        text: format!(
            "The migrations in {dir} lie outside of the project, where nothing is read or changed; a Cargo workspace \
             around both would be the folder to run in"
        ),
        at: Some(at),
    });
    let pages = target.packages.iter().flat_map(|package| pages::outside(target, package));
    let pages = pages.map(|(place, at)| Warning {
        id: "outside".into(),
        text: format!(
            "{place}, where pages may be, lies outside of the project, where nothing is read or changed; a Cargo \
             workspace around both would be the folder to run in"
        ),
        at: Some(at),
    });
    let mut warnings: Vec<Warning> = unread.chain(unparsed).chain(outside).chain(pages).collect();
    warnings.sort_by(|a, b| a.text.cmp(&b.text));
    // A library's are those of every package that depends on it.
    warnings.dedup();
    warnings
}
