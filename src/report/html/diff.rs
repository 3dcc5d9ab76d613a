//! A unified diff as HTML: the same rows stand side by side where there is room, and below each other where there is not.
//!
//! Added and removed lines are `ins` and `del`, so that a screen reader tells them apart; colours only help the eye.

use std::ops::Range;

use crate::report::clean;
use crate::report::escape::push_html;

use super::source::{Class, Scanner};

/// Lines that stand together: the same on both sides, or removed ones with what took their place.
#[derive(Default)]
struct Block<'a> {
    same: Vec<Same<'a>>,
    old: Vec<&'a str>,
    new: Vec<&'a str>,
}

/// A line that is the same on both sides.
enum Same<'a> {
    Line(&'a str),
    /// What git says of the line above, such as that it has no end: no line of the file, so without a number.
    Remark(&'a str),
}

/// A diff of one file.
pub fn diff(path: &str, unified: &str) -> String {
    let text = clean(unified);
    let (mut before, mut after) = (Scanner::of(path), Scanner::of(path));
    let mut out = String::from("<div class=\"diff\">");
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((mut old, mut new)) = header(line) else { continue };
        out.push_str("<div class=\"hunk\">");
        let mut body = Vec::new();
        while let Some(line) = lines.next_if(|line| header(line).is_none()) {
            body.push(line);
        }
        for block in blocks(&body) {
            block.show(&mut out, (&mut before, &mut after), (&mut old, &mut new));
        }
        out.push_str("</div>");
    }
    out.push_str("</div>");
    out
}

/// A whole file, for one that does not exist yet.
pub fn listing(path: &str, text: &str) -> String {
    let mut scanner = Scanner::of(path);
    let mut out = String::from("<div class=\"diff whole\"><div class=\"hunk\">");
    for (line, number) in clean(text).lines().zip(1..) {
        row(&mut out, "ins", number, line, &scanner.line(line), None);
    }
    out.push_str("</div></div>");
    out
}

/// First line on either side, of a hunk's header.
fn header(line: &str) -> Option<(usize, usize)> {
    let (old, new) = line.strip_prefix("@@ -")?.split_once(" +")?;
    let start = |side: &str| side.split([',', ' ']).next()?.parse().ok();
    Some((start(old)?, start(new)?))
}

fn blocks<'a>(lines: &[&'a str]) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in lines {
        let (sign, text) = line.split_at_checked(1).unwrap_or((" ", ""));
        // A line that lost its leading blank on the way is one without text.
        let same = !["+", "-"].contains(&sign);
        if blocks.last().is_none_or(|block| block.same.is_empty() == same) {
            blocks.push(Block::default());
        }
        if let Some(block) = blocks.last_mut() {
            match sign {
                "+" => block.new.push(text),
                "-" => block.old.push(text),
                "\\" => block.same.push(Same::Remark(text.trim_start())),
                _ => block.same.push(Same::Line(text)),
            }
        }
    }
    blocks
}

impl Block<'_> {
    fn show(
        &self,
        out: &mut String,
        scanners: (&mut Scanner, &mut Scanner),
        numbers: (&mut usize, &mut usize),
    ) {
        if !self.same.is_empty() {
            let (mut left, mut right) = (String::new(), String::new());
            for line in &self.same {
                let line = match line {
                    Same::Line(line) => line,
                    Same::Remark(text) => {
                        for side in [&mut left, &mut right] {
                            side.push_str("<span class=\"ln said\">");
                            text.chars().for_each(|ch| push_html(side, ch));
                            side.push_str("</span>");
                        }
                        continue;
                    }
                };
                scanners.0.line(line);
                let pieces = scanners.1.line(line);
                row(&mut left, "span", *numbers.0, line, &pieces, None);
                row(&mut right, "span", *numbers.1, line, &pieces, None);
                *numbers.0 += 1;
                *numbers.1 += 1;
            }
            out.push_str(&format!(
                "<div class=\"row same\"><div class=\"old\" aria-hidden=\"true\">{left}</div><div class=\"new\">{right}</div></div>"
            ));
            return;
        }
        out.push_str("<div class=\"row\"><div class=\"old\">");
        let paired = self.old.len() == self.new.len();
        for (index, line) in self.old.iter().enumerate() {
            let marked = if paired { changed(line, self.new[index]) } else { None };
            row(out, "del", *numbers.0, line, &scanners.0.line(line), marked);
            *numbers.0 += 1;
        }
        out.push_str("</div><div class=\"new\">");
        for (index, line) in self.new.iter().enumerate() {
            let marked = if paired { changed(line, self.old[index]) } else { None };
            row(out, "ins", *numbers.1, line, &scanners.1.line(line), marked);
            *numbers.1 += 1;
        }
        out.push_str("</div></div>");
    }
}

