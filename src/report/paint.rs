//! Colour and width on a terminal. Colour only repeats what the words say.

use anstyle::{AnsiColor, Effects};

use super::clean;

/// How text is laid out on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether escape codes may be used.
    pub color: bool,
    /// Columns.
    pub width: usize,
}

/// What a piece of text is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// A heading.
    Head,
    /// Something good, or an added line.
    Good,
    /// Something that waits for a person.
    Ask,
    /// Something wrong, or a removed line.
    Bad,
    /// A command to type.
    Command,
    /// A remark beside the matter.
    Quiet,
}

impl Style {
    /// The text in a colour, where there is colour.
    pub(super) fn paint(self, ink: Ink, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_string();
        }
        let style = match ink {
            Ink::Head => anstyle::Style::new().effects(Effects::BOLD),
            Ink::Good => AnsiColor::Green.on_default(),
            Ink::Ask => AnsiColor::Yellow.on_default(),
            Ink::Bad => AnsiColor::Red.on_default(),
            Ink::Command => AnsiColor::Cyan.on_default(),
            Ink::Quiet => anstyle::Style::new().effects(Effects::DIMMED),
        };
        format!("{}{text}{}", style.render(), style.render_reset())
    }

    /// A command to type.
    pub fn command(self, text: &str) -> String {
        self.paint(Ink::Command, text)
    }

    /// Prose, wrapped and indented, each line ending with a line feed.
    pub fn paragraph(self, text: &str, indent: usize) -> String {
        paragraph(text, indent, self)
    }

    /// A heading with a rule to the right margin.
    pub fn heading(self, text: &str) -> String {
        let text = truncate(&clean(text), self.width.saturating_sub(4));
        let rest = self.width.saturating_sub(text.chars().count() + 1);
        format!("{} {}\n", self.paint(Ink::Head, &text), self.paint(Ink::Quiet, &"─".repeat(rest)))
    }
}

/// The text in at most `width` characters, the last one an ellipsis if something is missing.
pub fn truncate(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_string();
    }
    let mut out: String = text.chars().take(width.saturating_sub(1)).collect();
    out.truncate(out.trim_end().len());
    if width > 0 {
        out.push('…');
    }
    out
}

/// A place in at most `width` characters: it is the end of a path, with the line, that tells places apart.
pub fn truncate_path(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width || width == 0 {
        return text.chars().take(width).collect();
    }
    let tail: String = text.chars().skip(length + 1 - width).collect();
    format!("…{tail}")
}

/// The text filled up with spaces to `width` characters.
pub fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.chars().count());
    format!("{text}{}", " ".repeat(missing))
}

/// The words of the text in lines of at most `width` characters; a longer word has a line for itself.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let length = line.chars().count() + word.chars().count() + 1;
        if !line.is_empty() && length > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Prose of a target or plan on a terminal: wrapped, indented, each line ending with a line feed.
pub fn paragraph(text: &str, indent: usize, style: Style) -> String {
    wrap(&clean(text), style.width.saturating_sub(indent).max(20))
        .iter()
        .map(|line| format!("{}{line}\n", " ".repeat(indent)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncation_counts_characters() {
        assert_eq!(truncate("äöüß", 4), "äöüß");
        assert_eq!(truncate("äöüßx", 4), "äöü…");
        assert_eq!(truncate_path("src/ä/main.rs:12", 10), "…ain.rs:12");
        assert_eq!(truncate_path("main.rs:12", 10), "main.rs:12");
    }

    #[test]
    fn words_wrap_at_the_width() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("extraordinarily so", 5), ["extraordinarily", "so"]);
        assert!(wrap("  ", 5).is_empty());
    }

    #[test]
    fn no_colour_no_escape_codes() {
        let plain = Style { color: false, width: 20 };
        assert_eq!(plain.paint(Ink::Good, "x"), "x");
        assert!(Style { color: true, width: 20 }.paint(Ink::Good, "x").contains('\u{1b}'));
        assert_eq!(plain.heading("Plan").trim_end().chars().count(), 20);
    }
}
