//! One line at every way to sign up: `crate::cello::signed_up(&state.db, user.id).await;`.
//!
//! It notes that this user is new; the referral code comes with their first token request. Where the Customer is made
//! during sign-up (case A) nothing is needed here: Stripe tells Cello.

use super::basis::{Basis, Case, Variant};
use super::draft::{Draft, FileEdit, SiteVerdict};
use super::layout;
use super::signup_by_hand::{by_hand, seen_by_hand};
use super::store::{is_written, notes_aside};
use super::store_handle::is_kept;
use super::token::is_left_to_a_person;
use crate::plan::{Evidence, SiteKind, Status, Verdict};
use crate::survey::{Anchor, AnchorKind, Backend, Database, Note, SignupSite, is_row_number};
use crate::target::index::Ty;

/// A step for every way to sign up, and a verdict on everything that looked like one.
pub fn signup(basis: &Basis, drafts: &mut Vec<Draft>) -> Vec<SiteVerdict> {
    let mut verdicts = Vec::new();
    for site in &basis.app.signups {
        let verdict = |verdict, reason: String| SiteVerdict {
            site: site.signup.id.clone(),
            kind: SiteKind::Signup,
            verdict,
            case: None,
            reason,
        };
        if let Some(decoy) = &site.signup.decoy {
            verdicts.push(verdict(Verdict::NotApplicable, decoy.clone()));
            continue;
        }
        if basis.case == Case::AtSignup {
            let reason =
                "Stripe's customer.created tells Cello of it; the referral code is read at the request";
            verdicts.push(verdict(Verdict::Covered, reason.into()));
            continue;
        }
        let mut draft = step(basis, site);
        // Two entries whose line is the same one share a step.
        if let Some(known) = drafts
            .iter_mut()
            .find(|known| known.kind == "signup" && known.edits == draft.edits && !draft.edits.is_empty())
        {
            known.evidence.extend(draft.evidence);
            known
                .accounts
                .push(verdict(Verdict::Covered, format!("it goes through the place of `{}`", known.subject)));
            continue;
        }
        let (kind, reason) = match draft.status {
            Status::Ready => {
                (Verdict::Edit, "the new user is noted right after the creation has succeeded".into())
            }
            Status::Done => (Verdict::Covered, draft.reason.clone()),
            Status::Decide => (Verdict::Undecided, draft.reason.clone()),
            _ => (Verdict::ByHand, draft.reason.clone()),
        };
        draft.accounts.push(verdict(kind, reason));
        drafts.push(draft);
    }
    verdicts
}

fn step(basis: &Basis, site: &SignupSite) -> Draft {
    let subject = site.signup.symbol.clone();
    let noted = basis.own_function("signed_up");
    let is_noted = site.path.iter().any(|function| {
        basis.app.calls.get(function).is_some_and(|calls| calls.iter().any(|call| noted.contains(call)))
    });
    let mut evidence =
        vec![Evidence { at: site.signup.at.clone(), fact: "handles the request to sign up".into() }];
    evidence.extend(
        site.signup.create_site.iter().map(|at| Evidence { at: at.clone(), fact: "creates the user".into() }),
    );
    if is_noted {
        let mut draft = Draft::new("signup", subject, Status::Done, "The new user is noted already.");
        draft.evidence = evidence;
        return draft;
    }
    if let Ok(notes) = basis.note(site) {
        let backend = notes[0].db.backend;
        if basis.is_left_to_hand() {
            let reason =
                "Its module is written by hand, so this line is put in by hand as well; the place is known.";
            return seen_by_hand(basis, site, notes, reason, evidence);
        }
        if !is_written(backend) {
            let reason = format!(
                "The module's part for {} is written by hand, so this line is put in by hand as well; the place is known.",
                backend.library()
            );
            return seen_by_hand(basis, site, notes, &reason, evidence);
        }
    }
    let notes = match basis.note(site) {
        Ok(notes) if basis.variant == Variant::B => notes,
        Ok(_) => return by_hand(basis, site, "this variant of the module keeps no table", evidence),
        Err(reason) => return by_hand(basis, site, reason, evidence),
    };
    let wrong = identity_mismatch(basis, notes)
        .or_else(|| not_counted(basis, site, notes))
        .or_else(|| out_of_reach(basis, notes));
    if let Some(reason) = wrong {
        return by_hand(basis, site, &reason, evidence);
    }
    let place = &notes[0];
    let reason = format!(
        "Right after `{}` has succeeded, with the new user's id (`{}`){} at hand.",
        called(basis, site, place),
        place.id.expr.trim_start_matches('&'),
        match is_kept(basis) {
            true => String::new(),
            false => format!(" and the database (`{}`)", place.db.expr.trim_start_matches('&')),
        },
    );
    let mut draft = Draft::new("signup", subject, Status::Ready, reason);
    draft.evidence = evidence;
    draft.evidence.extend(notes.iter().map(|note| Evidence {
        at: note.anchor.at.clone(),
        fact: format!("after this the user exists; `{}` is their id", note.id.expr.trim_start_matches('&')),
    }));
    draft.after = vec!["module".into(), "module-declaration".into(), "migration".into()];
    draft.after.extend(is_kept(basis).then(|| "store-handle".to_string()));
    draft.edits = notes.iter().flat_map(|note| edits(basis, note)).collect();
    draft
}

