//! What an `impl` demands of types: `where Store: FromRef<S>` and `impl<S: Send>`, as pairs of a type and a trait.

use syn::punctuated::Punctuated;
use syn::{Generics, Token, TypeParamBound, WherePredicate};

use super::ty::Ty;

/// Every trait that a parameter, or a type in the `where`, has to implement, as written.
pub fn bounds(generics: &Generics) -> Vec<(Ty, Ty)> {
    let mut found = Vec::new();
    for param in generics.type_params() {
        let ty = Ty::named(&param.ident.to_string());
        found.extend(traits(&param.bounds).map(|bound| (ty.clone(), bound)));
    }
    for demand in generics.where_clause.iter().flat_map(|demands| &demands.predicates) {
        if let WherePredicate::Type(typed) = demand {
            let ty = Ty::from_syn(&typed.bounded_ty);
            found.extend(traits(&typed.bounds).map(|bound| (ty.clone(), bound)));
        }
    }
    found
}

fn traits(bounds: &Punctuated<TypeParamBound, Token![+]>) -> impl Iterator<Item = Ty> + '_ {
    bounds.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => Some(Ty::from_path(&bound.path)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_and_where_clauses_are_read() {
        let item: syn::ItemImpl = syn::parse_str(
            "impl<S: Send> Extract<S> for User where S: Sync, Arc<Store>: FromRef<S>, S: 'static {}",
        )
        .unwrap();
        let found: Vec<String> =
            bounds(&item.generics).iter().map(|(ty, bound)| format!("{ty}: {bound}")).collect();
        assert_eq!(found, ["S: Send", "S: Sync", "Arc<Store>: FromRef<S>"]);
    }
}
