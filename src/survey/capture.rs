//! The place right after something has surely happened: where a call's success is known, and what is in scope there.
//!
//! A statement `let user = register(…).await?;` is followed by such a place; so is one arm of
//! `match register(…).await { Ok(user) => …, Err(_) => … }`. No such place: a tail expression, a spawned task, a
//! `Result` that nobody looks at.

use std::ops::Range;

use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt};

use super::scope::{Local, Scope, block_diverges, diverges};
use super::sqlx::is_transaction;
use super::walk::{Around, Place};
use crate::target::At;
use crate::target::index::{FunctionId, ModuleId, Parsed, Ty};

/// A place for one more statement.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// File.
    pub file: String,
    /// Function around it.
    pub function: FunctionId,
    /// Module of that function.
    pub module: ModuleId,
    /// What has to be written to get the statement in.
    pub kind: AnchorKind,
    /// Indentation of the new statement.
    pub indent: String,
    /// The file's line end.
    pub eol: &'static str,
    /// Names in scope there.
    pub locals: Vec<Local>,
    /// Those of them that hold what just happened, such as the new user.
    pub fresh: Vec<Local>,
    /// Paths (`state`, `state.db`) that were moved away before.
    pub moved: Vec<String>,
    /// The statement that made it happen.
    pub at: At,
}

