//! How a file differs from the one a plan was made from, as far as the plan's own diffs can tell.

use crate::plan::{Plan, PlannedEdit};
use crate::target::redact_lines;

/// Characters of a line that are quoted at most.
const QUOTED: usize = 60;

/// The first line near an edit that isn't as it was, or that the change lies elsewhere.
pub(super) fn difference(plan: &Plan, path: &str, now: &[u8]) -> String {
    let now = String::from_utf8_lossy(now);
    let now = redact_lines(&now);
    let lines: Vec<&str> = now.lines().collect();
    let mut seen = false;
    for (step, edit) in plan.edits_of(path) {
        let Some((first, old)) = around(edit) else { continue };
        seen = true;
        let here = |offset: usize| lines.get(first + offset).copied();
        let Some((offset, was)) = old.iter().enumerate().find(|(offset, line)| here(*offset) != Some(**line))
        else {
            continue;
        };
        if let Some(line) = elsewhere(&lines, &old) {
            let (then, now) = (first + 1, line + 1);
            return format!(
                "changed since the plan was made: what {} edits was at line {then} and is at {now}",
                step.id
            );
        }
        let is = here(offset).map_or_else(|| "is gone".to_string(), |line| format!("is `{}`", short(line)));
        let number = first + offset + 1;
        return format!(
            "changed since the plan was made: line {number}, near what {} edits, was `{}` and {is}",
            step.id,
            short(was)
        );
    }
    if seen {
        "changed since the plan was made, though not near what the steps edit".into()
    } else {
        "changed since the plan was made".into()
    }
}

/// The lines that an edit's diff starts from, and the number of the first, from 0.
fn around(edit: &PlannedEdit) -> Option<(usize, Vec<&str>)> {
    let mut lines = edit.diff.lines().skip_while(|line| !line.starts_with("@@ -"));
    let head = lines.next()?.strip_prefix("@@ -")?;
    let first: usize = head.split([',', ' ']).next()?.parse().ok()?;
    let old = lines.take_while(|line| !line.starts_with("@@ -")).filter(|line| line.starts_with([' ', '-']));
    Some((first.checked_sub(1)?, old.map(|line| &line[1..]).collect()))
}

/// Where the same lines are, if that is one place only.
fn elsewhere(lines: &[&str], old: &[&str]) -> Option<usize> {
    if old.iter().all(|line| line.trim().is_empty()) {
        return None;
    }
    let mut places = lines.windows(old.len()).enumerate().filter(|(_, window)| *window == old);
    let (line, _) = places.next()?;
    places.next().is_none().then_some(line)
}

fn short(line: &str) -> String {
    let line = line.trim();
    if line.chars().count() <= QUOTED {
        return line.to_string();
    }
    line.chars().take(QUOTED).chain(['…']).collect()
}
