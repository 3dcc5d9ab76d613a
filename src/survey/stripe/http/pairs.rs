//! The parameters of a request: which keys it sends, and in what container they are put together.
//!
//! A borrowed slice or array of pairs, a `Vec` that is pushed to, a map, a serde struct, `json!`, a text. Near misses: a
//! container that another function fills, whose keys can't all be read off (`open`).

use syn::visit::{self, Visit};
use syn::{Expr, Lit, Stmt};

use super::address::{declares, is_name, names_only};
use super::json::keys_of;
use crate::survey::stripe::metadata::{calls_cello, statement_calls_cello};
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
}

impl Pairs {
    fn new(container: Container) -> Self {
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
            "format" => match mac.parse_body_with(parser).ok().and_then(|args| args.first().and_then(string)) {
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
            let names = nested.map(|owner| owner.fields.iter().map(|field| format!("metadata[{}]", field.name)));
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
            "into_iter", "iter", "collect", "map", "cloned", "copied", "clone", "as_slice", "as_ref", "to_vec",
            "into", "to_owned", "unwrap", "expect", "to_string", "map_err",
        ];
        let name = call.method.to_string();
        let mut found = self.read(&call.receiver);
        match (name.as_str(), call.args.first()) {
            ("chain", Some(more)) => {
                found.cello |= calls_cello(more);
                found.join(self.read(more));
            }
            // Some keys may go.
            ("filter" | "filter_map", _) => {}
            (name, _) if SAME.contains(&name) => {}
            _ => return self.of_type(&self.place.scope.infer(&Expr::MethodCall(call.clone()))).unwrap_or_else(Pairs::other),
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
            let mut changes = Changes { name, found: Pairs::default() };
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

/// `("key", value)`, also where the key is made: `(leak(format!("metadata[{key}]")), value)`.
fn pair(item: &Expr) -> Option<(String, Option<String>)> {
    match item {
        Expr::Tuple(tuple) => {
            let key = any_string(tuple.elems.first()?)?;
            Some((key, tuple.elems.get(1).and_then(first_string)))
        }
        Expr::Reference(inner) => pair(&inner.expr),
        Expr::Paren(inner) => pair(&inner.expr),
        _ => None,
    }
}

/// `email={}&metadata[user]={id}`
fn of_text(text: &str) -> Pairs {
    let mut found = Pairs::new(Container::Text);
    for part in text.split('&').filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some((key, value)) => {
                let key = key.replace("%5B", "[").replace("%5D", "]");
                found.keys.push((key, (!value.contains('{')).then(|| value.to_string())));
            }
            None => found.open = true,
        }
    }
    found
}

fn string(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The string an expression is: `"a"`, `"a".to_string()`, `Some("a".into())`, `String::from("a")`.
fn first_string(expr: &Expr) -> Option<String> {
    match expr {
        Expr::MethodCall(call) if call.args.is_empty() => first_string(&call.receiver),
        Expr::Call(call) if call.args.len() == 1 => first_string(call.args.first()?),
        Expr::Reference(inner) => first_string(&inner.expr),
        other => string(other),
    }
}

/// The first string in an expression, at any depth, macros included.
fn any_string(expr: &Expr) -> Option<String> {
    struct First(Option<String>);
    impl<'ast> Visit<'ast> for First {
        fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
            self.0.get_or_insert_with(|| text.value());
        }
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            if let Some(text) = crate::survey::literals::strings(mac.tokens.clone()).first() {
                self.0.get_or_insert_with(|| text.value());
            }
        }
    }
    let mut first = First(None);
    first.visit_expr(expr);
    first.0
}

/// What is added to a local container.
struct Changes<'n> {
    name: &'n str,
    found: Pairs,
}

impl Changes<'_> {
    fn statement(&mut self, stmt: &Stmt) {
        let before = (self.found.keys.len(), std::mem::take(&mut self.found.open));
        self.visit_stmt(stmt);
        if self.found.keys.len() > before.0 || self.found.open {
            self.found.cello |= statement_calls_cello(stmt);
        }
        self.found.open |= before.1;
    }
}

impl<'ast> Visit<'ast> for Changes<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if is_name(&call.receiver, self.name) {
            let args: Vec<&Expr> = call.args.iter().collect();
            match (call.method.to_string().as_str(), args.as_slice()) {
                ("push", [item]) => match pair(item) {
                    Some(pair) => self.found.keys.push(pair),
                    None => self.found.open = true,
                },
                ("insert" | "append_pair", [key, value]) => match any_string(key) {
                    Some(key) => self.found.keys.push((key, first_string(value))),
                    None => self.found.open = true,
                },
                ("extend" | "extend_from_slice" | "append" | "push_str", _) => {
                    let mut tuples = Tuples(Vec::new());
                    args.iter().for_each(|arg| tuples.visit_expr(arg));
                    self.found.open |= tuples.0.is_empty();
                    self.found.keys.extend(tuples.0);
                }
                _ => {}
            }
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        // `body["metadata"]["user"] = …`, `params.email = …`
        let mut keys = Vec::new();
        let mut base = &*assign.left;
        loop {
            match base {
                Expr::Index(inner) => {
                    keys.extend(string(&inner.index));
                    base = &inner.expr;
                }
                Expr::Field(inner) => base = &inner.base,
                _ => break,
            }
        }
        if is_name(base, self.name) && !keys.is_empty() {
            keys.reverse();
            let (first, rest) = (keys[0].clone(), &keys[1..]);
            let key = rest.iter().fold(first, |path, key| format!("{path}[{key}]"));
            match &*assign.right {
                Expr::Macro(inner) if inner.mac.path.is_ident("json") => {
                    let nested = keys_of(inner.mac.tokens.clone());
                    if nested.is_empty() {
                        self.found.keys.push((key.clone(), None));
                    }
                    self.found.keys.extend(nested.into_iter().map(|(inner, value)| (format!("{key}[{inner}]"), value)));
                }
                other => self.found.keys.push((key, first_string(other))),
            }
        }
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_reference(&mut self, reference: &'ast syn::ExprReference) {
        self.found.open |= reference.mutability.is_some() && is_name(&reference.expr, self.name);
        visit::visit_expr_reference(self, reference);
    }
}

/// Pairs in an expression, at any depth.
struct Tuples(Vec<(String, Option<String>)>);

impl<'ast> Visit<'ast> for Tuples {
    fn visit_expr_tuple(&mut self, tuple: &'ast syn::ExprTuple) {
        self.0.extend(pair(&Expr::Tuple(tuple.clone())));
    }
}
