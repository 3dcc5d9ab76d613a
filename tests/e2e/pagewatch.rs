//! Pagewatch with the plan applied and compiled, once for all scenarios.

use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;

use crate::project::{Project, Tree};
use crate::running;

/// The sample before and after, the plan in between, and the program that came of it.
pub struct Patched {
    pub project: Project,
    pub before: Tree,
    pub after: Tree,
    pub plan: Value,
    pub digest: String,
    pub applied: Value,
    program: PathBuf,
}

pub fn patched() -> &'static Patched {
    static PATCHED: OnceLock<Patched> = OnceLock::new();
    PATCHED.get_or_init(|| {
        let project = Project::of("pagewatch", "pagewatch");
        let before = project.tree();
        let (plan, digest) = project.plan(&[]);
        let applied = project.tool_succeeds(&["apply", "--approve", &digest]);
        let after = project.tree();
        let program = running::built(&project, "pagewatch");
        Patched { project, before, after, plan, digest, applied, program }
    })
}

pub fn program() -> PathBuf {
    patched().program.clone()
}
