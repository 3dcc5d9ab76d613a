//! The place right after something has surely happened: where a call's success is known, and what is in scope there.
//!
//! A statement `let user = register(…).await?;` is followed by such a place; so is one arm of
//! `match register(…).await { Ok(user) => …, Err(_) => … }`. No such place: a tail expression, a spawned task, a
//! `Result` that nobody looks at.

mod certain;
mod commit;
mod moved;
mod outcome;
mod transaction;
mod values;

use std::ops::Range;

use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt};

use crate::survey::diverges::{block_diverges, diverges};
use crate::survey::scope::{Local, Scope};
use crate::survey::walk::{Around, Place};
use crate::target::At;
use crate::target::index::{FunctionId, ModuleId, Parsed, Ty};
pub use certain::is_certain;
pub use moved::moved_before;
use outcome::{OTHERWISE, Outcome, Standing, UNSEEN, outcome, settles, standing, standing_of_local};
pub(super) use values::AS_IT_IS;

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
    /// True in a closure that is run on another thread, where nothing can be awaited.
    pub blocking: bool,
    /// True if those are what the call yielded, not something made of it.
    pub direct: bool,
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
    Arm {
        /// The arm's expression.
        body: Range<usize>,
        /// The comma after it.
        comma: Option<Range<usize>>,
    },
    /// The arm's single-line expression is what happens: it becomes a block that binds it, and ends in the name.
    ArmValue {
        /// The arm's expression.
        body: Range<usize>,
        /// The comma after it.
        comma: Option<Range<usize>>,
        /// The name it is bound to.
        name: &'static str,
    },
    /// The value of a function or closure is its outcome: `.inspect(|user| …)` follows it, for what need not be awaited.
    Inspect {
        /// End of the value.
        at: usize,
        /// The name of what the outcome holds.
        name: &'static str,
    },
    /// The value of a block is what happens: it is bound, and the block ends in the name.
    BlockValue {
        /// The block's last expression.
        body: Range<usize>,
        /// The name it is bound to.
        name: &'static str,
    },
}

/// The place after `target`, an expression found at `place`, has succeeded.
///
/// # Errors
/// With the reason, as the end of a sentence, if there is none.
pub fn after(target: Range<usize>, place: &Place<'_, '_>) -> Result<Anchor, String> {
    if place.in_macro {
        return Err("it stands in a macro's arguments".into());
    }
    if place.around.iter().any(|around| matches!(around, Around::Deferred)) {
        return Err("it runs in a closure or a spawned task".into());
    }
    let anchor = match *place.around.last().ok_or("it stands outside of any statement")? {
        Around::Deferred | Around::Blocking => return Err(UNSEEN.into()),
        Around::Arm(arm) => values::arm_value(arm, target, place),
        Around::Block(block, number) => in_block(block, number, target, place),
    }?;
    let end = match &anchor.kind {
        AnchorKind::After(at) | AnchorKind::BlockStart(at) | AnchorKind::Inspect { at, .. } => *at,
        AnchorKind::Arm { body, .. } => body.start,
        AnchorKind::ArmValue { body, .. } | AnchorKind::BlockValue { body, .. } => body.end,
    };
    if transaction::is_decided_after(end, place) {
        return Err("a transaction is committed or undone only later".into());
    }
    Ok(anchor)
}

fn in_block(
    block: &Block,
    number: usize,
    target: Range<usize>,
    place: &Place<'_, '_>,
) -> Result<Anchor, String> {
    let stmt = &block.stmts[number];
    let whole = match stmt {
        Stmt::Local(local) => local.init.as_ref().map(|init| &*init.expr),
        Stmt::Expr(expr, _) => Some(expr),
        _ => None,
    };
    if let Some(transaction) = whole.and_then(|whole| transaction::used(whole, &target, place)) {
        return commit::after_commit(&transaction, &target, block, number, place);
    }
    match stmt {
        Stmt::Local(local) => {
            let init = local.init.as_ref().ok_or("it stands outside of any statement")?;
            let mut scope = place.scope.clone();
            let before = scope.locals();
            scope.declare_let(local);
            match standing(&init.expr, &target, place) {
                Standing::Settled { direct } => {
                    Ok(after_statement(block, number, &scope, &before, direct, place))
                }
                Standing::Pending if init.diverge.is_some() && has_outcome(&local.pat) => {
                    Ok(after_statement(block, number, &scope, &before, true, place))
                }
                Standing::Pending => looked_at_later(local, block, number, scope, place),
                Standing::Lost(reason) => Err(reason.into()),
            }
        }
        Stmt::Expr(Expr::Match(inner), _) if contains(&place.parsed.range(&inner.expr), &target) => {
            match standing(&inner.expr, &target, place) {
                Standing::Pending => values::success_arm(inner, place),
                Standing::Settled { .. } => Err(OTHERWISE.into()),
                Standing::Lost(reason) => Err(reason.into()),
            }
        }
        Stmt::Expr(Expr::If(inner), _) => in_condition(inner, block, number, &target, place),
        Stmt::Expr(expr, Some(_)) if !diverges(expr) => match standing(expr, &target, place) {
            Standing::Settled { .. } => {
                let before = place.scope.locals();
                Ok(after_statement(block, number, place.scope, &before, true, place))
            }
            Standing::Pending => Err(UNSEEN.into()),
            Standing::Lost(reason) => Err(reason.into()),
        },
        Stmt::Expr(expr, None) if matches!(place.around, [_] | [.., Around::Blocking, _]) => {
            values::returned(expr, &target, place)
        }
        Stmt::Expr(expr, None) if place.around.len() > 1 => values::block_value(expr, &target, place),
        Stmt::Expr(_, None) => Err("its value is returned as it is".into()),
        _ => Err(UNSEEN.into()),
    }
}

