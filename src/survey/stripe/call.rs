//! Calls to Stripe through async-stripe 0.x: `Customer::create(&client, CreateCustomer { … })` and its kin.
//!
//! The parameters are a struct literal in the call, or a local made by `CreateCustomer::new()` and assigned to. Near
//! misses: `Customer` of another crate, a project's own `Customer::create`, retrieving and listing, creations in tests.

use std::ops::Range;

use syn::Expr;
use syn::visit::{self, Visit};

use crate::survey::facts::{Metadata, StripeCall, StripeUser};
use crate::survey::scope::Local;
use crate::survey::signup::capture::moved_before;
use crate::survey::stripe::params::{ParamsForm, read_params};
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::index::{FunctionId, ModuleId, segments};

/// A call to Stripe, with what the planner needs.
#[derive(Debug, Clone)]
pub struct StripeSite {
    /// As listed in the survey.
    pub call: StripeCall,
    /// Function around it.
    pub function: FunctionId,
    /// Module of that function.
    pub module: ModuleId,
    /// How its parameters are put together.
    pub params: ParamsForm,
    /// Names in scope where its parameters are put together.
    pub locals: Vec<Local>,
    /// Paths (`state`, `state.db`) that were moved away before.
    pub moved: Vec<String>,
    /// Fields that are given to Stripe.
    pub fields: Vec<String>,
    /// Why nothing can be awaited there, if nothing can.
    pub not_awaitable: Option<&'static str>,
    /// True if it runs in a closure, a spawned task or a macro: perhaps not during the request.
    pub deferred: bool,
}

/// Collects [`StripeSite`]s.
#[derive(Default)]
pub struct Stripe {
    /// All sites, tests' included.
    pub sites: Vec<StripeSite>,
}

/// Types of async-stripe 0.x whose functions matter, with the survey's word for them.
const OBJECTS: [(&str, &str); 6] = [
    ("Customer", "customer"),
    ("CheckoutSession", "checkout-session"),
    ("Subscription", "subscription"),
    ("PaymentIntent", "payment-intent"),
    ("SetupIntent", "setup-intent"),
    ("PaymentLink", "payment-link"),
];

impl Recogniser for Stripe {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        let Expr::Call(call) = expr else {
            return;
        };
        let Expr::Path(func) = &*call.func else {
            return;
        };
        let Some(canonical) = place.scope.index.resolve(place.scope.module, &segments(&func.path)) else {
            return;
        };
        let Some((object, verb)) = stripe_call(&canonical) else {
            return;
        };
        let params = call.args.iter().nth(if verb == "update" { 2 } else { 1 });
        let (form, fields) = match params {
            Some(params) => read_params(params, place),
            None => (ParamsForm::Unreadable("it has no parameters"), Vec::new()),
        };
        let connected = call.args.first().is_some_and(|client| is_for_connected_account(client, place));
        let range = place.parsed.range(call);
        let start = range.start;
        self.sites.push(StripeSite {
            call: StripeCall {
                id: String::new(),
                at: place.text.at(range),
                object: object.to_string(),
                call: verb.to_string(),
                client: "async-stripe-0".to_string(),
                params_at: form.range().map(|range| place.text.at(range)),
                metadata: metadata(&form, &fields),
                customer: session_customer(object, &fields),
                account: if connected { "connected" } else { "own" }.to_string(),
                user: StripeUser { expr: None, via: "none".to_string() },
                decoy: None,
            },
            function: place.function,
            module: place.scope.module,
            locals: locals_at(form.insertion().unwrap_or(start), place),
            moved: moved_before(start, start, &[], place),
            params: form,
            fields,
            not_awaitable: not_awaitable(place),
            deferred: place.in_macro || place.around.iter().any(|around| matches!(around, Around::Deferred)),
        });
    }
}

fn stripe_call(canonical: &str) -> Option<(&'static str, &'static str)> {
    let rest = canonical.strip_prefix("async_stripe::")?;
    let parts: Vec<&str> = rest.split("::").collect();
    let [.., ty, function] = parts.as_slice() else {
        return None;
    };
    let (_, object) = OBJECTS.iter().find(|(name, _)| name == ty)?;
    let verb = ["create", "update", "search"].into_iter().find(|verb| verb == function)?;
    Some((object, verb))
}

