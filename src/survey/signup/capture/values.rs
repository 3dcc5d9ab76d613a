//! Where an arm or a block is the place: the one arm that means success, and values that are what happens.

use std::ops::Range;

use syn::Expr;

use super::outcome::{Outcome, Standing, outcome, standing};
use super::{
    Anchor, AnchorKind, Local, Place, Ty, anchor, at_block_start, commit, moved_before, transaction,
};

/// `{ create(…).await? }`: the value of an inner block is what happens.
pub(super) fn block_value(
    expr: &Expr,
    target: &Range<usize>,
    place: &Place<'_, '_>,
) -> Result<Anchor, String> {
    let name = value_name(expr, target, place).ok_or("its value is passed on as it is")?;
    let body = place.parsed.range(expr);
    let indent = place.text.indentation(body.start).to_string();
    if !place.text.is_first_on_line(body.start) {
        return Err("it is the value of a block on one line".into());
    }
    Ok(bound(AnchorKind::BlockValue { body: body.clone(), name }, indent, expr, name, place))
}

/// The value of a whole function or closure: what follows it looks into its outcome.
pub(super) fn returned(expr: &Expr, target: &Range<usize>, place: &Place<'_, '_>) -> Result<Anchor, String> {
    if standing(expr, target, place) != Standing::Pending {
        return Err(AS_IT_IS.into());
    }
    let inferred = place.scope.infer(expr).success();
    let ty = match (inferred, place.around) {
        // The function's own value: what it says that it returns.
        (Ty::Unknown, [_]) => place.scope.returned_by(place.function).success(),
        (inferred, _) => inferred,
    };
    let name = if place.scope.index.type_of(&ty).is_some() { "user" } else { "created" };
    let range = place.parsed.range(expr);
    let kind = AnchorKind::Inspect { at: range.end, name };
    let before = place.scope.locals();
    let mut anchor = anchor(kind, chain_indent(expr, place), place.scope, &before, range, place);
    let value = Local { name: name.into(), ty: Ty::Ref(Box::new(ty)), mutable: false };
    anchor.locals.retain(|local| local.name != name);
    anchor.fresh = vec![value];
    Ok(anchor)
}

/// Why there is no place after what a function gives back.
pub(in crate::survey::signup) const AS_IT_IS: &str = "its value is returned as it is";

/// Indentation of one more call behind a value: that of the last line, a step further where it starts there.
fn chain_indent(expr: &Expr, place: &Place<'_, '_>) -> String {
    let range = place.parsed.range(expr);
    let own = place.text.indentation(range.start).to_string();
    if let Expr::MethodCall(call) = expr {
        let dot = place.parsed.bytes(syn::spanned::Spanned::span(&call.dot_token)).start;
        if place.text.is_first_on_line(dot) {
            return place.text.indentation(dot).to_string();
        }
    }
    if place.text.text[range].contains('\n') { own } else { own + place.text.indent_unit() }
}

/// The name for a value that is what happens, if its type can be read off.
pub(super) fn value_name(expr: &Expr, target: &Range<usize>, place: &Place<'_, '_>) -> Option<&'static str> {
    let ty = place.scope.infer(expr);
    let direct = standing(expr, target, place) == (Standing::Settled { direct: true });
    (direct && ty != Ty::Unknown)
        .then(|| if place.scope.index.type_of(&ty).is_some() { "user" } else { "user_id" })
}

/// An anchor at which a value has been given a name.
pub(super) fn bound(
    kind: AnchorKind,
    indent: String,
    expr: &Expr,
    name: &str,
    place: &Place<'_, '_>,
) -> Anchor {
    let before = place.scope.locals();
    let mut anchor = anchor(kind, indent, place.scope, &before, place.parsed.range(expr), place);
    let value = Local { name: name.into(), ty: place.scope.infer(expr), mutable: false };
    anchor.locals.retain(|local| local.name != name);
    anchor.locals.insert(0, value.clone());
    anchor.moved.retain(|path| path != name && !path.starts_with(&format!("{name}.")));
    anchor.fresh = vec![value];
    anchor
}

/// The one arm in which it succeeded.
pub(super) fn success_arm(inner: &syn::ExprMatch, place: &Place<'_, '_>) -> Result<Anchor, String> {
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
    can_be_moved(&body, place)?;
    let comma = arm.comma.map(|comma| place.parsed.bytes(comma.spans[0]));
    let indent = place.text.indentation(body.start).to_string() + place.text.indent_unit();
    let start = body.start;
    let found = anchor(AnchorKind::Arm { body: body.clone(), comma }, indent, &scope, &before, body, place);
    // The statement stands before the arm's expression, which may well give the user away.
    let moved = moved_before(start, start, &found.fresh, place);
    Ok(Anchor { moved, ..found })
}

/// `None => create(…).await?,`: the arm itself is what happens.
pub(super) fn arm_value(
    arm: &syn::Arm,
    target: Range<usize>,
    place: &Place<'_, '_>,
) -> Result<Anchor, String> {
    if let Some(transaction) = transaction::used(&arm.body, &target, place) {
        return Err(commit::uncommitted(&transaction));
    }
    let body = place.parsed.range(&arm.body);
    let name = value_name(&arm.body, &target, place)
        .ok_or("it is an arm's value, of which it can't be read off that it is the new user")?;
    can_be_moved(&body, place)?;
    let comma = arm.comma.map(|comma| place.parsed.bytes(comma.spans[0]));
    let indent = place.text.indentation(body.start).to_string() + place.text.indent_unit();
    Ok(bound(AnchorKind::ArmValue { body, comma, name }, indent, &arm.body, name, place))
}

/// That the lines of an arm's expression can be moved a step to the right: none of them begins within a text or a
/// comment.
pub(super) fn can_be_moved(body: &Range<usize>, place: &Place<'_, '_>) -> Result<(), String> {
    let text = &place.text.text[body.clone()];
    let closed = |line: &str| {
        let quotes = line.replace("\\\\", "").replace("\\\"", "").replace("'\"'", "").matches('"').count();
        quotes.is_multiple_of(2) && !line.contains("/*") && !line.contains("*/")
    };
    if text.contains('\n') && !text.lines().all(closed) {
        return Err("the arm that follows its success holds a text of several lines".into());
    }
    Ok(())
}
