//! What is known of a way to tell who is signed in, for the planner: the type, the way to the id, and what it needs.

use crate::survey::axum::guarded::Guard;
use crate::survey::axum::identity::is_extractor_trait;
use crate::survey::facts::Identity;
use crate::target::index::{FunctionId, Index, TraitImpl, Ty};

/// An extractor, with what the planner needs.
#[derive(Debug, Clone)]
pub struct IdentitySite {
    /// As listed in the survey.
    pub identity: Identity,
    /// The type, resolved.
    pub ty: Ty,
    /// Path of fields from its value to the user's struct: empty if it is that itself. `?` marks an `Option`.
    pub to_user: Vec<String>,
    /// The struct that has the id, resolved.
    pub user_ty: Ty,
    /// Name of the field with the id in that struct; empty if the value itself is the id.
    pub id_field: String,
    /// Type of the id.
    pub id_ty: Ty,
    /// How many handlers take it.
    pub used_by: usize,
    /// True if it reads what a layer puts into the request: it only works below that layer.
    pub needs_layer: bool,
    /// True if that layer is around the ordinary place for routes as well.
    pub covered: bool,
    /// State its implementation is for, resolved; a generic parameter stays as it is.
    pub state: Ty,
    /// The middleware that puts it into the request, if that is how handlers get it.
    pub guard: Option<Guard>,
    /// Fields of the user's struct that are true for guests.
    pub guest_field: Option<String>,
    /// How code gets at it.
    pub means: Means,
    /// True if a request shows who is signed in by a bearer token, and by nothing that a browser sends by itself.
    pub bearer_alone: bool,
}

/// How code gets at the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// The type itself is extracted, or taken out of the request.
    Itself,
    /// axum-login's session is extracted.
    Session {
        /// Path of the alias by which the application calls it.
        alias: Option<String>,
        /// Its backend.
        backend: Ty,
        /// What leads from it to the user.
        user: &'static str,
    },
    /// A function of the application's own is called.
    Call(FunctionId),
}

impl IdentitySite {
    /// Lower is better: an extractor of their own, what a middleware brings, a function to be called.
    pub fn level(&self) -> usize {
        match (&self.means, &self.guard) {
            (Means::Call(_), _) => 2,
            (_, Some(_)) if self.identity.kind == "extension" => 1,
            _ => 0,
        }
    }

    /// The functions that make it out of a request.
    pub fn made_by(&self, index: &Index) -> Vec<FunctionId> {
        match (&self.means, &self.guard) {
            (Means::Call(function), _) => vec![*function],
            (_, Some(guard)) => vec![guard.function],
            (Means::Session { .. }, _) => Vec::new(),
            (Means::Itself, None) => {
                let makes = |item: &&TraitImpl| {
                    is_extractor_trait(index, item) && index.resolve_ty(item.module, &item.self_ty) == self.ty
                };
                index.impls.iter().filter(makes).flat_map(|item| functions_in(index, item)).collect()
            }
        }
    }
}

/// The functions of an `impl`.
pub fn functions_in(index: &Index, item: &TraitImpl) -> Vec<FunctionId> {
    let inside = |function: FunctionId| {
        let function = &index.functions[function];
        function.file == item.file
            && item.body.start <= function.body.start
            && function.body.end <= item.body.end
    };
    (0..index.functions.len()).filter(|&id| inside(id)).collect()
}
