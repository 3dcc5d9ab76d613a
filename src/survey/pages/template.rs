//! The tags of Jinja-like templates (Askama, Tera, MiniJinja): what a template extends, includes and imports, and in
//! which blocks an offset lies.
//!
//! Near misses: tags in `{# comments #}` and between `{% raw %}` and `{% endraw %}`; `{% include name %}` with a
//! variable, which names nothing.

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
                "block" | "if" | "for" | "macro" | "filter" | "match" | "call" | "raw" | "with" => {
                    raw = word == "raw";
                    open.push((piece.start, inner.to_string()));
                }
                _ if word.starts_with("end") => {
                    raw = false;
                    if let Some((start, words)) = open.pop() {
                        template.blocks.push((start..piece.end, words));
                    }
                }
                _ => {}
            }
        }
        template.blocks.extend(open.into_iter().map(|(start, words)| (start..text.len(), words)));
        template.blocks.sort_by_key(|(range, _)| (range.start, range.end));
        template
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
    fn an_offset_knows_the_block_around_it() {
        let text = "{% if a %}{% block head %}x{% endblock %}y{% endif %}z";
        let template = Template::read(text);
        let at = |what: &str| template.enclosing(text.find(what).unwrap()).map(str::to_string);
        assert_eq!(at("x{").as_deref(), Some("block head"));
        assert_eq!(at("y{").as_deref(), Some("if a"));
        assert_eq!(at("z"), None);
    }
}
