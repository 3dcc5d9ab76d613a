//! `use` trees, flattened to one entry per name.

use super::items::{Use, Visibility};

pub(super) fn flatten(
    tree: &syn::UseTree,
    path: &mut Vec<String>,
    visibility: Visibility,
    out: &mut Vec<Use>,
) {
    let mut push = |name: String, path: Vec<String>| out.push(Use { name, path, visibility });
    match tree {
        syn::UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            flatten(&inner.tree, path, visibility, out);
            path.pop();
        }
        syn::UseTree::Name(name) if name.ident == "self" => {
            push(path.last().cloned().unwrap_or_default(), path.clone());
        }
        syn::UseTree::Name(name) => push(name.ident.to_string(), with(path, &name.ident)),
        syn::UseTree::Rename(rename) if rename.ident == "self" => {
            push(rename.rename.to_string(), path.clone())
        }
        syn::UseTree::Rename(rename) => push(rename.rename.to_string(), with(path, &rename.ident)),
        syn::UseTree::Glob(_) => push("*".to_string(), path.clone()),
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, path, visibility, out);
            }
        }
    }
}

fn with(path: &[String], last: &syn::Ident) -> Vec<String> {
    path.iter().cloned().chain([last.to_string()]).collect()
}
