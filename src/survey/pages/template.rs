//! The tags of Jinja-like templates (Askama, Tera, MiniJinja) and of Handlebars: what a template extends, includes and
//! imports, and in which blocks an offset lies.
//!
//! Near misses: tags in `{# comments #}` and between `{% raw %}` and `{% endraw %}`; `{% include name %}` and
//! `{{> (lookup . "name")}}` with a computed name, which name nothing; `{% set x = 1 %}`, which encloses nothing.

use std::ops::Range;

use crate::survey::html::template_pieces;

/// A template's own tags.
#[derive(Debug, Clone, Default)]
pub struct Template {
    /// Name in `{% extends "…" %}`.
    pub extends: Option<String>,
    /// Names in `{% include "…" %}` with the bytes of the tag.
    pub includes: Vec<(String, Range<usize>)>,
    /// Names in `{% import "…" as x %}`.
    pub imports: Vec<String>,
    /// What encloses what: bytes from an opening tag to its closing one, and the opening tag's words.
    blocks: Vec<(Range<usize>, String)>,
}

impl Template {
    /// Reads a template.
    pub fn read(text: &str) -> Self {
        let mut template = Self::default();
        let mut open: Vec<(usize, String)> = Vec::new();
        let mut raw = false;
        for piece in template_pieces(text) {
            let source = &text[piece.clone()];
            let Some(inner) = source.strip_prefix("{%").and_then(|inner| inner.strip_suffix("%}")) else {
                continue;
            };
            let inner = inner.trim_matches(['-', '+', '~']).trim();
            let word = inner.split([' ', '\t', '\n', '\r', '(']).next().unwrap_or_default();
            if raw && word != "endraw" {
                continue;
            }
            match word {
                "extends" => template.extends = first_string(inner),
                "include" => template.includes.extend(first_string(inner).map(|name| (name, piece.clone()))),
                "import" | "from" => template.imports.extend(first_string(inner)),
                _ if OPENING.contains(&word) => {
                    raw = word == "raw";
                    open.push((piece.start, inner.to_string()));
                }
                _ => {
                    if let Some(ended) = word.strip_prefix("end") {
                        raw = false;
                        template.close(&mut open, ended, piece.end);
                    }
                }
            }
        }
        template.finish(open, text)
    }

    /// Reads a Handlebars template.
    pub fn handlebars(text: &str) -> Self {
        let mut template = Self::default();
        let mut open: Vec<(usize, String)> = Vec::new();
        for piece in template_pieces(text) {
            let source = &text[piece.clone()];
            let Some(inner) = source.strip_prefix("{{").and_then(|inner| inner.strip_suffix("}}")) else {
                continue;
            };
            let inner = inner.trim_matches('~').trim();
            let name = |rest: &str| {
                let name = rest.split_whitespace().next().unwrap_or_default();
                let name = name.trim_matches(['"', '\'', '[', ']']).to_string();
                (!name.is_empty() && !name.starts_with(['(', '@'])).then_some(name)
            };
            if let Some(rest) = inner.strip_prefix("#>") {
                // A layout: what it wraps goes into it.
                template.imports.extend(name(rest));
                open.push((piece.start, rest.trim().to_string()));
            } else if let Some(rest) = inner.strip_prefix('>') {
                template.includes.extend(name(rest).map(|name| (name, piece.clone())));
            } else if let Some(rest) = inner.strip_prefix(['#', '^']).filter(|rest| !rest.is_empty()) {
                open.push((piece.start, rest.trim_start_matches(['*', '>']).trim().to_string()));
            } else if let Some(rest) = inner.strip_prefix('/') {
                template.close(&mut open, rest.trim(), piece.end);
            }
        }
        template.finish(open, text)
    }

    /// Ends the innermost open tag of this name, and what is left open within it.
    fn close(&mut self, open: &mut Vec<(usize, String)>, ended: &str, end: usize) {
        let first = |words: &str| words.split([' ', '\t', '\n', '\r', '(']).next().map(str::to_string);
        let Some(at) = open.iter().rposition(|(_, words)| first(words).as_deref() == Some(ended)) else {
            return;
        };
        self.blocks.extend(open.drain(at..).map(|(start, words)| (start..end, words)));
    }

