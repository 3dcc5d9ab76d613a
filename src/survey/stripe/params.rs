//! The parameters of a Stripe call: where metadata stands, or could stand.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, Member, Stmt};

use crate::survey::stripe::call::statement_around;
use crate::survey::walk::{Around, Place};

/// How the parameters of a call are put together.
#[derive(Debug, Clone)]
pub enum ParamsForm {
    /// A struct literal.
    Literal {
        /// The whole literal.
        at: Range<usize>,
        /// Where metadata is, or goes.
        metadata: LiteralMetadata,
    },
    /// A local that is assigned to field by field.
    Local {
        /// Its name.
        name: String,
        /// The `let`.
        at: Range<usize>,
        /// Whether `metadata` is assigned.
        has_metadata: bool,
        /// Byte after the last statement that changes it before the call, past a trailing comment.
        after: usize,
        /// Indentation of a new statement.
        indent: String,
        /// Keys of the metadata that can be read off.
        keys: Vec<String>,
        /// True if Cello's function is called for it already.
        cello: bool,
    },
    /// Something else, with the reason as the end of a sentence.
    Unreadable(&'static str),
}

/// Metadata in a struct literal.
#[derive(Debug, Clone)]
pub enum LiteralMetadata {
    /// None: a field can be added at a byte.
    Absent {
        /// Before `..Default::default()`, or after the last field.
        at: usize,
        /// Indentation if fields stand on lines of their own.
        indent: Option<String>,
        /// True if a `..base` follows.
        before_rest: bool,
        /// True if a comma has to come first.
        comma_first: bool,
    },
    /// `Some(EXPR)`.
    Some {
        /// Bytes of `Some(EXPR)`.
        whole: Range<usize>,
        /// Bytes of `EXPR`.
        inner: Range<usize>,
        /// Byte of the dot in `.collect()`, if EXPR ends so.
        collect: Option<usize>,
        /// Indentation of the line of the field.
        indent: String,
        /// Keys that can be read off.
        keys: Vec<String>,
        /// True if Cello's function is called in it.
        cello: bool,
        /// If EXPR is a mutable local: its name, and where a statement before this one starts.
        local: Option<(String, usize)>,
    },
    /// Anything else.
    Other,
}

impl ParamsForm {
    /// Where the parameters are put together.
    pub fn range(&self) -> Option<Range<usize>> {
        match self {
            Self::Literal { at, .. } | Self::Local { at, .. } => Some(at.clone()),
            Self::Unreadable(_) => None,
        }
    }

    /// Byte at which something would be put in.
    pub fn insertion(&self) -> Option<usize> {
        match self {
            Self::Literal { metadata: LiteralMetadata::Absent { at, .. }, .. } => Some(*at),
            Self::Literal { metadata: LiteralMetadata::Some { inner, .. }, .. } => Some(inner.start),
            Self::Literal { at, .. } => Some(at.start),
            Self::Local { after, .. } => Some(*after),
            Self::Unreadable(_) => None,
        }
    }

    /// Keys of the metadata that can be read off.
    pub fn metadata_keys(&self) -> &[String] {
        match self {
            Self::Literal { metadata: LiteralMetadata::Some { keys, .. }, .. } | Self::Local { keys, .. } => {
                keys
            }
            _ => &[],
        }
    }

