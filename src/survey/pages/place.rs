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

    /// The next of a row of numbers that looks like chance and is the same every time.
    fn next(seed: &mut u64) -> usize {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 33) as usize
    }

    #[test]
    fn whatever_the_page_nothing_but_one_element_is_added_and_it_is_read_in_the_head() {
        const PIECES: [&str; 32] = [
            "<!doctype html>",
            "<html lang=é>",
            "<head>",
            "<HEAD\tclass='a>b'>",
            "</head>",
            "</HeAd\n>",
            "<body>",
            "</body>",
            "<title>é</title>",
            "<script>var a = \"</head>\";</script>",
            "<!-- </head> -->",
            "{# </head> #}",
            "{{ \"</head>\" }}",
            "{% block head %}",
            "{% endblock %}",
            "{% if a %}",
            "{% endif %}",
            "{% raw %}",
            "<textarea>",
            "</textarea>",
            "<header>",
            "\u{2028}",
            "\r\n",
            "\n",
            "\r",
            "\t",
            "    ",
            "<style>a{#b{c:d}}</style>",
            "<noscript>",
            "</noscript>",
            "{",
            "<p title=\"</head>\">",
        ];
        let mut seed = 7;
        let mut placed = 0;
        for _ in 0..20_000 {
            let mut text =
                if next(&mut seed).is_multiple_of(8) { "\u{feff}".to_string() } else { String::new() };
            for _ in 0..next(&mut seed) % 24 {
                text.push_str(PIECES[next(&mut seed) % PIECES.len()]);
            }
            let file = SourceText::new("a.html", text.as_str());
            let document = Document::read(&text);
            let Ok(place) = in_head(&file, &document, &Template::read(&text)) else {
                continue;
            };
            placed += 1;
            let added =
                format!("{}<script src=\"/api/cello/client.js\"></script>{}", place.before, place.after);
            let edit = crate::edit::Edit { at: place.at..place.at, text: added.clone() };
            let out = String::from_utf8(crate::edit::splice(text.as_bytes(), &[edit]).unwrap()).unwrap();
            assert_eq!(out.replacen(&added, "", 1), text);
            let after = Document::read(&out);
            assert_eq!(after.scripts.len(), document.scripts.len() + 1, "{text:?}");
            assert_eq!(after.head_ends.len(), document.head_ends.len(), "{text:?}");
            let end = after.head_ends.first().or(after.bodies.first()).unwrap();
            assert!(place.at + added.len() <= end.start, "{text:?}");
        }
        assert!(placed > 500, "{placed}");
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
