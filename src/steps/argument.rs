//! One more parameter or argument at the end of a list, laid out as rustfmt would.
//!
//! A list of one line stays one if it fits, else each item gets its own. Where rustfmt would lay out more than the list
//! itself, and it is no plain statement, the argument is put in as it is, and that is said.

use std::ops::Range;

use crate::survey::{Chained, Handed, List, Signature};
use crate::target::SourceText;

/// Widths of rustfmt's defaults: a line, a call's arguments, a chain of calls.
const LINE: usize = 100;
const ARGUMENTS: usize = 60;
const CHAIN: usize = 60;

/// Changes of a text, in order.
pub type Changes = Vec<(Range<usize>, String)>;

/// One more parameter.
pub fn parameter(text: &SourceText, signature: &Signature, parameter: &str) -> Option<Changes> {
    let list = &signature.list;
    if let Some(changes) = on_own_line(text, list, parameter) {
        return Some(changes);
    }
    if !is_one_line(text, list) {
        return None;
    }
    let line = columns(&text.text[text.line_start(list.open)..signature.line_end]);
    let separator = if list.items.is_empty() { 0 } else { 2 };
    match line + separator + parameter.chars().count() <= LINE {
        true => Some(appended(list, parameter)),
        false => Some(spread(text, list, parameter, text.indentation(list.open))),
    }
}

/// One more argument, and whether rustfmt leaves it so.
pub fn argument(text: &SourceText, call: &Handed, argument: &str) -> Option<(Changes, bool)> {
    let list = &call.list;
    if let Some(changes) = on_own_line(text, list, argument) {
        return Some((changes, true));
    }
    let after_last = list.items.last().map_or(list.open, |last| last.end);
    if text.text[after_last..list.close].contains("//") {
        return None;
    }
    let tidy = is_one_line(text, list).then(|| laid_out(text, call, argument)).flatten();
    Some(match tidy {
        Some(changes) => (changes, true),
        None => (appended(list, argument), false),
    })
}

/// An argument more in a list of one line, if only a plain statement has to be laid out anew.
fn laid_out(text: &SourceText, call: &Handed, argument: &str) -> Option<Changes> {
    let list = &call.list;
    let source = &text.text;
    let Chained { start, dots, root } = &call.chain;
    let more = argument.chars().count() + if list.items.is_empty() { 0 } else { 2 };
    let arguments = columns(&source[list.open..list.close]) + more;
    let line_start = text.line_start(list.open);
    let line_end = list.close + source[list.close..].find(['\n', '\r']).unwrap_or(source.len() - list.close);
    let fits = arguments <= ARGUMENTS && columns(&source[line_start..line_end]) + more <= LINE;
    let last_dot = dots.last().copied();
    let own_link = last_dot.is_some_and(|dot| text.is_first_on_line(dot));
    if own_link || *start < line_start {
        // A link of a chain that stands on several lines: the others stay as they are.
        return match fits {
            true => Some(appended(list, argument)),
            false => own_link.then(|| spread(text, list, argument, text.indentation(list.open))),
        };
    }
    let after = list.close + 1;
    let (later, length) = rest_of_chain(&source[after..])?;
    let links = dots.len() + later.len();
    let chain = columns(&source[*start..after + length]) + more;
    if fits && (links < 2 || chain <= CHAIN) {
        return Some(appended(list, argument));
    }
    // Only a statement of its own is laid out anew.
    let before = source[line_start..*start].trim();
    let plain =
        before.is_empty() || before == "return" || (before.starts_with("let ") && before.ends_with('='));
    if !plain || !source[after + length..].starts_with([';', '\n', '\r']) {
        return None;
    }
    let indent = text.indentation(list.open);
    let inner = format!("{indent}{}", text.indent_unit());
    let broken = format!("{}{inner}", text.eol());
    if dots.is_empty() {
        // A plain function: its arguments stay on the line if they fit, else what follows stands under it.
        let head = columns(&source[line_start..after]) + more;
        let fits = arguments <= ARGUMENTS && head <= LINE;
        let (mut changes, under) = match fits {
            true => (appended(list, argument), broken),
            false => (spread(text, list, argument, indent), format!("{}{indent}", text.eol())),
        };
        changes.extend(later.iter().map(|dot| (after + dot..after + dot, under.clone())));
        return Some(changes);
    }
    // A short name at the start of a line keeps its first link.
    let hugs = usize::from(*root <= 4 && before.is_empty());
    let link = columns(&source[last_dot?..list.open]) + columns(&inner);
    if arguments > ARGUMENTS || link + arguments + 1 > LINE {
        return None;
    }
    let mut changes: Changes = dots.iter().skip(hugs).map(|&dot| (dot..dot, broken.clone())).collect();
    changes.extend(appended(list, argument));
    changes.extend(later.iter().map(|dot| (after + dot..after + dot, broken.clone())));
    Some(changes)
}

/// The dots of the links that follow a call on its line, and their length; nothing if that can't be read.
fn rest_of_chain(rest: &str) -> Option<(Vec<usize>, usize)> {
    let mut dots = Vec::new();
    let mut at = 0;
    loop {
        let here = &rest[at..];
        if here.starts_with('?') {
            at += 1;
        } else if let Some(link) = here.strip_prefix('.') {
            dots.push(at);
            let name = link.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(link.len());
            at += 1 + name;
            if rest[at..].starts_with('(') {
                at += balanced(&rest[at..])?;
            }
        } else {
            let ends = here.is_empty() || here.starts_with([';', ',', ')', '}', ' ', '\n', '\r']);
            return ends.then_some((dots, at));
        }
    }
}

/// Length of what stands in parentheses on one line, without texts or characters that could hold some.
fn balanced(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => return Some(at + 1),
            ')' => depth -= 1,
            '\n' | '"' | '\'' => return None,
            _ => {}
        }
    }
    None
}

/// A list whose last item stands on a line of its own gets another line.
fn on_own_line(text: &SourceText, list: &List, item: &str) -> Option<Changes> {
    let last = list.items.last().filter(|last| text.is_first_on_line(last.start))?;
    let indent = text.indentation(last.start);
    let after = text.text[last.end..list.close].find(',').map(|comma| last.end + comma + 1)?;
    let at = text.past_trailing_comment(after);
    Some(vec![(at..at, format!("{}{indent}{item},", text.eol()))])
}

fn is_one_line(text: &SourceText, list: &List) -> bool {
    !text.text[list.open..list.close].contains(['\n', '\r'])
        && !text.text[list.open..list.close].contains("//")
}

fn appended(list: &List, item: &str) -> Changes {
    match list.items.last() {
        Some(last) => vec![(last.end..list.close, format!(", {item}"))],
        None => vec![(list.open..list.close, item.to_string())],
    }
}

/// Each item on a line of its own.
fn spread(text: &SourceText, list: &List, item: &str, indent: &str) -> Changes {
    let eol = text.eol();
    let broken = format!("{eol}{indent}{}", text.indent_unit());
    let mut changes = Vec::new();
    let mut at = list.open;
    for (number, own) in list.items.iter().enumerate() {
        let comma = if number > 0 { "," } else { "" };
        changes.push((at..own.start, format!("{comma}{broken}")));
        at = own.end;
    }
    let comma = if list.items.is_empty() { "" } else { "," };
    changes.push((at..list.close, format!("{comma}{broken}{item},{eol}{indent}")));
    changes
}

/// Columns a text takes; a tab counts four, as rustfmt counts it.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum()
}
