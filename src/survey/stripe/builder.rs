//! Calls to Stripe through async-stripe 1.0: `CreateCustomer::new().email(mail).metadata(map).send(&client)`.
//!
//! The parameters are a chain of calls, perhaps begun in a local or another function. Near misses: `.send(…)` on
//! anything else, listing and retrieving, `.customize().account_id(…)`, which acts for a connected account.

use std::ops::Range;

use syn::{Expr, Stmt};

use crate::survey::stripe::builder_join::{before_send, extended};
use crate::survey::stripe::call::{Made, Makers, is_for_connected_account};
use crate::survey::stripe::form::{BuilderJoin, ParamsForm};
use crate::survey::stripe::metadata::{calls_cello, map_before, string_keys};
use crate::survey::stripe::names::{canonical, deed, last_two};
use crate::survey::stripe::params::Fields;
use crate::survey::stripe::site::Standing;
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::index::{FunctionId, Ty, segments};

/// Collects calls, and what functions set that begin a chain.
#[derive(Default)]
pub struct Builders {
    /// All calls, tests' included.
    pub made: Vec<Made>,
    /// What functions set.
    pub makers: Makers,
}

/// A chain that makes parameters.
struct Chain {
    /// `CreateCustomer`, …
    ty: String,
    at: Range<usize>,
    fields: Fields,
    keys: Vec<String>,
    cello: bool,
    connected: bool,
    /// Where the metadata that is given last is extended.
    extended: Option<BuilderJoin>,
}

impl Recogniser for Builders {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        let Expr::MethodCall(call) = expr else {
            if let Expr::Call(call) = expr {
                self.begun(call, place);
            }
            return;
        };
        let sends = call.method == "send" || call.method == "send_blocking";
        let (true, Some(client)) = (sends && call.args.len() == 1, call.args.first()) else {
            return;
        };
        let Some(chain) = chain(&call.receiver, place, 0) else {
            return;
        };
        let Some((object, verb)) = deed(&chain.ty) else {
            return;
        };
        let range = place.parsed.range(call);
        let start = range.start;
        let has_metadata =
            chain.fields.open || chain.fields.has("metadata") || !chain.fields.makers.is_empty();
        let join = match has_metadata {
            false => before_send(call, place),
            // What another function put together may have metadata of its own.
            true => chain.extended.filter(|_| chain.fields.has("metadata")),
        };
        let params = ParamsForm::Builder { at: chain.at.clone(), has_metadata, join };
        let insertion = params.insertion().unwrap_or(start);
        self.made.push(Made {
            object,
            verb,
            client: "async-stripe-1",
            at: place.text.at(range),
            params_at: Some(place.text.at(chain.at)),
            metadata: chain.keys,
            cello: chain.cello,
            connected: chain.connected || is_for_connected_account(client, place),
            standing: Standing::at(start, insertion, place),
            params,
            fields: chain.fields,
        });
    }
}

impl Builders {
    /// `CreateCustomer::new()` in a function that may give it to others: what is called on it there is not followed, so
    /// that the function's part stays open unless its whole chain is its last expression.
    fn begun(&mut self, call: &syn::ExprCall, place: &Place<'_, '_>) {
        let Some(ty) = constructed(call, place) else { return };
        let whole = match place.around.first() {
            Some(Around::Block(body, _)) => body.stmts.last(),
            _ => None,
        };
        let last = match whole {
            Some(Stmt::Expr(last, None)) => chain(last, place, 0),
            _ => None,
        };
        let fields = match last {
            Some(chain) if chain.ty == ty => chain.fields,
            _ => Fields { open: true, ..Fields::default() },
        };
        self.makers.entry((place.function, ty)).or_default().join(&fields);
    }
}

/// The type that `CreateCustomer::new(…)` makes, if it is async-stripe 1.0's.
fn constructed(call: &syn::ExprCall, place: &Place<'_, '_>) -> Option<String> {
    let Expr::Path(func) = &*call.func else {
        return None;
    };
    let canonical = canonical(place.scope, &segments(&func.path))?;
    // `async_stripe_core::…`; 0.x is `async_stripe::…`.
    let (ty, function) = last_two(&canonical).filter(|_| canonical.starts_with("async_stripe_"))?;
    (function == "new" && deed(ty).is_some()).then(|| ty.to_string())
}

fn of_type(ty: &Ty) -> Option<&str> {
    let Ty::Path { path, .. } = ty.behind_pointers() else {
        return None;
    };
    let ours = path.first().is_some_and(|krate| krate.starts_with("async_stripe_"));
    path.last().filter(|name| ours && deed(name).is_some()).map(String::as_str)
}

