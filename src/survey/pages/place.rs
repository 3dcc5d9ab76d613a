//! Where a page's script goes: before `</head>`, on a line of its own if that has one.
//!
//! Near misses: a head that ends inside a `{% block %}` (a page that overrides the block would lose the script) or an
//! `{% if %}`; two heads in one file; no `</head>` at all, which HTML allows.

use crate::survey::html::Document;
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
}

/// The end of a page's head.
///
/// # Errors
/// With why it can't be told.
pub fn in_head(file: &SourceText, document: &Document, template: &Template) -> Result<Place, String> {
    if document.heads.len() > 1 || document.head_ends.len() > 1 {
        return Err("it has more than one head".to_string());
    }
    let Some(end) = document.head_ends.first().or(document.bodies.first()) else {
        return Err("it has neither </head> nor <body>, so the end of its head can't be told".to_string());
    };
    let after_head = document.heads.first().is_none_or(|head| head.end <= end.start);
    if !after_head {
        return Err("its head ends before it starts".to_string());
    }
    if let Some(words) = template.enclosing(end.start) {
        return Err(format!("its head ends inside {{% {words} %}}, which a page can replace or leave out"));
    }
    if !file.is_first_on_line(end.start) {
        return Ok(Place { at: end.start, before: String::new(), after: String::new() });
    }
    let child = document.first_child.filter(|&child| child < end.start && file.is_first_on_line(child));
    let before = match child {
        Some(child) => file.indentation(child).to_string(),
        None => format!("{}{}", file.indentation(end.start), file.indent_unit()),
    };
    Ok(Place { at: file.line_start(end.start), before, after: file.eol().to_string() })
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
            Place { at: line_end, before: indentation.to_string(), after: file.eol().to_string() }
        }
        // A one-line partial without final newline stays one; the including page's own line goes on after it.
        false if lines.count() < 2 => Place { at: content, before: String::new(), after: String::new() },
        false => Place { at: end, before: format!("{}{indentation}", file.eol()), after: String::new() },
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