    /// True if the metadata comes from Cello's module already.
    pub fn calls_cello(&self) -> bool {
        match self {
            Self::Literal { metadata: LiteralMetadata::Some { cello, .. }, .. }
            | Self::Local { cello, .. } => *cello,
            _ => false,
        }
    }
}

/// Reads a call's parameters, and the names of the fields that are set.
pub fn read_params(params: &Expr, place: &Place<'_, '_>) -> (ParamsForm, Vec<String>) {
    match params {
        Expr::Reference(inner) => read_params(&inner.expr, place),
        Expr::Struct(literal) => {
            let form = ParamsForm::Literal {
                at: place.parsed.range(literal),
                metadata: literal_metadata(literal, false, place),
            };
            (form, field_names(literal))
        }
        Expr::Path(path) => match path.path.get_ident() {
            Some(name) => read_local(&name.to_string(), place),
            None => (ParamsForm::Unreadable("its parameters are a constant"), Vec::new()),
        },
        Expr::MethodCall(call) if call.method == "clone" => read_params(&call.receiver, place),
        _ => (ParamsForm::Unreadable("its parameters are made by a call"), Vec::new()),
    }
}

fn field_names(literal: &syn::ExprStruct) -> Vec<String> {
    literal.fields.iter().filter_map(|field| named(&field.member)).collect()
}

fn named(member: &Member) -> Option<String> {
    match member {
        Member::Named(name) => Some(name.to_string()),
        _ => None,
    }
}

/// `bound`: the literal stands in a `let` before the statement with the call.
fn literal_metadata(literal: &syn::ExprStruct, bound: bool, place: &Place<'_, '_>) -> LiteralMetadata {
    let field = literal.fields.iter().find(|field| named(&field.member).as_deref() == Some("metadata"));
    if let Some(field) = field {
        return some_metadata(&field.expr, bound, place);
    }
    // Metadata that a `..base` brings would be lost.
    let base_has_none = literal.rest.as_deref().is_some_and(is_empty_base);
    if let Some(rest) = literal.dot2_token.as_ref().filter(|_| base_has_none) {
        let at = place.parsed.bytes(rest.span()).start;
        let own_line = place.text.is_first_on_line(at);
        return LiteralMetadata::Absent {
            at,
            indent: own_line.then(|| place.text.indentation(at).to_string()),
            before_rest: true,
            comma_first: false,
        };
    }
    // Without `..` every field is given, so one called metadata would be there: this is another version's struct.
    LiteralMetadata::Other
}

/// `Default::default()`, `CreateCustomer::new()`.
fn is_empty_base(expr: &Expr) -> bool {
    let Expr::Call(call) = expr else {
        return false;
    };
    let Expr::Path(func) = &*call.func else {
        return false;
    };
    let parts = crate::target::index::segments(&func.path);
    call.args.is_empty()
        && match parts.as_slice() {
            [.., owner, last] => {
                let empty = last == "default" || last == "new";
                empty && (owner == "Default" || owner.starts_with("Create"))
            }
            _ => false,
        }
}

fn some_metadata(expr: &Expr, bound: bool, place: &Place<'_, '_>) -> LiteralMetadata {
    let Expr::Call(call) = expr else {
        return LiteralMetadata::Other;
    };
    let is_some = matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Some"));
    let (Some(inner), true) = (call.args.first(), is_some && call.args.len() == 1) else {
        return LiteralMetadata::Other;
    };
    // Its type would no longer be known if more calls followed.
    let open = match inner {
        Expr::MethodCall(last) => {
            ["into", "default", "unwrap_or_default"].iter().any(|name| last.method == name)
        }
        Expr::Call(inner) => match &*inner.func {
            Expr::Path(path) => path.path.segments.first().is_some_and(|first| first.ident == "Default"),
            _ => false,
        },
        _ => false,
    };
    if open && !place.text.text[place.parsed.range(inner)].contains("cello") {
        return LiteralMetadata::Other;
    }
    let whole = place.parsed.range(call);
    let text = &place.text.text[whole.clone()];
    let collect = match inner {
        Expr::MethodCall(last) if last.method == "collect" => {
            Some(place.parsed.bytes(last.dot_token.span()).start)
        }
        _ => None,
    };
    let local = match inner {
        Expr::Path(path) if !bound => path.path.get_ident().map(ToString::to_string).and_then(|name| {
            let mutable = place.scope.locals().iter().any(|local| local.name == name && local.mutable);
            let statement = statement_around(place)?;
            mutable.then_some((name, statement.start))
        }),
        _ => None,
    };
    let mut keys = string_keys(inner);
    let mut cello = text.contains("cello");
    if let Expr::Path(path) = inner
        && let Some(name) = path.path.get_ident()
    {
        let name = name.to_string();
        let map = map_before(&name, place);
        keys.extend(map.keys);
        cello |= map.cello;
    }
    LiteralMetadata::Some {
        keys,
        cello,
        inner: place.parsed.range(inner),
        indent: place.text.indentation(whole.start).to_string(),
        whole,
        collect,
        local,
    }
}

/// What goes into a local map before a call.
struct Map<'n> {
    name: &'n str,
    keys: Vec<String>,
    cello: bool,
}

fn map_before<'n>(name: &'n str, place: &Place<'_, '_>) -> Map<'n> {
    let mut map = Map { name, keys: Vec::new(), cello: false };
    for around in place.around {
        let Around::Block(block, number) = around else { continue };
        block.stmts[..*number].iter().for_each(|stmt| map.visit_stmt(stmt));
    }
    map
}

impl<'ast> Visit<'ast> for Map<'_> {
    fn visit_local(&mut self, local: &'ast syn::Local) {
        let named = matches!(pattern(&local.pat), syn::Pat::Ident(ident) if ident.ident == self.name);
        if let Some(init) = local.init.as_ref().filter(|_| named) {
            self.keys.extend(string_keys(&init.expr));
            self.cello |= calls_cello(&init.expr);
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if is_name(&call.receiver, self.name) {
            self.cello |= call.args.iter().any(calls_cello);
            if call.method == "insert" {
                self.keys.extend(call.args.first().and_then(first_string));
            }
        }
        visit::visit_expr_method_call(self, call);
    }
}

fn pattern(pat: &syn::Pat) -> &syn::Pat {
    match pat {
        syn::Pat::Type(typed) => &typed.pat,
        other => other,
    }
}

