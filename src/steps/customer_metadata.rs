//! Metadata on Stripe's Customer wherever one is made: `new_user_id`, and `cello_ucc` if the user came by referral.
//!
//! Only on the Customer: metadata of a Checkout Session reaches nobody.

use super::basis::{Basis, Variant};
use super::creations::{customers, elsewhere, unreached, within_signup};
use super::customer_by_hand::{after_the_row, by_hand, sheet, unexplained};
use super::customer_checkout;
use super::customer_edits::{can_be_joined, edits, takes_fields};
use super::customer_found::found_again;
use super::customer_scope::{Lack, Reached, reached};
use super::customer_thread::{Thread, has_word, thread};
use super::draft::{Draft, SiteVerdict};
use crate::plan::{Evidence, SiteKind, Status, Verdict};
use crate::survey::{Local, ParamsForm, Standing, StripeSite};

/// A step for every Customer made, and a verdict on every other call to Stripe.
pub fn customer_metadata(basis: &Basis, drafts: &mut Vec<Draft>) -> Vec<SiteVerdict> {
    let mut verdicts = Vec::new();
    let has_customer = customers(basis.app).next().is_some();
    for site in &basis.app.stripe {
        let call = &site.call;
        let is_creation = call.object == "customer" && call.call == "create";
        if is_creation && call.decoy.is_none() && call.account == "own" {
            drafts.push(step(basis, site));
            continue;
        }
        let (verdict, reason) = other(site, has_customer, basis);
        if let Some(draft) = found_again(basis, site) {
            drafts.push(draft);
            continue;
        }
        if verdict == Verdict::ByHand {
            drafts.extend(customer_checkout::sheet(basis, site));
        }
        verdicts.push(SiteVerdict {
            site: call.id.clone(),
            kind: SiteKind::Stripe,
            verdict,
            case: None,
            reason,
        });
    }
    drafts.extend(unexplained(basis));
    verdicts
}

/// What becomes of a call that makes no Customer of ours.
fn other(site: &StripeSite, has_customer: bool, basis: &Basis) -> (Verdict, String) {
    let call = &site.call;
    if let Some(decoy) = &call.decoy {
        return (Verdict::NotApplicable, decoy.clone());
    }
    if call.account == "connected" {
        return (
            Verdict::NotApplicable,
            "it acts for a connected account, whose customers are not yours".into(),
        );
    }
    match (call.object.as_str(), call.call.as_str(), call.customer.as_deref()) {
        ("customer", "update", _) => (
            Verdict::NotApplicable,
            "it changes a Customer that is there; Stripe keeps the metadata which an update doesn't name"
                .into(),
        ),
        ("customer", ..) => (Verdict::NotApplicable, "it makes no Customer".into()),
        (_, "update" | "search", _) => (Verdict::NotApplicable, "it makes no Customer".into()),
        (_, _, Some("explicit")) if has_customer => {
            (Verdict::Covered, "it names a Customer, which has the metadata from where it is made".into())
        }
        (_, _, Some("explicit")) => (
            Verdict::ByHand,
            "it names a Customer that is not made in this code; it needs the metadata there".into(),
        ),
        ("checkout-session" | "payment-link", ..) => {
            let id = customer_checkout::decision(site);
            match basis.answer(&id) {
                None if call.customer.is_none() => (
                    Verdict::Undecided,
                    format!("its parameters come from elsewhere, and may name no Customer; decide `{id}`"),
                ),
                Some(_) => {
                    (Verdict::ByHand, "Stripe makes the Customer itself here; see the hand-work sheet".into())
                }
                None => (Verdict::Undecided, format!("Stripe makes the Customer itself here; decide `{id}`")),
            }
        }
        _ => (
            Verdict::NotApplicable,
            "it makes no Customer and pays with one that is there, or with none".into(),
        ),
    }
}

/// The part of a survey id after its kind.
fn symbol(id: &str) -> &str {
    id.split_once(':').map_or(id, |(_, symbol)| symbol)
}

