//! Values of Rust code as far as they can be read off: literals, objects, and where others come from.

use std::ops::Range;

use quote::ToTokens;
use syn::Expr;
use syn::visit::Visit;

use super::shape;
use crate::survey::walk::{Around, Place};
use crate::target::index::{FunctionId, Index, Ty};

/// A value in an object, a call or a comparison.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    /// Its bytes in the file.
    pub at: Range<usize>,
}

/// Kinds of values.
#[derive(Debug, Clone)]
pub enum ValueKind {
    /// An object written out.
    Object(Vec<Entry>),
    /// A string literal.
    Text(String),
    /// A number literal.
    Number(String),
    /// Anything else.
    Other(Other),
}

/// What is known of a value that is not written out.
#[derive(Debug, Clone)]
pub struct Other {
    /// Its type, resolved.
    pub ty: Ty,
    /// Where it comes from.
    pub origin: Origin,
    /// Names and strings in it, also in the `let`s it leads to.
    pub words: Vec<String>,
}

/// An entry of an object.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name, as serialised.
    pub key: String,
    /// Its value.
    pub value: Value,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A field of a value of a type; the type's path is empty where it can't be read off.
    Field(String, String),
    /// A parameter of a function, by number.
    Parameter(FunctionId, usize),
    /// Somewhere else.
    Unknown,
}

/// `let`s followed at most.
const DEEPEST: usize = 4;

/// Reads an expression where it stands.
pub fn read(expr: &Expr, place: &Place<'_, '_>) -> Value {
    read_within(expr, place, 0)
}

pub(super) fn read_within(expr: &Expr, place: &Place<'_, '_>, depth: usize) -> Value {
    let at = place.parsed.range(expr);
    let bare = bare(expr);
    if let Expr::Lit(literal) = bare {
        match &literal.lit {
            syn::Lit::Str(text) => return Value { kind: ValueKind::Text(text.value()), at },
            syn::Lit::Int(number) => {
                return Value { kind: ValueKind::Number(number.base10_digits().to_string()), at };
            }
            syn::Lit::Float(number) => {
                return Value { kind: ValueKind::Number(number.base10_digits().to_string()), at };
            }
            _ => {}
        }
    }
    if let Some(shape) = shape::of(bare, place, depth) {
        return Value { kind: ValueKind::Object(shape.entries), at };
    }
    let mut words = words_followed(expr, place, depth);
    if let Some(init) = init_of(bare, place).filter(|_| depth < DEEPEST) {
        let inner = read_within(init, place, depth + 1);
        let as_text =
            matches!(place.scope.infer(expr), Ty::Path { ref path, .. } if path.as_slice() == ["String"]);
        return match inner.kind {
            ValueKind::Other(other) => {
                words.extend(other.words);
                words.dedup();
                let ty = if as_text { Ty::named("String") } else { other.ty };
                Value { kind: ValueKind::Other(Other { ty, origin: other.origin, words }), at }
            }
            kind => Value { kind, at },
        };
    }
    let ty = place.scope.infer(expr);
    Value { kind: ValueKind::Other(Other { ty, origin: origin(bare, place), words }), at }
}

/// The expression behind what changes its form and not what it says: references, clones, conversions to text.
pub(super) fn bare(expr: &Expr) -> &Expr {
    const SAME: [&str; 9] =
        ["to_string", "clone", "as_str", "to_owned", "into", "as_ref", "as_bytes", "cloned", "into_bytes"];
    match expr {
        Expr::Reference(inner) => bare(&inner.expr),
        Expr::Paren(inner) => bare(&inner.expr),
        Expr::Group(inner) => bare(&inner.expr),
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => bare(&inner.expr),
        Expr::MethodCall(call) if call.args.is_empty() && SAME.iter().any(|name| call.method == name) => {
            bare(&call.receiver)
        }
        Expr::Call(call) if call.args.len() == 1 => match &*call.func {
            Expr::Path(path) => {
                let name = crate::target::index::segments(&path.path).join("::");
                if name == "String::from" || name == "Some" { bare(&call.args[0]) } else { expr }
            }
            _ => expr,
        },
        _ => expr,
    }
}

