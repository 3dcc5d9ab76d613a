//! The plan as one Markdown document, for a pull request or an editor.
//!
//! The document's order and wording are in `templates/report/`; `view` prepares every value, escaped.

use handlebars::Handlebars;

use crate::plan::Plan;

use super::Facts;
use super::view::Document;

/// The document and its parts. Embedded, so that a report needs nothing but the program.
const TEMPLATES: [(&str, &str); 6] = [
    ("plan", include_str!("../../templates/report/plan.md.hbs")),
    ("comment", include_str!("../../templates/report/comment.md.hbs")),
    ("decisions", include_str!("../../templates/report/decisions.md.hbs")),
    ("step", include_str!("../../templates/report/step.md.hbs")),
    ("sites", include_str!("../../templates/report/sites.md.hbs")),
    ("privacy", include_str!("../../templates/report/privacy.md.hbs")),
];

/// A plan in Markdown. `fact` looks up what the steps say about Cello; an id it does not know is shown as such.
///
/// # Panics
/// If an embedded template is malformed, which a test over all of them excludes.
pub fn markdown(plan: &Plan, fact: Facts<'_>) -> String {
    render("plan", &Document::of(plan, fact))
}

/// The same plan as a comment on a pull request: what it does, what is open, and how it is approved.
///
/// # Panics
/// As [`markdown`].
pub fn comment(plan: &Plan) -> String {
    render("comment", &Document::of(plan, &|_| None))
}

fn render(name: &str, document: &Document) -> String {
    let mut templates = Handlebars::new();
    templates.set_strict_mode(true);
    // The values are Markdown already.
    templates.register_escape_fn(handlebars::no_escape);
    for (name, text) in TEMPLATES {
        templates.register_template_string(name, text).expect("the embedded templates are well-formed");
    }
    let text = templates.render(name, document).expect("the document has every value that its templates use");
    tidy(&text)
}

/// One empty line at most between blocks, outside of fences, and none at the end: what optional parts leave behind.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    let mut empty = true;
    for line in text.lines() {
        let marks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(open) if marks == open && line == marks => fence = None,
            None if marks.len() >= 3 => fence = Some(marks),
            _ => {}
        }
        let blank = line.trim().is_empty();
        if fence.is_some() || !blank {
            out.push_str(line);
            out.push('\n');
        } else if !empty {
            out.push('\n');
        }
        empty = blank && fence.is_none();
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
