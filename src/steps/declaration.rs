//! `mod cello;` in the crate's root, where rustfmt would put it, and in every other root that takes in the same files.

use std::collections::BTreeSet;

use super::basis::Basis;
use super::draft::{Draft, FileEdit};
use crate::plan::{Evidence, HandWork, Status};
use crate::survey::{ModuleAnchor, module_anchor};

/// The step that declares the module.
pub fn module_declaration(basis: &Basis) -> Draft {
    let declaration = if basis.must_be_public() { "pub mod cello;" } else { "mod cello;" };
    if basis.module_is_declared() {
        return Draft::new("module-declaration", "", Status::Done, "The module is declared.");
    }
    let Some(anchor) = &basis.app.module_anchor else {
        let mut draft =
            Draft::new("module-declaration", "", Status::ByHand, "The crate's root file could not be read.");
        draft.by_hand.push(HandWork {
            todo: "Declare the module in the crate's root file.".into(),
            place: None,
            text: declaration.into(),
            turns_green: None,
        });
        return draft;
    };
    let why = if basis.must_be_public() { ", public because the program puts the routes in" } else { "" };
    let mut draft = Draft::new(
        "module-declaration",
        "",
        Status::Ready,
        format!("One line among the modules of `{}`{why}.", anchor.file),
    );
    draft.evidence.push(Evidence { at: anchor.beside.clone(), fact: "its neighbour".into() });
    draft.edits.push(declared(anchor, declaration));
    draft.after = vec!["module".into()];
    draft
}

fn declared(anchor: &ModuleAnchor, declaration: &str) -> FileEdit {
    FileEdit {
        file: anchor.file.clone(),
        at: Some(anchor.at..anchor.at),
        text: format!("{}{declaration}{}", anchor.before, anchor.after),
    }
}

/// A file that says `crate::cello` may be a part of two crates: `mod app;` in `main.rs` beside `pub mod app;` in `lib.rs`.
/// Then each of them needs the module.
pub fn declare_where_shared(basis: &Basis, drafts: &mut [Draft]) {
    let index = &basis.target.index;
    let calls = |edit: &&FileEdit| edit.text.contains("crate::cello");
    let ready = drafts.iter().filter(|draft| draft.status == Status::Ready);
    let files: BTreeSet<&String> =
        ready.flat_map(|draft| &draft.edits).filter(calls).map(|edit| &edit.file).collect();
    let modules = files.iter().filter_map(|file| index.files.get(*file)).flatten();
    let others: BTreeSet<&str> = modules
        .map(|&module| &index.modules[module])
        .filter(|module| !module.test && module.krate != basis.app.krate)
        .map(|module| module.krate.as_str())
        .collect();
    let Some(draft) = drafts.iter_mut().find(|draft| draft.kind == "module-declaration") else { return };
    if draft.status != Status::Ready {
        return;
    }
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_string());
    for krate in others {
        let root = index.module(krate).map(|root| index.modules[root].file.as_str());
        let beside = root.filter(|root| folder(root) == folder(&basis.app.root_file));
        let anchor = beside.and_then(|root| module_anchor(basis.target.text(root)?, "cello"));
        let Some(anchor) = anchor else {
            draft.status = Status::ByHand;
            draft.reason = format!(
                "Files that will call the module are a part of `{krate}` too, and where that crate would declare it is not known."
            );
            draft.by_hand.push(HandWork {
                todo: "Declare the module in each crate that takes in these files, or let one use the other."
                    .into(),
                place: draft.evidence.first().map(|evidence| evidence.at.clone()),
                text: "mod cello;".into(),
                turns_green: None,
            });
            draft.edits.clear();
            return;
        };
        draft
            .reason
            .push_str(&format!(" Its files are a part of `{}` too, which declares it as well.", anchor.file));
        draft.evidence.push(Evidence { at: anchor.beside.clone(), fact: "its neighbour there".into() });
        draft.edits.push(declared(&anchor, "mod cello;"));
    }
}
