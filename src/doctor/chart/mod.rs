//! Everything that rules look at, read once: Rust code, browser code, script elements, settings, Stripe, policies, plan.

mod bodies;
mod callers;
mod calls;
mod endpoint;
mod rust;
mod script;
mod sent;
mod settings;
mod shape;
mod signing;
mod tags;
mod traces;
mod value;

use std::ops::Range;

pub use bodies::Awaited;
pub use calls::{Call, has_word};
pub use endpoint::{token_path, user_id_type};
pub use rust::{Comparison, Found, Literal, Pair, RustCode};
pub use script::{Kind, Token, arguments, tokens, within};
pub use settings::Setting;
pub use shape::Shape;
pub use signing::Signing;
pub use tags::{ScriptTag, scripts};
pub use traces::Trace;
pub use value::{Entry, Origin, Other, Value, ValueKind, is_number};

use crate::plan::Plan;
use crate::survey::{Findings, StripeCall};
use crate::target::{At, SourceText, Target, is_client_code};

/// A piece of browser code: a file, or a script element's content.
#[derive(Debug)]
pub struct Script {
    /// The file it stands in.
    pub file: String,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// The whole of it.
    pub at: Range<usize>,
}

/// A script element of a page or template.
#[derive(Debug)]
pub struct Tag {
    /// The file it stands in.
    pub file: String,
    /// True if the file is Rust, and the element stands in a string.
    pub in_string: bool,
    /// The element; of one in a string the place is the string's.
    pub tag: ScriptTag,
}

/// What rules look at.
pub struct Chart<'a> {
    /// The project.
    pub target: &'a Target,
    /// What the survey found.
    pub findings: &'a Findings,
    /// What a plan would still do.
    pub plan: &'a Plan,
    /// Files beside the Rust code.
    pub front: &'a [SourceText],
    /// The Rust code that has to do with Cello.
    pub rust: RustCode,
    /// Browser code that has to do with Cello.
    pub scripts: Vec<Script>,
    /// All script elements.
    pub tags: Vec<Tag>,
    /// Settings in files.
    pub settings: Vec<Setting>,
    /// What betrays an integration.
    pub traces: Vec<Trace>,
}

impl<'a> Chart<'a> {
    /// Reads a project.
    pub fn new(target: &'a Target, findings: &'a Findings, plan: &'a Plan, front: &'a [SourceText]) -> Self {
        let rust = rust::read(target);
        let (tags, scripts) = browser(target, front, &rust);
        let settings = settings::read(target, front);
        let mut chart =
            Self { target, findings, plan, front, rust, scripts, tags, settings, traces: Vec::new() };
        chart.traces = traces::find(&chart);
        chart
    }

    /// A file's text, Rust or not.
    pub fn text(&self, path: &str) -> Option<&SourceText> {
        self.target.text(path).or_else(|| self.front.iter().find(|file| file.path == path))
    }

    /// A place for people.
    pub fn at(&self, file: &str, range: Range<usize>) -> Option<At> {
        let text = self.text(file)?;
        (range.end <= text.text.len()
            && text.text.is_char_boundary(range.start)
            && text.text.is_char_boundary(range.end))
        .then(|| text.at(range))
    }

    /// Calls to Stripe on the application's own account, look-alikes left out.
    pub fn stripe(&self) -> impl Iterator<Item = &StripeCall> {
        let all = self.findings.survey.apps.iter().flat_map(|app| &app.stripe);
        all.filter(|call| call.decoy.is_none() && call.account == "own")
    }

    /// Objects with this key.
    pub fn shapes_with(&self, key: &str) -> impl Iterator<Item = &Found<Shape>> {
        let key = key.to_string();
        self.rust.shapes.iter().filter(move |shape| shape.what.entries.iter().any(|entry| entry.key == key))
    }

    /// The claims of widget tokens: objects with `productUserId`, wherever they are put together.
    pub fn claims(&self) -> impl Iterator<Item = (&str, Range<usize>, &[Entry])> {
        let shapes = self
            .shapes_with("productUserId")
            .filter(|shape| !shape.what.entries.iter().any(|entry| entry.key == "token"));
        shapes.map(|shape| (shape.file.as_str(), shape.at.clone(), shape.what.entries.as_slice()))
    }

    /// Signings of widget tokens, whatever their claims are called.
    pub fn signings(&self) -> impl Iterator<Item = &Found<Signing>> {
        self.rust.signings.iter().filter(|signing| {
            let has = |key: &str| signing.what.claims.iter().any(|entry| entry.key == key);
            has("productUserId")
                || (has("product_user_id") && has("product_id"))
                || (has("productId") && has("iat"))
        })
    }

    /// True if a word occurs in any browser code of the project that was read.
    pub fn browser_says(&self, word: &str) -> bool {
        self.scripts.iter().any(|script| has_word(&script.tokens, word))
    }

    /// True if a Rust function or literal names this.
    pub fn rust_says(&self, word: &str) -> bool {
        self.rust.functions.values().any(|words| words.contains(word))
            || self.rust.literals.iter().any(|literal| literal.text.contains(word))
    }
}

/// Script elements of pages and of HTML in strings, and browser code: files that have to do with Cello, and elements'
/// contents.
fn browser(target: &Target, front: &[SourceText], rust: &RustCode) -> (Vec<Tag>, Vec<Script>) {
    let (mut tags, mut code) = (Vec::new(), Vec::new());
    let pages = target.files.values().filter(|file| is_page(&file.path));
    let components = front.iter().filter(|file| has_elements(&file.path));
    for file in pages.chain(components) {
        for tag in scripts(&file.text) {
            let (at, source) = (tag.content.clone(), &file.text[tag.content.clone()]);
            if mentions(source) {
                code.push(Script { file: file.path.clone(), tokens: tokens(source, at.start), at });
            }
            tags.push(Tag { file: file.path.clone(), in_string: false, tag });
        }
    }
    for literal in rust.literals.iter().filter(|literal| literal.text.contains("<script")) {
        for mut tag in scripts(&literal.text) {
            let source = &literal.text[tag.content.clone()];
            if mentions(source) {
                let mut tokens = tokens(source, 0);
                tokens.iter_mut().for_each(|token| token.at = literal.at.clone());
                code.push(Script { file: literal.file.clone(), tokens, at: literal.at.clone() });
            }
            tag.at = literal.at.clone();
            tags.push(Tag { file: literal.file.clone(), in_string: true, tag });
        }
    }
    let files = front.iter().filter(|file| is_client_code(&file.path) && !has_elements(&file.path));
    for file in files.filter(|file| mentions(&file.text)) {
        let at = 0..file.text.len();
        code.push(Script { file: file.path.clone(), tokens: tokens(&file.text, 0), at });
    }
    code.sort_by(|a, b| (&a.file, a.at.start).cmp(&(&b.file, b.at.start)));
    (tags, code)
}

fn mentions(text: &str) -> bool {
    ["cello", "Cello", "CELLO", "productUserId"].iter().any(|word| text.contains(word))
}

fn is_page(path: &str) -> bool {
    [".html", ".htm", ".jinja", ".j2", ".askama", ".tera", ".hbs", ".stpl"]
        .iter()
        .any(|end| path.ends_with(end))
}

fn has_elements(path: &str) -> bool {
    [".vue", ".svelte", ".astro"].iter().any(|end| path.ends_with(end))
}
