//! What becomes of each way to sign up: is it one, and where is the one line that notes it?

use std::collections::{BTreeMap, BTreeSet};

use super::axum_extension::brought;
use super::axum_identity::IdentitySite;
use super::calls::Body;
use super::capture::Anchor;
use super::facts::Signup;
use super::handles::{self, Handle, UserId};
use super::scope::Local;
use super::signup::{Capture, Captures, Entry, Wanted};
use super::walk::walk;
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
    /// The table the user goes into.
    pub table: String,
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

/// Every way to sign up of one package.
pub fn sites(
    target: &Target,
    entries: Vec<Entry>,
    bodies: &BTreeMap<FunctionId, Body>,
    identity: &[IdentitySite],
) -> Vec<SignupSite> {
    let captures = captures(target, &entries);
    let index = &target.index;
    let mut sites: Vec<SignupSite> =
        entries.into_iter().map(|entry| site(target, entry, &captures, bodies, identity)).collect();
    // A function that several entries share can be the place only if all of them are sign-ups.
    let decoys: Vec<Vec<FunctionId>> =
        sites.iter().filter(|site| site.signup.decoy.is_some()).map(|site| site.path.clone()).collect();
    for site in sites.iter_mut().filter(|site| site.signup.decoy.is_none()) {
        let Ok(notes) = &site.note else { continue };
        let shared = notes.iter().any(|note| decoys.iter().any(|path| path.contains(&note.anchor.function)));
        if shared {
            site.note = Err("the only place for it is shared with code that is no sign-up".into());
        }
    }
    sites.sort_by(|a, b| crate::target::by_place(&a.signup.at, &b.signup.at));
    let _ = index;
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
            let wish = match entry.path.get(i + 1) {
                Some(&next) => Wanted::Call(next),
                None => Wanted::Literal(entry.literal.clone()),
            };
            let wishes = wanted.entry(function).or_default();
            if !wishes.iter().any(|known| same(known, &wish)) {
                wishes.push(wish);
            }
            files.insert(target.index.functions[function].file.clone());
        }
    }
    let mut found = Vec::new();
    for file in files {
        let Some(text) = target.text(&file) else { continue };
        let Ok(parsed) = Parsed::new(&text.text) else { continue };
        let mut captures = Captures { wanted: &wanted, found: Vec::new() };
        walk(&target.index, text, &parsed, &mut [&mut captures]);
        found.extend(captures.found);
        drop(parsed);
        finish();
    }
    found
}

fn same(a: &Wanted, b: &Wanted) -> bool {
    match (a, b) {
        (Wanted::Call(a), Wanted::Call(b)) => a == b,
        (Wanted::Literal(a), Wanted::Literal(b)) => a == b,
        _ => false,
    }
}

fn site(
    target: &Target,
    entry: Entry,
    captures: &[Capture],
    bodies: &BTreeMap<FunctionId, Body>,
    identity: &[IdentitySite],
) -> SignupSite {
    let index = &target.index;
    let first = entry.path[0];
    let function = &index.functions[first];
    let creator = entry.path.last().copied().unwrap_or(first);
    let at_of = |file: &str, range: std::ops::Range<usize>| target.text(file).map(|text| text.at(range));
    let create_site = at_of(&index.functions[creator].file, entry.literal.clone());
    let decoy = decoy(index, &entry, identity);
    let note = if entry.route.is_none() {
        Err("no route was found that leads to it".into())
    } else if entry.insert.upsert {
        Err("its SQL updates a known user and creates a new one alike, so the two can't be told apart".into())
    } else {
        note(index, &entry, captures, bodies)
    };
    let ids = note.as_ref().ok().and_then(|notes| notes.first()).map(|note| note.id.expr.clone());
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
        note,
        table: entry.insert.table,
    }
}

fn empty_place(file: &str) -> At {
    At { file: file.to_string(), line: 1, column: 1, bytes: [0, 0], text: String::new() }
}

