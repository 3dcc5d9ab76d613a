//! Where an application makes its database handle: a `let` at the start, after which a module can be given the handle.
//!
//! `let pool = PgPoolOptions::new().connect(&url).await?;` in `main` is one. Near misses: a connection made in a branch, a
//! `let` with others on its line, one in a test or in a tool beside the server.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Expr, Pat, Stmt};

use crate::survey::calls::Body;
use crate::survey::findings::{Pool, Reach};
use crate::survey::handles::{self, Handle};
use crate::survey::scope::Local;
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::At;
use crate::target::index::{FunctionId, Index};

/// A `let` after which the handle is there.
#[derive(Debug, Clone)]
pub struct Made {
    /// The function it stands in.
    pub function: FunctionId,
    /// The `let`.
    pub at: At,
    /// Byte after which a statement can be added.
    pub after: usize,
    /// What comes between that and the statement.
    pub line: String,
    /// The handle by reference.
    pub handle: Handle,
    /// Locals that it is made of.
    pub of: Vec<String>,
}

/// Collects [`Made`]s.
#[derive(Default)]
pub struct Makings {
    /// All of them.
    pub made: Vec<Made>,
}

impl Recogniser for Makings {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        // In the function's own block: what a branch makes may not be made.
        let [Around::Block(block, number)] = place.around else { return };
        let Some(Stmt::Local(local)) = block.stmts.get(*number) else { return };
        let own = local.init.as_ref().is_some_and(|init| std::ptr::eq(&*init.expr, expr));
        if !own || place.in_macro || !local.attrs.is_empty() {
            return;
        }
        let Some(bound) = bound(&local.pat, expr, place) else { return };
        let index = place.scope.index;
        let Some(handle) = handles::handle(index, place.scope.module, &[bound], &[], &|_| true) else {
            return;
        };
        let bytes = place.parsed.range(local);
        let after = place.text.past_trailing_comment(bytes.end);
        let rest = place.text.text[after..].lines().next().unwrap_or_default();
        if !place.text.is_first_on_line(bytes.start) || !rest.trim().is_empty() {
            return;
        }
        let line = format!("{}{}", place.text.eol(), place.text.indentation(bytes.start));
        let of = mentioned(expr);
        self.made.push(Made { function: place.function, at: place.text.at(bytes), after, line, handle, of });
    }
}

/// Locals that an expression is made of.
fn mentioned(expr: &Expr) -> Vec<String> {
    struct Names(Vec<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
            self.0.extend(path.path.get_ident().map(ToString::to_string));
            visit::visit_expr_path(self, path);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_expr(expr);
    names.0
}

/// The name that a `let` binds, with its type.
fn bound(pat: &Pat, init: &Expr, place: &Place<'_, '_>) -> Option<Local> {
    match pat {
        Pat::Ident(name) if name.subpat.is_none() && name.by_ref.is_none() => Some(Local {
            name: name.ident.to_string(),
            ty: place.scope.infer(init),
            mutable: name.mutability.is_some(),
        }),
        Pat::Type(typed) => {
            let ty = place.scope.resolve(&crate::target::index::Ty::from_syn(&typed.ty));
            Some(Local { ty, ..bound(&typed.pat, init, place)? })
        }
        _ => None,
    }
}

/// What tells where the program starts.
pub struct Program<'a> {
    /// The index.
    pub index: &'a Index,
    /// The crate that gets the module.
    pub krate: &'a str,
    /// The function that puts the application together.
    pub together: FunctionId,
    /// Whether what a function makes is there for the server.
    pub starts: &'a dyn Fn(FunctionId) -> bool,
    /// What functions do.
    pub bodies: &'a BTreeMap<FunctionId, Body>,
}

impl Program<'_> {
    /// The handle of a kind that the program makes as it starts, where it is clear which one.
    pub fn keeps(&self, all: &[Made], fits: handles::Fits<'_>) -> Option<Pool> {
        let index = self.index;
        let of_program = |made: &&Made| {
            let function = &index.functions[made.function];
            let crate_there = &index.modules[function.module].krate;
            let names = index.name_of_crate(self.krate, crate_there).is_some();
            names && !function.test && (self.starts)(made.function) && fits(made.handle.backend)
        };
        let found: Vec<&Made> = all.iter().filter(of_program).collect();
        // A helper that connects leads to what `main` gets from it; the place where routes are put together comes first.
        let by_chain = |made: &Made| self.together == made.function;
        let by_server = |made: &Made| self.bodies.get(&made.function).is_some_and(|body| body.serves);
        let by_main = |made: &Made| index.functions[made.function].name == "main";
        let tiers: [&dyn Fn(&Made) -> bool; 4] = [&by_chain, &by_server, &by_main, &|_| true];
        let tier = tiers.iter().map(|tier| found.iter().filter(|made| tier(made)).collect::<Vec<_>>());
        let nearest = tier.into_iter().find(|tier| !tier.is_empty())?;
        // `let state = AppState { db: pool }` holds the pool that was made before it.
        let holds = |made: &Made, first: &Made| {
            first.handle.expr.strip_prefix('&').is_some_and(|name| made.of.iter().any(|word| word == name))
        };
        let (made, others) = nearest.split_first()?;
        if !others.iter().all(|other| other.function == made.function && holds(other, made)) {
            return None;
        }
        Some(Pool {
            path: String::new(),
            backend: made.handle.backend,
            declared: made.handle.spelled.behind_pointers().clone(),
            module: index.functions[made.function].module,
            reach: Reach::Kept(Box::new((**made).clone())),
        })
    }
}

/// True if one function is another one, or leads to it.
pub fn leads_to(bodies: &BTreeMap<FunctionId, Body>, from: FunctionId, to: FunctionId) -> bool {
    let mut todo = vec![from];
    let mut seen = BTreeSet::new();
    while let Some(at) = todo.pop() {
        if at == to {
            return true;
        }
        if seen.insert(at) {
            todo.extend(bodies.get(&at).into_iter().flat_map(|body| body.calls.iter().copied()));
        }
    }
    false
}

/// The handle that notes of sign-ups are written through, where no other is known.
pub fn noted(module: usize, handle: &Handle) -> Pool {
    Pool {
        path: String::new(),
        backend: handle.backend,
        declared: handle.spelled.behind_pointers().clone(),
        module,
        reach: Reach::Nowhere,
    }
}