/// The string an expression starts with: `"key"`, `"key".to_string()`.
fn first_string(expr: &Expr) -> Option<String> {
    match expr {
        Expr::MethodCall(call) => first_string(&call.receiver),
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// A local made by `CreateCustomer::new()` or a literal, then assigned to.
fn read_local(name: &str, place: &Place<'_, '_>) -> (ParamsForm, Vec<String>) {
    for around in place.around.iter().rev() {
        let Around::Block(block, number) = around else {
            continue;
        };
        let declared = block.stmts[..*number].iter().rposition(|stmt| declares(stmt, name));
        let Some(start) = declared else {
            continue;
        };
        return local_in_block(name, block, start, *number, place);
    }
    (ParamsForm::Unreadable("its parameters are put together in another function"), Vec::new())
}

fn local_in_block(
    name: &str,
    block: &syn::Block,
    start: usize,
    call: usize,
    place: &Place<'_, '_>,
) -> (ParamsForm, Vec<String>) {
    let Stmt::Local(local) = &block.stmts[start] else {
        return (ParamsForm::Unreadable("its parameters are no local"), Vec::new());
    };
    let at = place.parsed.range(local);
    let mut fields = match local.init.as_ref().map(|init| &*init.expr) {
        Some(Expr::Struct(literal)) => field_names(literal),
        _ => Vec::new(),
    };
    let mut changes = Changes { name, fields: Vec::new(), keys: Vec::new(), cello: false };
    // What another function makes or changes may have metadata, which must not be lost.
    match local.init.as_ref().map(|init| &*init.expr) {
        Some(Expr::Struct(literal)) if literal.rest.as_deref().is_none_or(is_empty_base) => {}
        Some(expr) if is_empty_base(expr) => {}
        _ => fields.push("metadata".into()),
    }
    let mut last = at.end;
    for stmt in &block.stmts[start + 1..call] {
        let before = changes.fields.len();
        changes.visit_stmt(stmt);
        if changes.fields.len() > before {
            last = place.parsed.range(stmt).end;
        }
    }
    let mutable = match &local.pat {
        syn::Pat::Ident(ident) => ident.mutability.is_some(),
        syn::Pat::Type(typed) => matches!(&*typed.pat, syn::Pat::Ident(ident) if ident.mutability.is_some()),
        _ => false,
    };
    if let (false, Some(Expr::Struct(inner))) = (mutable, local.init.as_ref().map(|init| &*init.expr)) {
        let form = ParamsForm::Literal { at, metadata: literal_metadata(inner, true, place) };
        return (form, fields);
    }
    if !mutable {
        return (ParamsForm::Unreadable("its parameters are made by a call"), fields);
    }
    fields.extend(changes.fields);
    let form = ParamsForm::Local {
        name: name.to_string(),
        indent: place.text.indentation(at.start).to_string(),
        at,
        has_metadata: fields.iter().any(|field| field == "metadata"),
        after: place.text.past_trailing_comment(last),
        keys: changes.keys,
        cello: changes.cello,
    };
    (form, fields)
}

fn declares(stmt: &Stmt, name: &str) -> bool {
    let Stmt::Local(local) = stmt else {
        return false;
    };
    let pat = match &local.pat {
        syn::Pat::Type(typed) => &typed.pat,
        other => other,
    };
    matches!(pat, syn::Pat::Ident(ident) if ident.ident == name)
}

/// Assignments to a local's fields.
struct Changes<'n> {
    name: &'n str,
    fields: Vec<String>,
    keys: Vec<String>,
    cello: bool,
}

impl<'ast> Visit<'ast> for Changes<'_> {
    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        if let Expr::Field(field) = &*assign.left
            && is_name(&field.base, self.name)
            && let Some(member) = named(&field.member)
        {
            if member == "metadata" {
                self.keys.extend(string_keys(&assign.right));
                self.cello |= calls_cello(&assign.right);
            }
            self.fields.push(member);
        }
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_reference(&mut self, reference: &'ast syn::ExprReference) {
        // `decorate(&mut params)`
        if reference.mutability.is_some() && is_name(&reference.expr, self.name) {
            self.fields.push("metadata".into());
        }
        visit::visit_expr_reference(self, reference);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        // `params.metadata.get_or_insert_with(…).extend(…)`
        let mut base = &*call.receiver;
        while let Expr::MethodCall(inner) = base {
            base = &inner.receiver;
        }
        if let Expr::Field(field) = base
            && is_name(&field.base, self.name)
            && let Some(member) = named(&field.member)
        {
            self.cello |= member == "metadata" && call.args.iter().any(calls_cello);
            self.fields.push(member);
        }
        visit::visit_expr_method_call(self, call);
    }
}

fn is_name(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident(name))
}

/// True if an expression calls something in a module called `cello`.
fn calls_cello(expr: &Expr) -> bool {
    struct Seen(bool);
    impl<'ast> Visit<'ast> for Seen {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            self.0 |= path.segments.iter().any(|segment| segment.ident == "cello");
        }
    }
    let mut seen = Seen(false);
    seen.visit_expr(expr);
    seen.0
}

/// First strings of pairs: `("key".to_string(), …)`.
fn string_keys(expr: &Expr) -> Vec<String> {
    struct Keys(Vec<String>);
    impl<'ast> Visit<'ast> for Keys {
        fn visit_expr_tuple(&mut self, tuple: &'ast syn::ExprTuple) {
            self.0.extend(tuple.elems.first().and_then(first_string));
        }
    }
    let mut keys = Keys(Vec::new());
    keys.visit_expr(expr);
    keys.0
}
