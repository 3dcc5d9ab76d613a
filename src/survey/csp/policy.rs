//! The directives of a policy, with the bytes of the file each ends at.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::survey::mapped::Mapped;

/// Directives that make a text a policy.
const KNOWN: [&str; 21] = [
    "default-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "style-src",
    "style-src-elem",
    "style-src-attr",
    "img-src",
    "font-src",
    "connect-src",
    "frame-src",
    "child-src",
    "worker-src",
    "manifest-src",
    "media-src",
    "object-src",
    "frame-ancestors",
    "base-uri",
    "form-action",
    "upgrade-insecure-requests",
    "report-uri",
];

/// One directive of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Its name, in lower case.
    pub name: String,
    /// Its sources as written.
    pub sources: Vec<String>,
    /// Byte of the file after its last source, or after its name.
    pub end: usize,
    /// Bytes of the file of a `'none'`, if that is a source of it.
    pub none: Option<Range<usize>>,
}

/// A policy's directives and how they are set apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// In order; a second one of a name has no effect and is left out.
    pub directives: Vec<Directive>,
    /// What goes between two directives, as the file writes it.
    pub separator: String,
}

impl Policy {
    /// Reads a policy; `None` if the text is none.
    pub fn read(mapped: &Mapped, file: &str) -> Option<Self> {
        let mut directives: Vec<Directive> = Vec::new();
        let mut starts = Vec::new();
        let mut position = 0;
        for part in mapped.value.split(';') {
            let from = position;
            position += part.len() + 1;
            let words = words(part, from);
            let Some((name, first)) =
                words.first().map(|(word, range)| (word.to_ascii_lowercase(), range.clone()))
            else {
                continue;
            };
            if directives.iter().any(|directive| directive.name == name) {
                continue;
            }
            let last = words.last().map_or(first.end, |(_, range)| range.end);
            let none = words.iter().skip(1).find(|(word, _)| word.eq_ignore_ascii_case("'none'"));
            let none = none.filter(|(_, range)| mapped.is_whole(range.clone()));
            directives.push(Directive {
                name,
                sources: words.iter().skip(1).map(|(word, _)| (*word).to_string()).collect(),
                end: mapped.after(last),
                none: none.map(|(_, range)| mapped.before(range.start)..mapped.after(range.end)),
            });
            starts.push((mapped.before(first.start), mapped.after(last)));
        }
        let known = directives.iter().filter(|directive| KNOWN.contains(&directive.name.as_str())).count();
        let fetch = directives
            .iter()
            .any(|directive| directive.name.ends_with("-src") || directive.name.contains("-src-"));
        if known == 0 || !fetch {
            return None;
        }
        Some(Self { separator: separator(&starts, file), directives })
    }

    /// A directive by its name.
    pub fn get(&self, name: &str) -> Option<&Directive> {
        self.directives.iter().find(|directive| directive.name == name)
    }

    /// Names and sources, for the survey.
    pub fn facts(&self) -> BTreeMap<String, String> {
        self.directives
            .iter()
            .map(|directive| (directive.name.clone(), directive.sources.join(" ")))
            .collect()
    }
}

/// What stands between the last two directives, if that is nothing but `;`, blanks and line ends.
fn separator(starts: &[(usize, usize)], file: &str) -> String {
    let between = match starts {
        [.., (_, end), (start, _)] => file.get(*end..*start).unwrap_or_default(),
        _ => "",
    };
    let plain = between.matches(';').count() == 1
        && between.chars().all(|character| matches!(character, ';' | ' ' | '\t' | '\n' | '\r' | '\\'));
    // `;\n` as an escape would be taken for a continuation here; its letter makes it not plain.
    if plain { between.to_string() } else { "; ".to_string() }
}

/// Words with their byte ranges; a `{placeholder}` of `format!` or a template's tag counts as part of its word.
fn words(part: &str, offset: usize) -> Vec<(&str, Range<usize>)> {
    let mut out = Vec::new();
    let mut start = None;
    let mut depth = 0usize;
    for (i, character) in part.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if character.is_ascii_whitespace() && depth == 0 {
            if let Some(from) = start.take() {
                out.push((&part[from..i], offset + from..offset + i));
            }
        } else if start.is_none() {
            start = Some(i);
        }
    }
    if let Some(from) = start {
        out.push((&part[from..], offset + from..offset + part.len()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Option<Policy> {
        Policy::read(&Mapped::literal(source, 0).unwrap(), source)
    }

    #[test]
    fn directives_end_where_their_last_source_ends_in_the_file() {
        let source = "\"default-src 'self'; \\\n   script-src 'self' 'nonce-{ n }';\\\n   frame-src 'none'\"";
        let policy = read(source).unwrap();
        let names: Vec<&str> = policy.directives.iter().map(|directive| directive.name.as_str()).collect();
        assert_eq!(names, ["default-src", "script-src", "frame-src"]);
        assert!(source[..policy.directives[1].end].ends_with("'nonce-{ n }'"));
        assert_eq!(policy.get("frame-src").unwrap().none.clone().map(|range| &source[range]), Some("'none'"));
        assert_eq!(policy.separator, ";\\\n   ");
    }

    #[test]
    fn prose_about_policies_is_none() {
        assert_eq!(read("\"the default-src directive\""), None);
        assert_eq!(read("\"frame-ancestors 'none'\""), None);
        assert_eq!(read("\"max-age=1; includeSubDomains\""), None);
    }
}
