//! Where a page's script goes: before `</head>`, on a line of its own if that has one.
//!
//! Near misses: a head that ends inside a `{% block %}` (a page that overrides the block would lose the script) or an
//! `{% if %}`; two heads in one file; no `</head>` at all, which HTML allows.

use std::ops::Range;

use crate::survey::html::Document;
use crate::survey::mapped::Mapped;
use crate::target::SourceText;

use super::template::Template;

/// A place for one more line or element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Byte where it is inserted.
    pub at: usize,
    /// What stands before the element.
    pub before: String,
    /// What stands after it.
    pub after: String,
    /// How the element is written there.
    pub form: Form,
}

/// How an element is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As HTML.
    Html,
    /// As HTML with single quotes, in a raw string that a double quote would end.
    SingleQuotes,
    /// As HTML with escaped quotes, in a string.
    Escaped,
    /// As maud writes elements.
    Maud,
    /// As a component of `leptos_meta`.
    LeptosMeta,
}

impl Place {
    fn html(at: usize, before: impl Into<String>, after: impl Into<String>) -> Self {
        Self { at, before: before.into(), after: after.into(), form: Form::Html }
    }
}

/// The end of a page's head.
///
/// # Errors
/// With why it can't be told.
pub fn in_head(file: &SourceText, document: &Document, template: &Template) -> Result<Place, String> {
    let end = head_end(document)?;
    if let Some(words) = template.enclosing(end.start) {
        return Err(format!("its head ends inside {{% {words} %}}, which a page can replace or leave out"));
    }
    if !file.is_first_on_line(end.start) {
        return Ok(Place::html(end.start, "", ""));
    }
    let child = document.first_child.filter(|&child| child < end.start && file.is_first_on_line(child));
    let before = match child {
        Some(child) => file.indentation(child).to_string(),
        None => format!("{}{}", file.indentation(end.start), file.indent_unit()),
    };
    Ok(Place::html(file.line_start(end.start), before, file.eol()))
}

/// The tag before which the head ends.
fn head_end(document: &Document) -> Result<&Range<usize>, String> {
    if document.heads.len() > 1 || document.head_ends.len() > 1 {
        return Err("it has more than one head".to_string());
    }
    let Some(end) = document.head_ends.first().or(document.bodies.first()) else {
        return Err("it has neither </head> nor <body>, so the end of its head can't be told".to_string());
    };
    if document.heads.first().is_some_and(|head| head.end > end.start) {
        return Err("its head ends before it starts".to_string());
    }
    Ok(end)
}

/// The end of the head in a string literal of Rust code, which lies at these bytes.
///
/// # Errors
/// With why it can't be told.
pub fn in_literal(
    file: &SourceText,
    document: &Document,
    mapped: &Mapped,
    literal: Range<usize>,
) -> Result<Place, String> {
    let end = mapped.before(head_end(document)?.start);
    let source = &file.text[literal.clone()];
    let form = match source.strip_prefix('r') {
        None => Form::Escaped,
        Some(rest) if rest.starts_with('#') => Form::Html,
        Some(_) => Form::SingleQuotes,
    };
    let line = file.line_start(end);
    if !file.is_first_on_line(end) || line <= literal.start {
        return Ok(Place { at: end, before: String::new(), after: String::new(), form });
    }
    let child = document.first_child.map(|child| mapped.before(child));
    let child = child.filter(|&child| child < end && child > literal.start && file.is_first_on_line(child));
    let before = match child {
        Some(child) => file.indentation(child).to_string(),
        None => format!("{}{}", file.indentation(end), file.indent_unit()),
    };
    // A line of a string that isn't raw may go on with `\`, after a line end of its own or not.
    let above = file.text[..line].trim_end_matches(['\r', '\n']);
    let continued = match form {
        Form::Escaped if above.ends_with("\\n\\") => "\\n\\",
        Form::Escaped if above.ends_with('\\') => "\\",
        _ => "",
    };
    Ok(Place { at: line, before, after: format!("{continued}{}", file.eol()), form })
}

/// The end of a partial that is included in heads.
///
/// # Errors
/// With why nothing can be put there.
pub fn at_end(file: &SourceText, document: &Document, template: &Template) -> Result<Place, String> {
    let content = file.text.trim_end().len();
    if document.open_at_end || template.enclosing(content).is_some() {
        return Err("something in it is still open at its end".to_string());
    }
    let lines = file.text.lines().map(|line| line.trim_start_matches('\u{feff}'));
    let first = lines.clone().find(|line| line.trim_start().starts_with('<')).unwrap_or_default();
    let indentation = &first[..first.len() - first.trim_start().len()];
    let end = file.text.len();
    Ok(match file.text[content..].contains('\n') {
        true => {
            let line_end = content + file.text[content..].find('\n').unwrap_or(0) + 1;
            Place::html(line_end, indentation, file.eol())
        }
        // A one-line partial without final newline stays one; the including page's own line goes on after it.
        false if lines.count() < 2 => Place::html(content, "", ""),
        false => Place::html(end, format!("{}{indentation}", file.eol()), ""),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Result<String, String> {
        let file = SourceText::new("a.html", text);
        let place = in_head(&file, &Document::read(text), &Template::read(text))?;
        Ok(format!("{}{}X{}{}", &text[..place.at], place.before, place.after, &text[place.at..]))
    }

    #[test]
    fn the_line_is_indented_like_the_heads_children_and_ends_like_the_others() {
        assert_eq!(
            head("<head>\r\n\t\t<title>a</title>\r\n\t</head>\r\n").unwrap(),
            "<head>\r\n\t\t<title>a</title>\r\n\t\tX\r\n\t</head>\r\n"
        );
        assert_eq!(head("<head>\n</head>\n").unwrap(), "<head>\n    X\n</head>\n");
        assert_eq!(head("<head><title>a</title></head>").unwrap(), "<head><title>a</title>X</head>");
    }

    #[test]
    fn a_head_may_end_without_a_tag() {
        assert_eq!(
            head("<!doctype html>\n<head>\n  <title>a</title>\n<body>\n").unwrap(),
            "<!doctype html>\n<head>\n  <title>a</title>\n  X\n<body>\n"
        );
        assert!(head("<!doctype html><head><title>a</title><p>b").is_err());
    }

    #[test]
    fn a_head_that_ends_in_a_block_is_left_to_a_person() {
        assert!(head("{% block top %}<head></head>{% endblock %}<body>").unwrap_err().contains("block top"));
        assert!(head("<head></head><head></head>").is_err());
        assert!(head("<head>{% block head %}{% endblock %}</head>").is_ok());
    }

    #[test]
    fn a_partial_gets_it_as_its_last_line() {
        let end = |text: &str| {
            let file = SourceText::new("a.html", text);
            let place = at_end(&file, &Document::read(text), &Template::read(text))?;
            Ok::<_, String>(format!(
                "{}{}X{}{}",
                &text[..place.at],
                place.before,
                place.after,
                &text[place.at..]
            ))
        };
        assert_eq!(end("  <meta>\n  <link>\n").unwrap(), "  <meta>\n  <link>\n  X\n");
        assert_eq!(end("  <meta>\r\n  <link>").unwrap(), "  <meta>\r\n  <link>\r\n  X");
        assert_eq!(end("<meta>").unwrap(), "<meta>X");
        assert!(end("<style>a").is_err());
    }
}
