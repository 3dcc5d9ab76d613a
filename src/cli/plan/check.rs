//! `plan --check`: the plan compiled in a copy now. A step that does not compile is left to a person, in a new plan.

use std::collections::BTreeMap;
use std::path::Path;

use crate::apply::{self, ApplyError, Blamed, Job, Proof};
use crate::cli::{Console, Failure};
use crate::plan::{self, Plan, PlanError, Status};

/// The plan as far as it compiles, and how that was proven; the plan as it was where nothing can be told.
///
/// The result is for whoever reviews it: `apply` compiles again, and trusts no file.
pub(super) fn checked(
    mut plan: Plan,
    root: &Path,
    console: &mut Console,
) -> (Plan, Result<Option<Proof>, Failure>) {
    // Each round leaves at least one step out, so that there is an end.
    while !plan.files.is_empty() {
        let errors = match prove(&plan, root, console) {
            Ok(proof) => return (plan, Ok(Some(proof))),
            Err(ApplyError::CompileFails { command, errors }) => {
                let why = blamed(&plan, &errors);
                if why.is_empty() {
                    return (plan, Err(ApplyError::CompileFails { command, errors }.into()));
                }
                why
            }
            Err(error) => return (plan, Err(error.into())),
        };
        for (step, why) in &errors {
            console.remark(&format!("`{step}` is left to a person. {why}"));
        }
        match plan::demote(&plan, &errors, &|path| apply::original(root, path)) {
            Ok(left) => plan = left,
            Err(error) => return (plan, Err(PlanError::into(error))),
        }
    }
    console.remark("No step is left to compile.");
    (plan, Ok(None))
}

fn prove(plan: &Plan, root: &Path, console: &mut Console) -> Result<Proof, ApplyError> {
    let job = Job {
        root,
        plan,
        changes: &apply::changes(root, plan)?,
        lock_changes: apply::lock_changes(plan),
        test: false,
        cargo: "cargo".as_ref(),
    };
    apply::prove(&job, &mut |remark| console.remark(remark))
}

/// The steps that errors come from, each with its first error. Only if no error lies in a step's text do those count
/// that merely edit the same file.
fn blamed(plan: &Plan, errors: &[Blamed]) -> BTreeMap<String, String> {
    let mut why = BTreeMap::new();
    let sure = errors.iter().any(|error| !error.steps.is_empty() && !error.nearby);
    for error in errors.iter().filter(|error| error.nearby != sure) {
        for step in &error.steps {
            let first = error.error.lines().next().unwrap_or_default();
            why.entry(step.clone())
                .or_insert_with(|| format!("With it the project would not compile: {first}"));
        }
    }
    let ready = |id: &String| plan.steps.iter().any(|step| step.id == *id && step.status == Status::Ready);
    why.retain(|id, _| ready(id));
    why
}