/// Whether ready steps, or what is there already, call the module's function that gives a map, and the one that gives the
/// fields of a form.
pub fn called(basis: &Basis) -> [bool; 2] {
    let mut called = [false; 2];
    for site in customers(basis.app) {
        let draft = decide(basis, site, "", within_signup(basis.app, site));
        if matches!(draft.status, Status::Ready | Status::Done) {
            called[usize::from(takes_fields(&site.params))] = true;
        }
    }
    called
}

fn step(basis: &Basis, site: &StripeSite) -> Draft {
    let subject = symbol(&site.call.id).to_string();
    let at_signup = within_signup(basis.app, site);
    let case = match (at_signup, unreached(basis.app, site)) {
        (true, _) => Some("A"),
        (false, false) => Some("B"),
        (false, true) => Some(basis.case.letter()).filter(|letter| *letter != "unknown"),
    };
    let mut draft = decide(basis, site, &subject, at_signup);
    let (verdict, reason) = match draft.status {
        Status::Ready => (Verdict::Edit, "the Customer gets its metadata here".to_string()),
        Status::Done => (Verdict::Covered, draft.reason.clone()),
        Status::Decide => (Verdict::Undecided, draft.reason.clone()),
        _ => (Verdict::ByHand, draft.reason.clone()),
    };
    draft.accounts.push(SiteVerdict {
        site: site.call.id.clone(),
        kind: SiteKind::Stripe,
        verdict,
        case,
        reason,
    });
    draft.evidence.insert(
        0,
        Evidence {
            at: site.call.at.clone(),
            fact: match case {
                Some("A") => "makes the Customer during sign-up (case A)".into(),
                Some(_) => "makes the Customer at purchase (case B)".into(),
                None => "makes the Customer; nothing that was read says when".into(),
            },
        },
    );
    draft
}

fn decide(basis: &Basis, site: &StripeSite, subject: &str, at_signup: bool) -> Draft {
    let status = |status, reason: String| Draft::new("customer-metadata", subject, status, reason);
    if site.call.metadata.state == "cello" {
        return status(Status::Done, "The Customer has its metadata already.".into());
    }
    if let Some(draft) = sheet(basis, site, subject).filter(|_| !can_be_joined(&site.params)) {
        return draft;
    }
    if at_signup && (basis.variant != Variant::A || elsewhere(basis.app, site)) {
        return by_hand(
            basis,
            site,
            subject,
            "it is made at sign-up here and at purchase elsewhere, and the two need different code",
        );
    }
    if let Some(reason) = idempotent(basis, site) {
        return by_hand(basis, site, subject, reason);
    }
    if let Some(payer) = payer(basis, site) {
        let answered = basis.answer("payer");
        if answered == Some("organisation") {
            return by_hand(
                basis,
                site,
                subject,
                "an organisation pays, which needs its own key in all three places",
            );
        }
        if answered.is_none() {
            let mut draft =
                status(Status::Decide, format!("`{payer}` is in scope: an organisation may be the payer."));
            draft.needs = vec!["payer".into()];
            return draft;
        }
    }
    let standing = Standing {
        function: site.function,
        module: site.module,
        locals: site.locals.clone(),
        moved: site.moved.clone(),
        not_awaitable: site.not_awaitable,
        deferred: site.deferred,
        looped: site.looped,
    };
    if let Some(reason) = site.not_awaitable.filter(|_| site.deferred) {
        return by_hand(basis, site, subject, reason);
    }
    let speaks = |name: &str| mentions(basis, site, name);
    let value = match reached(basis, &Reached { standing: &standing, speaks: &speaks, user: None }) {
        Ok(value) => value,
        Err(Lack::Doubt(reason)) => return by_hand(basis, site, subject, &reason),
        Err(Lack::Reach(reason)) => {
            return match thread(basis, site) {
                Ok(thread) => threaded(basis, site, subject, thread),
                Err(why) => {
                    let why = format!("{reason}, and can't be handed down to it by rule: {why}");
                    let mut draft = by_hand(basis, site, subject, &why);
                    if at_signup {
                        draft.by_hand.push(after_the_row(basis, site));
                    }
                    draft
                }
            };
        }
    };
    let Some(edits) = edits(basis, site, &value) else {
        return by_hand(basis, site, subject, unreadable(&site.params));
    };
    let user = value.user().unwrap_or_default();
    let reason = match site.call.metadata.state.as_str() {
        "present" => format!("Cello's keys join the metadata that is there; the user is `{user}`."),
        _ => format!("The Customer has no metadata yet; the user is `{user}`."),
    };
    let mut draft = ready(basis, site, subject, reason);
    draft.edits = edits;
    draft
}

