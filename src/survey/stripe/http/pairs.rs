//! The parameters of a request: which keys it sends, and in what container they are put together.
//!
//! A borrowed slice or array of pairs, a `Vec` that is pushed to, a map, a serde struct, `json!`, a text. Near misses: a
//! container that another function fills, whose keys can't all be read off (`open`).

use syn::{Expr, Lit, Stmt};

use super::entries::{Changes, first_string, of_text, pair, string};
use super::json::keys_of;
use super::locals::{declares, names_only};
use crate::survey::stripe::form::PairsJoin;
use crate::survey::stripe::metadata::{cello_names, is_of_cello};
use crate::survey::walk::{Around, Place};
use crate::target::At;
use crate::target::index::{Ty, segments};

/// What the parameters are put together in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Container {
    /// A slice or an array of pairs, which can't grow.
    Slice,
    /// A `Vec` of pairs.
    List,
    /// A map.
    Map,
    /// A struct that serde writes.
    Struct,
    /// `json!`.
    Json,
    /// A text such as `email={}`.
    Text,
    /// A parameter of the function around.
    Parameter,
    /// None at all.
    #[default]
    Nothing,
    /// Anything else.
    Other,
}

/// Parameters that are sent.
#[derive(Debug, Clone, Default)]
pub struct Pairs {
    /// Where they are put together.
    pub at: Option<At>,
    /// Keys, each with its value if that is a literal.
    pub keys: Vec<(String, Option<String>)>,
    /// True if there may be more keys.
    pub open: bool,
    /// What they are put together in.
    pub container: Container,
    /// The parameter of the function around that they come from.
    pub param: Option<usize>,
    /// True if Cello's module gives some.
    pub cello: bool,
    /// Where metadata joins them, if it can.
    pub join: Option<PairsJoin>,
}

impl Pairs {
    /// None yet.
    pub fn new(container: Container) -> Self {
        Self { container, ..Self::default() }
    }

    fn other() -> Self {
        Self { open: true, container: Container::Other, ..Self::default() }
    }

    /// True if a key is sent, or one inside of it: `metadata`, `metadata[user]`.
    pub fn has(&self, name: &str) -> bool {
        self.keys.iter().any(|(key, _)| {
            key.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        })
    }

    /// The literal value of a key.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.keys.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.as_deref())
    }

    /// Names of the metadata's keys that can be read off.
    pub fn metadata_keys(&self) -> Vec<String> {
        let named = self.keys.iter().filter_map(|(key, _)| {
            key.strip_prefix("metadata[")?.strip_suffix(']').filter(|name| !name.contains('{'))
        });
        named.map(str::to_string).collect()
    }

    fn join(&mut self, other: Self) {
        self.keys.extend(other.keys);
        self.open |= other.open;
        self.cello |= other.cello;
    }
}

/// Reads the parameters that an expression stands for.
pub fn pairs(expr: &Expr, place: &Place<'_, '_>) -> Pairs {
    Reader { place, around: place.around, depth: 0 }.read(expr)
}

struct Reader<'r, 'w, 'a> {
    place: &'r Place<'w, 'a>,
    around: &'r [Around<'w>],
    depth: usize,
}

