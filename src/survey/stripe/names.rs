//! Names of async-stripe's crates, whose `*` imports are seen through.

use crate::survey::scope::Scope;

/// Stripe's objects by the name of their type, with the survey's word for them.
const OBJECTS: [(&str, &str); 6] = [
    ("Customer", "customer"),
    ("CheckoutSession", "checkout-session"),
    ("Subscription", "subscription"),
    ("PaymentIntent", "payment-intent"),
    ("SetupIntent", "setup-intent"),
    ("PaymentLink", "payment-link"),
];

/// The survey's word for a type of async-stripe.
pub fn object(ty: &str) -> Option<&'static str> {
    OBJECTS.iter().find(|(name, _)| *name == ty).map(|(_, object)| *object)
}

/// Object and call of the type of parameters, such as `CreateCustomer`. Who lists looks for one that is there.
pub fn deed(ty: &str) -> Option<(&'static str, &'static str)> {
    const VERBS: [(&str, &str); 4] =
        [("Create", "create"), ("Update", "update"), ("Search", "search"), ("List", "search")];
    VERBS.iter().find_map(|(prefix, verb)| Some((object(ty.strip_prefix(prefix)?)?, *verb)))
}

/// Canonical path of a path, if it leads to one of async-stripe's crates. `use stripe::*;` brings in what neither the
/// module nor another import has.
pub fn canonical(scope: &Scope<'_>, path: &[String]) -> Option<String> {
    let is_stripe = |path: &String| path.starts_with("async_stripe");
    if let Some(found) = scope.index.resolve(scope.module, path) {
        return Some(found).filter(is_stripe);
    }
    let known = path.iter().any(|part| object(part).is_some() || deed(part).is_some());
    let globs = scope.index.modules[scope.module].uses.iter().filter(|import| known && import.name == "*");
    globs
        .filter_map(|import| scope.index.resolve(scope.module, &import.path))
        .find(is_stripe)
        .map(|from| format!("{from}::{}", path.join("::")))
}

/// The type and the function at the end of a canonical path.
pub fn last_two(canonical: &str) -> Option<(&str, &str)> {
    let (owner, last) = canonical.rsplit_once("::")?;
    Some((owner.rsplit("::").next().unwrap_or(owner), last))
}
