//! `survey`: what is there.

use super::args::SurveyArgs;
use super::formats::Format;
use super::waiting::{self, READING};
use super::{Console, Exit, Failure};
use crate::report;
use crate::survey::survey;
use crate::target::Target;

pub(super) fn run(args: &SurveyArgs, console: &mut Console) -> Result<Exit, Failure> {
    let target = Target::open(&args.project, args.package.as_deref())?;
    if crate::apply::is_interrupted(&target.root)? {
        console.remark(super::plan::TORN);
    }
    let findings = waiting::told(READING, console, || survey(&target));
    if findings.survey.apps.is_empty() {
        return Err(Failure::NoApp);
    }
    match args.format {
        Format::Json => console.print_json(&findings.survey)?,
        Format::Human => {
            let text = report::terminal_survey(&findings.survey, console.style);
            console.print(&text)?;
        }
    }
    Ok(Exit::Done)
}
