//! The edits that put Cello's metadata into the parameters of a Customer, in the form in which they are written.
//!
//! async-stripe 0.x: a field, an assignment, a chained or extended map. async-stripe 1.0: a call, or a map extended before
//! it is given, never a second `.metadata(…)`. Over HTTP: `metadata[…]` pairs after those that are there.

use std::ops::Range;

use super::basis::Basis;
use super::draft::FileEdit;
use super::layout;
use crate::survey::{BuilderJoin, Grown, LiteralMetadata, PairsJoin, PairsWay, ParamsForm, StripeSite, Text};

/// What gives the metadata.
pub enum Given {
    /// A call of the module's function.
    Asked {
        /// The module as the place writes it.
        module: String,
        /// The pool, where codes are kept, and the user's id.
        arguments: Vec<String>,
        /// True if the call has to be awaited.
        awaited: bool,
    },
    /// A parameter of the function around.
    Parameter(&'static str),
}

impl Given {
    /// The metadata as a map.
    pub fn map(&self) -> String {
        self.call("customer_metadata")
    }

    /// The metadata as fields of a form.
    pub fn fields(&self) -> String {
        self.call("customer_form")
    }

    /// The user's id, as far as it is known here.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Asked { arguments, .. } => arguments.last().map(|user| user.trim_start_matches('&')),
            Self::Parameter(_) => None,
        }
    }

    fn call(&self, function: &str) -> String {
        match self {
            Self::Asked { module, arguments, awaited } => {
                let wait = if *awaited { ".await" } else { "" };
                format!("{module}::{function}({}){wait}", arguments.join(", "))
            }
            Self::Parameter(name) => (*name).to_string(),
        }
    }
}

/// How the file at hand is laid out.
struct File<'f> {
    path: &'f str,
    text: &'f str,
    eol: &'static str,
    unit: &'static str,
}

impl File<'_> {
    fn edit(&self, at: Range<usize>, text: String) -> FileEdit {
        FileEdit { file: self.path.to_string(), at: Some(at), text }
    }

    fn insert(&self, at: usize, text: String) -> FileEdit {
        self.edit(at..at, text)
    }
}

/// True for parameters that are not async-stripe 0.x's, and which metadata can join all the same.
pub fn can_be_joined(params: &ParamsForm) -> bool {
    matches!(params, ParamsForm::Builder { join: Some(_), .. } | ParamsForm::Pairs { join: Some(_), .. })
}

/// True for parameters that take fields of a form rather than a map.
pub fn takes_fields(params: &ParamsForm) -> bool {
    matches!(params, ParamsForm::Pairs { .. })
}

/// The edits that merge what is given into the metadata.
pub fn edits(basis: &Basis, site: &StripeSite, given: &Given) -> Option<Vec<FileEdit>> {
    let path = &site.call.at.file;
    let source = basis.target.text(path)?;
    let file = File { path, text: &source.text, eol: source.eol(), unit: source.indent_unit() };
    let File { eol, unit, .. } = file;
    let value = &given.map();
    match &site.params {
        ParamsForm::Local { name, has_metadata, after, indent, .. } => {
            let line = if *has_metadata {
                let outer = format!("{eol}{indent}{unit}");
                format!(
                    "{name}{outer}.metadata{outer}.get_or_insert_with(Default::default){outer}.extend({value});"
                )
            } else {
                layout::wrap(indent, eol, &format!("{name}.metadata = Some("), value, ");", unit)
            };
            Some(vec![file.insert(*after, format!("{eol}{indent}{line}"))])
        }
        ParamsForm::Literal { metadata, .. } => match metadata {
            LiteralMetadata::Absent { at, indent, before_rest: true, .. } => Some(vec![match indent {
                Some(indent) => {
                    let field = layout::wrap(indent, eol, "metadata: Some(", value, "),", unit);
                    file.insert(*at, format!("{field}{eol}{indent}"))
                }
                None => file.insert(*at, format!("metadata: Some({value}), ")),
            }]),
            LiteralMetadata::Some { local: Some((name, statement)), .. } => {
                Some(vec![extended(&file, name, *statement, value)])
            }
            LiteralMetadata::Some { collect: Some(collect), .. } => {
                let own_line = source.is_first_on_line(*collect);
                let tail =
                    if own_line { format!("{eol}{}", source.indentation(*collect)) } else { String::new() };
                Some(vec![file.insert(*collect, format!(".chain({value}){tail}"))])
            }
            LiteralMetadata::Some { whole, inner, indent, .. } => {
                let links = [".into_iter()".into(), format!(".chain({value})"), ".collect(),".into()];
                Some(gone_on(&file, inner, whole.end - 1, indent, &links))
            }
            _ => None,
        },
        ParamsForm::Builder { join: Some(join), .. } => built(basis, site, &file, join, value),
        ParamsForm::Pairs { join: Some(join), .. } => paired(basis, &file, join, given),
        _ => None,
    }
}

