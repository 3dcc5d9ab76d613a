//! Walks the functions of one file with the names in scope at hand, and shows every expression to the recognisers.

use syn::visit::{self, Visit};
use syn::{Arm, Block, Expr, Stmt};

use crate::survey::literals::is_test;
use crate::survey::scope::Scope;
use crate::survey::store::sqlx::is_query;
use crate::target::SourceText;
use crate::target::index::{FunctionId, Index, Parsed, segments};

/// Where an expression stands.
pub struct Place<'w, 'a> {
    /// The function around it.
    pub function: FunctionId,
    /// Names in scope.
    pub scope: &'w Scope<'a>,
    /// The file's syntax tree, for positions.
    pub parsed: &'w Parsed,
    /// The file's text.
    pub text: &'w SourceText,
    /// Blocks, arms and closures around it, outermost first.
    pub around: &'w [Around<'w>],
    /// True inside of a macro's arguments, sqlx's aside: positions are right, but `around` ends at the macro.
    pub in_macro: bool,
}

/// Something around an expression that decides whether and when it runs.
#[derive(Clone, Copy)]
pub enum Around<'w> {
    /// A block, and the number of the statement.
    Block(&'w Block, usize),
    /// An arm of a `match`.
    Arm(&'w Arm),
    /// A closure or an async block: runs at another time, perhaps never.
    Deferred,
    /// A closure that is run at once, on a thread where waiting is allowed: `web::block(move || …)`.
    Blocking,
}

impl Around<'_> {
    /// True for what doesn't run where it is written.
    pub fn is_deferred(&self) -> bool {
        matches!(self, Self::Deferred | Self::Blocking)
    }
}

/// Where the value of a static stands.
pub struct AroundStatic<'w> {
    /// Names of the file's module.
    pub scope: Scope<'w>,
    /// The file's syntax tree, for positions.
    pub parsed: &'w Parsed,
    /// The file's text.
    pub text: &'w SourceText,
}

/// Looks for one kind of thing in expressions.
pub trait Recogniser {
    /// Called once for every file, before its expressions.
    fn file(&mut self, _text: &SourceText) {}

    /// Called once for every expression of every function, outer expressions first.
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>);

    /// Called once for the value of every static.
    fn value_of_static(&mut self, _value: &Expr, _around: &AroundStatic<'_>) {}

    /// Called once for every macro that is no list of expressions, such as `select!`: nothing else in it is shown.
    fn closed_macro(&mut self, _mac: &syn::Macro, _place: &Place<'_, '_>) {}
}

/// Shows all expressions of all functions in a file to the recognisers.
pub fn walk(index: &Index, text: &SourceText, parsed: &Parsed, recognisers: &mut [&mut dyn Recogniser]) {
    recognisers.iter_mut().for_each(|recogniser| recogniser.file(text));
    let mut functions = Functions { index, text, parsed, recognisers, test: false };
    functions.visit_file(&parsed.file);
}

struct Functions<'f, 'r> {
    index: &'f Index,
    text: &'f SourceText,
    parsed: &'f Parsed,
    recognisers: &'f mut [&'r mut dyn Recogniser],
    /// Within a module of tests.
    test: bool,
}

impl Functions<'_, '_> {
    fn body(&mut self, sig: &syn::Signature, block: &Block) {
        let start = self.parsed.bytes(block.brace_token.span.join()).start;
        let Some(function) = self.index.function_at(&self.text.path, start) else {
            return;
        };
        let mut walker = Walker {
            function,
            scope: Scope::of_function(self.index, function, sig),
            text: self.text,
            parsed: self.parsed,
            around: Vec::new(),
            in_macro: false,
            recognisers: self.recognisers,
        };
        walker.visit_block(block);
    }
}