/// The creation in a line of code: the call, or the statement around it where the call is a piece of SQL.
pub fn creation(note: &Note) -> &str {
    let sql = note.at.text.starts_with(['"', 'r']) && note.at.text.contains('"');
    let line = if sql { &note.anchor.at.text } else { &note.at.text };
    line.trim_end_matches(['{', '(', ' '])
}

/// What has succeeded there: the line of code, or the function that is called over several lines.
fn called(basis: &Basis, site: &SignupSite, note: &Note) -> String {
    let line = creation(note);
    let around = site.path.iter().position(|&function| function == note.anchor.function);
    let next = around.and_then(|around| site.path.get(around + 1));
    match next.filter(|_| !note.at.text.contains('(')) {
        Some(&function) => basis.target.index.symbol(function),
        None => line.to_string(),
    }
}

/// The id noted at sign-up and the one in the token must be the same text. Where a person hands over who is signed in,
/// they are told which id it has to be.
fn identity_mismatch(basis: &Basis, notes: &[Note]) -> Option<String> {
    if is_left_to_a_person(basis) {
        return None;
    }
    let Ok(Some(identity)) = basis.identity() else {
        return Some("it is not known who is signed in, so the id can't be compared".into());
    };
    notes.iter().find_map(|note| {
        let (new, token) = (note.id.ty.behind_pointers(), identity.id_ty.behind_pointers());
        // MySQL's driver counts in `u64`, whatever the column.
        let is_number = |ty: &Ty| ["i64", "i32", "u64", "u32"].iter().any(|number| ty.is(number));
        let counted = note.db.backend == Backend::Sqlx(Database::MySql) && new.is("u64") && is_number(token);
        (!counted && !is_same_text(basis, new, token)).then(|| {
            format!(
                "the new user's id is a `{new}`, the signed-in user's a `{token}`; they may differ as text"
            )
        })
    })
}

/// True if ids of these types are the same text: they are one type, by whatever crate `Uuid` is named.
fn is_same_text(basis: &Basis, one: &Ty, other: &Ty) -> bool {
    let is_uuid = |ty: &Ty| ty.name() == Some("Uuid") && basis.target.index.type_of(ty).is_none();
    one == other || (is_uuid(one) && is_uuid(other))
}

/// The number that the database gives back is the new user's id only where the table's key is that number.
fn not_counted(basis: &Basis, site: &SignupSite, notes: &[Note]) -> Option<String> {
    let note = notes.iter().find(|note| is_row_number(&note.id))?;
    let found = basis.migrations()?;
    let key = found.table(&site.table)?.key.as_ref()?;
    let counted = match note.db.backend.database() {
        Some(Database::Sqlite) => key.ty.eq_ignore_ascii_case("INTEGER"),
        _ => key.counted,
    };
    (!counted).then(|| format!("the key of `{}` is no number that the database counts", site.table))
}

/// Why the module can't be called there as it is written, if it can't.
fn out_of_reach(basis: &Basis, notes: &[Note]) -> Option<String> {
    notes.iter().find_map(|note| {
        if !basis.can_name_module(note.anchor.function) {
            return Some("its crate can't name the module, which stands in the program that uses it".into());
        }
        let other = basis.app.pool.as_ref().is_some_and(|pool| pool.backend != note.db.backend);
        other.then(|| "the pool at hand is of another database than the router's state has".into())
    })
}

/// The edits that put the line at its place.
fn edits(basis: &Basis, note: &Note) -> Vec<FileEdit> {
    let anchor = &note.anchor;
    let unit = basis.target.text(&anchor.file).map_or("    ", |text| text.indent_unit());
    let path = format!("{}::signed_up", basis.module_path(basis.crate_of(anchor.function)));
    let tail = if notes_aside(note.db.backend) { ";" } else { ".await;" };
    let arguments = arguments(basis, note);
    if let AnchorKind::Inspect { at, name } = &anchor.kind {
        let text = inspecting(anchor, name, &call(basis, note), unit);
        return vec![FileEdit { file: anchor.file.clone(), at: Some(*at..*at), text }];
    }
    let line = layout::statement(&anchor.indent, anchor.eol, &path, arguments.as_slice(), tail, unit);
    insert_statement(basis, anchor, &line)
}