/// What has to be written to get a statement in.
#[derive(Debug, Clone)]
pub enum AnchorKind {
    /// A new line after this byte.
    After(usize),
    /// A new line after the `{` that ends at this byte.
    BlockStart(usize),
    /// The arm's single-line expression becomes a block that ends in it. The comma goes, as rustfmt has it.
    Arm { body: Range<usize>, comma: Option<Range<usize>> },
    /// The arm's single-line expression is what happens: it becomes a block that binds it, and ends in the name.
    ArmValue { body: Range<usize>, comma: Option<Range<usize>>, name: &'static str },
}

/// The place after `target`, an expression found at `place`, has succeeded.
///
/// # Errors
/// With the reason, as the end of a sentence, if there is none.
pub fn after(target: Range<usize>, place: &Place<'_, '_>) -> Result<Anchor, String> {
    if place.in_macro {
        return Err("it stands in a macro's arguments".into());
    }
    let (last, outer) = place.around.split_last().ok_or("it stands outside of any statement")?;
    match *last {
        Around::Deferred => Err("it runs in a closure or a spawned task".into()),
        Around::Arm(arm) => arm_value(arm, place, outer),
        Around::Block(block, number) => {
            if place.around.iter().any(|around| matches!(around, Around::Deferred)) {
                return Err("it runs in a closure or a spawned task".into());
            }
            in_block(block, number, target, place)
        }
    }
}

fn in_block(
    block: &Block,
    number: usize,
    target: Range<usize>,
    place: &Place<'_, '_>,
) -> Result<Anchor, String> {
    let stmt = &block.stmts[number];
    if let Some(transaction) = transaction_used(stmt, &target, place) {
        return after_commit(&transaction, block, number, place);
    }
    match stmt {
        Stmt::Local(local) => {
            let init = local.init.as_ref().ok_or("it stands outside of any statement")?;
            let mut scope = place.scope.clone();
            let before = scope.locals();
            scope.declare_let(local);
            if init.diverge.is_some() || settled(&init.expr, &target, place) {
                return Ok(after_statement(block, number, &scope, &before, place));
            }
            looked_at_later(local, block, number, scope, place)
        }
        Stmt::Expr(Expr::Match(inner), _) if contains(&place.parsed.range(&inner.expr), &target) => {
            if settled(&inner.expr, &target, place) {
                return Err("its outcome is matched in a way that is not `Ok` or `Err`".into());
            }
            success_arm(inner, place)
        }
        Stmt::Expr(Expr::If(inner), _) => in_condition(inner, block, number, &target, place),
        Stmt::Expr(expr, Some(_)) if settled(expr, &target, place) && !diverges(expr) => {
            let before = place.scope.locals();
            Ok(after_statement(block, number, place.scope, &before, place))
        }
        Stmt::Expr(_, None) => Err("its value is returned as it is".into()),
        _ => Err("nothing in this function looks at whether it succeeded".into()),
    }
}

/// `if let Ok(user) = …` or `if let Err(error) = … { return … }`.
fn in_condition(
    inner: &syn::ExprIf,
    block: &Block,
    number: usize,
    target: &Range<usize>,
    place: &Place<'_, '_>,
) -> Result<Anchor, String> {
    let Expr::Let(condition) = &*inner.cond else {
        return Err("its outcome is tested in a way that can't be read off".into());
    };
    if !contains(&place.parsed.range(&condition.expr), target) {
        return Err("it stands in a branch without a block".into());
    }
    match outcome(&condition.pat) {
        Some(Outcome::Success) => {
            let mut scope = place.scope.clone();
            let before = scope.locals();
            scope.push();
            let ty = scope.infer(&condition.expr);
            scope.bind(&condition.pat, &ty);
            let open = place.parsed.bytes(inner.then_branch.brace_token.span.open()).end;
            Ok(at_block_start(&inner.then_branch, open, &scope, &before, place))
        }
        Some(Outcome::Failure) if block_diverges(&inner.then_branch) && inner.else_branch.is_none() => {
            let before = place.scope.locals();
            Ok(after_statement(block, number, place.scope, &before, place))
        }
        _ => Err("its outcome is tested in a way that can't be read off".into()),
    }
}

/// The one arm in which it succeeded.
fn success_arm(inner: &syn::ExprMatch, place: &Place<'_, '_>) -> Result<Anchor, String> {
    let success: Vec<&syn::Arm> =
        inner.arms.iter().filter(|arm| matches!(outcome(&arm.pat), Some(Outcome::Success))).collect();
    let [arm] = success.as_slice() else {
        return Err("its `match` has not exactly one arm for success".into());
    };
    let mut scope = place.scope.clone();
    let before = scope.locals();
    scope.push();
    let ty = scope.infer(&inner.expr);
    scope.bind(&arm.pat, &ty);
    if let Expr::Block(body) = &*arm.body {
        let open = place.parsed.bytes(body.block.brace_token.span.open()).end;
        return Ok(at_block_start(&body.block, open, &scope, &before, place));
    }
    let body = place.parsed.range(&arm.body);
    one_line(&body, place)?;
    let comma = arm.comma.map(|comma| place.parsed.bytes(comma.spans[0]));
    let indent = place.text.indentation(body.start).to_string() + place.text.indent_unit();
    Ok(anchor(AnchorKind::Arm { body: body.clone(), comma }, indent, &scope, &before, body, place))
}

/// `None => create(…).await?,`: the arm itself is what happens.
fn arm_value(arm: &syn::Arm, place: &Place<'_, '_>, _outer: &[Around<'_>]) -> Result<Anchor, String> {
    let body = place.parsed.range(&arm.body);
    let ty = place.scope.infer(&arm.body);
    if !matches!(&*arm.body, Expr::Try(_)) || ty == Ty::Unknown {
        return Err("it is an arm's value whose type can't be read off".into());
    }
    one_line(&body, place)?;
    let name = if place.scope.index.type_of(&ty).is_some() { "user" } else { "user_id" };
    let comma = arm.comma.map(|comma| place.parsed.bytes(comma.spans[0]));
    let indent = place.text.indentation(body.start).to_string() + place.text.indent_unit();
    let before = place.scope.locals();
    let kind = AnchorKind::ArmValue { body: body.clone(), comma, name };
    let mut anchor = anchor(kind, indent, place.scope, &before, body, place);
    let value = Local { name: name.into(), ty, mutable: false };
    anchor.locals.retain(|local| local.name != name);
    anchor.locals.insert(0, value.clone());
    anchor.fresh = vec![value];
    Ok(anchor)
}

fn one_line(body: &Range<usize>, place: &Place<'_, '_>) -> Result<(), String> {
    if place.text.text[body.clone()].contains('\n') {
        return Err("the arm that follows its success is an expression of several lines".into());
    }
    Ok(())
}

/// `let created = register(…).await;` followed by `match created {…}` or `if let Err(e) = created { return … }`.
fn looked_at_later(
    local: &syn::Local,
    block: &Block,
    number: usize,
    mut scope: Scope<'_>,
    place: &Place<'_, '_>,
) -> Result<Anchor, String> {
    const UNSEEN: &str = "nothing in this function looks at whether it succeeded";
    let Pat::Ident(name) = unwrap_type(&local.pat) else {
        return Err(UNSEEN.into());
    };
    let name = name.ident.to_string();
    let before = scope.locals();
    for (later, stmt) in block.stmts.iter().enumerate().skip(number + 1) {
        let sees = |expr: &Expr| names(expr).as_deref() == Some(name.as_str());
        let inner_place = Place { scope: &scope, ..*place };
        match stmt {
            Stmt::Expr(Expr::Match(inner), _) if sees(&inner.expr) => {
                return success_arm(inner, &inner_place);
            }
            Stmt::Expr(Expr::If(inner), _) => {
                if let Expr::Let(condition) = &*inner.cond
                    && sees(&condition.expr)
                {
                    let target = place.parsed.range(&condition.expr);
                    return in_condition(inner, block, later, &target, &inner_place);
                }
            }
            Stmt::Local(next) => {
                let settles = next.init.as_ref().is_some_and(|init| match &*init.expr {
                    Expr::Try(inner) => sees(&inner.expr),
                    Expr::Match(inner) => sees(&inner.expr),
                    _ => false,
                });
                scope.declare_let(next);
                if settles {
                    return Ok(after_statement(block, later, &scope, &before, place));
                }
            }
            _ => {}
        }
    }
    Err(UNSEEN.into())
}

/// True if a function that succeeds has surely passed this place: it stands in no branch, loop or closure, and no
/// statement before it returns a success.
pub fn is_unconditional(place: &Place<'_, '_>) -> bool {
    struct Returns(bool);
    impl<'ast> Visit<'ast> for Returns {
        fn visit_expr_return(&mut self, inner: &'ast syn::ExprReturn) {
            let fails = matches!(inner.expr.as_deref(), Some(Expr::Call(call)) if is_err(&call.func));
            self.0 |= !fails;
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    }
    let [Around::Block(block, number)] = place.around else {
        return false;
    };
    let mut returns = Returns(false);
    block.stmts[..*number].iter().for_each(|stmt| returns.visit_stmt(stmt));
    !returns.0
}

fn is_err(func: &Expr) -> bool {
    matches!(func, Expr::Path(path) if path.path.is_ident("Err"))
}

/// What was written through a transaction has happened when that is committed.
fn after_commit(
    transaction: &str,
    block: &Block,
    number: usize,
    place: &Place<'_, '_>,
) -> Result<Anchor, String> {
    let mut scope = place.scope.clone();
    let before = scope.locals();
    for (later, stmt) in block.stmts.iter().enumerate().skip(number) {
        if let Stmt::Local(local) = stmt {
            scope.declare_let(local);
        }
        if later > number && commits(stmt, transaction) {
            return Ok(after_statement(block, later, &scope, &before, place));
        }
    }
    Err(format!("it happens in the transaction `{transaction}`, which is not committed in the same block"))
}

fn commits(stmt: &Stmt, transaction: &str) -> bool {
    struct Commit<'t>(&'t str, bool);
    impl<'ast> Visit<'ast> for Commit<'_> {
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            self.1 |= call.method == "commit" && names(&call.receiver).as_deref() == Some(self.0);
            visit::visit_expr_method_call(self, call);
        }
    }
    let mut commit = Commit(transaction, false);
    commit.visit_stmt(stmt);
    commit.1
}

