//! `Cargo.lock` as a planned file: the lines cargo would add for the new dependencies, so that `--locked` builds go on.
//!
//! Only insertions. Near misses, left to cargo with a word on what will change: a crate whose entry is not known here,
//! several versions that would do, a lock file that is out of date, of another layout, or with `[[patch.unused]]`.

mod catalogue;
mod resolve;
mod write;

use catalogue::Catalogue;
use resolve::Gains;

use super::dependency::{Wanted, absent, dependency};
use super::draft::{Draft, FileEdit};
use crate::edit::Edit;
use crate::plan::{HandWork, Status};
use crate::target::{Package, Target};

const KIND: &str = "lockfile";

/// The step for the lock file, for the crates that `dependency` adds to the package.
pub fn lockfile(target: &Target, package: &Package, wanted: &[Wanted]) -> Draft {
    let absent = absent(package, wanted);
    if absent.is_empty() {
        return Draft::new(KIND, "", Status::Done, "No dependency is added, so Cargo.lock stays as it is.");
    }
    let Some(file) = target.files.get("Cargo.lock") else {
        let reason = "The project keeps no Cargo.lock, so there is none to extend.";
        return Draft::new(KIND, "", Status::NotApplicable, reason);
    };
    let names: Vec<String> = absent.iter().map(|one| format!("{} {}", one.name, one.requirement)).collect();
    let after: Vec<String> = dependency(target, package, wanted)
        .into_iter()
        .filter(|draft| absent.iter().any(|one| one.name == draft.subject))
        .map(|draft| if draft.status == Status::Ready { Ok(draft.id()) } else { Err(draft.subject) })
        .collect::<Result<_, String>>()
        .unwrap_or_default();
    let planned = if after.is_empty() {
        Err("where its manifest gets them is for a person to say".to_string())
    } else {
        plan(target, package, &absent)
    };
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
