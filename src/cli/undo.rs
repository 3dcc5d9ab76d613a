//! `undo`: the last apply taken back, or some of its steps.

use super::args::UndoArgs;
use super::formats::Format;
use super::{Console, Exit, Failure};
use crate::apply::{self, Back, Undone};
use crate::report::clean;
use crate::target::{Target, TargetError, redact_lines};

pub(super) fn run(args: &UndoArgs, console: &mut Console) -> Result<Exit, Failure> {
    let given =
        args.project.canonicalize().map_err(|_| TargetError::NotFound { path: args.project.clone() })?;
    // A project whose manifests can't be read any more must still be undone.
    let applied = given.ancestors().find(|folder| folder.join(".cello/applied").is_dir());
    let root = match applied {
        Some(root) => root.to_path_buf(),
        None => Target::open(&given, None)?.root,
    };
    let back = Back { root: &root, only: &args.only, dry_run: args.dry_run, hook: &|_| Ok(()) };
    let mut undone = apply::take_back(&back, &mut |remark| console.remark(remark))?;
    // What was edited since is quoted, with whatever secrets stand in it.
    for kept in &mut undone.kept {
        kept.text = redact_lines(&kept.text);
    }
    match args.format {
        Format::Json => console.print_json(&undone)?,
        Format::Human => console.print(&clean(&text(&undone)))?,
    }
    Ok(if undone.outcome == "partly" { Exit::Partly } else { Exit::Done })
}

fn text(undone: &Undone) -> String {
    let mut out = String::new();
    for first in &undone.first {
        out += &format!("{}\n\n", first.text);
    }
    let (steps, files) = (undone.steps.len(), undone.files.len());
    out += &match (undone.outcome.as_str(), undone.already) {
        ("dry-run", _) => format!("Would take back {steps} steps in {files} files; nothing was written:\n"),
        (_, true) => "All files were as before already; the record of the apply is gone now.\n".into(),
        _ => format!("Took back {steps} steps in {files} files:\n"),
    };
    for file in &undone.files {
        out += &format!("  {file}\n");
    }
    if !undone.kept.is_empty() {
        out += "Left, to be taken out by hand:\n";
    }
    for kept in &undone.kept {
        let file = kept.file.as_deref().map_or(String::new(), |file| format!(" in {file}"));
        out += &format!("  {}{file}: {}\n", kept.step, kept.reason);
        for line in kept.text.lines() {
            out += &format!("      {line}\n");
        }
    }
    if !undone.kept.is_empty() {
        out += "`cello-scaffold undo` again takes back the rest.\n";
    } else if undone.left > 0 && undone.outcome != "dry-run" {
        out += &format!("{} earlier applied plans can be taken back too.\n", undone.left);
    }
    out
}