/// Name of the transaction a statement's call is given, if it is given one.
fn transaction_used(stmt: &Stmt, target: &Range<usize>, place: &Place<'_, '_>) -> Option<String> {
    struct Used<'p, 's>(&'p Place<'p, 's>, Option<String>);
    impl<'ast> Visit<'ast> for Used<'_, '_> {
        fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
            let name = path.path.get_ident().map(ToString::to_string);
            if let Some(name) = name.filter(|name| self.0.scope.type_of(name).is_some_and(is_transaction)) {
                self.1.get_or_insert(name);
            }
        }
    }
    let whole = match stmt {
        Stmt::Local(local) => local.init.as_ref().map(|init| &*init.expr),
        Stmt::Expr(expr, _) => Some(expr),
        _ => None,
    }?;
    let mut used = Used(place, None);
    // Only the part that holds the target: another arm's transaction is another matter.
    match path_to(whole, target, place.parsed).into_iter().rev().find(|expr| matches!(expr, Expr::Await(_))) {
        Some(awaited) => used.visit_expr(awaited),
        None => used.visit_expr(whole),
    }
    used.1
}

fn after_statement(
    block: &Block,
    number: usize,
    scope: &Scope<'_>,
    before: &[Local],
    place: &Place<'_, '_>,
) -> Anchor {
    let range = place.parsed.range(&block.stmts[number]);
    let end = place.text.past_trailing_comment(range.end);
    let indent = place.text.indentation(range.start).to_string();
    anchor(AnchorKind::After(end), indent, scope, before, range, place)
}

