//! Scores the survey against what a person read in real applications.
//!
//! `cargo run --release --example corpus -- CHECKOUTS [NAME…]`: `CHECKOUTS` holds a checkout of each repository in
//! `OWNER/NAME` at the commit that its file in `tests/corpus` names. Ends with 1 if a look-alike is taken for real.

#[path = "../tests/corpus/score.rs"]
mod score;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cello_scaffold::{survey::survey, target::Target};
use score::{Expected, KINDS, Outcome, score};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(checkouts) = arguments.next().map(PathBuf::from) else {
        eprintln!("usage: corpus CHECKOUTS [NAME…]");
        return ExitCode::from(2);
    };
    let names: Vec<String> = arguments.collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut totals = Table::default();
    let (mut wrong, mut unexplained) = (0, 0);
    for entry in walkdir::WalkDir::new(&folder).sort_by_file_name().into_iter().flatten() {
        let path = entry.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_none_or(|end| end != "toml") || !(names.is_empty() || names.contains(&name)) {
            continue;
        }
        match one(path, &checkouts) {
            Ok(scored) => {
                println!("\n{name}\n{}", scored.table);
                scored.notes.iter().for_each(|note| println!("  {note}"));
                wrong += scored.wrong;
                unexplained += scored.unexplained;
                totals.add(&scored.table);
            }
            Err(error) => println!("\n{name}: not scored: {error}"),
        }
    }
    println!("\nall\n{totals}");
    println!("\n{wrong} wrong; {unexplained} missed or said differently without a known cause");
    ExitCode::from(u8::from(wrong > 0))
}

/// How one application fares.
struct Scored {
    table: Table,
    notes: Vec<String>,
    wrong: usize,
    /// What is missed or said differently, and nobody knows why.
    unexplained: usize,
}

fn one(path: &Path, checkouts: &Path) -> Result<Scored, String> {
    let text = fs_err::read_to_string(path).map_err(|error| error.to_string())?;
    let expected: Expected = toml_edit::de::from_str(&text).map_err(|error| error.to_string())?;
    let folder = checkouts.join(&expected.repository).join(&expected.folder);
    let target = Target::open(&folder, None)
        .map_err(|error| format!("{error} (wanted: {} at {})", expected.repository, expected.commit))?;
    let json = serde_json::to_value(survey(&target).survey).map_err(|error| error.to_string())?;
    let part = folder.canonicalize().unwrap_or(folder);
    let part = part.strip_prefix(&target.root).unwrap_or(Path::new(""));
    let (outcomes, surplus) = score(&expected, &json, &target.root, part);
    let mut table = Table::default();
    let mut notes = Vec::new();
    let mut wrong = surplus.len();
    let mut unexplained = 0;
    for (fact, outcome) in outcomes {
        let column = match &outcome {
            Outcome::Found => "found",
            Outcome::Differs(_) => "differs",
            Outcome::Missed => "missed",
            Outcome::Wrong => "WRONG",
            Outcome::Named => "named",
            Outcome::Silent => "silent",
            Outcome::Outside => "outside",
        };
        *table.0.entry((fact.kind.clone(), column)).or_default() += 1;
        wrong += usize::from(outcome == Outcome::Wrong);
        let wants_cause = matches!(outcome, Outcome::Missed | Outcome::Differs(_));
        if wants_cause || matches!(outcome, Outcome::Wrong | Outcome::Silent) || fact.cause.is_some() {
            let detail =
                if let Outcome::Differs(parts) = &outcome { parts.join(", ") } else { String::new() };
            let (kind, file, line, what) = (&fact.kind, &fact.file, fact.lines[0], &fact.what);
            let cause = match &fact.cause {
                Some(cause) if wants_cause => format!(" (cause: {cause})"),
                Some(_) => " (it has a cause, but needs none any more)".to_string(),
                None if wants_cause => " (cause unknown)".to_string(),
                None => String::new(),
            };
            unexplained += usize::from(wants_cause && fact.cause.is_none());
            let detail = if detail.is_empty() { detail } else { format!(" [{detail}]") };
            notes.push(format!("{column} {kind} {file}:{line} {what}{detail}{cause}"));
        }
    }
    for entry in surplus {
        *table.0.entry((entry.split(' ').next().unwrap_or_default().to_string(), "WRONG")).or_default() += 1;
        notes.push(format!("WRONG {entry}"));
    }
    Ok(Scored { table, notes, wrong, unexplained })
}

/// Counts by kind and outcome.
#[derive(Default)]
struct Table(BTreeMap<(String, &'static str), usize>);

impl Table {
    fn add(&mut self, other: &Self) {
        for (key, count) in &other.0 {
            *self.0.entry(key.clone()).or_default() += count;
        }
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const COLUMNS: [&str; 7] = ["found", "differs", "missed", "WRONG", "named", "silent", "outside"];
        write!(f, "{:>14}", "")?;
        COLUMNS.iter().try_for_each(|column| write!(f, "{column:>9}"))?;
        for kind in KINDS {
            let count = |column| self.0.get(&(kind.to_string(), column)).copied().unwrap_or_default();
            if COLUMNS.iter().any(|column| count(column) > 0) {
                write!(f, "\n{kind:>14}")?;
                COLUMNS.iter().try_for_each(|column| match count(column) {
                    0 => write!(f, "{:>9}", "·"),
                    n => write!(f, "{n:>9}"),
                })?;
            }
        }
        Ok(())
    }
}
