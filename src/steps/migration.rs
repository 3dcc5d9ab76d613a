//! The migration that makes the table of sign-ups, named as the others are.
//!
//! `0007_cello_signups.sql`, the pair of `.up.sql` and `.down.sql`, diesel's folder with both, or a module of Rust in
//! SeaORM's list. Near misses: a project
//! whose migrations are in several folders or outside of it, one without any, one that has the table.

use std::ops::Range;

use super::draft::{Draft, FileEdit};
use super::module;
use crate::plan::{Evidence, HandWork, Status};
use crate::survey::migrations::sea_orm::Migrator;
use crate::survey::migrations::{Migrations, Outside};

const KIND: &str = "migration";

/// The step for the table, with its SQL as the caller wrote it.
///
/// Migrations that lie outside of the project are for a person to extend.
pub fn migration(migrations: Option<&Migrations>, outside: Option<&Outside>, up: &str, down: &str) -> Draft {
    if migrations.is_none()
        && let Some(Outside { dir, at }) = outside
    {
        let reason =
            format!("The migrations are in {dir}, outside of the project, where nothing is read or changed.");
        let mut draft =
            by_hand(&reason, &format!("Add a migration with this text, as those in {dir} are."), up);
        draft.evidence.push(Evidence { at: at.clone(), fact: format!("runs the migrations in {dir}") });
        return draft;
    }
    let Some(found) = migrations else {
        let reason = "No folder of SQL migrations was found, so the table has to be made the way this project makes \
                      its tables.";
        return by_hand(
            reason,
            "Make this table in every database of the application before it is deployed.",
            up,
        );
    };
    if let Some(at) = &found.signups {
        let mut draft = Draft::new(KIND, "", Status::Done, format!("{} makes the table already.", at.file));
        draft.evidence.push(Evidence { at: at.clone(), fact: "makes cello_signups".to_string() });
        return draft;
    }
    if let Some(why) = &found.unsure {
        let reason = format!(
            "The migrations are in {}, but {why}, so where this one goes is for a person to say.",
            found.dir
        );
        return by_hand(
            &reason,
            &format!("Add a migration with this text, as those in {} are.", found.dir),
            up,
        );
    }
    let runs = match (found.embedded, found.run_by_application) {
        // A command of its own may do it as well.
        (true, _) if found.migrator.is_some() => "Code of the project runs them, this one too.",
        (true, _) => "The application holds its migrations and runs them when it starts, this one too.",
        (_, true) => {
            "The application reads its migrations from this folder and runs them when it starts: ship the file with it."
        }
        _ => {
            "Nothing in the code runs these migrations: run this one as you run the others, before the new version is deployed. \
              Without its table referrals stay off and nothing else changes."
        }
    };
    let others = if found.others.is_empty() {
        String::new()
    } else {
        let has = if found.others.len() == 1 { "has" } else { "have" };
        format!(" {} {has} migrations too, which the code does not run.", found.others.join(", "))
    };
    let schema = found.schema.as_ref().map_or_else(String::new, |schema| {
        format!(
            " `diesel migration run` writes the new table into {schema} as well: commit that, or leave the table out \
             with `filter` in diesel.toml. Nothing inserted here uses it."
        )
    });
    let scheme = if found.migrator.is_some() { "modules of Rust" } else { &found.scheme };
    let reason = format!(
        "The next migration in {} ({scheme}) makes the table of new sign-ups. {runs}{schema}{others}",
        found.dir
    );
    let mut draft = Draft::new(KIND, "", Status::Ready, reason);
    if let Some(at) = &found.at {
        draft
            .evidence
            .push(Evidence { at: at.clone(), fact: format!("runs the migrations in {}", found.dir) });
    }
    let separator = if found.scheme == "refinery" { "__" } else { "_" };
    let stem = format!("{}/{}{separator}cello_signups", found.dir, found.next_version);
    let stem = stem.trim_start_matches('/');
    let create = |path: String, text: &str| FileEdit { file: path, at: None, text: text.to_string() };
    if let Some(migrator) = &found.migrator {
        draft.edits = in_rust(migrator, up, down);
    } else if found.scheme == "diesel" {
        draft.edits.push(create(format!("{stem}/up.sql"), up));
        draft.edits.push(create(format!("{stem}/down.sql"), down));
    } else if found.reversible {
        draft.edits.push(create(format!("{stem}.up.sql"), up));
        draft.edits.push(create(format!("{stem}.down.sql"), down));
    } else {
        draft.edits.push(create(format!("{stem}.sql"), up));
    }
    draft
}

/// The module, its declaration, and its entry in the list.
fn in_rust(migrator: &Migrator, up: &str, down: &str) -> Vec<FileEdit> {
    const MODULE: &str = include_str!("../../templates/app/migration.rs.hbs");
    let (about, table) = up.trim_start_matches("-- ").split_once('\n').unwrap_or_default();
    let table = table.trim_end().trim_end_matches(';');
    let hashes = if table.contains('"') { "#" } else { "" };
    let raw = if hashes.is_empty() { "" } else { "r" };
    let context = serde_json::json!({
        "about": about,
        "up": format!("{raw}{hashes}\"{table}\"{hashes}"),
        "down": down.trim_end().trim_end_matches(';'),
    });
    let declaration = &migrator.declaration;
    let at = |at: Range<usize>, text: String| FileEdit { file: declaration.file.clone(), at: Some(at), text };
    vec![
        FileEdit { file: migrator.file.clone(), at: None, text: module::render(MODULE, &context) },
        at(
            declaration.at..declaration.at,
            format!("{}mod {};{}", declaration.before, migrator.name, declaration.after),
        ),
        at(
            migrator.at.clone(),
            format!("{}Box::new({}::Migration){}", migrator.before, migrator.name, migrator.after),
        ),
    ]
}

fn by_hand(reason: &str, todo: &str, up: &str) -> Draft {
    let mut draft = Draft::new(KIND, "", Status::ByHand, reason);
    draft.by_hand.push(HandWork {
        todo: todo.to_string(),
        place: None,
        text: up.to_string(),
        turns_green: None,
    });
    draft
}
