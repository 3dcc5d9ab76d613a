//! The formats that commands print, and the documents among them that have a schema.

use clap::ValueEnum;

/// Output of commands that say one thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Human,
    /// For programs: JSON alone on standard output
    Json,
}

/// Output of commands that show a plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For people, at a terminal
    #[default]
    Human,
    /// The plan itself
    Json,
    /// For a review
    Markdown,
    /// In short, for a comment on a pull request
    Comment,
    /// One file for a browser, which needs no network
    Html,
    /// All its changes, as `git apply` takes them
    Diff,
}

/// Output of the doctor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum DoctorFormat {
    /// For people, at a terminal
    #[default]
    Human,
    /// For programs: JSON alone on standard output
    Json,
    /// For a pull request
    Markdown,
    /// SARIF 2.1.0, for code hosts
    Sarif,
}

/// The documents that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Document {
    /// What `survey` finds
    Survey,
    /// `plan.json`
    Plan,
    /// What `apply` has done
    Apply,
    /// What `undo` has done
    Undo,
    /// What `diff` finds
    Diff,
    /// What `doctor` finds
    Doctor,
    /// What `explain` answers
    Explain,
    /// `handoff.json`
    Handoff,
    /// What `tick` answers
    Tick,
    /// What `webhook` answers
    Webhook,
    /// What `demo` answers
    Demo,
    /// How any command fails
    Error,
    /// One line of `--progress json`
    Progress,
}
