//! A sample application to run: what it is started with, how a person uses it, and the program once the plan is applied.

use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;

use crate::browser::Browser;
use crate::database::Store;
use crate::project::{Project, Tree};
use crate::running::built;
use crate::world::Settings;

/// What the tests have to know of an application in order to run it.
pub struct Sample {
    /// Its folder in `tests/apps`, its package and its program.
    pub name: &'static str,
    pub store: Store,
    /// Its own settings beside those of Cello, for the addresses of its database and of Stripe.
    pub settings: fn(database: &str, stripe: &str) -> Settings,
    /// In the log, what stands before the address where it listens.
    pub listens: &'static str,
    pub person: Person,
    /// What the Customer's metadata were before, with the user's id in the token.
    pub metadata: fn(id: &str) -> Value,
    pub patched: OnceLock<Patched>,
}

/// How a person does there what every application offers.
pub struct Person {
    /// As `name`@example.org, and is signed in afterwards.
    pub signs_up: fn(&mut Browser, name: &str),
    pub signs_out: fn(&mut Browser),
    /// Goes to Stripe's checkout, and is sent there.
    pub buys: fn(&mut Browser),
}

/// The sample before and after, the plan in between, and the program that came of it.
pub struct Patched {
    pub project: Project,
    pub before: Tree,
    pub after: Tree,
    pub plan: Value,
    pub digest: String,
    pub applied: Value,
    pub program: PathBuf,
}

impl Sample {
    /// With the plan applied and compiled, once for all scenarios.
    pub fn patched(&self) -> &Patched {
        self.patched.get_or_init(|| {
            let project = Project::of(self.name, self.name);
            let before = project.tree();
            let (plan, digest) = project.plan(&[]);
            let applied = project.tool_succeeds(&["apply", "--approve", &digest]);
            let after = project.tree();
            let program = built(&project, self.name);
            Patched { project, before, after, plan, digest, applied, program }
        })
    }
}
