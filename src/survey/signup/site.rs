//! What becomes of each way to sign up: is it one, and where is the one line that notes it?

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::axum::identity::IdentitySite;
use crate::survey::calls::Body;
use crate::survey::facts::Signup;
use crate::survey::handles::{self, Handle, UserId};
use crate::survey::scope::Local;
use crate::survey::signup::capture::{AS_IT_IS, Anchor, AnchorKind};
use crate::survey::signup::decoy::{Guests, decoy, for_a_person, guests, is_server_function};
use crate::survey::signup::entry::Entry;
use crate::survey::signup::first_contact::only_once;
use crate::survey::signup::found::{Capture, Captures, Wanted};
use crate::survey::signup::given_back::{in_tuple, last_inserted, row_number};
use crate::survey::signup::names::{names_a_user, names_another};
use crate::survey::signup::variant::misses_the_arm;
use crate::survey::store::backend::Backend;
use crate::survey::store::kind;
use crate::survey::store::sql::Through;
use crate::survey::walk::walk;
use crate::target::index::{FunctionId, Index, Parsed, finish};
use crate::target::{At, Target};

/// A way to sign up, with what the planner needs.
#[derive(Debug, Clone)]
pub struct SignupSite {
    /// As listed in the survey.
    pub signup: Signup,
    /// From the handler to the function that inserts.
    pub path: Vec<FunctionId>,
    /// Where the new user can be noted, or why nowhere, as the end of a sentence.
    pub note: Result<Vec<Note>, String>,
    /// The same where the module has the database itself, so that no handle is needed there.
    pub kept: Result<Vec<Note>, String>,
    /// The table the user goes into.
    pub table: String,
    /// If it makes guests, the columns of their rows.
    pub guests: Option<Vec<String>>,
}

/// A place where a new user can be noted.
#[derive(Debug, Clone)]
pub struct Note {
    /// The place.
    pub anchor: Anchor,
    /// The database handle there.
    pub db: Handle,
    /// The new user's id there.
    pub id: UserId,
    /// The call that creates the user.
    pub at: At,
}

/// Every way to sign up of one application, whose `ours` are the functions that may call its new code; `kept` is the
/// handle that the module can be given at the start.
pub fn sites(
    target: &Target,
    entries: Vec<Entry>,
    bodies: &BTreeMap<FunctionId, Body>,
    identity: &[IdentitySite],
    ours: &dyn Fn(FunctionId) -> bool,
    kept: Option<&Handle>,
) -> Vec<SignupSite> {
    let captures = captures(target, &entries);
    let mut sites: Vec<SignupSite> = entries
        .into_iter()
        .map(|entry| site(target, entry, &captures, bodies, identity, ours, kept))
        .collect();
    // A function that several entries share can be the place only if all of them are sign-ups.
    let decoys: Vec<Vec<FunctionId>> =
        sites.iter().filter(|site| site.signup.decoy.is_some()).map(|site| site.path.clone()).collect();
    for site in sites.iter_mut().filter(|site| site.signup.decoy.is_none()) {
        for found in [&mut site.note, &mut site.kept] {
            let Ok(notes) = &*found else { continue };
            if notes.iter().any(|note| decoys.iter().any(|path| path.contains(&note.anchor.function))) {
                *found = Err("the only place for it is shared with code that is no sign-up".into());
            }
        }
    }
    sites.sort_by(|a, b| crate::target::by_place(&a.signup.at, &b.signup.at));
    only_once(&mut sites);
    name(&mut sites);
    sites
}

/// Ids: the handler's symbol, numbered where there are several.
fn name(sites: &mut [SignupSite]) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for site in sites {
        let number = count.entry(site.signup.symbol.clone()).or_default();
        *number += 1;
        site.signup.id = match *number {
            1 => format!("signup:{}", site.signup.symbol),
            n => format!("signup:{}#{n}", site.signup.symbol),
        };
    }
}

/// The places after every call on every path, in one walk of the files concerned.
fn captures(target: &Target, entries: &[Entry]) -> Vec<Capture> {
    let mut wanted: BTreeMap<FunctionId, Vec<Wanted>> = BTreeMap::new();
    let mut files = BTreeSet::new();
    for entry in entries {
        for (i, &function) in entry.path.iter().enumerate() {
            let wish = entry.wanted(i);
            let wishes = wanted.entry(function).or_default();
            if !wishes.contains(&wish) {
                wishes.push(wish);
            }
            files.insert(target.index.functions[function].file.clone());
        }
    }
    let mut found = Vec::new();
    for file in files {
        let Some(text) = target.text(&file) else { continue };
        let Ok(parsed) = Parsed::new(&text.text) else { continue };
        let mut captures = Captures {
            wanted: &wanted,
            found: Vec::new(),
            in_query_macro: None,
            named: None,
            arms: Vec::new(),
        };
        walk(&target.index, text, &parsed, &mut [&mut captures]);
        found.extend(captures.found);
        drop(parsed);
        finish();
    }
    found
}

