//! MongoDB: `users.insert_one(&user)`, `db.collection::<User>("users").insert_one(…)`, and updates that may insert.
//!
//! Near misses: collections of something else, an update without `upsert(true)`.

use syn::Expr;

use super::{Made, bare, fields, initialiser, made, string, text, whole};
use crate::survey::store::sql::Through;
use crate::survey::walk::Place;
use crate::target::index::Ty;

/// `collection.insert_one(document)`, or an update that inserts what is missing.
pub fn of_method(call: &syn::ExprMethodCall, place: &Place<'_, '_>) -> Option<Made> {
    let inserts = call.method == "insert_one";
    if !inserts
        && !whole(place).is_some_and(|whole| text(whole, place).replace(' ', "").contains("upsert(true)"))
    {
        return None;
    }
    let document = call.args.first()?;
    let table = collection(call, document, place)?;
    let columns = if inserts { document_fields(document, place) } else { Vec::new() };
    let mut made = made(Through::Mongo, table, columns);
    made.insert.upsert = !inserts;
    Some(made)
}

/// What the collection is called, by its own name, its type, what goes into it, or the name of the value that holds it.
fn collection(call: &syn::ExprMethodCall, document: &Expr, place: &Place<'_, '_>) -> Option<String> {
    let named = |ty: &Ty| ty.behind_pointers().name().filter(|name| *name != "Document").map(of_type);
    if let Some(syn::GenericArgument::Type(ty)) =
        call.turbofish.as_ref().and_then(|written| written.args.first())
        && let Some(name) = named(&Ty::from_syn(ty))
    {
        return Some(name);
    }
    let mut receiver = bare(&call.receiver);
    if let Expr::Path(path) = receiver
        && let Some(made) = path.path.get_ident().and_then(|name| initialiser(&name.to_string(), place))
    {
        receiver = bare(made);
    }
    while let Expr::MethodCall(inner) = receiver {
        if inner.method == "collection" {
            return inner.args.first().and_then(|name| string(name, place));
        }
        receiver = bare(&inner.receiver);
    }
    let of = place.scope.infer(&call.receiver);
    let of_collection =
        of.behind_pointers().is("Collection").then(|| of.behind_pointers().args().first()).flatten();
    let of_document = || named(&place.scope.infer(document));
    of_collection.and_then(named).or_else(of_document).or_else(|| last_name(&call.receiver))
}

/// `users` of `state.users`, `user_collection` or `self.users_coll`.
fn last_name(expr: &Expr) -> Option<String> {
    let name = match bare(expr) {
        Expr::Path(path) => path.path.segments.last()?.ident.to_string(),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => name.to_string(),
            syn::Member::Unnamed(_) => return None,
        },
        Expr::MethodCall(call) => call.method.to_string(),
        _ => return None,
    };
    const ENDS: [&str; 4] = ["_collection", "_coll", "_col", "_repo"];
    let end = ENDS.iter().find(|end| name.ends_with(*end)).map_or(0, |end| end.len());
    Some(name[..name.len() - end].to_string())
}

/// `user` of `UserDocument`.
fn of_type(name: &str) -> String {
    const ENDS: [&str; 7] = ["Document", "Model", "Entity", "Schema", "Record", "Doc", "Row"];
    let end =
        ENDS.iter().find(|end| name.ends_with(*end) && name.len() > end.len()).map_or(0, |end| end.len());
    name[..name.len() - end].to_ascii_lowercase()
}

/// Fields of a struct, or keys of `doc! { "email": … }`.
fn document_fields(document: &Expr, place: &Place<'_, '_>) -> Vec<(String, Option<String>)> {
    match bare(document) {
        Expr::Macro(found) if found.mac.path.segments.last().is_some_and(|last| last.ident == "doc") => {
            let mut keys = Vec::new();
            let mut tokens = found.mac.tokens.clone().into_iter().peekable();
            while let Some(token) = tokens.next() {
                let colon = matches!(tokens.peek(), Some(proc_macro2::TokenTree::Punct(next)) if next.as_char() == ':');
                if let (proc_macro2::TokenTree::Literal(key), true) = (token, colon) {
                    keys.push((key.to_string().trim_matches('"').to_string(), None));
                }
            }
            keys
        }
        other => fields(other, place),
    }
}
