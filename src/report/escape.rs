//! Markdown escaping. A quoted line of code must never end its own quotation, and prose that mentions `<head>` must
//! show it.

use super::clean;

/// A code span around the text, whatever backticks it contains. Line breaks become spaces.
pub fn code(text: &str) -> String {
    let text = clean(text).replace(['\n', '\t'], " ");
    if text.trim().is_empty() {
        return String::new();
    }
    let marks = "`".repeat(longest_run(&text) + 1);
    // A space keeps a backtick at an end apart from the marks; Markdown takes it off again.
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{marks}{pad}{text}{pad}{marks}")
}

/// Prose on one line: code spans stay, everything else that Markdown would act on is escaped.
pub fn prose(text: &str) -> String {
    let text = clean(text).replace('\n', " ");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    let mut before = ' ';
    while let Some(ch) = rest.chars().next() {
        if ch == '`'
            && let Some(length) = span(rest)
        {
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            before = '`';
            continue;
        }
        let after = rest[ch.len_utf8()..].chars().next().unwrap_or(' ');
        // Inside of a word an underscore is just that: `user_id` stays readable in the source, too.
        let inside = before.is_alphanumeric() && after.is_alphanumeric();
        match ch {
            '<' => out.push_str("&lt;"),
            '>' if out.is_empty() => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '_' if inside => out.push('_'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' => {
                out.push('\\');
                out.push(ch);
            }
            '#' | '+' | '-' if out.is_empty() => {
                out.push('\\');
                out.push(ch);
            }
            _ => out.push(ch),
        }
        before = ch;
        rest = &rest[ch.len_utf8()..];
    }
    out
}

/// What [`code`] or [`prose`] made, for a cell of a table: there a bar divides even inside of code spans.
pub fn cell(markdown: &str) -> String {
    markdown.replace('|', "\\|")
}

/// A fenced block whose fence is longer than any in the text.
pub fn fenced(language: &str, text: &str) -> String {
    let text = clean(text);
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{end}{fence}")
}

/// Text inside of an HTML element or of a quoted attribute.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in clean(text).chars() {
        push_html(&mut out, ch);
    }
    out
}

/// One character of such a text, which is clean already.
pub fn push_html(out: &mut String, ch: char) {
    match ch {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#x27;"),
        _ => out.push(ch),
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|ch| ch != '`').map(str::len).max().unwrap_or(0)
}

/// Length of the code span that the text begins with.
pub fn span(text: &str) -> Option<usize> {
    let marks = text.len() - text.trim_start_matches('`').len();
    let mut position = marks;
    while let Some(found) = text[position..].find('`') {
        let start = position + found;
        let run = text[start..].len() - text[start..].trim_start_matches('`').len();
        position = start + run;
        if run == marks {
            return Some(position);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_spans_outlast_their_content() {
        assert_eq!(code("let x = 1;"), "`let x = 1;`");
        assert_eq!(code("a `b` c"), "``a `b` c``");
        assert_eq!(code("`b`"), "`` `b` ``");
        assert_eq!(code("  "), "");
    }

    #[test]
    fn prose_keeps_code_and_escapes_the_rest() {
        assert_eq!(prose("put it in <head> of `<b>`"), "put it in &lt;head> of `<b>`");
        assert_eq!(prose("user_id and *all* [x](y)"), r"user_id and \*all\* \[x\](y)");
        assert_eq!(prose("a ` alone"), r"a \` alone");
        assert_eq!(prose("# no heading\n- no list"), r"\# no heading - no list");
    }

    #[test]
    fn fences_outlast_their_content() {
        assert_eq!(fenced("diff", "+```sh\n"), "````diff\n+```sh\n````");
        assert_eq!(fenced("", "x"), "```\nx\n```");
    }

    #[test]
    fn bars_do_not_divide_cells() {
        assert_eq!(cell(&code("a || b")), r"`a \|\| b`");
    }
}
