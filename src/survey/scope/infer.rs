//! Types of expressions, as far as they can be read off.

use syn::Expr;

use super::Scope;
use crate::survey::axum::openapi::yielded;
use crate::survey::axum::router::{is_router, owned};
use crate::survey::diverges::diverges;
use crate::survey::store;
use crate::target::index::{FunctionId, Ty, segments};

/// Method names so common that being the only one in the project says nothing.
pub const COMMON_METHODS: [&str; 12] =
    ["new", "get", "insert", "execute", "send", "run", "build", "into", "from", "clone", "push", "connect"];

impl<'a> Scope<'a> {
    /// Type of an expression, as far as it can be read off. A call of an async function has the type that awaiting it
    /// yields, so that `.await` changes nothing.
    pub fn infer(&self, expr: &Expr) -> Ty {
        match expr {
            Expr::Path(path) => self.infer_path(path),
            Expr::Field(field) => {
                let name = match &field.member {
                    syn::Member::Named(name) => name.to_string(),
                    syn::Member::Unnamed(index) => index.index.to_string(),
                };
                let base = self.infer(&field.base);
                if let (Ty::Tuple(items), Ok(i)) = (base.behind_pointers(), name.parse::<usize>()) {
                    return items.get(i).cloned().unwrap_or(Ty::Unknown);
                }
                self.index.field(&base, &name).unwrap_or(Ty::Unknown)
            }
            Expr::Await(inner) => self.infer(&inner.base),
            Expr::Try(inner) => self.infer(&inner.expr).success(),
            Expr::Paren(inner) => self.infer(&inner.expr),
            Expr::Group(inner) => self.infer(&inner.expr),
            Expr::Reference(inner) => Ty::Ref(Box::new(self.infer(&inner.expr))),
            Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => match self.infer(&inner.expr) {
                Ty::Ref(inner) => *inner,
                other => other.behind_pointers().clone(),
            },
            Expr::Struct(literal) => self.resolve(&Ty::from_path(&literal.path)),
            Expr::Tuple(tuple) => Ty::Tuple(tuple.elems.iter().map(|item| self.infer(item)).collect()),
            Expr::Lit(literal) => match literal.lit {
                syn::Lit::Str(_) => Ty::Ref(Box::new(Ty::named("str"))),
                syn::Lit::Bool(_) => Ty::named("bool"),
                _ => Ty::Unknown,
            },
            Expr::Macro(inner) if inner.mac.path.is_ident("format") => Ty::named("String"),
            Expr::Macro(inner) => store::sqlx::macro_type(self, &inner.mac),
            Expr::Call(call) => self.infer_call(call),
            Expr::MethodCall(call) => self.infer_method(call),
            Expr::Match(inner) => self.infer_match(inner),
            Expr::If(inner) => self.infer_block(&inner.then_branch),
            Expr::Block(inner) => self.infer_block(&inner.block),
            _ => Ty::Unknown,
        }
    }

    fn infer_path(&self, path: &syn::ExprPath) -> Ty {
        let name = path.path.get_ident().map(ToString::to_string);
        name.and_then(|name| self.type_of(&name).cloned()).unwrap_or(Ty::Unknown)
    }

    fn infer_match(&self, inner: &syn::ExprMatch) -> Ty {
        let scrutinee = self.infer(&inner.expr);
        for arm in &inner.arms {
            if diverges(&arm.body) {
                continue;
            }
            let mut scope = self.clone();
            scope.push();
            scope.bind(&arm.pat, &scrutinee);
            let ty = scope.infer(&arm.body);
            if ty != Ty::Unknown {
                return ty;
            }
        }
        Ty::Unknown
    }

    fn infer_block(&self, block: &syn::Block) -> Ty {
        let mut scope = self.clone();
        scope.push();
        for stmt in &block.stmts {
            match stmt {
                syn::Stmt::Local(local) => scope.declare_let(local),
                syn::Stmt::Expr(expr, None) => return scope.infer(expr),
                _ => {}
            }
        }
        Ty::Tuple(Vec::new())
    }