/// Metadata that is handed down from callers.
fn threaded(basis: &Basis, site: &StripeSite, subject: &str, thread: Thread) -> Draft {
    let mut draft = ready(basis, site, subject, thread.reason);
    draft.evidence.extend(thread.evidence);
    draft.edits = thread.edits;
    draft
}

/// A draft that waits for the module, without its edits.
fn ready(basis: &Basis, site: &StripeSite, subject: &str, reason: String) -> Draft {
    let status = |status, reason: String| Draft::new("customer-metadata", subject, status, reason);
    let mut draft = status(Status::Ready, reason);
    draft.after = vec!["module".into(), "module-declaration".into()];
    draft.after.push(if basis.variant == Variant::A { "capture-layer" } else { "migration" }.into());
    if let Some(at) = &site.call.params_at {
        draft.evidence.push(Evidence { at: at.clone(), fact: "its parameters".into() });
    }
    draft
}

/// True if the parameters speak of a name.
fn mentions(basis: &Basis, site: &StripeSite, name: &str) -> bool {
    let Some(text) = basis.target.text(&site.call.at.file) else {
        return false;
    };
    let start = site.call.params_at.as_ref().map_or(site.call.at.bytes[0], |at| at.bytes[0]);
    let code = &text.text[start.min(site.call.at.bytes[0])..site.call.at.bytes[1]];
    has_word(code, name)
}

fn unreadable(params: &ParamsForm) -> &'static str {
    match params {
        ParamsForm::Unreadable(reason) => reason,
        _ => "its metadata is written in a way that can't be extended by rule",
    }
}

/// Why a request that must not be repeated with other parameters can't be extended, unless its key is a new one each time.
fn idempotent(basis: &Basis, site: &StripeSite) -> Option<&'static str> {
    const RANDOM: [&str; 5] = ["new_v4", "now_v7", "Ulid::new", "nanoid", "rand"];
    let function = &basis.target.index.functions[site.function];
    let body = &basis.target.text(&function.file)?.text[function.body.clone()];
    let has_key = body.to_ascii_lowercase().contains("idempoten");
    (has_key && !RANDOM.iter().any(|sign| body.contains(sign))).then_some(
        "its request has an idempotency key, and Stripe refuses a key it knows with other parameters for a day: let the key \
         change with the metadata, or accept that",
    )
}

/// A name that speaks of an organisation as the payer, where the Customer is made or on the way to there.
fn payer<'b>(basis: &'b Basis, site: &'b StripeSite) -> Option<&'b str> {
    let mut todo = vec![(site.function, 0)];
    let mut found = organisation(&site.locals);
    while let Some((function, depth)) = todo.pop().filter(|_| found.is_none()) {
        for call in basis.app.threads.of(function).into_iter().flat_map(|group| &group.calls) {
            if !basis.target.index.functions[call.standing.function].test && depth < 3 {
                found = found.or_else(|| organisation(&call.standing.locals));
                todo.push((call.standing.function, depth + 1));
            }
        }
    }
    found
}

/// A name in scope that speaks of an organisation as the payer.
fn organisation(locals: &[Local]) -> Option<&str> {
    const SIGNS: [&str; 7] =
        ["org", "organization", "organisation", "workspace", "team", "tenant", "company"];
    let is_one = |name: &str| {
        SIGNS.iter().any(|sign| {
            name == *sign || name.strip_suffix("_id") == Some(*sign) || name.starts_with(&format!("{sign}_"))
        })
    };
    const TYPES: [&str; 6] = ["Organization", "Organisation", "Workspace", "Team", "Tenant", "Company"];
    let is_typed = |local: &Local| {
        local
            .ty
            .behind_pointers()
            .name()
            .is_some_and(|name| TYPES.iter().any(|ty| name == *ty || name.strip_suffix("Id") == Some(ty)))
    };
    let found = locals.iter().find(|local| is_one(&local.name) || is_typed(local));
    found.map(|local| local.name.as_str())
}
