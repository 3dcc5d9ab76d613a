//! What a shell and a manual need to know of the commands, made from the same arguments that clap reads.

use clap::CommandFactory;

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::{Console, Exit, Failure};

const NAME: &str = "cello-scaffold";

/// `completions`: a script for a shell, on standard output.
pub(super) fn completions(args: &CompletionsArgs, console: &mut Console) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), NAME, &mut script);
    console.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// `man`: a page for the program and one for each command, in a folder.
pub(super) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    let failed = |source| Failure::Io { doing: "written", path: args.folder.clone(), source };
    std::fs::create_dir_all(&args.folder).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), &args.folder).map_err(failed)?;
    Ok(Exit::Done)
}