    fn infer_call(&self, call: &syn::ExprCall) -> Ty {
        let Expr::Path(func) = &*call.func else {
            return Ty::Unknown;
        };
        let path = segments(&func.path);
        let argument = || call.args.first().map_or(Ty::Unknown, |arg| self.infer(arg));
        match path.last().map(String::as_str) {
            Some(wrapper @ ("Ok" | "Some")) if path.len() == 1 => {
                let name = if wrapper == "Ok" { "Result" } else { "Option" };
                return Ty::Path { path: vec![name.into()], args: vec![argument()] };
            }
            Some("new")
                if path.len() > 1 && ["Arc", "Box", "Rc"].contains(&path[path.len() - 2].as_str()) =>
            {
                let owner = path[..path.len() - 1].to_vec();
                return self.resolve(&Ty::Path { path: owner, args: vec![argument()] });
            }
            // `Arc::clone(&state)`.
            Some("clone") if path.len() > 1 && call.args.len() == 1 => return owned(argument()),
            _ => {}
        }
        if let Some(ty) = store::call_type(self, &func.path, call) {
            return ty;
        }
        if let Some(&id) = self.functions_called(&path).first() {
            return self.returned_by(id);
        }
        match self.constructed(&func.path) {
            // `web::Data::new(pool)`.
            Ty::Path { path, args } if args.is_empty() && Ty::named(&path.join("::")).is_extractor() => {
                Ty::Path { path, args: vec![argument()] }
            }
            made => made,
        }
    }

    /// A constructor of another crate: `Uuid::new_v4()` is a `Uuid`, by the custom that associated functions called
    /// `new…`, `default`, `now…` or `from…` return their type. Also tuple structs of the project.
    fn constructed(&self, path: &syn::Path) -> Ty {
        let parts = segments(path);
        let tuple_struct = self.resolve(&Ty::from_path(path));
        if self.index.type_of(&tuple_struct).is_some() {
            return tuple_struct;
        }
        let Some((last, owner)) = parts.split_last() else {
            return Ty::Unknown;
        };
        let constructs =
            ["new", "default", "now", "from", "with_openapi"].iter().any(|start| last.starts_with(start));
        let made = || self.resolve(&Ty::Path { path: owner.to_vec(), args: Vec::new() });
        if owner.is_empty() || !constructs { Ty::Unknown } else { made() }
    }

