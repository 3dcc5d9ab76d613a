//! The parameters of a Stripe call: where metadata stands, or could stand.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, Member, Stmt};

use crate::survey::stripe::form::{LiteralMetadata, ParamsForm};
use crate::survey::stripe::metadata::{calls_cello, is_name, some_metadata, string_keys};
use crate::survey::walk::{Around, Place};
use crate::target::index::{FunctionId, segments};

/// The fields of the parameters that are set.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// Their names.
    pub names: Vec<String>,
    /// `subscription`, `payment` or `setup`, if it can be read off.
    pub mode: Option<String>,
    /// True if something not read may set more.
    pub open: bool,
    /// Functions that made the parameters: what they set belongs here too.
    pub makers: Vec<FunctionId>,
}

impl Fields {
    /// True if a field is set.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|field| field == name)
    }

    /// Those of a struct literal.
    pub fn of(literal: &syn::ExprStruct) -> Self {
        let mut fields = Self::default();
        for field in &literal.fields {
            let name = named(&field.member);
            fields.set(name, &field.expr);
        }
        fields
    }

    /// Notes that a field is set to a value.
    pub fn set(&mut self, name: Option<String>, value: &Expr) {
        if name.as_deref() == Some("mode") {
            self.mode = variant(value);
        }
        self.names.extend(name);
    }

    /// Adds what another function sets; what is set here counts more.
    pub fn join(&mut self, other: &Self) {
        self.names.extend(other.names.iter().cloned());
        self.mode = self.mode.take().or_else(|| other.mode.clone());
        self.open |= other.open;
    }

    /// What a call makes that gives the parameters.
    fn made_by(expr: &Expr, place: &Place<'_, '_>) -> Self {
        let makers = match call_behind(expr) {
            Expr::Call(call) => match &*call.func {
                Expr::Path(func) => place.scope.functions_called(&segments(&func.path)).to_vec(),
                _ => Vec::new(),
            },
            Expr::MethodCall(call) => place.scope.methods_called(call),
            _ => Vec::new(),
        };
        // `CreateSubscription::new(customer)`: what it is given is what it needs, never metadata.
        let open = makers.is_empty() && !constructs(expr);
        Self { open, makers, ..Self::default() }
    }
}

/// `Subscription` of `Some(CheckoutSessionMode::Subscription)`, in small letters.
fn variant(value: &Expr) -> Option<String> {
    match value {
        Expr::Call(call) if call.args.len() == 1 => variant(call.args.first()?),
        Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string().to_lowercase()),
        _ => None,
    }
}

/// The call that an awaited, unwrapped expression rests on.
fn call_behind(expr: &Expr) -> &Expr {
    match expr {
        Expr::Await(inner) => call_behind(&inner.base),
        Expr::Try(inner) => call_behind(&inner.expr),
        Expr::Paren(inner) => call_behind(&inner.expr),
        Expr::MethodCall(call) if call.method == "unwrap" || call.method == "expect" => {
            call_behind(&call.receiver)
        }
        other => other,
    }
}

/// `CreateSubscription::new(customer)`, `CreateCustomer::default()`.
fn constructs(expr: &Expr) -> bool {
    let Expr::Call(call) = expr else {
        return false;
    };
    let Expr::Path(func) = &*call.func else {
        return false;
    };
    match segments(&func.path).as_slice() {
        [.., owner, last] => ["new", "default"].contains(&last.as_str()) && owner.starts_with("Create"),
        _ => false,
    }
}

/// Reads a call's parameters, and the fields that are set.
pub fn read_params(params: &Expr, place: &Place<'_, '_>) -> (ParamsForm, Fields) {
    match params {
        Expr::Reference(inner) => read_params(&inner.expr, place),
        Expr::Struct(literal) => {
            let form = ParamsForm::Literal {
                at: place.parsed.range(literal),
                metadata: literal_metadata(literal, false, place),
            };
            (form, Fields::of(literal))
        }
        Expr::Path(path) => match path.path.get_ident() {
            Some(name) => read_local(&name.to_string(), place),
            None => unread("its parameters are a constant"),
        },
        Expr::MethodCall(call) if call.method == "clone" => read_params(&call.receiver, place),
        other => (ParamsForm::Unreadable("its parameters are made by a call"), Fields::made_by(other, place)),
    }
}

