//! What was given away by value before a place, so that it can't be used there.

use proc_macro2::{TokenStream, TokenTree};
use syn::Expr;
use syn::visit::{self, Visit};

use crate::survey::diverges::block_diverges;
use crate::survey::walk::{Around, Place};
use crate::target::index::Parsed;

/// Paths (`state`, `state.db`) that are given away by value before a byte, in the blocks around a place. Names in
/// `fresh` were declared at that byte's `start` or later: what was moved before was something else of that name.
pub fn moved_before(start: usize, end: usize, fresh: &[super::Local], place: &Place<'_, '_>) -> Vec<String> {
    let mut moves = Moves { parsed: place.parsed, start, end, fresh, moved: Vec::new() };
    for around in place.around {
        if let Around::Block(block, _) = around {
            block.stmts.iter().for_each(|stmt| moves.visit_stmt(stmt));
        }
    }
    moves.moved.sort();
    moves.moved.dedup();
    moves.moved
}

struct Moves<'p> {
    parsed: &'p Parsed,
    start: usize,
    end: usize,
    fresh: &'p [super::Local],
    moved: Vec<String>,
}

impl Moves<'_> {
    fn is_before(&self, expr: &Expr) -> bool {
        self.parsed.range(expr).end <= self.end
    }

    fn value(&mut self, expr: &Expr) {
        if self.is_before(expr)
            && let Some(path) = dotted(expr)
        {
            let name = path.split('.').next().unwrap_or_default();
            let older = self.parsed.range(expr).start < self.start;
            if !(older && self.fresh.iter().any(|local| local.name == name)) {
                self.moved.push(path);
            }
        }
    }

    /// A `move` closure or task takes every name it mentions, also in the arguments of macros.
    fn everything_in(&mut self, expr: &Expr) {
        struct Names<'m>(&'m mut Vec<String>);
        impl<'ast> Visit<'ast> for Names<'_> {
            fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
                self.0.extend(path.path.get_ident().map(ToString::to_string));
            }
            fn visit_macro(&mut self, mac: &'ast syn::Macro) {
                words(mac.tokens.clone(), self.0);
            }
        }
        if self.is_before(expr) {
            Names(&mut self.moved).visit_expr(expr);
        }
    }
}

impl<'ast> Visit<'ast> for Moves<'_> {
    fn visit_block(&mut self, block: &'ast syn::Block) {
        // Whoever goes in there does not come here. Blocks around the place are looked through one by one.
        if !block_diverges(block) {
            visit::visit_block(self, block);
        }
    }

    fn visit_expr_return(&mut self, _: &'ast syn::ExprReturn) {}

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        call.args.iter().for_each(|arg| self.value(arg));
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        call.args.iter().for_each(|arg| self.value(arg));
        // By custom, what is called `into…` takes its receiver.
        let name = call.method.to_string();
        if name == "into" || name.starts_with("into_") {
            self.value(&call.receiver);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        self.value(&field.expr);
        visit::visit_field_value(self, field);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            self.value(&init.expr);
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        self.value(&assign.right);
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_tuple(&mut self, tuple: &'ast syn::ExprTuple) {
        tuple.elems.iter().for_each(|item| self.value(item));
        visit::visit_expr_tuple(self, tuple);
    }

    fn visit_expr_array(&mut self, array: &'ast syn::ExprArray) {
        array.elems.iter().for_each(|item| self.value(item));
        visit::visit_expr_array(self, array);
    }

    fn visit_expr_match(&mut self, found: &'ast syn::ExprMatch) {
        self.value(&found.expr);
        visit::visit_expr_match(self, found);
    }

    fn visit_expr_for_loop(&mut self, found: &'ast syn::ExprForLoop) {
        self.value(&found.expr);
        visit::visit_expr_for_loop(self, found);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        // `vec![user]` takes what is in it; what formats takes references.
        let is_list = mac.path.segments.last().is_some_and(|last| last.ident == "vec");
        if !is_list || self.parsed.bytes(mac.delimiter.span().close()).end > self.end {
            return;
        }
        let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        let Ok(items) = mac.parse_body_with(parser) else {
            // `vec![user; 2]`
            return words(mac.tokens.clone(), &mut self.moved);
        };
        let Self { parsed, start, end, fresh, .. } = *self;
        let mut inside = Moves { parsed, start, end, fresh, moved: Vec::new() };
        for item in &items {
            inside.value(item);
            inside.visit_expr(item);
        }
        self.moved.extend(inside.moved);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        if closure.capture.is_some() {
            self.everything_in(&closure.body);
        }
        visit::visit_expr_closure(self, closure);
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        if block.capture.is_some() {
            self.everything_in(&Expr::Async(block.clone()));
        }
        visit::visit_expr_async(self, block);
    }
}

/// Names in tokens, those in format strings included.
fn words(tokens: TokenStream, out: &mut Vec<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Ident(ident) => out.push(ident.to_string()),
            TokenTree::Group(group) => words(group.stream(), out),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                out.extend(text.split('{').skip(1).filter_map(|rest| {
                    let name = rest.split(['}', ':', '.']).next().unwrap_or_default();
                    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
                    is_name.then(|| name.to_string())
                }));
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// `a`, `a.b`, `a.b.c` as text; `None` for anything else.
fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => Some(format!("{}.{name}", dotted(&field.base)?)),
            syn::Member::Unnamed(index) => Some(format!("{}.{}", dotted(&field.base)?, index.index)),
        },
        Expr::Paren(inner) => dotted(&inner.expr),
        _ => None,
    }
}
