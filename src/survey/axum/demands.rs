//! Whether an extractor can be used with a router's state: what its `impl` demands of the state has to hold of it.
//!
//! `impl<S> FromRequestParts<S> for User where Arc<Store>: FromRef<S>` works with a state that is, or gives, an
//! `Arc<Store>`, and not with `Router<()>`. Near misses: `S: Send + Sync`, which hold of every state.

use crate::target::index::{Index, TraitImpl, Ty};

/// That an extractor works with a state.
///
/// # Errors
/// With the reason as the end of a sentence, if that can't be told.
pub fn works_with(index: &Index, extractor: &Ty, state: &Ty) -> Result<(), String> {
    let implements = |item: &&TraitImpl| {
        item.of_trait.is("FromRequestParts")
            && index.resolve_ty(item.module, &item.self_ty).path() == extractor.path()
    };
    let Some(item) = index.impls.iter().find(implements) else {
        return Ok(());
    };
    let written = item.of_trait.args().first().unwrap_or(&Ty::Unknown);
    let parameter = written.name().filter(|name| item.generics.iter().any(|generic| generic == name));
    let Some(parameter) = parameter else {
        let wanted = index.resolve_ty(item.module, written);
        let same = wanted == *state;
        return if same {
            Ok(())
        } else {
            Err(format!("`{extractor}` is an extractor for another state than the router's"))
        };
    };
    let is_state = |ty: &Ty| ty.is(parameter);
    for (ty, bound) in &item.bounds {
        let trait_of = index.resolve_ty(item.module, bound);
        if bound.is("FromRef") && bound.args().first().is_some_and(is_state) {
            let wanted = index.resolve_ty(item.module, ty);
            if !gives(index, state, &wanted) {
                return Err(format!(
                    "`{extractor}` needs a `{wanted}` from the router's state, which gives none"
                ));
            }
        } else if is_state(ty) && !holds_of_all(index, &trait_of) && !implemented(index, &trait_of, state) {
            return Err(format!(
                "`{extractor}` needs a state with `{trait_of}`, which the router's may not have"
            ));
        }
    }
    Ok(())
}

/// True for `Send`, `Sync`, `Clone`: what a router demands of its state anyway.
fn holds_of_all(index: &Index, of_trait: &Ty) -> bool {
    ["Send", "Sync", "Clone", "Sized"].iter().any(|name| of_trait.is(name))
        && index.type_of(of_trait).is_none()
}

fn implemented(index: &Index, of_trait: &Ty, state: &Ty) -> bool {
    index.impls.iter().any(|item| {
        index.resolve_ty(item.module, &item.of_trait) == *of_trait
            && index.resolve_ty(item.module, &item.self_ty) == *state
    })
}

/// True if a value comes out of a state: it is the state, or `FromRef` is there for it.
fn gives(index: &Index, state: &Ty, wanted: &Ty) -> bool {
    let by_hand = || {
        index.impls.iter().any(|item| {
            item.of_trait.is("FromRef")
                && item.of_trait.args().first().is_some_and(|of| index.resolve_ty(item.module, of) == *state)
                && index.resolve_ty(item.module, &item.self_ty) == *wanted
        })
    };
    let derived = || {
        let owner = index.type_of(state).filter(|owner| state.path().as_ref() == Some(&owner.path));
        owner.is_some_and(|owner| {
            owner.derives.iter().any(|derive| derive == "FromRef")
                && owner.fields.iter().any(|field| index.field(state, &field.name).as_ref() == Some(wanted))
        })
    };
    state == wanted || by_hand() || derived()
}
