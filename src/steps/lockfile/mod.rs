//! `Cargo.lock` as a planned file: the lines cargo would add for the new dependencies, so that `--locked` builds go on.
//!
//! Only insertions. Near misses, left to cargo with a word on what will change: a crate whose entry is not known here,
//! several versions that would do, a lock file that is out of date, of another layout, or with `[[patch.unused]]`.

mod catalogue;
mod resolve;
mod write;

use catalogue::Catalogue;
use resolve::Gains;

use super::dependency::{Wanted, dependency};
use super::draft::{Draft, FileEdit};
use crate::edit::Edit;
use crate::plan::{HandWork, Status};
use crate::target::{Package, Target};

const KIND: &str = "lockfile";

/// The step for the lock file, for the crates that `dependency` adds to the package.
pub fn lockfile(target: &Target, package: &Package, wanted: &[Wanted]) -> Draft {
    let Some(file) = target.files.get("Cargo.lock") else {
        let reason = if target.lock_is_ignored {
            "Git ignores Cargo.lock here, so it is no part of the plan: the next build extends it, if anything is new."
        } else {
            "The project keeps no Cargo.lock, so there is none to extend."
        };
        return Draft::new(KIND, "", Status::NotApplicable, reason);
    };
    let mut absent: Vec<&Wanted> = wanted.iter().filter(|one| !is_locked(target, package, one)).collect();
    absent.sort_by(|a, b| a.name.cmp(&b.name));
    if absent.is_empty() {
        return Draft::new(KIND, "", Status::Done, "Cargo.lock has all that the module needs.");
    }
    let names: Vec<String> = absent.iter().map(|one| format!("{} {}", one.name, one.requirement)).collect();
    let manifest: Vec<Draft> = dependency(target, package, wanted)
        .into_iter()
        .filter(|draft| absent.iter().any(|one| one.name == draft.subject))
        .collect();
    let planned = if manifest.iter().any(|draft| draft.status == Status::ByHand) {
        Err("where its manifest gets them is for a person to say".to_string())
    } else {
        plan(target, package, &absent)
    };
    let after = manifest.iter().filter(|draft| draft.status == Status::Ready).map(Draft::id).collect();
    let mut draft = match planned {
        Ok((edits, reason)) => {
            let mut draft = Draft::new(KIND, "", Status::Ready, reason);
            draft.edits = edits
                .into_iter()
                .map(|edit| FileEdit { file: file.path.clone(), at: Some(edit.at), text: edit.text })
                .collect();
            draft
        }
        Err(why) => {
            let reason = format!(
                "Cargo.lock will change with the next cargo command, by {} and what they need; its lines can't be told \
                 here, because {why}.",
                names.join(", ")
            );
            let mut draft = Draft::new(KIND, "", Status::ByHand, reason);
            draft.by_hand.push(HandWork {
                todo: "After the dependencies are in the manifest, let cargo write the lock file once, without --locked, \
                       and commit it."
                    .to_string(),
                place: None,
                text: format!("cargo check -p {}", package.name),
                turns_green: None,
            });
            draft
        }
    };
    draft.after = after;
    draft
}

/// True if the package depends on a crate, and the lock file knows it. One that can't be understood is taken at the
/// manifest's word.
fn is_locked(target: &Target, package: &Package, wanted: &Wanted) -> bool {
    let own = target.lock.as_ref().and_then(|lock| {
        let mut own = lock.packages.iter().filter(|one| one.name == package.name && one.source.is_none());
        own.next().filter(|_| own.next().is_none())
    });
    let lists = |line: &String| line.split(' ').next() == Some(wanted.name.as_str());
    package.depends_on(&wanted.name).is_some() && own.is_none_or(|own| own.dependencies.iter().any(lists))
}

fn plan(target: &Target, package: &Package, absent: &[&Wanted]) -> Result<(Vec<Edit>, String), String> {
    let file = target.files.get("Cargo.lock").ok_or("it could not be read")?;
    let lock = target.lock.as_ref().ok_or("it could not be understood")?;
    let head = &file.text[..file.text.find("[[package]]").unwrap_or(0)];
    let version = head.lines().find_map(|line| line.strip_prefix("version = "));
    if !matches!(version.map(str::trim), Some("3" | "4")) {
        return Err("it is not of version 3 or 4".to_string());
    }
    if ["\n[[patch", "\n[patch", "\n[metadata]", "\n[root]"].iter().any(|odd| file.text.contains(odd)) {
        return Err("it holds more than packages".to_string());
    }
    let catalogue = Catalogue::read()?;
    let mut gains = Gains::new(lock, &catalogue);
    gains.add(&package.name, absent)?;
    let edits = write::edits(file, lock, &gains)?;
    Ok((edits, reason(package, absent, &gains)))
}

fn reason(package: &Package, absent: &[&Wanted], gains: &Gains<'_>) -> String {
    let direct: Vec<&str> = absent.iter().map(|one| one.name.as_str()).collect();
    let new: Vec<String> = gains.new.keys().map(|(name, version)| format!("{name} {version}")).collect();
    let new = match new.len() {
        0 => "all of them are locked already, through other crates".to_string(),
        1 => format!("new in it is {}", new[0]),
        count => format!("{count} crates are new in it: {}", new.join(", ")),
    };
    format!(
        "The lines that cargo would add for {} as {} of {}; {new}. Builds with --locked go on.",
        direct.join(", "),
        if direct.len() == 1 { "a dependency" } else { "dependencies" },
        package.name
    )
}

#[cfg(test)]
mod tests;
