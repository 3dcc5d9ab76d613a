//! The address of a request, as far as it can be read off: literals, constants, `format!`, locals, concatenation.
//!
//! `format!("{BASE}/customers/{id}")` is the text of the constant, `/customers/`, and something known at run time. What
//! only another function or file knows (a parameter, a field, a function's result) is kept as a hole, and filled in once
//! every file is read. Near misses: a local that is assigned to, a name bound by a pattern.

use std::ops::Range;

use syn::{Block, Expr, Lit, Stmt};

use super::locals::{Change, binds, change, constant_within, declares, is_name, names_only};
use super::text::{Piece, pieces};
use crate::survey::walk::{Around, Place};
use crate::target::index::{FunctionId, segments};

/// Where Stripe's interface is.
pub const HOST: &str = "api.stripe.com";

/// Locals that stand for locals that stand for locals: longer chains are not followed.
const LONGEST: usize = 12;

/// A piece of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// As written.
    Text(String),
    /// A parameter of the function around it, counted without `self`.
    Param(usize),
    /// A field of a type of the project: the type's path, and the field's name.
    Field(String, String),
    /// What a function of the project returns for these arguments.
    Call(FunctionId, Vec<Address>),
    /// Something known at run time alone, as it is written.
    Unknown(String),
}

/// An address, or the start or end of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Its pieces in order.
    pub parts: Vec<Part>,
    /// Places in the file at which Stripe's host comes in: literals, and names of constants.
    pub places: Vec<Range<usize>>,
    /// Constants that hold Stripe's host.
    pub constants: Vec<String>,
}

impl Address {
    fn unknown(text: impl Into<String>) -> Self {
        Self { parts: vec![Part::Unknown(text.into())], ..Self::default() }
    }

    fn part(part: Part) -> Self {
        Self { parts: vec![part], ..Self::default() }
    }

    fn text(text: &str, at: Range<usize>) -> Self {
        let places = if text.contains(HOST) { vec![at] } else { Vec::new() };
        Self { parts: vec![Part::Text(text.to_string())], places, ..Self::default() }
    }

    fn push(&mut self, other: Self) {
        self.parts.extend(other.parts);
        self.places.extend(other.places);
        self.constants.extend(other.constants);
    }

    /// True if nothing of it can be read off.
    pub fn is_unknown(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Unknown(_)))
    }
}

/// Reads an address where an expression stands.
pub fn address(expr: &Expr, place: &Place<'_, '_>) -> Address {
    Reader { place, around: place.around, depth: 0 }.read(expr)
}

/// The address that a function's body comes to, if its last expression is one.
pub fn returned(body: &Block, place: &Place<'_, '_>) -> Option<Address> {
    let Some(Stmt::Expr(last, None)) = body.stmts.last() else {
        return None;
    };
    let around = [Around::Block(body, body.stmts.len() - 1)];
    Some(Reader { place, around: &around, depth: 0 }.read(last))
}

struct Reader<'r, 'w, 'a> {
    place: &'r Place<'w, 'a>,
    around: &'r [Around<'w>],
    depth: usize,
}