fn at_block_start(
    block: &Block,
    open: usize,
    scope: &Scope<'_>,
    before: &[Local],
    place: &Place<'_, '_>,
) -> Anchor {
    let indent = match block.stmts.first() {
        Some(first) => place.text.indentation(place.parsed.range(first).start).to_string(),
        None => place.text.indentation(open).to_string() + place.text.indent_unit(),
    };
    let end = place.text.past_trailing_comment(open);
    anchor(AnchorKind::BlockStart(end), indent, scope, before, open - 1..open, place)
}

fn anchor(
    kind: AnchorKind,
    indent: String,
    scope: &Scope<'_>,
    before: &[Local],
    evidence: Range<usize>,
    place: &Place<'_, '_>,
) -> Anchor {
    let locals = scope.locals();
    let fresh = locals.iter().filter(|local| !before.contains(local)).cloned().collect();
    Anchor {
        file: place.text.path.clone(),
        function: place.function,
        module: scope.module,
        moved: moved_before(evidence.end, place),
        kind,
        indent,
        eol: place.text.eol(),
        locals,
        fresh,
        at: place.text.at(evidence),
    }
}

/// Paths that are given away by value before a byte, in the statements around a place.
fn moved_before(end: usize, place: &Place<'_, '_>) -> Vec<String> {
    struct Moves<'p> {
        parsed: &'p Parsed,
        end: usize,
        moved: Vec<String>,
    }
    impl Moves<'_> {
        fn value(&mut self, expr: &Expr) {
            if self.parsed.range(expr).end <= self.end
                && let Some(path) = dotted(expr)
            {
                self.moved.push(path);
            }
        }
    }
    impl<'ast> Visit<'ast> for Moves<'_> {
        fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
            call.args.iter().for_each(|arg| self.value(arg));
            visit::visit_expr_call(self, call);
        }
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            call.args.iter().for_each(|arg| self.value(arg));
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
    impl Moves<'_> {
        /// A `move` closure or task takes every name it mentions.
        fn everything_in(&mut self, expr: &Expr) {
            struct Names<'m>(&'m mut Vec<String>);
            impl<'ast> Visit<'ast> for Names<'_> {
                fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
                    self.0.extend(path.path.get_ident().map(ToString::to_string));
                }
            }
            if self.parsed.range(expr).end <= self.end {
                Names(&mut self.moved).visit_expr(expr);
            }
        }
    }
    let mut moves = Moves { parsed: place.parsed, end, moved: Vec::new() };
    for around in place.around {
        if let Around::Block(block, number) = around {
            block.stmts[..=*number].iter().for_each(|stmt| moves.visit_stmt(stmt));
        }
    }
    moves.moved.sort();
    moves.moved.dedup();
    moves.moved
}