fn unread(reason: &'static str) -> (ParamsForm, Fields) {
    (ParamsForm::Unreadable(reason), Fields { open: true, ..Fields::default() })
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
    let parts = segments(&func.path);
    call.args.is_empty()
        && match parts.as_slice() {
            [.., owner, last] => {
                let empty = last == "default" || last == "new";
                empty && (owner == "Default" || owner.starts_with("Create"))
            }
            _ => false,
        }
}

/// A local made by `CreateCustomer::new()` or a literal, then assigned to.
fn read_local(name: &str, place: &Place<'_, '_>) -> (ParamsForm, Fields) {
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
    unread("its parameters are put together in another function")
}

fn local_in_block(
    name: &str,
    block: &syn::Block,
    start: usize,
    call: usize,
    place: &Place<'_, '_>,
) -> (ParamsForm, Fields) {
    let Stmt::Local(local) = &block.stmts[start] else {
        return unread("its parameters are no local");
    };
    let at = place.parsed.range(local);
    let init = local.init.as_ref().map(|init| &*init.expr);
    let mut fields = match init {
        Some(Expr::Struct(literal)) => Fields::of(literal),
        Some(expr) => Fields::made_by(expr, place),
        None => Fields { open: true, ..Fields::default() },
    };
    let mut changes =
        Changes { name, fields: Fields::default(), keys: Vec::new(), cello: false, given: false };
    // What another function makes or changes may have metadata, which must not be lost.
    let may_have_metadata = match init {
        Some(Expr::Struct(literal)) => !literal.rest.as_deref().is_none_or(is_empty_base),
        Some(expr) => !is_empty_base(expr),
        None => true,
    };
    let mut last = at.end;
    for stmt in &block.stmts[start + 1..call] {
        let before = (changes.fields.names.len(), changes.given);
        changes.given = false;
        changes.visit_stmt(stmt);
        let changed = changes.given || changes.fields.names.len() > before.0;
        changes.given |= before.1;
        if changed {
            last = place.parsed.range(stmt).end;
        }
    }
    let mutable = match &local.pat {
        syn::Pat::Ident(ident) => ident.mutability.is_some(),
        syn::Pat::Type(typed) => matches!(&*typed.pat, syn::Pat::Ident(ident) if ident.mutability.is_some()),
        _ => false,
    };
    if let (false, Some(Expr::Struct(inner))) = (mutable, init) {
        let form = ParamsForm::Literal { at, metadata: literal_metadata(inner, true, place) };
        return (form, fields);
    }
    if !mutable {
        return (ParamsForm::Unreadable("its parameters are made by a call"), fields);
    }
    fields.open |= changes.given;
    let mut set = changes.fields;
    set.join(&fields);
    let makers = std::mem::take(&mut fields.makers);
    let fields = Fields { makers, ..set };
    let form = ParamsForm::Local {
        name: name.to_string(),
        indent: place.text.indentation(at.start).to_string(),
        at,
        has_metadata: may_have_metadata || changes.given || fields.has("metadata"),
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
    fields: Fields,
    keys: Vec<String>,
    cello: bool,
    /// True if another function may have changed it.
    given: bool,
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
            self.fields.set(Some(member), &assign.right);
        }
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_reference(&mut self, reference: &'ast syn::ExprReference) {
        // `decorate(&mut params)`
        if reference.mutability.is_some() && is_name(&reference.expr, self.name) {
            self.given = true;
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
            self.fields.names.push(member);
        }
        visit::visit_expr_method_call(self, call);
    }
}
