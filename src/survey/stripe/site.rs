//! A call to Stripe as the survey keeps it, whatever the client: what it says of itself, and what a step needs of it.

use std::ops::Range;

use syn::visit::{self, Visit};

use crate::survey::facts::{Metadata, StripeCall, StripeUser};
use crate::survey::scope::Local;
use crate::survey::signup::capture::moved_before;
use crate::survey::stripe::form::ParamsForm;
use crate::survey::stripe::http::locals::names_in;
use crate::survey::thread::looped;
use crate::survey::walk::{Around, Place};
use crate::target::At;
use crate::target::index::{FunctionId, ModuleId, Parsed};

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
    /// Why nothing can be awaited there, if nothing can.
    pub not_awaitable: Option<&'static str>,
    /// True if it runs in a closure, a spawned task or a macro: perhaps not during the request.
    pub deferred: bool,
    /// True if it stands in a loop.
    pub looped: bool,
    /// What it is taken for Stripe's by, where only names say so.
    pub hint: Option<String>,
}

/// Where a call stands, with what a step needs to know of the place.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Function around it.
    pub function: FunctionId,
    /// Module of that function.
    pub module: ModuleId,
    /// Names in scope where its parameters are put together.
    pub locals: Vec<Local>,
    /// Paths that were moved away before.
    pub moved: Vec<String>,
    /// Why nothing can be awaited there, if nothing can.
    pub not_awaitable: Option<&'static str>,
    /// True if it runs in a closure, a spawned task or a macro.
    pub deferred: bool,
    /// True if it stands in a loop.
    pub looped: bool,
}

impl Standing {
    /// At a place; `start` is where the call starts, `insertion` where something would be put in, perhaps before it.
    pub fn at(start: usize, insertion: usize, place: &Place<'_, '_>) -> Self {
        Self {
            function: place.function,
            module: place.scope.module,
            locals: locals_at(insertion, start, place),
            moved: moved_before(start, insertion.max(start), &[], place),
            not_awaitable: not_awaitable(place),
            deferred: deferred(place),
            looped: looped(start, place),
        }
    }

    /// The site of a call that stands here.
    pub fn site(self, call: StripeCall, params: ParamsForm, hint: Option<String>) -> StripeSite {
        let Self { function, module, locals, moved, not_awaitable, deferred, looped } = self;
        StripeSite { call, function, module, params, locals, moved, not_awaitable, deferred, looped, hint }
    }
}

/// What is said of a call before it is listed.
pub struct Said<'s> {
    /// `customer`, `checkout-session`, …
    pub object: &'s str,
    /// `create`, `update` or `search`.
    pub verb: &'s str,
    /// `async-stripe-0`, …
    pub client: &'s str,
    /// Keys that are sent.
    pub keys: Keys<'s>,
    /// True if it acts for a connected account.
    pub connected: bool,
    /// Why it is no such call, if it is none.
    pub decoy: Option<String>,
}

/// Keys that are sent to Stripe.
pub struct Keys<'s> {
    /// Says whether one is among them.
    pub has: &'s dyn Fn(&str) -> bool,
    /// `subscription`, `payment` or `setup`, in small letters, if it can be read off.
    pub mode: Option<String>,
    /// True if there may be more.
    pub open: bool,
    /// Keys of the metadata that can be read off.
    pub metadata: Vec<String>,
    /// True if Cello's module gives metadata.
    pub cello: bool,
}

impl Said<'_> {
    /// The call as listed.
    pub fn listed(self, at: At, params_at: Option<At>) -> StripeCall {
        let is_cello = |key: &String| key == "cello_ucc" || key == "new_user_id";
        let cello = self.keys.cello || self.keys.metadata.iter().any(is_cello);
        let state = match (self.keys.has)("metadata") {
            _ if cello => "cello",
            true => "present",
            false => "absent",
        };
        StripeCall {
            id: String::new(),
            at,
            object: self.object.to_string(),
            call: self.verb.to_string(),
            client: self.client.to_string(),
            params_at,
            customer: who(self.object, self.verb, &self.keys).map(str::to_string),
            metadata: Metadata { state: state.to_string(), keys: self.keys.metadata },
            account: if self.connected { "connected" } else { "own" }.to_string(),
            user: StripeUser { expr: None, via: "none".to_string() },
            decoy: self.decoy,
        }
    }
}

/// Who a Checkout Session or subscription is for; nothing where it can't be told.
fn who(object: &str, verb: &str, keys: &Keys<'_>) -> Option<&'static str> {
    if verb != "create" {
        return (object == "subscription").then_some("explicit");
    }
    let has = keys.has;
    match object {
        "customer" => None,
        "subscription" => Some("explicit"),
        "payment-link" => Some("guest"),
        _ if has("customer") => Some("explicit"),
        _ if keys.open => None,
        // Stripe makes a Customer for every subscription, whether it is told an e-mail or not.
        "checkout-session" if keys.mode.as_deref() == Some("subscription") => Some("implicit"),
        "checkout-session" if keys.mode.as_deref() == Some("payment") => Some("guest"),
        _ if has("customer_email") || has("customer_creation") => Some("guest"),
        _ => Some("implicit"),
    }
}

/// Names in scope at a place that are in scope already at a byte before it: not those that a `let`, an arm, a branch or a
/// closure binds in between.
fn locals_at(byte: usize, start: usize, place: &Place<'_, '_>) -> Vec<Local> {
    let mut late = Late { parsed: place.parsed, between: byte..start, names: Vec::new() };
    if let Some(Around::Block(block, number)) = place.around.first() {
        block.stmts[..=*number].iter().for_each(|stmt| late.visit_stmt(stmt));
    }
    place.scope.locals().into_iter().filter(|local| !late.names.contains(&local.name)).collect()
}

/// Names that are bound between two bytes.
struct Late<'p> {
    parsed: &'p Parsed,
    between: Range<usize>,
    names: Vec<String>,
}

impl<'ast> Visit<'ast> for Late<'_> {
    fn visit_pat_ident(&mut self, ident: &'ast syn::PatIdent) {
        if self.between.contains(&self.parsed.bytes(ident.ident.span()).start) {
            self.names.push(ident.ident.to_string());
        }
        visit::visit_pat_ident(self, ident);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        // In scope only where it ends.
        let end = self.parsed.range(local).end;
        if self.between.start < end && end <= self.between.end {
            self.names.extend(names_in(&local.pat));
        }
        visit::visit_local(self, local);
    }
}

/// True for what runs in a closure, a spawned task or a macro's arguments.
fn deferred(place: &Place<'_, '_>) -> bool {
    place.in_macro || place.around.iter().any(Around::is_deferred)
}

/// Why nothing can be awaited at a place, if nothing can.
fn not_awaitable(place: &Place<'_, '_>) -> Option<&'static str> {
    if place.in_macro {
        return Some("it stands in a macro's arguments");
    }
    if deferred(place) {
        return Some("it runs in a closure or a spawned task");
    }
    (!place.scope.index.functions[place.function].is_async).then_some("its function is not async")
}

/// Bytes of a whole line's worth of an insertion place: where a statement can be added before a given one.
pub fn statement_around(place: &Place<'_, '_>) -> Option<Range<usize>> {
    place.around.iter().rev().find_map(|around| match around {
        Around::Block(block, number) => Some(place.parsed.range(&block.stmts[*number])),
        _ => None,
    })
}
