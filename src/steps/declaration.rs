//! `mod cello;` in the crate's root, where rustfmt would put it.

use super::basis::Basis;
use super::draft::{Draft, FileEdit};
use crate::plan::{Evidence, HandWork, Status};

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
    draft.edits.push(FileEdit {
        file: anchor.file.clone(),
        at: Some(anchor.at..anchor.at),
        text: format!("{}{declaration}{}", anchor.before, anchor.after),
    });
    draft.after = vec!["module".into()];
    draft
}