impl Reader<'_, '_, '_> {
    fn read(&self, expr: &Expr) -> Address {
        match expr {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Address::text(&text.value(), self.place.parsed.bytes(text.span())),
                _ => self.unknown(expr),
            },
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => self.name(&name.to_string(), self.place.parsed.range(path)),
                None => self.constant(&segments(&path.path), self.place.parsed.range(path)),
            },
            Expr::Reference(inner) => self.read(&inner.expr),
            Expr::Paren(inner) => self.read(&inner.expr),
            Expr::Group(inner) => self.read(&inner.expr),
            Expr::Try(inner) => self.read(&inner.expr),
            Expr::Await(inner) => self.read(&inner.base),
            Expr::Binary(inner) if matches!(inner.op, syn::BinOp::Add(_)) => {
                let mut sum = self.read(&inner.left);
                sum.push(self.read(&inner.right));
                sum
            }
            Expr::Field(field) => self.field(field),
            Expr::Macro(inner) => self.formatted(&inner.mac),
            Expr::Call(call) => self.call(call),
            Expr::MethodCall(call) => self.method(call),
            _ => self.unknown(expr),
        }
    }

    fn unknown(&self, expr: &Expr) -> Address {
        let text = self.place.text.text.get(self.place.parsed.range(expr)).unwrap_or_default();
        Address::unknown(text.lines().next().unwrap_or_default())
    }

    fn field(&self, field: &syn::ExprField) -> Address {
        let owner = self.place.scope.infer(&field.base);
        match (self.place.scope.index.type_of(&owner), &field.member) {
            (Some(owner), syn::Member::Named(name)) => {
                Address::part(Part::Field(owner.path.clone(), name.to_string()))
            }
            _ => self.unknown(&Expr::Field(field.clone())),
        }
    }

    /// A local, a parameter or a constant.
    fn name(&self, name: &str, at: Range<usize>) -> Address {
        if self.depth > LONGEST {
            return Address::unknown(name);
        }
        for (number, around) in self.around.iter().enumerate().rev() {
            let (block, before) = match around {
                Around::Block(block, before) => (*block, *before),
                Around::Arm(arm) if binds(&arm.pat, name) => return Address::unknown(name),
                _ => continue,
            };
            if let Some(value) = constant_within(block, name) {
                return self.read(value);
            }
            let Some(start) = block.stmts[..before].iter().rposition(|stmt| declares(stmt, name)) else {
                continue;
            };
            let Stmt::Local(local) = &block.stmts[start] else { continue };
            let Some(init) = local.init.as_ref().filter(|_| names_only(&local.pat, name)) else {
                return Address::unknown(name);
            };
            let mut around = self.around[..number].to_vec();
            around.push(Around::Block(block, start));
            let inner = Reader { place: self.place, around: &around, depth: self.depth + 1 };
            let mut value = inner.read(&init.expr);
            for stmt in &block.stmts[start + 1..before] {
                match change(stmt, name) {
                    Change::None => {}
                    Change::Append(more) => value.push(self.read(more)),
                    Change::Other => return Address::unknown(name),
                }
            }
            return value;
        }
        let function = &self.place.scope.index.functions[self.place.function];
        let is_it = |pattern: &str| pattern.trim_start_matches("mut ").trim() == name;
        match function.params.iter().position(|param| is_it(&param.pattern)) {
            Some(position) => Address::part(Part::Param(position)),
            None => self.constant(&[name.to_string()], at),
        }
    }

    fn constant(&self, path: &[String], at: Range<usize>) -> Address {
        let scope = self.place.scope;
        let canonical = match (path.split_first(), &scope.self_ty) {
            (Some((first, rest)), Some(own)) if first == "Self" => {
                own.path().map(|own| format!("{own}::{}", rest.join("::")))
            }
            _ => scope.index.resolve(scope.module, path),
        };
        let found = canonical.and_then(|path| scope.index.constants.get(&path));
        let Some(constant) = found else {
            return Address::unknown(path.join("::"));
        };
        let mut address = Address::text(&constant.text, at);
        if constant.text.contains(HOST) {
            address.constants.push(constant.path.clone());
        }
        address
    }

    /// `format!("{BASE}/customers/{}", id)`, `concat!("a", "b")`.
    fn formatted(&self, mac: &syn::Macro) -> Address {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        let Ok(args) = mac.parse_body_with(parser) else {
            return Address::unknown(name);
        };
        if ["concat", "concatcp"].contains(&name.as_str()) {
            let mut sum = Address::default();
            args.iter().for_each(|arg| sum.push(self.read(arg)));
            return sum;
        }
        let template = args.first().and_then(|first| match first {
            Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text),
            _ => None,
        });
        let Some(template) = template.filter(|_| name.starts_with("format")) else {
            return Address::unknown(name);
        };
        let at = self.place.parsed.bytes(template.span());
        let mut sum = Address::default();
        let mut next = 0;
        let positional: Vec<&Expr> =
            args.iter().skip(1).filter(|arg| !matches!(arg, Expr::Assign(_))).collect();
        let named = |name: &str| {
            args.iter().find_map(|arg| match arg {
                Expr::Assign(assign) if is_name(&assign.left, name) => Some(&*assign.right),
                _ => None,
            })
        };
        for piece in pieces(&template.value()) {
            let value = match &piece {
                Piece::Text(text) => Address::text(text, at.clone()),
                Piece::Next => {
                    next += 1;
                    positional.get(next - 1).map_or_else(|| Address::unknown("{}"), |arg| self.read(arg))
                }
                Piece::Number(n) => {
                    positional.get(*n).map_or_else(|| Address::unknown("{}"), |arg| self.read(arg))
                }
                Piece::Name(name) => match named(name) {
                    Some(arg) => self.read(arg),
                    None => self.name(name, at.clone()),
                },
            };
            sum.push(value);
        }
        sum
    }

    fn call(&self, call: &syn::ExprCall) -> Address {
        let unknown = || self.unknown(&Expr::Call(call.clone()));
        let Expr::Path(func) = &*call.func else {
            return unknown();
        };
        let path = segments(&func.path);
        if let Some(&function) = self.place.scope.functions_called(&path).first() {
            return Address::part(Part::Call(function, call.args.iter().map(|arg| self.read(arg)).collect()));
        }
        const SAME: [&str; 9] =
            ["from", "parse", "from_static", "Some", "Ok", "Borrowed", "Owned", "try_from", "from_str"];
        let last = path.last().map(String::as_str).unwrap_or_default();
        match call.args.first() {
            Some(arg) if SAME.contains(&last) || last == "parse_with_params" => self.read(arg),
            _ => unknown(),
        }
    }

    fn method(&self, call: &syn::ExprMethodCall) -> Address {
        const SAME: [&str; 17] = [
            "to_string",
            "to_owned",
            "into",
            "clone",
            "as_str",
            "as_ref",
            "parse",
            "unwrap",
            "expect",
            "context",
            "map_err",
            "trim_end_matches",
            "trim",
            "as_deref",
            "try_into",
            "into_string",
            "cloned",
        ];
        let name = call.method.to_string();
        if SAME.contains(&name.as_str()) {
            return self.read(&call.receiver);
        }
        if let (true, Some(arg)) = (name == "join", call.args.first()) {
            let mut base = self.read(&call.receiver);
            base.push(Address::part(Part::Text("/".into())));
            base.push(self.read(arg));
            return base;
        }
        // A default stands for the setting.
        if let (true, Some(default)) = (name.starts_with("unwrap_or"), call.args.first()) {
            return match default {
                Expr::Closure(closure) => self.read(&closure.body),
                other => self.read(other),
            };
        }
        match self.place.scope.methods_called(call).first() {
            Some(&function) => {
                Address::part(Part::Call(function, call.args.iter().map(|arg| self.read(arg)).collect()))
            }
            None => self.unknown(&Expr::MethodCall(call.clone())),
        }
    }
}