/// Names in scope at the call that are in scope already at a byte before it.
fn locals_at(byte: usize, place: &Place<'_, '_>) -> Vec<Local> {
    let mut late = Vec::new();
    for around in place.around {
        let Around::Block(block, number) = around else { continue };
        for stmt in &block.stmts[..*number] {
            if let syn::Stmt::Local(local) = stmt
                && place.parsed.range(local).end > byte
            {
                names_in(&local.pat, &mut late);
            }
        }
    }
    place.scope.locals().into_iter().filter(|local| !late.contains(&local.name)).collect()
}

fn names_in(pat: &syn::Pat, out: &mut Vec<String>) {
    struct Names<'o>(&'o mut Vec<String>);
    impl<'ast> Visit<'ast> for Names<'_> {
        fn visit_pat_ident(&mut self, ident: &'ast syn::PatIdent) {
            self.0.push(ident.ident.to_string());
            visit::visit_pat_ident(self, ident);
        }
    }
    Names(out).visit_pat(pat);
}

/// `&client.with_stripe_account(id)`, or a local or function that is made or named so, acts for a connected account.
fn is_for_connected_account(client: &Expr, place: &Place<'_, '_>) -> bool {
    const SIGNS: [&str; 5] =
        ["with_stripe_account", "with_account", "connected", "stripe_account", "StripeAccount"];
    let says = |text: &str| SIGNS.iter().any(|sign| text.contains(sign));
    let text = &place.text.text[place.parsed.range(client)];
    if says(text) {
        return true;
    }
    let name = text.trim_start_matches(['&', ' ']).split(['.', '(']).next().unwrap_or_default();
    let declared = place.around.iter().filter_map(|around| match around {
        Around::Block(block, number) => Some(&block.stmts[..*number]),
        _ => None,
    });
    declared.flatten().any(|stmt| match stmt {
        syn::Stmt::Local(local) => {
            let mut names = Vec::new();
            names_in(&local.pat, &mut names);
            names.iter().any(|own| own == name) && says(&place.text.text[place.parsed.range(local)])
        }
        _ => false,
    })
}

fn metadata(form: &ParamsForm, fields: &[String]) -> Metadata {
    let keys = form.metadata_keys().to_vec();
    let is_cello = |key: &String| key == "cello_ucc" || key == "new_user_id";
    let cello = form.calls_cello() || keys.iter().any(is_cello);
    let state = match fields.iter().any(|field| field == "metadata") {
        _ if cello => "cello",
        true => "present",
        false => "absent",
    };
    Metadata { state: state.to_string(), keys }
}

/// Who a Checkout Session or subscription is for.
fn session_customer(object: &str, fields: &[String]) -> Option<String> {
    let has = |name: &str| fields.iter().any(|field| field == name);
    let answer = match object {
        "customer" => return None,
        "subscription" => "explicit",
        "payment-link" => "guest",
        _ if has("customer") => "explicit",
        _ if has("customer_email") || has("customer_creation") => "guest",
        _ => "implicit",
    };
    Some(answer.to_string())
}

fn not_awaitable(place: &Place<'_, '_>) -> Option<&'static str> {
    if place.in_macro {
        return Some("it stands in a macro's arguments");
    }
    let deferred = place.around.iter().any(|around| matches!(around, Around::Deferred));
    if deferred {
        return Some("it runs in a closure or a spawned task");
    }
    (!place.scope.index.functions[place.function].is_async).then_some("its function is not async")
}

/// Bytes of a whole line's worth of an insertion place: where a statement can be added before a given one.
pub(super) fn statement_around(place: &Place<'_, '_>) -> Option<Range<usize>> {
    place.around.iter().rev().find_map(|around| match around {
        Around::Block(block, number) => Some(place.parsed.range(&block.stmts[*number])),
        _ => None,
    })
}
