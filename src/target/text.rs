//! The text of one file, with what edits and evidence need: lines, indentation, line ends.

use std::ops::Range;

use super::At;
use super::redact::redact;

/// A file's text and where its lines start. All offsets are bytes from the start of the file, BOM included.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// Path from the project's root, `/`-separated.
    pub path: String,
    /// The whole text.
    pub text: String,
    line_starts: Vec<usize>,
}

impl SourceText {
    /// A text under its path.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Self { path: path.into(), text, line_starts }
    }

    /// The place of a byte range, for evidence.
    pub fn at(&self, range: Range<usize>) -> At {
        let line = self.line_starts.partition_point(|&start| start <= range.start);
        let start = self.line_starts[line - 1];
        let visible = start + bom(&self.text[start..]);
        let column = self.text[visible.min(range.start)..range.start].chars().count() + 1;
        let quoted = self.text[range.clone()].lines().next().unwrap_or_default();
        At {
            file: self.path.clone(),
            line,
            column,
            bytes: [range.start, range.end],
            text: shorten(&redact(quoted.trim())),
        }
    }

    /// The line end this file uses most.
    pub fn eol(&self) -> &'static str {
        let crlf = self.text.matches("\r\n").count();
        let lf = self.text.matches('\n').count() - crlf;
        if crlf > lf { "\r\n" } else { "\n" }
    }

    /// First byte of the line that holds `offset`.
    pub fn line_start(&self, offset: usize) -> usize {
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = self.line_starts[line - 1];
        start + bom(&self.text[start..])
    }

    /// The line that holds `offset`, without its blanks, as a place.
    pub fn line_at(&self, offset: usize) -> At {
        let start = self.line_start(offset);
        let line = self.text[start..].lines().next().unwrap_or_default();
        let blank = line.len() - line.trim_start().len();
        self.at(start + blank..start + line.trim_end().len().max(blank))
    }

    /// White space at the start of the line that holds `offset`.
    pub fn indentation(&self, offset: usize) -> &str {
        let line = &self.text[self.line_start(offset)..];
        let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
        &line[..blank]
    }

    /// True if only white space stands before `offset` on its line.
    pub fn is_first_on_line(&self, offset: usize) -> bool {
        self.text[self.line_start(offset)..offset].trim().is_empty()
    }

    /// Where an insertion after `offset` goes: the end of the line if only blanks and a line comment follow, so that
    /// a comment stays with the code it is about; else `offset` itself.
    pub fn past_trailing_comment(&self, offset: usize) -> usize {
        let rest = &self.text[offset..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let tail = line.trim();
        let whole_block = tail.starts_with("/*") && tail.ends_with("*/") && tail.matches("*/").count() == 1;
        if tail.is_empty() || tail.starts_with("//") || whole_block {
            offset + line.trim_end().len()
        } else {
            offset
        }
    }

    /// One step of indentation in this file: a tab, or the smallest run of spaces that starts a line (four if none).
    pub fn indent_unit(&self) -> &'static str {
        let mut smallest = usize::MAX;
        for line in self.text.lines() {
            if line.starts_with('\t') {
                return "\t";
            }
            let blank = line.len() - line.trim_start_matches(' ').len();
            // A leading ` *` belongs to a block comment.
            if blank > 1 && blank < line.len() && !line[blank..].starts_with('*') {
                smallest = smallest.min(blank);
            }
        }
        match smallest {
            2 => "  ",
            3 => "   ",
            8 => "        ",
            _ => "    ",
        }
    }
}

/// Length of a byte-order mark at the start of a text.
pub fn bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}

fn shorten(line: &str) -> String {
    const LONGEST: usize = 160;
    if line.chars().count() <= LONGEST {
        return line.to_string();
    }
    let cut: String = line.chars().take(LONGEST - 1).collect();
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_from_one_and_columns_in_characters() {
        let text = SourceText::new("a.rs", "fn a() {}\n  é fn b() {}\n");
        let start = text.text.find("fn b").unwrap();
        let at = text.at(start..start + 9);
        assert_eq!((at.line, at.column, at.text.as_str()), (2, 5, "fn b() {}"));
    }

    #[test]
    fn a_byte_order_mark_is_no_column_and_no_indentation() {
        let text = SourceText::new("a.rs", "\u{feff}fn a() {}");
        assert_eq!(text.at(3..12).column, 1);
        assert!(text.is_first_on_line(3));
        assert_eq!(text.indentation(5), "");
    }

    #[test]
    fn an_insertion_leaves_a_trailing_comment_with_its_line() {
        let text = SourceText::new("a.rs", "a(); // why\nb(); c();\r\n");
        assert_eq!(text.past_trailing_comment(4), 11);
        assert_eq!(text.past_trailing_comment(16), 16);
        assert_eq!(text.past_trailing_comment(21), 21);
    }
}