    fn finish(mut self, open: Vec<(usize, String)>, text: &str) -> Self {
        self.blocks.extend(open.into_iter().map(|(start, words)| (start..text.len(), words)));
        self.blocks.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        self
    }

    /// The innermost tag that encloses an offset, such as `block head` or `if user`.
    pub fn enclosing(&self, offset: usize) -> Option<&str> {
        self.blocks
            .iter()
            .rfind(|(range, _)| range.start < offset && offset < range.end)
            .map(|(_, words)| words.as_str())
    }

    /// Names of all templates it brings in.
    pub fn edges(&self) -> impl Iterator<Item = &str> {
        let included = self.includes.iter().map(|(name, _)| name.as_str());
        self.extends.as_deref().into_iter().chain(included).chain(self.imports.iter().map(String::as_str))
    }
}

/// Tags that enclose what follows, up to `end…`.
const OPENING: [&str; 13] = [
    "autoescape",
    "block",
    "cache",
    "call",
    "filter",
    "for",
    "if",
    "macro",
    "match",
    "raw",
    "trans",
    "verbatim",
    "with",
];

/// The first quoted string of a tag.
fn first_string(tag: &str) -> Option<String> {
    let start = tag.find(['"', '\''])?;
    let quote = tag[start..].chars().next()?;
    // `{% include a ~ "b" %}` is a computed name.
    if tag[..start].split_whitespace().count() > 1 || tag[..start].contains('(') {
        return None;
    }
    let len = tag[start + 1..].find(quote)?;
    let after = tag[start + 1 + len + 1..].trim_start();
    (!after.starts_with(['~', '+'])).then(|| tag[start + 1..start + 1 + len].to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_template_brings_in_is_read_but_not_from_comments_and_raw_text() {
        let text = "{%- extends 'base.html' -%}{# {% include \"no.html\" %} #}{% raw %}{% include \"no.html\" %}{% endraw %}{% include \"yes.html\" %}{% include name %}{% import \"m.html\" as m %}";
        let template = Template::read(text);
        assert_eq!(template.edges().collect::<Vec<_>>(), ["base.html", "yes.html", "m.html"]);
    }

    #[test]
    fn a_tag_that_encloses_nothing_closes_nothing() {
        let text =
            "{% block head %}{% set a %}b{% endset %}{% component x %}{% endcomponent %}y{% endblock %}z";
        let template = Template::read(text);
        assert_eq!(template.enclosing(text.find("y{").unwrap()), Some("block head"));
        assert_eq!(template.enclosing(text.find('z').unwrap()), None);
    }

    #[test]
    fn handlebars_partials_layouts_and_sections_are_read() {
        let text = "{{#> layouts/base title=\"a\"}}{{> partials/head}}{{>(lookup . 'x')}}{{!-- {{> no}} --}}{{#if a}}x{{else}}y{{/if}}{{{raw}}}z{{/layouts/base}}";
        let template = Template::handlebars(text);
        let edges: Vec<&str> = template.edges().collect();
        assert_eq!(edges, ["partials/head", "layouts/base"]);
        let at = |what: &str| template.enclosing(text.find(what).unwrap());
        assert_eq!((at("x{{else"), at("z{{/")), (Some("if a"), Some("layouts/base title=\"a\"")));
    }

    #[test]
    fn an_offset_knows_the_block_around_it() {
        let text = "{% if a %}{% block head %}x{% endblock %}y{% endif %}z";
        let template = Template::read(text);
        let at = |what: &str| template.enclosing(text.find(what).unwrap()).map(str::to_string);
        assert_eq!(at("x{").as_deref(), Some("block head"));
        assert_eq!(at("y{").as_deref(), Some("if a"));
        assert_eq!(at("z"), None);
    }
}
