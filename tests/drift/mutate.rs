//! What happens to a project between two plans: whole trees changed in the ways people change them.

use std::collections::BTreeMap;
use std::ops::Range;

use cello_scaffold::plan::Plan;
use syn::spanned::Spanned;

use super::pieces::{Piece, Pieces};

/// Files of a project by path.
pub type Texts = BTreeMap<String, String>;

/// Kinds of mutations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Lines above everything in each file.
    LinesAbove,
    /// Every file with the other line ends.
    LineEnds,
    /// Tabs for spaces in every Rust file.
    Reindent,
    /// The function that holds an edit comes last in its file.
    Reorder,
    /// The function that holds an edit has another name everywhere.
    Rename,
    /// Comments right before and after the line of an edit.
    CommentNearby,
    /// A statement before the statement of an edit.
    StatementNearby,
    /// The line of an edit goes.
    DeleteLine,
    /// The function that holds an edit goes.
    DeleteFunction,
    /// `x.rs` becomes `x/mod.rs`, or the other way.
    MoveFile,
    /// The file goes.
    DeleteFile,
}

/// A project after a mutation.
pub struct Mutant {
    pub class: Class,
    /// What was changed, for messages.
    pub what: String,
    /// Changed files by the path they had; none for one that went.
    pub changed: BTreeMap<String, Option<Pieces>>,
    /// A word that is another now everywhere.
    pub renamed: Option<(String, String)>,
}

impl Mutant {
    fn new(class: Class, what: impl Into<String>) -> Self {
        Self { class, what: what.into(), changed: BTreeMap::new(), renamed: None }
    }

    fn with(mut self, path: &str, pieces: Option<Pieces>) -> Self {
        self.changed.insert(path.to_string(), pieces);
        self
    }
}

/// Every mutation of a project that a plan edits.
pub fn mutants(texts: &Texts, plan: &Plan) -> Vec<Mutant> {
    let mut all = whole(texts, plan);
    let edited: Vec<(&str, usize)> = plan
        .steps
        .iter()
        .flat_map(|step| &step.edits)
        .filter(|edit| texts.contains_key(&edit.file))
        .map(|edit| (edit.file.as_str(), edit.at[0]))
        .collect();
    let mut functions: Vec<(String, String)> = Vec::new();
    let mut files: Vec<&str> = Vec::new();
    for (path, at) in edited {
        let text = &texts[path];
        all.extend(lines(path, text, at));
        if !files.contains(&path) && path != "Cargo.lock" && !path.ends_with("Cargo.toml") {
            files.push(path);
            all.push(Mutant::new(Class::DeleteFile, path).with(path, None));
            all.extend(moved(path, text));
        }
        let Some((name, item)) = function(text, at).filter(|_| path.ends_with(".rs")) else { continue };
        all.extend(statement(path, text, at, &item));
        if functions.contains(&(path.to_string(), name.clone())) {
            continue;
        }
        functions.push((path.to_string(), name.clone()));
        let gone = vec![(item.clone(), String::new())];
        let what = format!("{name} in {path}");
        all.push(
            Mutant::new(Class::DeleteFunction, &what).with(path, Some(Pieces::replaced(path, text, gone))),
        );
        // A method at the end of the file would be none any more.
        if text[..item.start].ends_with([' ', '\t']) || text[item.clone()].starts_with([' ', '\t']) {
            all.extend(renamed(texts, &name));
            continue;
        }
        let pieces = vec![
            Piece::Old(0..item.start),
            Piece::Old(item.end..text.len()),
            Piece::New(if text.ends_with('\n') { "\n".into() } else { "\n\n".into() }),
            Piece::Old(item.clone()),
            Piece::New("\n".into()),
        ];
        let last = Pieces { path: path.into(), pieces };
        all.push(Mutant::new(Class::Reorder, &what).with(path, Some(last)));
        all.extend(renamed(texts, &name));
    }
    all
}

/// Mutations of all edited files at once.
fn whole(texts: &Texts, plan: &Plan) -> Vec<Mutant> {
    let mut above = Mutant::new(Class::LinesAbove, "all files");
    let mut ends = Mutant::new(Class::LineEnds, "all files");
    let mut tabs = Mutant::new(Class::Reindent, "all files");
    for file in &plan.files {
        let Some(text) = texts.get(&file.path) else { continue };
        let path = file.path.as_str();
        let comment = match path.rsplit('.').next().unwrap_or_default() {
            "rs" | "js" | "jsx" | "ts" | "tsx" => "// One line more.\n\n",
            "html" => "<!-- One line more. -->\n",
            "lock" => "",
            _ => "# One line more.\n",
        };
        let eol = if text.contains("\r\n") { "\r\n" } else { "\n" };
        // What begins a file stays at its beginning.
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let start = if path.ends_with(".html") { text.find('\n').map_or(start, |at| at + 1) } else { start };
        let one = vec![(start..start, comment.replace('\n', eol))];
        above = above.with(path, Some(Pieces::replaced(path, text, one)));
        let other: Vec<(Range<usize>, String)> = text
            .match_indices('\n')
            .map(|(at, _)| match text[..at].ends_with('\r') {
                true => (at - 1..at + 1, "\n".to_string()),
                false => (at..at + 1, "\r\n".to_string()),
            })
            .collect();
        ends = ends.with(path, Some(Pieces::replaced(path, text, other)));
        if path.ends_with(".rs") && !text.contains("\n\t") {
            let spaces: Vec<(Range<usize>, String)> = indents(text)
                .map(|at| (at.clone(), "\t".repeat(at.len() / 4) + &" ".repeat(at.len() % 4)))
                .collect();
            tabs = tabs.with(path, Some(Pieces::replaced(path, text, spaces)));
        }
    }
    [above, ends, tabs].into_iter().filter(|mutant| !mutant.changed.is_empty()).collect()
}

