//! What only becomes clear once every file is read: calls that may lead to a request, what functions return, what fields
//! are set to, where Stripe's host is named.
//!
//! `self.post("/customers", &pairs)` is a call with an endpoint; whether `post` sends it to Stripe stands elsewhere.

use std::collections::BTreeMap;

use syn::{Expr, Lit};

use super::address::{Address, HOST, Part, address, returned};
use super::chain::{Chain, verb};
use super::endpoint::Verb;
use super::join::join;
use super::pairs::{Pairs, pairs};
use super::request::{Request, request};
use crate::survey::stripe::site::Standing;
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::At;
use crate::target::index::{FunctionId, Index, Ty, segments};

/// A call of a function of the project that is given an endpoint, or the start of one.
pub struct Called {
    /// The call.
    pub at: At,
    /// Functions it can mean, implementations of traits included; none if that can't be read off.
    pub callees: Vec<FunctionId>,
    /// Its name.
    pub name: String,
    /// The function around the call.
    pub function: FunctionId,
    /// What it is given.
    pub args: Vec<Argument>,
    /// Where it stands, if it names an endpoint or Stripe's host itself.
    pub standing: Option<Standing>,
}

/// What a call is given.
pub struct Argument {
    /// As an address or a part of one.
    pub address: Address,
    /// As a method such as `Method::POST`.
    pub verb: Verb,
    /// As parameters.
    pub pairs: Pairs,
    /// True for `Some(…)`.
    pub some: bool,
}

/// What a field is set to.
#[derive(Clone)]
pub struct SetTo {
    /// The value.
    pub address: Address,
    /// The function that sets it, whose parameters the value may have.
    pub function: FunctionId,
    /// File of that function.
    pub file: String,
}

/// Collects what requests are made of.
#[derive(Default)]
pub struct Requests {
    pub requests: Vec<Request>,
    pub calls: Vec<Called>,
    /// Addresses that functions return.
    pub returns: BTreeMap<FunctionId, Address>,
    /// Addresses that fields are set to in struct literals, by the type's path and the field's name.
    pub fields: Vec<((String, String), SetTo)>,
    /// Where constants with Stripe's host are named in code, with their paths.
    pub named: Vec<(At, String)>,
    skip: usize,
    function: Option<FunctionId>,
}

impl Recogniser for Requests {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        if self.function != Some(place.function) {
            self.function = Some(place.function);
            self.whole(place);
        }
        match expr {
            Expr::Struct(literal) => self.literal(literal, place),
            Expr::Path(path) => self.path(path, place),
            Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) if place.in_macro => self.inline(text, place),
            Expr::Call(_) | Expr::MethodCall(_) => self.call(expr, place),
            _ => {}
        }
        // Below the outermost link of a chain that was looked at as a whole.
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        let chain = Chain::of(expr);
        self.skip = chain.below;
        self.requests.extend(request(expr, &chain, place));
    }
}

impl Requests {
    /// What a function returns, if that is a text or an address.
    fn whole(&mut self, place: &Place<'_, '_>) {
        let returns = &place.scope.index.functions[place.function].returns;
        let inner =
            if returns.is("Result") || returns.is("Option") { returns.success() } else { returns.clone() };
        let text = ["String", "str", "Url", "Uri", "Cow", "Into", "IntoUrl"];
        let is_text = inner.behind_pointers().name().is_some_and(|name| text.contains(&name));
        if let (true, Some(Around::Block(body, _))) = (is_text, place.around.first())
            && let Some(address) = returned(body, place).filter(|address| !address.is_unknown())
        {
            self.returns.insert(place.function, address);
        }
    }

    fn literal(&mut self, literal: &syn::ExprStruct, place: &Place<'_, '_>) {
        let Some(owner) = place.scope.infer(&Expr::Struct(literal.clone())).path() else {
            return;
        };
        for field in &literal.fields {
            let syn::Member::Named(name) = &field.member else { continue };
            let value = address(&field.expr, place);
            // A base that is handed in, or named here.
            let base = |part: &Part| match part {
                Part::Text(text) => text.contains("://") || text.contains(HOST),
                Part::Param(_) | Part::Field(..) | Part::Call(..) => true,
                Part::Unknown(_) => false,
            };
            if value.parts.first().is_some_and(base) {
                let file = place.text.path.clone();
                let value = SetTo { address: value, function: place.function, file };
                self.fields.push(((owner.clone(), name.to_string()), value));
            }
        }
    }

    fn path(&mut self, path: &syn::ExprPath, place: &Place<'_, '_>) {
        let constant = |path: &[String]| {
            let canonical = place.scope.index.resolve(place.scope.module, path)?;
            place.scope.index.constants.get(&canonical)
        };
        let written = segments(&path.path);
        // Constants are written in capitals; others are locals, types and functions.
        let capital =
            |name: &String| name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        let found = written.last().filter(|name| capital(name)).and_then(|_| constant(&written));
        if let Some(constant) = found.filter(|constant| constant.text.contains(HOST)) {
            let at = place.text.at(place.parsed.range(path));
            self.named.push((at, constant.path.clone()));
        }
    }

