//! String literals in a package's Rust files, outside of tests: what several recognisers look through.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, LitStr};

use crate::target::{Package, SourceText, Target};

/// Position of a package in the target.
pub fn number(target: &Target, package: &Package) -> Option<usize> {
    target.packages.iter().position(|other| other.name == package.name && other.dir == package.dir)
}

/// The Rust files of a package's library and programs, test modules left out, by path.
pub fn rust_files<'a>(target: &'a Target, package: &Package) -> Vec<&'a SourceText> {
    let number = number(target, package);
    let files = target.index.files.iter().filter(|(_, modules)| {
        modules.iter().any(|&id| {
            let module = &target.index.modules[id];
            Some(module.package) == number && !module.test
        })
    });
    files.filter_map(|(path, _)| target.files.get(path)).collect()
}

/// True for a file that lies in a package's folder and in no other package's.
pub fn belongs(target: &Target, package: &Package, path: &str) -> bool {
    let depth = |other: &Package| other.holds(path).then_some(other.dir.len());
    let nearest = target.packages.iter().filter_map(depth).max();
    match nearest {
        Some(length) => depth(package) == Some(length),
        // In no package's folder, such as a front end beside `backend/`: told with the first package.
        None => target
            .selected
            .first()
            .and_then(|&i| target.packages.get(i))
            .is_some_and(|first| first.name == package.name && first.dir == package.dir),
    }
}

/// True for `#[cfg(test)]`, `#[test]` and the like.
pub fn is_test(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| match &attr.meta {
        syn::Meta::Path(path) => path.segments.last().is_some_and(|last| last.ident == "test"),
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            let words = words(list.tokens.clone());
            words.iter().any(|word| word == "test") && !words.iter().any(|word| word == "not")
        }
        syn::Meta::List(list) => list.path.segments.last().is_some_and(|last| last.ident == "test"),
        syn::Meta::NameValue(_) => false,
    })
}

/// Identifiers in tokens, at any depth.
pub fn words(tokens: TokenStream) -> Vec<String> {
    let mut out = Vec::new();
    walk(tokens, &mut |tree| {
        if let TokenTree::Ident(ident) = tree {
            out.push(ident.to_string());
        }
    });
    out
}

/// String literals in tokens, at any depth.
pub fn strings(tokens: TokenStream) -> Vec<LitStr> {
    let mut out = Vec::new();
    walk(tokens, &mut |tree| {
        if let TokenTree::Literal(literal) = tree
            && let syn::Lit::Str(literal) = syn::Lit::new(literal.clone())
        {
            out.push(literal);
        }
    });
    out
}

fn walk(tokens: TokenStream, visit: &mut impl FnMut(&TokenTree)) {
    for tree in tokens {
        visit(&tree);
        if let TokenTree::Group(group) = tree {
            walk(group.stream(), visit);
        }
    }
}

/// A path with `.` and `..` taken out; `None` if it leaves the root.
pub fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A path that leaves the root, with all of `..` at its beginning.
pub fn way_out(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !["", "."].contains(part)) {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The folder of a path, empty for the root.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_attributes_are_known_and_their_negation_is_not_one() {
        let attrs = |text: &str| syn::parse_str::<syn::ItemFn>(&format!("{text} fn a() {{}}")).unwrap().attrs;
        assert!(is_test(&attrs("#[cfg(test)]")));
        assert!(is_test(&attrs("#[tokio::test]")));
        assert!(is_test(&attrs("#[sqlx::test(migrations = \"x\")]")));
        assert!(!is_test(&attrs("#[cfg(not(test))]")));
        assert!(!is_test(&attrs("#[cfg(feature = \"test\")]")));
    }

    #[test]
    fn paths_stay_within_the_root() {
        assert_eq!(normal("src/web/../../templates/./a.html").as_deref(), Some("templates/a.html"));
        assert_eq!(normal("../a.html"), None);
    }
}
