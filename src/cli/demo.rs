//! Stand-in, until the demo is merged.

use clap::Args;

use super::args::Format;
use super::{Exit, Failure};

/// `demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Runs the demo.
///
/// # Errors
/// Always, for now.
pub fn run(_args: &DemoArgs) -> Result<Exit, Failure> {
    Err(Failure::Usage("the demo is not here yet".into()))
}
