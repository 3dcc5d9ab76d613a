//! The database for the module, where the state that handlers share doesn't hold it: one line after it is made.

use super::basis::{Basis, Variant};
use super::draft::{Draft, FileEdit};
use super::token::is_left_to_a_person;
use crate::plan::{Evidence, Status};
use crate::survey::Made;

/// True if the module is given the database as the application starts, so that nothing that calls it has to.
pub fn is_kept(basis: &Basis) -> bool {
    hands_over(basis).is_some()
}

fn made<'a>(basis: &Basis<'a>) -> Option<&'a Made> {
    basis.app.pool.as_ref()?.kept().filter(|_| basis.variant == Variant::B)
}

/// The function that hands the database over, where there is one.
pub fn hands_over(basis: &Basis) -> Option<usize> {
    given(basis).map(|made| made.function)
}

/// Where the module is given it, unless the module or its token are a person's work.
fn given<'a>(basis: &Basis<'a>) -> Option<&'a Made> {
    made(basis).filter(|_| !is_left_to_a_person(basis) && !basis.is_left_to_hand())
}

/// The step that hands the module its database. `None` where the state has it, or where it is handed on by a person.
pub fn store_handle(basis: &Basis) -> Option<Draft> {
    let made = given(basis)?;
    let own = basis.own_function("use_database");
    if basis.app.calls.values().any(|called| called.iter().any(|id| own.contains(id))) {
        return Some(Draft::new("store-handle", "", Status::Done, "The module is given the database."));
    }
    let text = "The state that handlers share holds no database; the module is given the application's own as soon as \
                it is there.";
    let mut draft = Draft::new("store-handle", "", Status::Ready, text);
    draft
        .evidence
        .push(Evidence { at: made.at.clone(), fact: "makes the application's database handle".into() });
    draft.edits.push(FileEdit {
        file: made.at.file.clone(),
        at: Some(made.after..made.after),
        text: format!(
            "{}{}::use_database({});",
            made.line,
            basis.module_path(basis.crate_of(made.function)),
            made.handle.expr
        ),
    });
    draft.after = vec!["module".into(), "module-declaration".into()];
    Some(draft)
}
