//! The crate's own shape: which part may use which, who writes, and that files stay small and say what they are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Parts by folder, with the parts each may use. Facts flow one way: read, decide, plan, write; `report` shows and `cli`
/// (with the program itself) holds it together.
const MAY_USE: [(&str, &[&str]); 10] = [
    ("target", &[]),
    ("edit", &[]),
    ("playbook", &[]),
    ("survey", &["target"]),
    ("plan", &["target", "survey", "edit"]),
    ("steps", &["target", "survey", "playbook", "edit", "plan"]),
    ("apply", &["target", "edit", "plan"]),
    ("doctor", &["target", "survey", "playbook", "plan"]),
    ("report", &["target", "survey", "edit", "plan", "doctor"]),
    ("cli", &["target", "survey", "playbook", "steps", "plan", "apply", "doctor", "report"]),
];

/// Parts that work on data alone: they see no disk, no environment and no other program.
const PURE: [&str; 5] = ["edit", "playbook", "plan", "steps", "report"];

/// What opens a file for writing, or changes the file system in another way.
const WRITES: [&str; 15] = [
    "fs::write",
    "fs::copy",
    "fs::rename",
    "fs::create_dir",
    "fs::remove_",
    "fs::set_permissions",
    "fs::hard_link",
    "fs::symlink",
    "File::create",
    "File::options",
    "OpenOptions",
    "tempfile::",
    "TempDir",
    ".persist(",
    ".set_len(",
];

/// Lines a file may have, its tests aside.
const LONGEST: usize = 320;

/// Files that are longer, with what they may have at most: to be split, and none may join them.
const TOO_LONG: [(&str, usize); 2] = [("survey/signup/capture.rs", 500), ("survey/signup/site.rs", 370)];

/// A source file without its tests.
struct Source {
    /// Path from `src`.
    path: String,
    text: String,
}

impl Source {
    /// The folder it stands in, or the part it is by itself.
    fn part(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// Its lines without comments.
    fn code(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter(|line| !line.trim_start().starts_with("//"))
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().to_string();
        if !path.ends_with(".rs") || is_test(&path) {
            continue;
        }
        let text = fs_err::read_to_string(entry.path()).unwrap();
        let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
        sources.push(Source { path, text: text[..end].to_string() });
    }
    assert!(sources.len() > 50);
    sources
}

/// `tests.rs`, and the folders of modules that are declared for tests alone.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.starts_with("survey/cases/")
}

#[test]
fn nothing_points_back() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.into_iter().collect();
    let mut wrong = BTreeSet::new();
    for source in sources() {
        let part = source.part();
        if ["lib", "main"].contains(&part) {
            continue;
        }
        let may_use =
            allowed.get(part).unwrap_or_else(|| panic!("`{part}` is a new part: say what it may use"));
        for line in source.code() {
            // Also paths within the code; `crate::cello` in text for applications names no part.
            for (at, _) in line.match_indices("crate::") {
                let name: String =
                    line[at + 7..].chars().take_while(|ch| ch.is_ascii_lowercase() || *ch == '_').collect();
                let is_part = allowed.contains_key(name.as_str());
                if is_part && name != part && !may_use.contains(&name.as_str()) {
                    wrong.insert(format!("src/{}: {part} uses {name}: {}", source.path, line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_apply_and_the_command_line_write() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !["apply", "cli"].contains(&source.part())) {
        for line in source.code() {
            if WRITES.iter().any(|write| line.contains(write)) {
                wrong.push(format!("src/{}: {}", source.path, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn parts_that_decide_see_no_disk() {
    const OUTSIDE: [&str; 6] = ["std::fs", "fs_err", "std::env", "std::process", "std::net", "std::io::"];
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| PURE.contains(&source.part())) {
        // What is quoted is code for the application.
        let quoted = |line: &str, word: &str| {
            line.split(word).next().unwrap_or_default().matches('"').count() % 2 == 1
        };
        for line in source.code() {
            if OUTSIDE.iter().any(|word| line.contains(word) && !quoted(line, word)) {
                wrong.push(format!("src/{}: {}", source.path, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn other_programs_are_run_by_apply_alone() {
    // `mcp` runs this very program; `doctor --live` a browser, if there is one.
    let own = ["cli/mcp/call.rs", "doctor/live/devtools.rs"];
    for source in
        sources().iter().filter(|source| source.part() != "apply" && !own.contains(&source.path.as_str()))
    {
        let found = source.code().find(|line| line.contains("Command::new("));
        assert!(found.is_none(), "src/{}: {found:?}", source.path);
    }
}

#[test]
fn every_file_says_what_it_is() {
    for source in sources() {
        let first = source.text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! ") && first.len() > 20, "src/{}: {first}", source.path);
    }
}

#[test]
fn no_file_is_long() {
    let known: BTreeMap<&str, usize> = TOO_LONG.into_iter().collect();
    let mut wrong = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        match known.get(source.path.as_str()) {
            Some(&most) if lines <= LONGEST => {
                wrong.push(format!(
                    "src/{} has {lines} lines now, {most} before: take it off the list",
                    source.path
                ));
            }
            Some(&most) if lines > most => {
                wrong.push(format!("src/{} has {lines} lines, {most} at most: split it", source.path));
            }
            None if lines > LONGEST => wrong.push(format!("src/{} has {lines} lines: split it", source.path)),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