    /// The functions a called path can mean: `module::function`, `Type::method`, `Self::method`.
    pub fn functions_called(&self, path: &[String]) -> &'a [FunctionId] {
        let canonical = match (path.first().map(String::as_str), &self.self_ty) {
            (Some("Self"), Some(own)) => own.path().map(|own| format!("{own}::{}", path[1..].join("::"))),
            _ => self.index.resolve(self.module, path),
        };
        let Some(canonical) = canonical else {
            return &[];
        };
        let direct = self.index.functions_at(&canonical);
        if !direct.is_empty() {
            return direct;
        }
        // `Alias::method` through a type alias.
        let Some((owner, method)) = path.split_last().map(|(last, owner)| (owner.to_vec(), last)) else {
            return &[];
        };
        let owner = self.resolve(&Ty::Path { path: owner, args: Vec::new() });
        owner.path().map_or(&[], |owner| self.index.functions_at(&format!("{owner}::{method}")))
    }

    /// The methods a method call can mean: those of the receiver's type if it can be read off, else the only one of
    /// that name in the project. Several, if the receiver is a trait with several implementations.
    pub fn methods_called(&self, call: &syn::ExprMethodCall) -> Vec<FunctionId> {
        self.methods_of(&self.infer(&call.receiver), &call.method.to_string())
    }

    fn methods_of(&self, receiver: &Ty, name: &str) -> Vec<FunctionId> {
        let mut of_parameter = false;
        if let Some(path) = receiver.behind_pointers().path() {
            // What axum-login's session is asked goes to the application's own backend.
            if path.starts_with("axum_login::")
                && let Some(backend) = receiver.behind_pointers().args().first().and_then(Ty::path)
            {
                return self.index.functions_at(&format!("{backend}::{name}")).to_vec();
            }
            let found = self.index.functions_at(&format!("{path}::{name}"));
            if !found.is_empty() {
                return found.to_vec();
            }
            // `T`, `S`: a type parameter, of which nothing is known here.
            of_parameter = path.len() <= 2 && path.chars().all(|c| c.is_ascii_uppercase());
            if *receiver != Ty::Unknown && !of_parameter && self.index.type_of(receiver).is_none() {
                // A type of another crate: its methods are not ours, whatever they are called.
                return Vec::new();
            }
        }
        match self.index.methods_named(name) {
            [only] if !COMMON_METHODS.contains(&name) => vec![*only],
            // `repo: &R` with `R: Users`: what only one trait has, and those that implement it.
            all if of_parameter && !COMMON_METHODS.contains(&name) => {
                let declares = |id: &&FunctionId| {
                    let known = self.index.with_implementations(**id);
                    all.iter().all(|other| known.contains(other))
                };
                all.iter().find(declares).copied().into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn infer_method(&self, call: &syn::ExprMethodCall) -> Ty {
        let name = call.method.to_string();
        // Once: asked twice at every link, a chain would take 2^n steps.
        let receiver = self.infer(&call.receiver);
        if let Some(ty) = store::method_type(self, &receiver, call) {
            return ty;
        }
        if receiver.is("Result") && self.keeps_success(&name) {
            return receiver;
        }
        if let Some(&id) = self.methods_of(&receiver, &name).first() {
            return self.returned_by(id);
        }
        if is_router(&receiver) {
            return yielded(&receiver, &name);
        }
        match name.as_str() {
            "clone" | "to_owned" | "cloned" => match receiver {
                Ty::Ref(inner) if inner.is("str") => Ty::named("String"),
                Ty::Ref(inner) => *inner,
                other => other,
            },
            "to_string" | "to_lowercase" | "to_uppercase" => Ty::named("String"),
            "unwrap" | "expect" | "unwrap_or_default" | "unwrap_or_else" | "unwrap_or" => receiver.success(),
            "map_err" | "context" | "with_context" | "inspect_err" | "or_else" => receiver,
            "ok_or" | "ok_or_else" => {
                Ty::Path { path: vec!["Result".into()], args: vec![receiver.success()] }
            }
            "ok" => Ty::Path { path: vec!["Option".into()], args: vec![receiver.success()] },
            "get_ref" | "into_inner" if receiver.is_extractor() => receiver.behind_pointers().clone(),
            "as_ref" | "as_mut" | "instrument" | "boxed" => receiver,
            "build" => self.built(call),
            // Of something that can't be read off; to take it for less would be wrong.
            "begin" | "begin_with" | "begin_immediate" | "transaction"
                if name != "transaction" || call.args.is_empty() =>
            {
                Ty::Path { path: vec!["Result".into()], args: vec![Ty::named("sqlx::Transaction")] }
            }
            _ => Ty::Unknown,
        }
    }

    /// True for a method of the project's own that every `Result` has, and that can't come by a success but from the one
    /// it is called on: `fn on_constraint(self, …) -> Result<T, Error>` in `impl<T, E> ResultExt<T> for Result<T, E>`.
    pub fn keeps_success(&self, name: &str) -> bool {
        let index = self.index;
        let written = index.methods_named(name).iter().map(|&id| &index.functions[id]);
        let mut all = written.filter(|function| !function.body.is_empty()).peekable();
        all.peek().is_some()
            && all.all(|function| {
                let held =
                    function.self_ty.as_ref().filter(|ty| ty.is("Result")).and_then(|ty| ty.args().first());
                let item = index.impls.iter().find(|item| {
                    item.file == function.file
                        && item.body.start <= function.at.start
                        && function.body.end <= item.body.end
                });
                let (Some(held), Some(item)) = (held, item) else { return false };
                let anything = held.name().is_some_and(|name| item.generics.iter().any(|own| own == name))
                    && !item.bounds.iter().any(|(ty, _)| ty == held);
                let own = !function.lends_self && !function.is_async && function.returns.is("Result");
                own && anything && function.returns.args().first() == Some(held)
            })
    }

    /// `Framework::builder(store).build()` of another crate makes a `Framework`, by custom.
    fn built(&self, build: &syn::ExprMethodCall) -> Ty {
        let Expr::Call(start) = &*build.receiver else { return Ty::Unknown };
        let Expr::Path(func) = &*start.func else { return Ty::Unknown };
        let parts = segments(&func.path);
        match parts.split_last() {
            Some((last, owner)) if last == "builder" && !owner.is_empty() => {
                let made = self.resolve(&Ty::Path { path: owner.to_vec(), args: Vec::new() });
                if self.index.type_of(&made).is_none() { made } else { Ty::Unknown }
            }
            _ => Ty::Unknown,
        }
    }

    /// What a function of the project returns, resolved where it stands.
    pub fn returned_by(&self, id: FunctionId) -> Ty {
        let function = &self.index.functions[id];
        let own = function.self_ty.as_ref().map(|ty| self.index.resolve_ty(function.module, ty));
        let scope = Scope { index: self.index, module: function.module, self_ty: own, frames: Vec::new() };
        scope.resolve(&function.returns)
    }
}