fn chain(expr: &Expr, place: &Place<'_, '_>, depth: usize) -> Option<Chain> {
    let new = |ty: &str, fields| Chain {
        ty: ty.to_string(),
        at: place.parsed.range(expr),
        fields,
        keys: Vec::new(),
        cello: false,
        connected: false,
        extended: None,
    };
    let made_by = |makers: &[FunctionId]| {
        let ty = place.scope.returned_by(*makers.first()?);
        let ty = if ty.is("Result") || ty.is("Option") { ty.success() } else { ty };
        let fields = Fields { makers: makers.to_vec(), ..Fields::default() };
        Some(new(of_type(&ty)?, fields))
    };
    match expr {
        Expr::Paren(inner) => chain(&inner.expr, place, depth),
        Expr::Reference(inner) => chain(&inner.expr, place, depth),
        Expr::Try(inner) => chain(&inner.expr, place, depth),
        Expr::Await(inner) => chain(&inner.base, place, depth),
        Expr::Call(call) => match constructed(call, place) {
            Some(ty) => Some(new(&ty, Fields::default())),
            None => match &*call.func {
                Expr::Path(func) => made_by(place.scope.functions_called(&segments(&func.path))),
                _ => None,
            },
        },
        Expr::MethodCall(call) => {
            let Some(mut chain) = chain(&call.receiver, place, depth) else {
                return made_by(&place.scope.methods_called(call));
            };
            chain.call(call, place);
            chain.at = place.parsed.range(expr);
            Some(chain)
        }
        Expr::Path(path) => local(&path.path.get_ident()?.to_string(), expr, place, depth),
        _ => None,
    }
}

impl Chain {
    fn call(&mut self, call: &syn::ExprMethodCall, place: &Place<'_, '_>) {
        self.connected |= call.method == "account_id";
        let Some(arg) = call.args.first() else { return };
        self.fields.set(Some(call.method.to_string()), arg);
        if call.method == "metadata" {
            // It replaces what an earlier one gave.
            self.keys = string_keys(arg);
            self.cello = calls_cello(arg);
            self.extended = extended(call, arg, place);
            if let Expr::Path(path) = arg
                && let Some(name) = path.path.get_ident()
            {
                let name = name.to_string();
                let map = map_before(&name, place);
                self.keys.extend(map.keys);
                self.cello |= map.cello;
            }
        }
    }
}

/// A chain begun in a `let`, and gone on with by `name = name.email(…)`; or a parameter of the function.
fn local(name: &str, expr: &Expr, place: &Place<'_, '_>, depth: usize) -> Option<Chain> {
    if depth > 8 {
        return None;
    }
    for (number, around) in place.around.iter().enumerate().rev() {
        let Around::Block(block, before) = around else { continue };
        let declared = block.stmts[..*before].iter().rposition(
            |stmt| matches!(stmt, Stmt::Local(local) if super::http::locals::names_only(&local.pat, name)),
        );
        let Some(start) = declared else { continue };
        let Stmt::Local(local) = &block.stmts[start] else { continue };
        let mut around = place.around[..number].to_vec();
        around.push(Around::Block(block, start));
        let there = Place { around: &around, ..*place };
        let mut chain = chain(&local.init.as_ref()?.expr, &there, depth + 1)?;
        let mut more = More { name, chain: &mut chain, place };
        let between = place.around[number + 1..].iter().filter_map(|around| match around {
            Around::Block(block, before) => Some(&block.stmts[..*before]),
            _ => None,
        });
        let first = std::iter::once(&block.stmts[start + 1..*before]);
        first.chain(between).flatten().for_each(|stmt| syn::visit::Visit::visit_stmt(&mut more, stmt));
        return Some(chain);
    }
    let ty = place.scope.infer(expr);
    let fields = Fields { open: true, ..Fields::default() };
    let at = place.parsed.range(expr);
    Some(Chain {
        ty: of_type(&ty)?.to_string(),
        at,
        fields,
        keys: Vec::new(),
        cello: false,
        connected: false,
        extended: None,
    })
}

/// Calls on a local that the chain goes on with.
struct More<'m, 'w, 'a> {
    name: &'m str,
    chain: &'m mut Chain,
    place: &'m Place<'w, 'a>,
}

impl<'ast> syn::visit::Visit<'ast> for More<'_, '_, '_> {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let mut base = &*call.receiver;
        while let Expr::MethodCall(inner) = base {
            base = &inner.receiver;
        }
        // The receiver's calls come first.
        syn::visit::visit_expr_method_call(self, call);
        if matches!(base, Expr::Path(path) if path.path.is_ident(self.name)) {
            self.chain.call(call, self.place);
            // It stands in another statement than the place.
            self.chain.extended = self.chain.extended.take().filter(|_| call.method != "metadata");
        }
    }
}
