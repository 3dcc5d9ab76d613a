//! Sign-ups and Customers of an application, and which leads to which.

use crate::survey::{AppFindings, SignupSite, StripeSite};

/// Ways to sign up that are ones.
pub fn signups(app: &AppFindings) -> impl Iterator<Item = &SignupSite> {
    app.signups.iter().filter(|site| site.signup.decoy.is_none())
}

/// Creations of Customers on the application's own account.
pub fn customers(app: &AppFindings) -> impl Iterator<Item = &StripeSite> {
    app.stripe.iter().filter(|site| {
        let call = &site.call;
        call.object == "customer" && call.call == "create" && call.decoy.is_none() && call.account == "own"
    })
}

/// True if a sign-up leads to this call.
pub fn within_signup(app: &AppFindings, site: &StripeSite) -> bool {
    signups(app).any(|signup| app.reaches(signup.path[0], site.function))
}

/// True if something other than a sign-up leads to this call.
pub fn elsewhere(app: &AppFindings, site: &StripeSite) -> bool {
    let signup_handlers: Vec<usize> = signups(app).map(|signup| signup.path[0]).collect();
    app.chains
        .iter()
        .flat_map(|chain| &chain.calls)
        .filter(|call| call.method == "route")
        .flat_map(|call| call.functions.iter().map(|(handler, _)| handler))
        .chain(app.by_hand.iter().flat_map(|by_hand| &by_hand.handlers))
        .any(|handler| !signup_handlers.contains(handler) && app.reaches(*handler, site.function))
}

/// True if nothing that is known leads to this call, although people sign up here: it may be made at either time.
pub fn unreached(app: &AppFindings, site: &StripeSite) -> bool {
    signups(app).next().is_some() && !within_signup(app, site) && !elsewhere(app, site)
}
