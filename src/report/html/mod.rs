//! The plan as one HTML file: from disk, as a CI artefact or by mail, without any network.
//!
//! The order and wording are in `templates/report/plan.html.hbs` and its parts. They hold no raw values: whatever a
//! template shows is escaped, and only the helpers below make elements, out of text they escape themselves. The file's own
//! policy lets nothing run but its one script.

mod diff;
mod document;
mod flow;
mod glance;
mod question;
mod rich;
mod sites;
mod source;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderErrorReason,
};
use sha2::{Digest, Sha256};

use crate::plan::Plan;

use super::Facts;
use super::escape;
use document::HtmlDocument;

/// The document and its parts. Embedded, so that a report needs nothing but the program.
const TEMPLATES: [(&str, &str); 7] = [
    ("plan", include_str!("../../../templates/report/plan.html.hbs")),
    ("glance", include_str!("../../../templates/report/glance.html.hbs")),
    ("flow", include_str!("../../../templates/report/flow.html.hbs")),
    ("decisions", include_str!("../../../templates/report/decisions.html.hbs")),
    ("step", include_str!("../../../templates/report/step.html.hbs")),
    ("sites", include_str!("../../../templates/report/sites.html.hbs")),
    ("privacy", include_str!("../../../templates/report/privacy.html.hbs")),
];
const STYLE: &str = include_str!("../../../templates/report/plan.css");
const SCRIPT: &str = include_str!("../../../templates/report/plan.js");

/// Makes an element out of a helper's arguments.
type Make = fn(&Helper<'_>) -> Result<String, RenderErrorReason>;

/// All that makes elements. Each escapes what it is given: `rich` is for Markdown that `view` has prepared, `prose` for
/// text as the plan has it.
const HELPERS: [(&str, Make); 6] = [
    ("rich", |helper| Ok(rich::rich(text(helper, 0)?))),
    ("prose", |helper| Ok(rich::rich(&escape::prose(text(helper, 0)?)))),
    ("diff", |helper| Ok(diff::diff(text(helper, 0)?, text(helper, 1)?))),
    ("listing", |helper| Ok(diff::listing(text(helper, 0)?, text(helper, 1)?))),
    ("style", |_| Ok(format!("<style>{STYLE}</style>"))),
    ("script", |_| Ok(format!("<script>{SCRIPT}</script>"))),
];

struct Element(Make);

impl HelperDef for Element {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        Ok(out.write(&(self.0)(helper)?)?)
    }
}

/// A plan as an HTML file. `fact` looks up what the steps say about Cello; an id it does not know is shown as such.
///
/// # Panics
/// If an embedded template is malformed, which a test over all of them excludes.
pub fn html(plan: &Plan, fact: Facts<'_>) -> String {
    let mut templates = Handlebars::new();
    templates.set_strict_mode(true);
    templates.register_escape_fn(escape::html);
    for (name, text) in TEMPLATES {
        templates.register_template_string(name, text).expect("the embedded templates are well-formed");
    }
    for (name, element) in HELPERS {
        templates.register_helper(name, Box::new(Element(element)));
    }
    let document = HtmlDocument::of(plan, fact, policy());
    templates.render("plan", &document).expect("the document has every value that its templates use")
}

/// Nothing is loaded, and nothing runs but this file's own style sheet and script, known by their hashes.
fn policy() -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// A helper's argument.
fn text<'a>(helper: &'a Helper<'_>, index: usize) -> Result<&'a str, RenderErrorReason> {
    helper
        .param(index)
        .and_then(|param| param.value().as_str())
        .ok_or(RenderErrorReason::ParamNotFoundForIndex("a report helper", index))
}
