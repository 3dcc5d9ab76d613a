//! What the commands have in common: their names, and whether they answer in JSON.

use super::args::Command;
use super::formats::{DoctorFormat, Format, PlanFormat};

impl Command {
    /// As it is typed.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Survey(_) => "survey",
            Self::Plan(_) => "plan",
            Self::Show(_) => "show",
            Self::Diff(_) => "diff",
            Self::Apply(_) => "apply",
            Self::Undo(_) => "undo",
            Self::Doctor(_) => "doctor",
            Self::Webhook(_) => "webhook",
            Self::Demo(_) => "demo",
            Self::Tick(_) => "tick",
            Self::Explain(_) => "explain",
            Self::Schema(_) => "schema",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
            Self::Mcp(_) => "mcp",
        }
    }

    /// True if standard output is for JSON alone.
    pub fn is_json(&self) -> bool {
        match self {
            Self::Survey(args) => args.format == Format::Json,
            Self::Plan(args) => args.format == PlanFormat::Json,
            Self::Show(args) => args.format == PlanFormat::Json,
            Self::Diff(args) => args.format == Format::Json,
            Self::Apply(args) => args.format == Format::Json,
            Self::Undo(args) => args.format == Format::Json,
            Self::Doctor(args) => matches!(args.format, DoctorFormat::Json | DoctorFormat::Sarif),
            Self::Webhook(args) => args.format == Format::Json,
            Self::Demo(args) => args.format == Format::Json,
            Self::Tick(args) => args.format == Format::Json,
            Self::Explain(args) => args.format == Format::Json,
            Self::Schema(_) => true,
            Self::Completions(_) | Self::Man(_) | Self::Mcp(_) => false,
        }
    }
}
