//! Guests are nobody to Cello: how they are told from members where the application makes some.
//!
//! A field `is_guest` tells, if the row of every guest has a column of that name. So does the e-mail address, if none of
//! those rows has one. Near misses: guests with made-up addresses, which nothing tells apart.

use super::basis::Basis;
use super::details::shown_as;
use crate::survey::guest_field;
use crate::target::index::Ty;

/// Statements after which `user`, of this type, is no guest.
///
/// # Errors
/// With the reason as the end of a sentence, if guests can't be told from members. `told` is the field by which they are
/// kept out already.
pub fn keep_out(basis: &Basis, ty: &Ty, told: Option<&str>) -> Result<Vec<String>, String> {
    let (index, krate) = (&basis.target.index, &basis.app.krate);
    let flag = index.type_of(ty).and_then(|owner| guest_field(index, owner, ty));
    let flag = flag.filter(|flag| shown_as(index, ty, flag, krate).is_some_and(|(shown, _)| shown == *flag));
    let by_flag = flag.as_deref().or(told);
    let mut by_address = false;
    for site in &basis.app.signups {
        let Some(columns) = &site.guests else { continue };
        let has = |name: &str| columns.iter().any(|column| column == name);
        if by_flag.is_some_and(has) {
            continue;
        }
        if columns.is_empty() || columns.iter().any(|column| column.contains("mail")) {
            let symbol = &site.signup.symbol;
            return Err(format!(
                "`{symbol}` makes guests, who must not get a token, and nothing in `{ty}` tells them from members"
            ));
        }
        by_address = true;
    }
    let mut conditions: Vec<String> =
        flag.filter(|flag| told != Some(flag)).map(|flag| format!("user.{flag}")).into_iter().collect();
    if by_address {
        conditions.push(without_address(basis, ty)?);
    }
    if conditions.is_empty() {
        return Ok(Vec::new());
    }
    let condition = conditions.join(" || ");
    Ok(vec![
        "// A guest is nobody to Cello.".into(),
        format!("if {condition} {{"),
        "    return None;".into(),
        "}".into(),
    ])
}

/// The condition that holds for somebody without an e-mail address.
fn without_address(basis: &Basis, ty: &Ty) -> Result<String, String> {
    let (index, krate) = (&basis.target.index, &basis.app.krate);
    let address = shown_as(index, ty, "email", krate);
    match address {
        Some((shown, ty)) if ty.is("String") => Ok(format!("user.{shown}.is_empty()")),
        Some((shown, ty)) if ty.is("Option") && ty.args().first().is_some_and(|inner| inner.is("String")) => {
            Ok(format!("user.{shown}.as_deref().unwrap_or_default().is_empty()"))
        }
        _ => Err(format!(
            "the application makes guests without an e-mail address, and `{ty}` has none for anybody"
        )),
    }
}