/// What differs of a line from another: all between their common beginning and end, unless that is most of it.
fn changed(line: &str, other: &str) -> Option<Range<usize>> {
    let common = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| -> usize {
        a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
    };
    let start = common(&mut line.chars(), &mut other.chars());
    let end = common(&mut line[start..].chars().rev(), &mut other[start..].chars().rev());
    let indent = (line.len() - line.trim_start().len()).min(start);
    let shorter = line.len().min(other.len()) - indent;
    (line.len() > start + end && (start + end - indent) * 2 >= shorter).then_some(start..line.len() - end)
}

/// One line with its number, its pieces and what to point out in it.
fn row(
    out: &mut String,
    element: &str,
    number: usize,
    line: &str,
    pieces: &[(Class, Range<usize>)],
    marked: Option<Range<usize>>,
) {
    out.push_str(&format!("<{element} class=\"ln\" data-n=\"{number}\">"));
    let marked = marked.unwrap_or(0..0);
    for (class, range) in pieces {
        // At most three parts: before, within and after what is marked.
        let cuts =
            [range.start, marked.start, marked.end, range.end].map(|at| at.clamp(range.start, range.end));
        for pair in cuts.windows(2).filter(|pair| pair[0] < pair[1]) {
            let within = marked.start <= pair[0] && pair[1] <= marked.end;
            let classes = [*class, if within { "m" } else { "" }].join(" ");
            let open = !classes.trim().is_empty();
            if open {
                out.push_str(&format!("<span class=\"{}\">", classes.trim()));
            }
            line[pair[0]..pair[1]].chars().for_each(|ch| push_html(out, ch));
            if open {
                out.push_str("</span>");
            }
        }
    }
    out.push_str(&format!("</{element}>"));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text of the rows, as they stand in the document.
    fn words(html: &str) -> String {
        let mut text = String::new();
        let mut inside = false;
        for ch in html.chars() {
            match ch {
                '<' => inside = true,
                '>' => inside = false,
                _ if !inside => text.push(ch),
                _ => {}
            }
        }
        text
    }

    #[test]
    fn lines_keep_their_sides_and_numbers() {
        let html = diff("a.txt", "--- a/a.txt\n+++ b/a.txt\n@@ -7,3 +8,3 @@\n one\n-two\n+zwei\n three\n");
        assert!(html.contains("<span class=\"ln\" data-n=\"7\">one</span>"), "{html}");
        assert!(html.contains("<del class=\"ln\" data-n=\"8\">"), "{html}");
        assert!(html.contains("<ins class=\"ln\" data-n=\"9\">"), "{html}");
        assert!(html.contains("<span class=\"ln\" data-n=\"10\">three</span>"), "{html}");
    }

    #[test]
    fn a_missing_end_of_file_is_said_and_no_line() {
        let html = diff("a.txt", "@@ -3 +3,2 @@\n-one\n\\ No newline at end of file\n+one\n+two\n");
        assert!(html.contains("<span class=\"ln said\">No newline at end of file</span>"), "{html}");
        assert!(html.contains("<ins class=\"ln\" data-n=\"3\">"), "{html}");
        assert!(html.contains("<ins class=\"ln\" data-n=\"4\">"), "{html}");
        // A line of the file that begins with the same sign is a line.
        let html = diff("a.txt", "@@ -3 +3,2 @@\n \\ No newline\n+two\n");
        assert!(html.contains("<span class=\"ln\" data-n=\"3\">"), "{html}");
    }

    #[test]
    fn a_removed_line_that_looks_like_a_file_name_is_shown() {
        let html = diff("a.sql", "--- a/a.sql\n+++ b/a.sql\n@@ -1,2 +1,1 @@\n--- gone\n x\n");
        assert!(words(&html).contains("-- gone"), "{html}");
    }

    #[test]
    fn what_changed_in_a_line_is_pointed_out() {
        let html =
            diff("a.txt", "@@ -1 +1 @@\n-default-src 'self'; img\n+default-src 'self' https://x; img\n");
        assert!(html.contains("<span class=\"m\"> https://x</span>"), "{html}");
        assert_eq!(changed("abc", "xyz"), None);
    }

    #[test]
    fn code_becomes_no_element() {
        let hostile = "@@ -1 +1,2 @@\n <script>alert(1)</script>\n+</ins><img src=x onerror=\"y\">'\n";
        for path in ["a.rs", "a.html", "a\"><b>.js", "x"] {
            let html = diff(path, hostile);
            assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"), "{html}");
            let listed = listing(path, "<img src=x>\n\u{202e}");
            assert!(!listed.contains("<img") && !listed.contains('\u{202e}'), "{listed}");
        }
    }
}