/// Leading spaces of lines, four or more.
fn indents(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let at = start;
        start += line.len();
        let spaces = line.len() - line.trim_start_matches(' ').len();
        (spaces >= 4).then_some(at..at + spaces)
    })
}

/// Changes of the line that an edit stands on, and beside it.
fn lines(path: &str, text: &str, at: usize) -> Vec<Mutant> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    let what = format!("line {} of {path}", text[..at].matches('\n').count() + 1);
    let gone = Pieces::replaced(path, text, vec![(start..end, String::new())]);
    let mut all = vec![Mutant::new(Class::DeleteLine, &what).with(path, Some(gone))];
    let comment = match path.rsplit('.').next().unwrap_or_default() {
        "rs" | "js" | "jsx" | "ts" | "tsx" => "// Mine.\n",
        "html" => "<!-- Mine. -->\n",
        "lock" => return Vec::new(),
        _ => "# Mine.\n",
    };
    // A comment within a text literal would be a part of it.
    let quoted = text[..start].matches('"').count() % 2 == 1 || text[..end].matches('"').count() % 2 == 1;
    if !quoted || !path.ends_with(".rs") {
        let both = vec![(start..start, comment.to_string()), (end..end, comment.to_string())];
        all.push(
            Mutant::new(Class::CommentNearby, &what).with(path, Some(Pieces::replaced(path, text, both))),
        );
    }
    all
}

/// A statement of the user's own before the one that an edit stands at.
fn statement(path: &str, text: &str, at: usize, item: &Range<usize>) -> Option<Mutant> {
    let body = item.start + text[item.clone()].find('{')?;
    let line = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let mut start = line(at);
    // The beginning of a statement is where there may be another.
    loop {
        if start <= body {
            return None;
        }
        let new = vec![(start..start, "    let _mine = 1 + 1;\n".to_string())];
        let pieces = Pieces::replaced(path, text, new);
        if syn::parse_file(pieces.text(text).trim_start_matches('\u{feff}')).is_ok() {
            let what = format!("line {} of {path}", text[..at].matches('\n').count() + 1);
            return Some(Mutant::new(Class::StatementNearby, what).with(path, Some(pieces)));
        }
        start = line(start - 1);
    }
}

fn moved(path: &str, text: &str) -> Option<Mutant> {
    let to = match path.strip_suffix("/mod.rs") {
        Some(folder) => format!("{folder}.rs"),
        None => format!("{}/mod.rs", path.strip_suffix(".rs")?),
    };
    let root = ["main.rs", "lib.rs"].iter().any(|name| path.ends_with(name));
    let whole = Pieces { path: to.clone(), pieces: vec![Piece::Old(0..text.len())] };
    (!root).then(|| Mutant::new(Class::MoveFile, format!("{path} to {to}")).with(path, Some(whole)))
}

/// The function around a place: its name and its bytes, attributes and comments included.
pub fn function(text: &str, at: usize) -> Option<(String, Range<usize>)> {
    let shift = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let file = syn::parse_file(&text[shift..]).ok()?;
    let mut found = None;
    for item in &file.items {
        match item {
            syn::Item::Fn(one) => note(&one.sig.ident, one.span().byte_range(), &mut found, at, shift),
            syn::Item::Impl(block) => {
                for item in &block.items {
                    if let syn::ImplItem::Fn(one) = item {
                        note(&one.sig.ident, one.span().byte_range(), &mut found, at, shift);
                    }
                }
            }
            _ => {}
        }
    }
    found
}

fn note(
    name: &syn::Ident,
    range: Range<usize>,
    found: &mut Option<(String, Range<usize>)>,
    at: usize,
    shift: usize,
) {
    let range = range.start + shift..range.end + shift;
    if range.start < at && at < range.end {
        *found = Some((name.to_string(), range));
    }
}

/// Another name for a function, wherever its word occurs.
fn renamed(texts: &Texts, name: &str) -> Option<Mutant> {
    if name == "main" {
        return None;
    }
    let other = format!("{name}_anew");
    let mut mutant = Mutant::new(Class::Rename, format!("{name} to {other}"));
    for (path, text) in texts.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let places: Vec<(Range<usize>, String)> = text
            .match_indices(name)
            .filter(|(at, _)| !word(text[..*at].chars().next_back()))
            .filter(|(at, _)| !word(text[at + name.len()..].chars().next()))
            // Words in texts and fields are others.
            .filter(|(at, _)| !text[..*at].ends_with(['"', '/']))
            .map(|(at, _)| (at..at + name.len(), other.clone()))
            .collect();
        if !places.is_empty() {
            mutant = mutant.with(path, Some(Pieces::replaced(path, text, places)));
        }
    }
    mutant.renamed = Some((name.to_string(), other));
    Some(mutant)
}