impl<'ast> Visit<'ast> for Functions<'_, '_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.body(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.body(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let outer = self.test;
        self.test |= is_test(&item.attrs);
        visit::visit_item_mod(self, item);
        self.test = outer;
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        if let Some(module) = self.index.module_of_file(&self.text.path).filter(|_| !self.test) {
            let scope = Scope::of_module(self.index, module);
            let around = AroundStatic { scope, parsed: self.parsed, text: self.text };
            self.recognisers.iter_mut().for_each(|one| one.value_of_static(&item.expr, &around));
        }
        visit::visit_item_static(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.body(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

/// `web::block(move || …)` and `spawn_blocking(move || …)`, unless the project has such a function of its own.
fn is_run_on_a_thread(scope: &Scope<'_>, call: &syn::ExprCall) -> bool {
    let Expr::Path(func) = &*call.func else { return false };
    let path = segments(&func.path);
    let named = match path.as_slice() {
        [.., of, name] => of == "web" && name == "block" || name == "spawn_blocking",
        [name] => name == "spawn_blocking",
        [] => false,
    };
    let plain = |closure: &syn::ExprClosure| closure.asyncness.is_none() && closure.inputs.is_empty();
    let given = matches!(call.args.first(), Some(Expr::Closure(closure)) if plain(closure));
    named && given && scope.functions_called(&path).is_empty()
}

struct Walker<'ast, 'f, 'r, 'a> {
    function: FunctionId,
    scope: Scope<'a>,
    text: &'f SourceText,
    parsed: &'f Parsed,
    around: Vec<Around<'ast>>,
    in_macro: bool,
    recognisers: &'f mut [&'r mut dyn Recogniser],
}

impl<'ast> Walker<'ast, '_, '_, '_> {
    fn within(&mut self, around: Around<'ast>, visit: impl FnOnce(&mut Self)) {
        self.around.push(around);
        self.scope.push();
        visit(self);
        self.scope.pop();
        self.around.pop();
    }

    fn statement(&mut self, stmt: &'ast Stmt) {
        match stmt {
            Stmt::Local(local) => {
                if let Some(init) = &local.init {
                    self.visit_expr(&init.expr);
                    if let Some((_, other)) = &init.diverge {
                        self.visit_expr(other);
                    }
                }
                self.scope.declare_let(local);
            }
            Stmt::Expr(expr, _) => self.visit_expr(expr),
            Stmt::Macro(stmt) => self.visit_macro(&stmt.mac),
            // A function in a function has its own walk.
            Stmt::Item(_) => {}
        }
    }
}

impl<'ast> Visit<'ast> for Walker<'ast, '_, '_, '_> {
    fn visit_block(&mut self, block: &'ast Block) {
        self.scope.push();
        for (number, stmt) in block.stmts.iter().enumerate() {
            self.around.push(Around::Block(block, number));
            self.statement(stmt);
            self.around.pop();
        }
        self.scope.pop();
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        let place = Place {
            function: self.function,
            scope: &self.scope,
            parsed: self.parsed,
            text: self.text,
            around: &self.around,
            in_macro: self.in_macro,
        };
        for recogniser in self.recognisers.iter_mut() {
            recogniser.expression(expr, &place);
        }
        match expr {
            Expr::Match(inner) => {
                self.visit_expr(&inner.expr);
                let scrutinee = self.scope.infer(&inner.expr);
                for arm in &inner.arms {
                    self.within(Around::Arm(arm), |walker| {
                        walker.scope.bind(&arm.pat, &scrutinee);
                        walker.visit_expr(&arm.body);
                    });
                }
            }
            Expr::If(inner) => {
                self.scope.push();
                // `if let` and let chains bind for the branch; the condition itself sees them too late to matter.
                self.visit_expr(&inner.cond);
                self.visit_block(&inner.then_branch);
                self.scope.pop();
                if let Some((_, other)) = &inner.else_branch {
                    self.visit_expr(other);
                }
            }
            Expr::Let(inner) => {
                self.visit_expr(&inner.expr);
                let ty = self.scope.infer(&inner.expr);
                self.scope.bind(&inner.pat, &ty);
            }
            Expr::While(inner) => {
                self.scope.push();
                self.visit_expr(&inner.cond);
                self.visit_block(&inner.body);
                self.scope.pop();
            }
            Expr::ForLoop(inner) => {
                self.visit_expr(&inner.expr);
                self.scope.push();
                let item = self.scope.infer(&inner.expr);
                let item = item
                    .behind_pointers()
                    .args()
                    .first()
                    .cloned()
                    .unwrap_or(crate::target::index::Ty::Unknown);
                self.scope.bind(&inner.pat, &item);
                self.visit_block(&inner.body);
                self.scope.pop();
            }
            Expr::Closure(inner) => self.within(Around::Deferred, |walker| {
                for input in &inner.inputs {
                    walker.scope.bind(input, &crate::target::index::Ty::Unknown);
                }
                walker.visit_expr(&inner.body);
            }),
            Expr::Call(call) if is_run_on_a_thread(&self.scope, call) => {
                for arg in &call.args {
                    match arg {
                        Expr::Closure(inner) => {
                            self.within(Around::Blocking, |walker| walker.visit_expr(&inner.body));
                        }
                        other => self.visit_expr(other),
                    }
                }
            }
            Expr::Async(inner) => self.within(Around::Deferred, |walker| walker.visit_block(&inner.block)),
            Expr::Macro(inner) => self.visit_macro(&inner.mac),
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        // Macros whose arguments are expressions; others stay closed.
        let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        let Ok(args) = mac.parse_body_with(parser) else {
            let place = Place {
                function: self.function,
                scope: &self.scope,
                parsed: self.parsed,
                text: self.text,
                around: &self.around,
                in_macro: self.in_macro,
            };
            self.recognisers.iter_mut().for_each(|recogniser| recogniser.closed_macro(mac, &place));
            return;
        };
        let around = self.around.clone();
        let mut inner = Walker {
            function: self.function,
            scope: self.scope.clone(),
            text: self.text,
            parsed: self.parsed,
            around,
            // sqlx's macros evaluate their arguments where they stand, once, as a call does.
            in_macro: self.in_macro || !is_query(mac),
            recognisers: self.recognisers,
        };
        for arg in &args {
            inner.visit_expr(arg);
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
