//! Where a crate's root declares its modules, so that one more can be declared in its place among them.
//!
//! rustfmt sorts neighbouring declarations by name, so the new one goes between the right two. Near misses: inline
//! modules, `#[macro_use]` modules (which must keep their order), a root without any module.

use crate::target::index::{Parsed, finish};
use crate::target::{At, SourceText};

/// A place for `mod NAME;`.
#[derive(Debug, Clone)]
pub struct ModuleAnchor {
    /// File of the crate's root.
    pub file: String,
    /// Byte at which the text goes in.
    pub at: usize,
    /// What goes before the declaration: a line end where it follows another one.
    pub before: &'static str,
    /// What goes after it.
    pub after: &'static str,
    /// A declaration beside it, or the first item.
    pub beside: At,
}

/// The place for a module of this name.
pub fn module_anchor(text: &SourceText, name: &str) -> Option<ModuleAnchor> {
    let parsed = Parsed::new(&text.text).ok()?;
    let anchor = find(text, &parsed, name);
    drop(parsed);
    finish();
    anchor
}

fn find(text: &SourceText, parsed: &Parsed, name: &str) -> Option<ModuleAnchor> {
    let eol = text.eol();
    let modules: Vec<&syn::ItemMod> = parsed
        .file
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Mod(module) if module.semi.is_some() => Some(module),
            _ => None,
        })
        .collect();
    let conditional = |module: &&&syn::ItemMod| !module.attrs.iter().any(|attr| attr.path().is_ident("cfg"));
    let plain: Vec<&&syn::ItemMod> = modules.iter().filter(conditional).collect();
    let next = plain.iter().find(|module| module.ident.to_string().as_str() > name);
    if let Some(next) = next {
        let range = parsed.range(**next);
        // Attributes and doc comments of the next one stay with it.
        let at = text.line_start(range.start);
        return Some(ModuleAnchor {
            file: text.path.clone(),
            at,
            before: "",
            after: eol,
            beside: text.at(range),
        });
    }
    if let Some(last) = plain.last() {
        let range = parsed.range(**last);
        return Some(ModuleAnchor {
            file: text.path.clone(),
            at: text.past_trailing_comment(range.end),
            before: eol,
            after: "",
            beside: text.at(range),
        });
    }
    let first = parsed.file.items.first()?;
    let range = parsed.range(first);
    let after = if eol == "\n" { "\n\n" } else { "\r\n\r\n" };
    Some(ModuleAnchor { file: text.path.clone(), at: range.start, before: "", after, beside: text.at(range) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str) -> String {
        let source = SourceText::new("src/lib.rs", text);
        let anchor = module_anchor(&source, "cello").unwrap();
        let mut out = text.to_string();
        out.insert_str(anchor.at, &format!("{}mod cello;{}", anchor.before, anchor.after));
        out
    }

    #[test]
    fn it_goes_where_rustfmt_would_put_it() {
        assert_eq!(with("mod auth;\nmod db;\n"), "mod auth;\nmod cello;\nmod db;\n");
        assert_eq!(
            with("pub mod auth; // who\n\nfn main() {}\n"),
            "pub mod auth; // who\nmod cello;\n\nfn main() {}\n"
        );
        assert_eq!(with("/// Data.\nmod db;\n"), "mod cello;\n/// Data.\nmod db;\n");
    }

    #[test]
    fn without_modules_it_goes_before_the_first_item() {
        assert_eq!(with("//! App.\nuse std::env;\n"), "//! App.\nmod cello;\n\nuse std::env;\n");
        assert_eq!(with("#[cfg(test)]\nmod tests;\n"), "mod cello;\n\n#[cfg(test)]\nmod tests;\n");
    }

    #[test]
    fn line_ends_are_kept() {
        assert_eq!(with("mod auth;\r\nmod db;\r\n"), "mod auth;\r\nmod cello;\r\nmod db;\r\n");
    }
}
