//! What functions read of a request to know who asks: types taken from its extensions, values kept in the session,
//! the id of actix-identity.
//!
//! `req.extensions().get::<Member>()`, `session.get::<Uuid>("user_id")?`, `identity.id()?`. Near misses: a `get` on a
//! map, a session's language or shopping cart, `logout`.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Expr, ExprMethodCall, Stmt};

use crate::survey::actix::names::words;
use crate::survey::actix::start::role;
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::At;
use crate::target::index::{FunctionId, Ty};

/// A value read from a session under a key that says it is a user's.
#[derive(Debug, Clone)]
pub struct SessionRead {
    /// The call.
    pub at: At,
    /// Type of the value.
    pub ty: Ty,
    /// The type as written, if it is.
    pub spelled: String,
    /// The key as written: a literal or a constant's name.
    pub key: String,
}

/// Collects what functions read.
#[derive(Debug, Default)]
pub struct Sources {
    /// Types that each function takes out of a request's extensions.
    pub extensions: BTreeMap<FunctionId, Vec<Ty>>,
    /// What each function reads from a session.
    pub sessions: BTreeMap<FunctionId, Vec<SessionRead>>,
    /// Functions that ask an identity for its id.
    pub ids: BTreeSet<FunctionId>,
    /// Locals that hold a request's extensions, or a session.
    bound: BTreeSet<(FunctionId, String, bool)>,
}

impl Sources {
    /// Takes in what another file has.
    pub fn add(&mut self, other: Self) {
        self.extensions.extend(other.extensions);
        self.sessions.extend(other.sessions);
        self.ids.extend(other.ids);
    }

    /// True if a receiver is one of these: by the call that yields it, or the local it is bound to.
    fn holds(&self, receiver: &Expr, session: bool, place: &Place<'_, '_>) -> bool {
        let calls: &[&str] = if session { &["get_session"] } else { &["extensions", "extensions_mut"] };
        match receiver {
            Expr::MethodCall(call) => calls.iter().any(|name| call.method == name),
            Expr::Path(path) => path
                .path
                .get_ident()
                .is_some_and(|name| self.bound.contains(&(place.function, name.to_string(), session))),
            Expr::Reference(inner) => self.holds(&inner.expr, session, place),
            Expr::Paren(inner) => self.holds(&inner.expr, session, place),
            _ => false,
        }
    }
}

impl Recogniser for Sources {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        let Expr::MethodCall(call) = expr else { return };
        match call.method.to_string().as_str() {
            "extensions" | "extensions_mut" | "get_session" => {
                let (bound_to, _) = role(&place.parsed.range(expr), place);
                let session = call.method == "get_session";
                self.bound.extend(bound_to.map(|name| (place.function, name, session)));
            }
            "get" | "get_mut" | "remove" => self.get(call, place),
            "id" if call.args.is_empty() => {
                let ty = place.scope.infer(&call.receiver);
                if is_identity(&ty) || ty == Ty::Unknown && takes_identity(place) {
                    self.ids.insert(place.function);
                }
            }
            _ => {}
        }
    }
}

impl Sources {
    fn get(&mut self, call: &ExprMethodCall, place: &Place<'_, '_>) {
        let turbofish = call.turbofish.as_ref().and_then(|generics| match generics.args.first() {
            Some(syn::GenericArgument::Type(ty)) => Some(Ty::from_syn(ty)),
            _ => None,
        });
        if let Some(ty) = turbofish.as_ref().filter(|_| call.args.is_empty()) {
            if self.holds(&call.receiver, false, place) {
                self.extensions.entry(place.function).or_default().push(place.scope.resolve(ty));
            }
            return;
        }
        let Some(key) = call.args.first().filter(|_| call.args.len() == 1) else { return };
        let session = || {
            let ty = place.scope.infer(&call.receiver);
            let by_type = ty.behind_pointers().path().as_deref() == Some("actix_session::Session");
            by_type || self.holds(&call.receiver, true, place)
        };
        let key = place.text.text[place.parsed.range(key)].to_string();
        if !names_a_user(&key) || !session() {
            return;
        }
        let Some(spelled) = turbofish.or_else(|| expected(call, place)) else { return };
        let ty = place.scope.resolve(&spelled);
        let at = place.text.at(place.parsed.range(call));
        let spelled = spelled.path().unwrap_or_default();
        self.sessions.entry(place.function).or_default().push(SessionRead { at, ty, spelled, key });
    }
}

/// The type that what surrounds a call asks of it: a `let`'s, else what its function returns, `Result` and `Option`
/// aside.
fn expected(call: &ExprMethodCall, place: &Place<'_, '_>) -> Option<Ty> {
    let bare = |ty: Ty| {
        let mut ty = ty;
        while ty.is("Result") || ty.is("Option") {
            ty = ty.success();
        }
        (ty != Ty::Unknown).then_some(ty)
    };
    let Some(Around::Block(block, number)) = place.around.last() else {
        return None;
    };
    match &block.stmts[*number] {
        Stmt::Local(local) => match &local.pat {
            syn::Pat::Type(typed) => bare(Ty::from_syn(&typed.ty)),
            _ => None,
        },
        Stmt::Expr(tail, None) if place.parsed.range(tail).start == place.parsed.range(call).start => {
            bare(place.scope.index.functions[place.function].returns.clone())
        }
        _ => None,
    }
}

/// `"user_id"`, `Self::USER_ID_KEY`, `"uid"`.
fn names_a_user(key: &str) -> bool {
    let words = words(key);
    let says = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    says(&["user", "userid", "uid", "account", "member", "customer"]) || words == ["id"]
}

/// True for actix-identity's `Identity`.
pub fn is_identity(ty: &Ty) -> bool {
    ty.behind_pointers().path().as_deref() == Some("actix_identity::Identity")
}

/// True if the function has an `Identity`, or maybe one, among its parameters.
fn takes_identity(place: &Place<'_, '_>) -> bool {
    let index = place.scope.index;
    let function = &index.functions[place.function];
    function.params.iter().any(|param| {
        let ty = index.resolve_ty(function.module, &param.ty);
        is_identity(&ty) || ty.is("Option") && is_identity(&ty.success())
    })
}