/// True for the pattern of `let Ok(user) = … else`.
fn has_outcome(pat: &Pat) -> bool {
    matches!(outcome(unwrap_type(pat)), Some(Outcome::Success))
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
    match standing(&condition.expr, target, place) {
        Standing::Pending => {}
        Standing::Settled { .. } => return Err(OTHERWISE.into()),
        Standing::Lost(reason) => return Err(reason.into()),
    }
    in_pending_condition(inner, condition, block, number, place)
}

/// The same where the condition is known to look at the outcome.
fn in_pending_condition(
    inner: &syn::ExprIf,
    condition: &syn::ExprLet,
    block: &Block,
    number: usize,
    place: &Place<'_, '_>,
) -> Result<Anchor, String> {
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
            Ok(after_statement(block, number, place.scope, &before, true, place))
        }
        _ => Err("its outcome is tested in a way that can't be read off".into()),
    }
}

/// `let created = register(…).await;` followed by `match created {…}` or `if let Err(e) = created { return … }`.
fn looked_at_later(
    local: &syn::Local,
    block: &Block,
    number: usize,
    mut scope: Scope<'_>,
    place: &Place<'_, '_>,
) -> Result<Anchor, String> {
    let Pat::Ident(name) = unwrap_type(&local.pat) else {
        return Err(UNSEEN.into());
    };
    let name = name.ident.to_string();
    for (later, stmt) in block.stmts.iter().enumerate().skip(number + 1) {
        let sees = |expr: &Expr| names(expr).as_deref() == Some(name.as_str());
        let inner_place = Place { scope: &scope, ..*place };
        match stmt {
            Stmt::Expr(Expr::Match(inner), _) if sees(&inner.expr) => {
                return values::success_arm(inner, &inner_place);
            }
            Stmt::Expr(Expr::If(inner), _) => {
                if let Expr::Let(condition) = &*inner.cond
                    && sees(&condition.expr)
                {
                    return in_pending_condition(inner, condition, block, later, &inner_place);
                }
            }
            Stmt::Local(next) => {
                let settled = next.init.as_ref().is_some_and(|init| match &*init.expr {
                    Expr::Try(inner) => sees(&inner.expr) || becomes_settled(&init.expr, &name, &inner_place),
                    Expr::Match(inner) => sees(&inner.expr) && settles(inner),
                    expr => init.diverge.is_some() && has_outcome(&next.pat) && sees(expr),
                });
                let before = scope.locals();
                scope.declare_let(next);
                if settled {
                    return Ok(after_statement(block, later, &scope, &before, true, place));
                }
            }
            _ => {}
        }
    }
    Err(UNSEEN.into())
}

/// `created.ok_or(Taken)?`.
fn becomes_settled(expr: &Expr, name: &str, place: &Place<'_, '_>) -> bool {
    standing_of_local(expr, name, place) == Standing::Settled { direct: true }
}

fn after_statement(
    block: &Block,
    number: usize,
    scope: &Scope<'_>,
    before: &[Local],
    direct: bool,
    place: &Place<'_, '_>,
) -> Anchor {
    let range = place.parsed.range(&block.stmts[number]);
    let end = place.text.past_trailing_comment(range.end);
    let indent = place.text.indentation(range.start).to_string();
    let anchor = anchor(AnchorKind::After(end), indent, scope, before, range, place);
    Anchor { direct, ..anchor }
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
    let fresh: Vec<Local> = locals.iter().filter(|local| !before.contains(local)).cloned().collect();
    Anchor {
        file: place.text.path.clone(),
        function: place.function,
        module: scope.module,
        moved: moved_before(evidence.start, evidence.end, &fresh, place),
        kind,
        indent,
        eol: place.text.eol(),
        locals,
        fresh,
        blocking: place.around.iter().any(|around| matches!(around, Around::Blocking)),
        direct: true,
        at: place.text.at(evidence),
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