    /// `format!("{BASE}/…")`
    fn inline(&mut self, text: &syn::LitStr, place: &Place<'_, '_>) {
        let value = text.value();
        if !value.contains('{') {
            return;
        }
        for piece in super::text::pieces(&value) {
            let super::text::Piece::Name(name) = piece else { continue };
            let canonical = place.scope.index.resolve(place.scope.module, &[name]);
            let constant = canonical.and_then(|path| place.scope.index.constants.get(&path));
            if let Some(constant) = constant.filter(|constant| constant.text.contains(HOST)) {
                let at = place.text.at(place.parsed.bytes(text.span()));
                self.named.push((at, constant.path.clone()));
            }
        }
    }

    /// A call of something that is given an endpoint, a base, or a text of the function around to hand on.
    fn call(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        let (args, name) = match expr {
            Expr::Call(call) => match &*call.func {
                Expr::Path(func) => {
                    (&call.args, func.path.segments.last().map(|last| last.ident.to_string()))
                }
                _ => return,
            },
            Expr::MethodCall(call) => (&call.args, Some(call.method.to_string())),
            _ => return,
        };
        let Some(name) = name.filter(|_| !args.is_empty()) else { return };
        let addresses: Vec<Address> = args.iter().map(|arg| address(arg, place)).collect();
        if !addresses.iter().any(leads_on) {
            return;
        }
        let found = match expr {
            Expr::Call(call) => match &*call.func {
                Expr::Path(func) => place.scope.functions_called(&segments(&func.path)).to_vec(),
                _ => Vec::new(),
            },
            Expr::MethodCall(call) => place.scope.methods_called(call),
            _ => Vec::new(),
        };
        let callees: Vec<FunctionId> =
            found.iter().flat_map(|&id| place.scope.index.with_implementations(id)).collect();
        let names = addresses.iter().any(|address| is_endpoint(address) || names_host(address));
        if callees.is_empty() && !names {
            return;
        }
        // `Type::method(&value, …)` counts the receiver among its arguments.
        let by_path = matches!(expr, Expr::Call(_));
        let receiver = by_path && callees.first().is_some_and(|&id| place.scope.index.functions[id].has_self);
        let alone = args.len() == 1;
        let given = args.iter().zip(addresses).skip(usize::from(receiver)).enumerate();
        let args: Vec<Argument> = given
            .map(|(number, (arg, address))| Argument {
                verb: verb(arg, place),
                pairs: match names && address.is_unknown() {
                    true => {
                        let grows = callees.iter().all(|&id| takes_lists(place.scope.index, id, number));
                        let join = join(arg, alone, grows && !callees.is_empty(), place);
                        Pairs { join, ..pairs(arg, place) }
                    }
                    false => Pairs::default(),
                },
                some: matches!(arg, Expr::Call(call) if matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Some"))),
                address,
            })
            .collect();
        let range = place.parsed.range(expr);
        let start = range.start;
        let joins = args.iter().filter_map(|arg| arg.pairs.join.as_ref()).map(|join| join.insertion);
        let insertion = joins.min().map_or(start, |at| at.min(start));
        self.calls.push(Called {
            at: place.text.at(range),
            callees,
            name,
            args,
            function: place.function,
            standing: names.then(|| Standing::at(start, insertion, place)),
        });
    }
}

/// True if a function's parameter is a slice or generic, so that it takes lists of any length.
fn takes_lists(index: &Index, id: FunctionId, number: usize) -> bool {
    let function = &index.functions[id];
    let Some(param) = function.params.get(number) else { return false };
    let bare = match &param.ty {
        Ty::Ref(inner) => inner,
        other => other,
    };
    // `&[(&str, &str)]`, `impl Serialize`, `&T`
    let generic =
        |name: &str| name == "Serialize" || (name.len() == 1 && name.chars().all(char::is_uppercase));
    bare.is("[]") || (bare.args().is_empty() && bare.name().is_some_and(generic))
}

/// Words that endpoints of Stripe's which matter start with.
const ENDPOINTS: [&str; 7] = [
    "customers",
    "checkout",
    "subscriptions",
    "payment_intents",
    "setup_intents",
    "payment_links",
    "billing_portal",
];

/// True for `"/v1/customers"`, `"checkout/sessions"` and other paths at Stripe, holes at the end included.
fn is_endpoint(address: &Address) -> bool {
    let Some(Part::Text(text)) = address.parts.first() else {
        return false;
    };
    let path = text.trim_start_matches('/');
    let path = path.strip_prefix("v1/").unwrap_or(path);
    let word = path.split(['/', '?']).next().unwrap_or_default();
    ENDPOINTS.contains(&word)
}

fn names_host(address: &Address) -> bool {
    address.parts.iter().any(|part| matches!(part, Part::Text(text) if text.contains(HOST)))
}

/// True for what may become an address: a text without blanks, or a parameter of the function around handed on.
fn leads_on(address: &Address) -> bool {
    let is_path = |text: &str| !text.is_empty() && !text.contains([' ', '\n']);
    address.parts.iter().any(|part| match part {
        Part::Text(text) => is_path(text),
        Part::Param(_) => true,
        _ => false,
    })
}
