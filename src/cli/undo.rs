//! `undo`: the last apply taken back.

use super::args::{Format, UndoArgs};
use super::{Console, Exit, Failure};
use crate::apply;
use crate::target::{Target, TargetError};

pub(super) fn run(args: &UndoArgs, console: &mut Console) -> Result<Exit, Failure> {
    let given =
        args.project.canonicalize().map_err(|_| TargetError::NotFound { path: args.project.clone() })?;
    // A project whose manifests can't be read any more must still be undone.
    let applied = given.ancestors().find(|folder| folder.join(".cello/applied").is_dir());
    let root = match applied {
        Some(root) => root.to_path_buf(),
        None => Target::open(&given, None)?.root,
    };
    let undone = apply::undo(&root, &mut |remark| console.remark(remark), &|_| Ok(()))?;
    if args.format == Format::Json {
        console.print_json(&undone)?;
        return Ok(Exit::Done);
    }
    let mut out = if undone.already {
        "All files were as before already; the record of the apply is gone now.\n".to_string()
    } else {
        format!("Took back {} steps in {} files:\n", undone.steps.len(), undone.files.len())
    };
    for file in undone.files.iter().filter(|_| !undone.already) {
        out += &format!("  {file}\n");
    }
    if undone.left > 0 {
        out += &format!("{} earlier applied plans can be taken back too.\n", undone.left);
    }
    console.print(&out)?;
    Ok(Exit::Done)
}