/// A local map is extended before a statement.
fn extended(file: &File, name: &str, statement: usize, value: &str) -> FileEdit {
    let File { eol, unit, .. } = file;
    let indent = indentation(file.text, statement);
    let line = layout::wrap(indent, eol, &format!("{name}.extend("), value, ");", unit);
    file.insert(statement, format!("{line}{eol}{indent}"))
}

/// async-stripe 1.0.
fn built(
    basis: &Basis,
    site: &StripeSite,
    file: &File,
    join: &BuilderJoin,
    value: &str,
) -> Option<Vec<FileEdit>> {
    let File { eol, unit, .. } = *file;
    match join {
        BuilderJoin::Call { dot, spread, hugs } => {
            let own = indentation(file.text, *dot);
            let indent = if spread.is_empty() { own.to_string() } else { format!("{own}{unit}") };
            let link = layout::wrap(&indent, eol, ".metadata(", value, ")", unit);
            let breaks = spread.iter().filter(|at| *at != dot);
            let mut edits: Vec<FileEdit> =
                breaks.map(|&at| file.insert(at, format!("{eol}{indent}"))).collect();
            let text = match spread.is_empty() || *hugs {
                true => format!("{link}{eol}{indent}"),
                false => format!("{eol}{indent}{link}{eol}{indent}"),
            };
            edits.push(file.insert(*dot, text));
            edits.sort_by_key(|edit| edit.at.as_ref().map(|at| at.start));
            Some(edits)
        }
        BuilderJoin::Extend { name, statement } => Some(vec![extended(file, name, *statement, value)]),
        BuilderJoin::Chain { inner, close } => {
            if !iterates_by_value(basis, file) {
                return None;
            }
            let index = &basis.target.index;
            let brought = index.resolve(site.module, &["HashMap".to_string()]);
            let map = match brought.as_deref() {
                Some("std::collections::HashMap") => "HashMap",
                _ => "std::collections::HashMap",
            };
            let links =
                [".into_iter()".into(), format!(".chain({value})"), format!(".collect::<{map}<_, _>>(),")];
            Some(gone_on(file, inner, *close, indentation(file.text, inner.start), &links))
        }
    }
}

/// An array is iterated by value from edition 2021 on: that of the package the file belongs to.
fn iterates_by_value(basis: &Basis, file: &File) -> bool {
    let index = &basis.target.index;
    let package = index.module_of_file(file.path).map(|module| index.modules[module].package);
    let edition = &package.map_or(basis.home, |package| &basis.target.packages[package]).edition;
    !["2015", "2018"].contains(&edition.as_str())
}

