//! The migration that makes the table of sign-ups, named as the others are.
//!
//! `0007_cello_signups.sql`, the pair of `.up.sql` and `.down.sql`, or diesel's folder with both. Near misses: a project
//! whose migrations are in several folders, one without any, one that has the table.

use super::draft::{Draft, FileEdit};
use crate::plan::{Evidence, HandWork, Status};
use crate::survey::migrations::Migrations;

const KIND: &str = "migration";

/// The step for the table, with its SQL as the caller wrote it.
pub fn migration(migrations: Option<&Migrations>, up: &str, down: &str) -> Draft {
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
    let reason = format!(
        "The next migration in {} ({}) makes the table of new sign-ups. {runs}{schema}{others}",
        found.dir, found.scheme
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
    if found.scheme == "diesel" {
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