fn site(
    target: &Target,
    entry: Entry,
    captures: &[Capture],
    bodies: &BTreeMap<FunctionId, Body>,
    identity: &[IdentitySite],
    ours: &dyn Fn(FunctionId) -> bool,
    kept: Option<&Handle>,
) -> SignupSite {
    let index = &target.index;
    let first = entry.path[0];
    let function = &index.functions[first];
    let creator = entry.path.last().copied().unwrap_or(first);
    let at_of = |file: &str, range: std::ops::Range<usize>| target.text(file).map(|text| text.at(range));
    let create_site = at_of(&index.functions[creator].file, entry.literal.clone());
    let decoy = decoy(index, &entry, identity, bodies).or_else(|| misses_the_arm(index, &entry, captures));
    let noted = |kept| match for_a_person(index, &entry, identity) {
        Some(reason) => Err(reason),
        None => note(index, &entry, captures, bodies, ours, kept),
    };
    let note = noted(None);
    let with_kept = kept.map_or_else(|| note.clone(), |kept| noted(Some(kept)));
    let makes_guests =
        entry.route.is_some() && !entry.insert.converts && guests(index, &entry) == Guests::Made;
    let ids = with_kept.as_ref().ok().and_then(|notes| notes.first()).map(|note| note.id.expr.clone());
    SignupSite {
        signup: Signup {
            id: String::new(),
            at: at_of(&function.file, function.at.clone()).unwrap_or_else(|| empty_place(&function.file)),
            symbol: index.symbol(first),
            kind: kind(index, &entry),
            create_site,
            user_id: ids,
            email: None,
            decoy,
        },
        path: entry.path,
        guests: makes_guests.then(|| entry.insert.columns.clone()),
        note,
        kept: with_kept,
        table: entry.insert.table,
    }
}

fn empty_place(file: &str) -> At {
    At { file: file.to_string(), line: 1, column: 1, bytes: [0, 0], text: String::new() }
}

/// What kind of request starts it, by the extractors of its handler.
fn kind(index: &Index, entry: &Entry) -> String {
    let function = &index.functions[entry.path[0]];
    if entry.insert.converts {
        return "guest-conversion".into();
    }
    if is_server_function(function) {
        return "server-function".into();
    }
    let takes = |name: &str| {
        // `Result<Json<T>, JsonRejection>` is one that can't be refused.
        let taken = function.params.iter().map(|param| index.resolve_ty(function.module, &param.ty));
        taken.into_iter().any(|ty| ty.is(name) || ty.is("Result") && ty.success().is(name))
    };
    let Some(route) = &entry.route else {
        return "unknown".into();
    };
    if takes("Form") {
        "form"
    } else if takes("Json") {
        "json"
    } else if route.method == "get" && takes("Query") {
        "oauth"
    } else {
        "unknown"
    }
    .into()
}

/// The highest function on the path, from the handler down, where the new user's id and a database are at hand.
fn note(
    index: &Index,
    entry: &Entry,
    captures: &[Capture],
    bodies: &BTreeMap<FunctionId, Body>,
    ours: &dyn Fn(FunctionId) -> bool,
    kept: Option<&Handle>,
) -> Result<Vec<Note>, String> {
    let at_level = |level: usize| -> Vec<&Capture> {
        let function = entry.path[level];
        let wanted = entry.wanted(level);
        captures.iter().filter(|capture| capture.function == function && capture.wanted == wanted).collect()
    };
    // What a trait only declares passes everything on.
    let is_declared_only = |level: usize| index.functions[entry.path[level]].body.is_empty();
    let certain = |level: usize| {
        let here = at_level(level);
        is_declared_only(level) || (!here.is_empty() && here.iter().all(|capture| capture.certain))
    };
    let mut reasons: Vec<(bool, String)> = Vec::new();
    for level in (0..entry.path.len()).filter(|&level| !is_declared_only(level)) {
        let unsure = (level + 1..entry.path.len()).find(|&deeper| !certain(deeper));
        let found = match unsure {
            // Its success may mean that the user was known before.
            Some(deeper) => Err(format!(
                "it calls `{}`, which does not surely make somebody new when it succeeds",
                index.symbol(entry.path[deeper])
            )),
            None if !ours(entry.path[level]) => {
                Err("which lies in a library of the workspace, nothing of the program can be called".into())
            }
            None => notes_at(index, entry, &at_level(level), bodies, kept),
        };
        match found {
            Ok(notes) => return Ok(notes),
            Err(reason) => {
                let symbol = index.symbol(entry.path[level]);
                reasons.push((unsure.is_some(), format!("in `{symbol}`, {reason}")));
            }
        }
    }
    // What speaks of the place itself says more than that it has to be further down.
    reasons.sort_by_key(|(elsewhere, _)| *elsewhere);
    let first = reasons.into_iter().next();
    Err(first.map_or_else(|| "no call leads to it".into(), |(_, reason)| reason))
}