/// `.inspect(|user| …)` on a line of its own, as rustfmt would break it.
fn inspecting(anchor: &Anchor, name: &str, call: &str, unit: &str) -> String {
    let (eol, indent) = (anchor.eol, &anchor.indent);
    let uses = call.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == name);
    let name = if uses { name } else { "_" };
    let line = format!("{indent}.inspect(|{name}| {call})");
    if line.chars().count() <= 100 {
        return format!("{eol}{line}");
    }
    format!("{eol}{indent}.inspect(|{name}| {{{eol}{indent}{unit}{call}{eol}{indent}}})")
}

/// Puts a statement at an anchor.
pub fn insert_statement(basis: &Basis, anchor: &Anchor, line: &str) -> Vec<FileEdit> {
    let (eol, indent) = (anchor.eol, &anchor.indent);
    let edit =
        |at: std::ops::Range<usize>, text: String| FileEdit { file: anchor.file.clone(), at: Some(at), text };
    match &anchor.kind {
        AnchorKind::After(at) | AnchorKind::Inspect { at, .. } => {
            vec![edit(*at..*at, format!("{eol}{indent}{line}"))]
        }
        AnchorKind::BlockStart(at) => {
            let rest = basis.target.text(&anchor.file).map_or("", |text| &text.text[*at..]);
            let on_one_line = !rest.lines().next().unwrap_or_default().trim().is_empty();
            let text = if on_one_line { format!(" {line}") } else { format!("{eol}{indent}{line}") };
            vec![edit(*at..*at, text)]
        }
        AnchorKind::Arm { body, comma } => {
            let outer = outer_indent(basis, anchor, body.start);
            let mut edits = vec![
                edit(body.start..body.start, format!("{{{eol}{indent}{line}{eol}{indent}")),
                edit(body.end..body.end, format!("{eol}{outer}}}")),
            ];
            edits.extend(moved_lines(basis, anchor, body));
            edits.extend(comma.clone().map(|comma| edit(comma, String::new())));
            edits
        }
        AnchorKind::ArmValue { body, comma, name } => {
            let outer = outer_indent(basis, anchor, body.start);
            let after = format!(";{eol}{indent}{line}{eol}{indent}{name}{eol}{outer}}}");
            let mut edits = vec![
                edit(body.start..body.start, format!("{{{eol}{indent}let {name} = ")),
                edit(body.end..body.end, after),
            ];
            edits.extend(moved_lines(basis, anchor, body));
            edits.extend(comma.clone().map(|comma| edit(comma, String::new())));
            edits
        }
        AnchorKind::BlockValue { body, name } => {
            let after = format!(";{eol}{indent}{line}{eol}{indent}{name}");
            vec![edit(body.start..body.start, format!("let {name} = ")), edit(body.end..body.end, after)]
        }
    }
}

/// What stands in a new block stands a step further in.
fn moved_lines(basis: &Basis, anchor: &Anchor, body: &std::ops::Range<usize>) -> Vec<FileEdit> {
    let Some(text) = basis.target.text(&anchor.file) else { return Vec::new() };
    let lines = text.text[body.clone()].split_inclusive('\n').scan(body.start, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    let filled = lines.skip(1).filter(|(_, line)| !line.trim().is_empty());
    let edit =
        |(at, _)| FileEdit { file: anchor.file.clone(), at: Some(at..at), text: text.indent_unit().into() };
    filled.map(edit).collect()
}

fn outer_indent(basis: &Basis, anchor: &Anchor, offset: usize) -> String {
    basis.target.text(&anchor.file).map_or_else(String::new, |text| text.indentation(offset).to_string())
}

/// The call that notes a user.
pub fn call(basis: &Basis, note: &Note) -> String {
    let module = basis.module_path(basis.crate_of(note.anchor.function));
    format!("{module}::signed_up({})", arguments(basis, note).join(", "))
}

/// What it is called with: the module may have the database already.
fn arguments<'n>(basis: &Basis, note: &'n Note) -> Vec<&'n str> {
    let db = (!is_kept(basis)).then_some(note.db.expr.as_str());
    db.into_iter().chain([note.id.expr.as_str()]).collect()
}