/// Pairs that are sent over HTTP.
fn paired(basis: &Basis, file: &File, join: &PairsJoin, given: &Given) -> Option<Vec<FileEdit>> {
    let File { eol, unit, .. } = *file;
    let value = given.fields();
    let (name, is_parameter) = match given {
        Given::Parameter(name) => (*name, true),
        Given::Asked { .. } if join.name_is_taken => ("cello_metadata", false),
        Given::Asked { .. } => ("metadata", false),
    };
    let bound = |indent: &str| layout::binding(indent, eol, name, &value, unit);
    // What is extended or chained with, and whether it needs a binding that outlives it.
    let (items, bind) = match join.item {
        (Text::Borrowed, Text::Owned) => (value.clone(), false),
        (Text::Borrowed, Text::Borrowed) => (format!("{name}.iter().map(|(k, v)| (*k, v.as_str()))"), true),
        (Text::Owned, Text::Owned) => (format!("{name}.into_iter().map(|(k, v)| (k.to_string(), v))"), true),
        (Text::Owned, Text::Borrowed) => return None,
    };
    match &join.how {
        PairsWay::Extend { local, array } => {
            let Grown { name: local_name, indent, after, .. } = local;
            let line = layout::wrap(indent, eol, &format!("{local_name}.extend("), &items, ");", unit);
            let first =
                if bind && !is_parameter { format!("{eol}{indent}{}", bound(indent)) } else { String::new() };
            let mut edits = made_mutable(file, local);
            edits.extend(array.map(|at| file.insert(at, "vec!".into())));
            let grows = edits.iter().map(|edit| edit.text.len()).sum::<usize>();
            let declared = array.map_or("", |at| line_of(file.text, at));
            // The line would be laid out anew.
            if !declared.is_empty() && declared.trim_end().chars().count() + grows > 100 {
                return None;
            }
            edits.push(file.insert(*after, format!("{first}{eol}{indent}{line}")));
            Some(edits)
        }
        PairsWay::Set { local } => {
            let Grown { name, indent, after, .. } = local;
            let mut edits = made_mutable(file, local);
            let text = format!(
                "{eol}{indent}for (key, value) in {value} {{{eol}{indent}{unit}{name}[key] = value.into();{eol}{indent}}}"
            );
            edits.push(file.insert(*after, text));
            Some(edits)
        }
        PairsWay::Chain { .. } if !iterates_by_value(basis, file) => None,
        PairsWay::Chain { list, close, statement } => {
            let indent = indentation(file.text, *statement);
            let mut edits = Vec::new();
            let items = match bind {
                true => items,
                // Nothing is awaited in the middle of the request.
                false => name.to_string(),
            };
            if !is_parameter {
                edits.push(file.insert(*statement, format!("{}{eol}{indent}", bound(indent))));
            }
            let mut links =
                [".into_iter()".into(), format!(".chain({items})"), ".collect::<Vec<_>>()".to_string()];
            let own = indentation(file.text, list.start);
            match close {
                Some(close) => {
                    links[2].push(',');
                    edits.extend(gone_on(file, list, *close, own, &links));
                }
                None => {
                    let several = file.text[list.clone()].contains('\n');
                    let step = if several { String::new() } else { unit.to_string() };
                    let tail = links.map(|link| format!("{eol}{own}{step}{link}")).concat();
                    edits.push(file.insert(list.end, tail));
                }
            }
            Some(edits)
        }
    }
}

fn made_mutable(file: &File, local: &Grown) -> Vec<FileEdit> {
    local.not_mutable.map(|at| file.insert(at, "mut ".into())).into_iter().collect()
}

/// The only argument of a call goes on as a chain: `(EXPR)` becomes `(EXPR.into_iter()…)`, laid out as rustfmt does.
fn gone_on(
    file: &File,
    inner: &Range<usize>,
    close: usize,
    indent: &str,
    links: &[String; 3],
) -> Vec<FileEdit> {
    let File { eol, unit, text, .. } = *file;
    let within = format!("{eol}{indent}{unit}");
    let several_lines = text[inner.clone()].contains('\n');
    // After an expression of several lines the calls stand under its start, after one of a single line further in.
    let step = if several_lines { within.clone() } else { format!("{within}{unit}") };
    let mut edits = vec![file.insert(inner.start, within)];
    if several_lines {
        edits.extend(line_starts(text, inner).map(|at| file.insert(at, unit.to_string())));
    }
    let tail: String = links.iter().map(|link| format!("{step}{link}")).collect();
    // A trailing comma that is there would be one too many.
    edits.push(file.edit(inner.end..close, format!("{tail}{eol}{indent}")));
    edits
}

/// Starts of the lines within a range that are not blank.
fn line_starts<'t>(text: &'t str, range: &Range<usize>) -> impl Iterator<Item = usize> + 't {
    let start = range.start;
    text[range.clone()]
        .match_indices('\n')
        .map(move |(at, _)| start + at + 1)
        .filter(|&at| !text[at..].starts_with(['\n', '\r']))
}

/// The line that holds a byte.
fn line_of(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    text[start..].lines().next().unwrap_or_default()
}

/// White space at the start of the line that holds a byte.
fn indentation(text: &str, at: usize) -> &str {
    let line = line_of(text, at);
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}