fn notes_at(
    index: &Index,
    entry: &Entry,
    captures: &[&Capture],
    bodies: &BTreeMap<FunctionId, Body>,
    kept: Option<&Handle>,
) -> Result<Vec<Note>, String> {
    if captures.is_empty() {
        return Err("the call that creates the user was not found".into());
    }
    captures.iter().map(|capture| note_at(index, entry, capture, bodies, kept)).collect()
}

fn note_at(
    index: &Index,
    entry: &Entry,
    capture: &Capture,
    bodies: &BTreeMap<FunctionId, Body>,
    kept: Option<&Handle>,
) -> Result<Note, String> {
    let anchor = capture.anchor.clone()?;
    // With diesel the note is a plain call, which starts a task of its own.
    let aside = entry.insert.through == Through::Diesel;
    match anchor.kind {
        _ if anchor.blocking && !aside => return Err("it runs in a closure or a spawned task".into()),
        AnchorKind::Inspect { .. } if !aside => return Err(AS_IT_IS.into()),
        _ if !index.functions[capture.function].is_async && !aside => {
            return Err("the function is not async".into());
        }
        _ => {}
    }
    if is_deleted_again(entry, bodies) {
        return Err("a later failure deletes the user again".into());
    }
    if entry.insert.may_do_nothing && entry.insert.returning.is_empty() {
        return Err("its SQL may create nothing (`DO NOTHING`), and nothing tells".into());
    }
    let db = kind::of_creation(entry.insert.through)
        .into_iter()
        .find_map(|fits| match kept {
            Some(kept) => fits(kept.backend).then(|| kept.clone()),
            None => handles::handle(index, anchor.module, &anchor.locals, &anchor.moved, &fits),
        })
        .ok_or("no database pool is in scope where it has succeeded")?;
    let id = new_id(index, entry, capture, &anchor, db.backend)
        .ok_or("the new user's id can't be read off where it has succeeded")?;
    Ok(Note { db, id, at: capture.at.clone(), anchor })
}

/// True if anything that the handler leads to deletes from the table: perhaps this very user, after a later failure.
fn is_deleted_again(entry: &Entry, bodies: &BTreeMap<FunctionId, Body>) -> bool {
    let mut todo = vec![entry.path[0]];
    let mut seen = BTreeSet::new();
    while let Some(function) = todo.pop() {
        let Some(body) = bodies.get(&function).filter(|_| seen.insert(function)) else {
            continue;
        };
        if body.deletes.contains(&entry.insert.table) {
            return true;
        }
        todo.extend(&body.calls);
    }
    false
}

/// The new user's id: in what the call yields, else what was bound for the `id` column of the `INSERT`.
fn new_id(
    index: &Index,
    entry: &Entry,
    capture: &Capture,
    anchor: &Anchor,
    backend: Backend,
) -> Option<UserId> {
    let literal = matches!(capture.wanted, Wanted::Creation(_));
    let returns_id =
        literal && entry.insert.returning.len() == 1 && entry.insert.returning[0].ends_with("id");
    // A text or number that comes back may be a token or a count: its name has to say that it is the user's id.
    let bare = |local: &Local| {
        anchor.direct && (names_a_user(&local.name) || (returns_id && !names_another(&local.name)))
    };
    let fresh = handles::user_id(index, anchor.module, &anchor.fresh, &anchor.moved, &bare);
    if fresh.is_some() {
        return fresh;
    }
    if let Some(key) = last_inserted(index, anchor, &entry.insert.table) {
        return Some(key);
    }
    if !literal {
        return None;
    }
    if let Some(id) = in_tuple(index, anchor, &entry.insert.returning) {
        return Some(id);
    }
    let Some(column) = entry.insert.columns.iter().position(|column| column == "id") else {
        // Values without columns may hold the id as well.
        return row_number(anchor, backend).filter(|_| !entry.insert.columns.is_empty());
    };
    let parameter = (*entry.insert.parameters.get(column)?)?;
    let expr = capture.bound.get(parameter)?.trim_start_matches('&').trim();
    let base = expr.strip_suffix(".to_string()").unwrap_or(expr);
    let (name, field) = base.split_once('.').map_or((base, None), |(name, field)| (name, Some(field)));
    let local = anchor.locals.iter().find(|local| local.name == name)?;
    let ty = match field {
        Some(field) => index.field(&local.ty, field)?,
        None => local.ty.clone(),
    };
    let only = [Local { name: base.to_string(), ty, mutable: false }];
    handles::user_id(index, anchor.module, &only, &anchor.moved, &|_| true)
}