/// What a name was declared with, if that is a `let` around it.
pub(super) fn init_of<'p>(expr: &Expr, place: &Place<'p, '_>) -> Option<&'p Expr> {
    let Expr::Path(path) = expr else { return None };
    let name = path.path.get_ident()?;
    for around in place.around.iter().rev() {
        let Around::Block(block, number) = around else { continue };
        let before = block.stmts.iter().take(*number).rev();
        for stmt in before {
            let syn::Stmt::Local(local) = stmt else { continue };
            let pat = match &local.pat {
                syn::Pat::Type(typed) => &*typed.pat,
                pat => pat,
            };
            if matches!(pat, syn::Pat::Ident(ident) if ident.ident == *name) {
                return local.init.as_ref().map(|init| &*init.expr);
            }
        }
    }
    None
}

fn origin(expr: &Expr, place: &Place<'_, '_>) -> Origin {
    match expr {
        Expr::Field(field) => {
            let name = match &field.member {
                syn::Member::Named(name) => name.to_string(),
                syn::Member::Unnamed(_) => return origin(bare(&field.base), place),
            };
            let owner = place.scope.infer(&field.base).behind_pointers().path().unwrap_or_default();
            Origin::Field(owner, name)
        }
        Expr::Path(path) => {
            let Some(name) = path.path.get_ident().map(ToString::to_string) else { return Origin::Unknown };
            let params = &place.scope.index.functions[place.function].params;
            let number = params.iter().position(|param| param.pattern.trim_start_matches("mut ") == name);
            number.map_or(Origin::Unknown, |number| Origin::Parameter(place.function, number))
        }
        _ => Origin::Unknown,
    }
}

/// Words of an expression and of the `let`s that names in it lead to.
fn words_followed(expr: &Expr, place: &Place<'_, '_>, depth: usize) -> Vec<String> {
    let mut names = Names(Vec::new());
    names.visit_expr(expr);
    let mut all = words(expr);
    for name in names.0.iter().filter(|_| depth < DEEPEST) {
        if let Some(init) = init_of(name, place) {
            all.extend(words_followed(init, place, depth + 1));
        }
    }
    all
}

/// Names in an expression that may be declared above.
struct Names(Vec<Expr>);

impl<'ast> Visit<'ast> for Names {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if path.path.get_ident().is_some() {
            self.0.push(Expr::Path(path.clone()));
        }
    }
}

/// Names and string literals in an expression, also within macros.
pub(super) fn words(node: &impl ToTokens) -> Vec<String> {
    let tokens = node.to_token_stream();
    let mut words = crate::survey::words(tokens.clone());
    words.extend(crate::survey::strings(tokens).iter().map(syn::LitStr::value));
    words
}

/// True for a type that serialises as a number: an integer, or a newtype of one.
pub fn is_number(index: &Index, ty: &Ty) -> bool {
    const INTEGERS: [&str; 12] =
        ["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize"];
    let ty = ty.behind_pointers();
    if matches!(ty, Ty::Path { path, .. } if path.len() == 1 && INTEGERS.contains(&path[0].as_str())) {
        return true;
    }
    let Some(owner) = index.type_of(ty) else { return false };
    match owner.fields.as_slice() {
        [only] if only.name == "0" && owner.derives.iter().any(|name| name == "Serialize") => {
            only.attributes.is_empty()
                && owner.attributes.iter().all(|attribute| !attribute.contains("into="))
                && is_number(index, &index.resolve_ty(owner.module, &only.ty))
        }
        _ => false,
    }
}

impl Value {
    /// A string literal's text.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            ValueKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Entries of an object written out.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.kind {
            ValueKind::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// What is known of a value that is not written out.
    pub fn other(&self) -> Option<&Other> {
        match &self.kind {
            ValueKind::Other(other) => Some(other),
            _ => None,
        }
    }

    /// True if one of these names or strings occurs in it.
    pub fn mentions(&self, wanted: &[&str]) -> bool {
        self.other().is_some_and(|other| other.words.iter().any(|word| wanted.contains(&word.as_str())))
    }
}