/// What kind of request starts it, by the extractors of its handler.
fn kind(index: &Index, entry: &Entry) -> String {
    let Some(route) = &entry.route else {
        return "unknown".into();
    };
    let function = &index.functions[route.handler];
    let takes = |name: &str| {
        function.params.iter().any(|param| index.resolve_ty(function.module, &param.ty).is(name))
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

/// Why an entry is no way to sign up, if it is none.
fn decoy(index: &Index, entry: &Entry, identity: &[IdentitySite]) -> Option<String> {
    let Some(route) = &entry.route else {
        return unreached(index, entry);
    };
    for &id in &entry.path {
        let function = &index.functions[id];
        let module = &index.modules[function.module];
        let cfg = function.attributes.iter().find(|attr| attr.starts_with("cfg("));
        if cfg.is_some_and(|cfg| cfg.contains("debug_assertions"))
            || module_is_for_debugging(index, function.module)
        {
            return Some("it exists in debug builds only".into());
        }
        if function.name.starts_with("dev_")
            || function.name.starts_with("test_")
            || module.path.ends_with("::dev")
        {
            return Some("its name says that it is for development".into());
        }
    }
    let handler = &index.functions[route.handler];
    for param in &handler.params {
        let ty = brought(index.resolve_ty(handler.module, &param.ty));
        let Some(site) = identity.iter().find(|site| site.ty.path() == ty.path()) else {
            continue;
        };
        if site.identity.optional {
            continue;
        }
        return Some(match site.identity.rank {
            0 => format!("it takes {}: an administrator or a program creates the user", ty),
            _ => format!("it takes {}: somebody who is signed in creates the user", ty),
        });
    }
    let path = route.path.to_ascii_lowercase();
    if path.split('/').any(|part| part == "admin") {
        return Some("it is served under /admin: an administrator creates the user".into());
    }
    if path.contains("webhook") {
        return Some("a webhook creates the user; no visitor is there".into());
    }
    if !entry.insert.has_credentials() {
        return Some("the row has nothing to sign in with: a guest".into());
    }
    None
}

/// Why a creation that no request handler leads to is none of ours; `None` if that is not sure.
fn unreached(index: &Index, entry: &Entry) -> Option<String> {
    let symbol = index.symbol(entry.path[0]);
    let by_name = symbol.split("::").any(|part| {
        ["main", "seed", "seeds", "fixtures", "cli"].contains(&part) || part.starts_with("seed_")
    });
    if by_name {
        return Some(
            "no request handler leads to it, and its name says that it is a seed or a command".into(),
        );
    }
    (!entry.called).then(|| "nothing in this project calls it".into())
}

fn module_is_for_debugging(index: &Index, module: usize) -> bool {
    // `#[cfg(debug_assertions)] pub mod dev;` makes every function in it so.
    index.modules[module].debug_only
}

/// The highest function on the path, from the handler down, where the new user's id and a database are at hand.
fn note(
    index: &Index,
    entry: &Entry,
    captures: &[Capture],
    bodies: &BTreeMap<FunctionId, Body>,
) -> Result<Vec<Note>, String> {
    let mut first_reason = None;
    for (level, &function) in entry.path.iter().enumerate() {
        let wanted = wanted(entry, level);
        if let Some(function) = conditional_below(entry, level, captures) {
            let symbol = index.symbol(function);
            first_reason.get_or_insert(format!("`{symbol}` creates a user only under a condition"));
            continue;
        }
        let here: Vec<&Capture> = captures
            .iter()
            .filter(|capture| capture.function == function && same(&capture.wanted, &wanted))
            .collect();
        match notes_at(index, entry, &here, bodies) {
            Ok(notes) => return Ok(notes),
            Err(reason) => {
                let symbol = index.symbol(function);
                first_reason.get_or_insert(format!("in `{symbol}`, {reason}"));
            }
        }
    }
    Err(first_reason.unwrap_or_else(|| "no call leads to it".into()))
}

/// A function below this level of the path that succeeds without creating anybody: find-or-create, say.
fn conditional_below(entry: &Entry, level: usize, captures: &[Capture]) -> Option<FunctionId> {
    let below = entry.path.iter().enumerate().skip(level + 1);
    below.map(|(lower, &function)| (function, wanted(entry, lower))).find_map(|(function, wanted)| {
        let mut here =
            captures.iter().filter(|capture| capture.function == function && same(&capture.wanted, &wanted));
        // Several calls of one function can't all be passed.
        let single = here.next().is_some_and(|capture| capture.unconditional) && here.next().is_none();
        (!single).then_some(function)
    })
}

/// What leads on from a level of the path: the call of the next function, at last the `INSERT`.
fn wanted(entry: &Entry, level: usize) -> Wanted {
    match entry.path.get(level + 1) {
        Some(&next) => Wanted::Call(next),
        None => Wanted::Literal(entry.literal.clone()),
    }
}

fn notes_at(
    index: &Index,
    entry: &Entry,
    captures: &[&Capture],
    bodies: &BTreeMap<FunctionId, Body>,
) -> Result<Vec<Note>, String> {
    if captures.is_empty() {
        return Err("the call that creates the user was not found".into());
    }
    captures.iter().map(|capture| note_at(index, entry, capture, bodies)).collect()
}

fn note_at(
    index: &Index,
    entry: &Entry,
    capture: &Capture,
    bodies: &BTreeMap<FunctionId, Body>,
) -> Result<Note, String> {
    let anchor = capture.anchor.clone()?;
    if !index.functions[capture.function].is_async {
        return Err("the function is not async".into());
    }
    let undone = bodies.get(&capture.function).is_some_and(|body| body.deletes.contains(&entry.insert.table));
    if undone {
        return Err("a later failure deletes the user again".into());
    }
    if entry.insert.may_do_nothing && matches!(capture.wanted, Wanted::Literal(_)) {
        return Err("its SQL may create nothing (`DO NOTHING`), and nothing tells".into());
    }
    let db = handles::database(index, anchor.module, &anchor.locals, &anchor.moved)
        .ok_or("no database pool is in scope where it has succeeded")?;
    let id = new_id(index, entry, capture, &anchor)
        .ok_or("the new user's id can't be read off where it has succeeded")?;
    Ok(Note { db, id, at: capture.at.clone(), anchor })
}

/// The new user's id: in what the call yields, else what was bound for the `id` column of the `INSERT`.
fn new_id(index: &Index, entry: &Entry, capture: &Capture, anchor: &Anchor) -> Option<UserId> {
    let returns_id = entry.insert.returning.len() == 1 && entry.insert.returning[0].ends_with("id");
    let named_id = |local: &Local| local.name == "id" || local.name.ends_with("_id") || returns_id;
    // A text that is returned may be a token; a number or UUID from a creation is the id.
    let bare = |local: &Local| {
        !local.ty.behind_pointers().is("String") && !local.ty.behind_pointers().is("str") || named_id(local)
    };
    let fresh = handles::user_id(index, anchor.module, &anchor.fresh, &[], &bare);
    if fresh.is_some() {
        return fresh;
    }
    if !matches!(capture.wanted, Wanted::Literal(_)) {
        return None;
    }
    let column = entry.insert.columns.iter().position(|column| column == "id")?;
    let expr = capture.bound.get(column)?.trim_start_matches('&').trim();
    let base = expr.strip_suffix(".to_string()").unwrap_or(expr);
    let local = anchor.locals.iter().find(|local| local.name == base)?;
    let only = [local.clone()];
    handles::user_id(index, anchor.module, &only, &anchor.moved, &|_| true)
}