/// `a`, `a.b`, `a.b.c` as text; `None` for anything else.
fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => Some(format!("{}.{name}", dotted(&field.base)?)),
            _ => None,
        },
        _ => None,
    }
}

/// True if the expression fails early or unwraps when the target, which it holds, has not succeeded.
fn settled(expr: &Expr, target: &Range<usize>, place: &Place<'_, '_>) -> bool {
    let chain = path_to(expr, target, place.parsed);
    let unwraps = chain.iter().any(|expr| match expr {
        Expr::Try(_) => true,
        Expr::MethodCall(call) => {
            (call.method == "unwrap" || call.method == "expect")
                && contains(&place.parsed.range(&call.receiver), target)
        }
        // `let user = match register().await { Ok(user) => user, Err(e) => return … };`
        Expr::Match(inner) => {
            contains(&place.parsed.range(&inner.expr), target)
                && inner
                    .arms
                    .iter()
                    .all(|arm| matches!(outcome(&arm.pat), Some(Outcome::Success)) || diverges(&arm.body))
        }
        _ => false,
    });
    // A function that can't fail has succeeded when it returns.
    let infallible = || {
        let awaited = chain.iter().rev().find(|expr| matches!(expr, Expr::Await(_)));
        let ty = awaited.map_or(Ty::Unknown, |expr| place.scope.infer(expr));
        ty != Ty::Unknown && !ty.is("Result") && !ty.is("Option")
    };
    let is_awaited = chain.iter().any(|expr| matches!(expr, Expr::Await(_)));
    is_awaited && (unwraps || infallible())
}

enum Outcome {
    Success,
    Failure,
}

fn outcome(pat: &Pat) -> Option<Outcome> {
    let path = match pat {
        Pat::TupleStruct(inner) => &inner.path,
        Pat::Guard(guard) => return outcome(&guard.pat),
        Pat::Paren(paren) => return outcome(&paren.pat),
        Pat::Reference(reference) => return outcome(&reference.pat),
        _ => return None,
    };
    match path.segments.last()?.ident.to_string().as_str() {
        "Ok" | "Some" => Some(Outcome::Success),
        "Err" => Some(Outcome::Failure),
        _ => None,
    }
}

/// The name an expression is, references aside.
fn names(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::Reference(inner) => names(&inner.expr),
        Expr::Paren(inner) => names(&inner.expr),
        _ => None,
    }
}

fn unwrap_type(pat: &Pat) -> &Pat {
    match pat {
        Pat::Type(typed) => &typed.pat,
        other => other,
    }
}

/// Expressions from an outer one down to a byte range.
pub fn path_to<'e>(expr: &'e Expr, target: &Range<usize>, parsed: &Parsed) -> Vec<&'e Expr> {
    struct Down<'p, 'e> {
        parsed: &'p Parsed,
        target: &'p Range<usize>,
        path: Vec<&'e Expr>,
    }
    impl<'e> Visit<'e> for Down<'_, 'e> {
        fn visit_expr(&mut self, expr: &'e Expr) {
            if contains(&self.parsed.range(expr), self.target) {
                self.path.push(expr);
                visit::visit_expr(self, expr);
            }
        }
    }
    let mut down = Down { parsed, target, path: Vec::new() };
    down.visit_expr(expr);
    down.path
}

fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