impl Reader<'_, '_, '_> {
    fn read(&self, expr: &Expr) -> Pairs {
        let mut found = self.look(expr);
        if found.at.is_none() && found.container != Container::Nothing {
            found.at = Some(self.place.text.at(self.place.parsed.range(expr)));
        }
        found
    }

    fn look(&self, expr: &Expr) -> Pairs {
        match expr {
            Expr::Reference(inner) => self.read(&inner.expr),
            Expr::Paren(inner) => self.read(&inner.expr),
            Expr::Group(inner) => self.read(&inner.expr),
            Expr::Try(inner) => self.read(&inner.expr),
            Expr::Await(inner) => self.read(&inner.base),
            Expr::Array(array) => of_items(array.elems.iter(), Container::Slice),
            Expr::Macro(inner) => self.of_macro(&inner.mac),
            Expr::Struct(literal) => self.of_struct(literal),
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => self.local(&name.to_string(), expr),
                None => Pairs::other(),
            },
            Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => of_text(&text.value()),
            Expr::Call(call) => self.call(call),
            Expr::MethodCall(call) => self.method(call),
            other => self.of_type(&self.place.scope.infer(other)).unwrap_or_else(Pairs::other),
        }
    }

    fn of_macro(&self, mac: &syn::Macro) -> Pairs {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        match name.as_str() {
            "json" => Pairs { keys: keys_of(mac.tokens.clone()), ..Pairs::new(Container::Json) },
            "vec" => match mac.parse_body_with(parser) {
                Ok(items) => of_items(items.iter(), Container::List),
                Err(_) => Pairs::other(),
            },
            "format" => match mac.parse_body_with(parser).ok().and_then(|args| args.first().and_then(string))
            {
                Some(text) => of_text(&text),
                None => Pairs::other(),
            },
            // `hashmap! { "a" => b }`
            _ => Pairs { keys: keys_of(mac.tokens.clone()), open: true, ..Pairs::new(Container::Map) },
        }
    }

    fn of_struct(&self, literal: &syn::ExprStruct) -> Pairs {
        let ty = self.place.scope.resolve(&Ty::from_path(&literal.path));
        let mut found = self.of_type(&ty).unwrap_or_else(Pairs::other);
        for field in &literal.fields {
            let (syn::Member::Named(name), Some(value)) = (&field.member, first_string(&field.expr)) else {
                continue;
            };
            let name = name.to_string();
            for key in found.keys.iter_mut().filter(|(key, _)| *key == name) {
                key.1 = Some(value.clone());
            }
        }
        found
    }

    /// Fields of a struct of the project, by the names that serde writes.
    fn of_type(&self, ty: &Ty) -> Option<Pairs> {
        let index = self.place.scope.index;
        let owner = index.type_of(ty)?;
        let mut found = Pairs::new(Container::Struct);
        for field in &owner.fields {
            let said = |start: &str| {
                field.attributes.iter().find_map(|attribute| {
                    let after = attribute.split_once(start)?.1;
                    after.split('"').next().map(str::to_string)
                })
            };
            let key = said("rename=\"").unwrap_or_else(|| field.name.clone());
            if field.attributes.iter().any(|attribute| attribute.contains("flatten")) {
                found.open = true;
                continue;
            }
            let inner = index.field(ty, &field.name).unwrap_or(Ty::Unknown);
            let inner = if inner.is("Option") { inner.success() } else { inner };
            let nested = index.type_of(&inner).filter(|_| key == "metadata");
            let names =
                nested.map(|owner| owner.fields.iter().map(|field| format!("metadata[{}]", field.name)));
            match names {
                Some(names) => found.keys.extend(names.map(|name| (name, None))),
                None => found.keys.push((key, None)),
            }
        }
        Some(found)
    }

    fn call(&self, call: &syn::ExprCall) -> Pairs {
        let Expr::Path(func) = &*call.func else {
            return Pairs::other();
        };
        let path = segments(&func.path);
        let last = path.last().map(String::as_str).unwrap_or_default();
        let owner = path.len().checked_sub(2).map(|i| path[i].as_str()).unwrap_or_default();
        let container = if owner.ends_with("Map") { Container::Map } else { Container::List };
        if !self.place.scope.functions_called(&path).is_empty() {
            return Pairs::other();
        }
        match (last, call.args.first()) {
            ("new" | "with_capacity" | "default", _) => Pairs::new(container),
            ("from" | "from_iter", Some(arg)) if owner.ends_with("Map") || owner == "Vec" => {
                Pairs { container, ..self.read(arg) }
            }
            ("from" | "to_string" | "to_vec" | "to_value" | "Some" | "Ok" | "Form" | "Json", Some(arg)) => {
                self.read(arg)
            }
            _ => Pairs::other(),
        }
    }

    fn method(&self, call: &syn::ExprMethodCall) -> Pairs {
        // What is done to a container on its way keeps its keys; `chain` adds some.
        const SAME: [&str; 16] = [
            "into_iter",
            "iter",
            "collect",
            "map",
            "cloned",
            "copied",
            "clone",
            "as_slice",
            "as_ref",
            "to_vec",
            "into",
            "to_owned",
            "unwrap",
            "expect",
            "to_string",
            "map_err",
        ];
        let name = call.method.to_string();
        let mut found = self.read(&call.receiver);
        match (name.as_str(), call.args.first()) {
            ("chain", Some(more)) => {
                found.cello |= is_of_cello(more, &cello_names(self.place.around));
                found.join(self.read(more));
            }
            // Some keys may go.
            ("filter" | "filter_map", _) => {}
            (name, _) if SAME.contains(&name) => {}
            _ => {
                return self
                    .of_type(&self.place.scope.infer(&Expr::MethodCall(call.clone())))
                    .unwrap_or_else(Pairs::other);
            }
        }
        found
    }

    fn local(&self, name: &str, expr: &Expr) -> Pairs {
        if self.depth > 8 {
            return Pairs::other();
        }
        for (number, around) in self.around.iter().enumerate().rev() {
            let Around::Block(block, before) = around else { continue };
            let Some(start) = block.stmts[..*before].iter().rposition(|stmt| declares(stmt, name)) else {
                continue;
            };
            let Stmt::Local(local) = &block.stmts[start] else { continue };
            let Some(init) = local.init.as_ref().filter(|_| names_only(&local.pat, name)) else {
                return Pairs::other();
            };
            let mut around = self.around[..number].to_vec();
            around.push(Around::Block(block, start));
            let inner = Reader { place: self.place, around: &around, depth: self.depth + 1 };
            let mut found = inner.read(&init.expr);
            let cello = cello_names(self.place.around);
            let mut changes = Changes { name, cello, found: Pairs::default() };
            block.stmts[start + 1..*before].iter().for_each(|stmt| changes.statement(stmt));
            // Blocks in between, up to the request.
            for around in &self.around[number + 1..] {
                if let Around::Block(block, before) = around {
                    block.stmts[..*before].iter().for_each(|stmt| changes.statement(stmt));
                }
            }
            found.join(changes.found);
            found.at = Some(self.place.text.at(self.place.parsed.range(local)));
            return found;
        }
        let function = &self.place.scope.index.functions[self.place.function];
        let is_it = |pattern: &str| pattern.trim_start_matches("mut ").trim() == name;
        let typed = self.of_type(&self.place.scope.infer(expr));
        match function.params.iter().position(|param| is_it(&param.pattern)) {
            Some(position) => Pairs {
                param: Some(position),
                at: Some(self.place.text.at(function.at.clone())),
                ..typed.unwrap_or(Pairs { open: true, ..Pairs::new(Container::Parameter) })
            },
            None => typed.unwrap_or_else(Pairs::other),
        }
    }
}

fn of_items<'e>(items: impl Iterator<Item = &'e Expr>, container: Container) -> Pairs {
    let mut found = Pairs::new(container);
    for item in items {
        match pair(item) {
            Some(pair) => found.keys.push(pair),
            None => found.open = true,
        }
    }
    found
}
