//! Where the function that makes a Customer lacks the user's id or the database, its metadata is handed down to it: one
//! more parameter for it, for the trait it belongs to and what else implements that, one more argument for every caller.
//!
//! Whoever has both at hand asks the module; tests hand down nothing. One caller that can't be read, and all stays as it
//! is.

use super::argument::{argument, parameter};
use super::basis::Basis;
use super::creations::customers;
use super::customer_edits::{Given, edits, takes_fields};
use super::customer_scope::{Lack, Reached, reached};
use super::draft::FileEdit;
use super::layout;
use super::store_handle::is_kept;
use crate::plan::Evidence;
use crate::survey::{Group, HANDED_NAMES, Handed, Local, StripeSite, is_copy, user_id};
use crate::target::index::{FunctionId, Ty};

/// More functions than this are left to a person.
const LONGEST: usize = 4;

/// What handing down comes to.
pub struct Thread {
    /// All of its edits.
    pub edits: Vec<FileEdit>,
    /// Calls and signatures it touches.
    pub evidence: Vec<Evidence>,
    /// How it goes, as a sentence.
    pub reason: String,
}

/// The number of a parameter that holds the user, and the fields that lead from it to the id, as `.id`.
type User = (usize, String);

/// What a call hands down.
enum Hands {
    /// The parameter of the function around it.
    Own,
    /// What the module gives there.
    Asked(Given),
    /// Nothing, in tests.
    Nothing,
}

/// Hands the metadata down to a site.
///
/// # Errors
/// With the end of a sentence that says why not.
pub fn thread(basis: &Basis, site: &StripeSite) -> Result<Thread, String> {
    let index = &basis.target.index;
    if site.looped {
        return Err("it is made in a loop".into());
    }
    let mut groups: Vec<&Group> = Vec::new();
    let mut todo = vec![(site.function, user_of(basis, site)?)];
    let mut calls: Vec<(&Handed, Hands)> = Vec::new();
    while let Some((function, user)) = todo.pop() {
        let Some(group) = basis.app.threads.of(function) else {
            return Err("it is called in a way that can't be followed".into());
        };
        if groups.iter().any(|known| std::ptr::eq(*known, group)) {
            continue;
        }
        if groups.len() == LONGEST {
            return Err("it is called through too many functions".into());
        }
        if let Some(problem) = &group.problem {
            return Err(problem.clone());
        }
        groups.push(group);
        if group.calls.iter().all(|call| index.functions[call.standing.function].test) {
            return Err(format!("nothing that was read calls `{}`", index.symbol(function)));
        }
        for call in &group.calls {
            let around = call.standing.function;
            let hands = if index.functions[around].test {
                Hands::Nothing
            } else if call.standing.looped || call.standing.deferred {
                return Err(format!("{} runs in a loop, a closure or a task", place(call)));
            } else {
                match asked(basis, call, user.as_ref()) {
                    Ok(given) => Hands::Asked(given),
                    Err(Lack::Reach(_)) if !is_handler(basis, around) => {
                        todo.push((around, passed_on(basis, call, user.as_ref())?));
                        Hands::Own
                    }
                    Err(Lack::Reach(reason) | Lack::Doubt(reason)) => {
                        return Err(format!("at {}, {reason}", place(call)));
                    }
                }
            };
            calls.push((call, hands));
        }
    }
    alone(basis, site, &groups)?;
    written(basis, site, &groups, &calls)
}

/// True for functions that a framework calls: no parameter can be added to them here.
fn is_handler(basis: &Basis, function: FunctionId) -> bool {
    let routed = basis.app.chains.iter().flat_map(|chain| &chain.calls).flat_map(|call| &call.functions);
    routed.map(|(handler, _)| *handler).any(|handler| handler == function)
        || basis.app.by_hand.iter().any(|by_hand| by_hand.handlers.contains(&function))
}

fn place(call: &Handed) -> String {
    format!("{}:{}", call.at.file, call.at.line)
}

/// The parameter of the site's function from which the user's id comes there, if one of them holds a person.
fn user_of(basis: &Basis, site: &StripeSite) -> Result<Option<User>, String> {
    let Ok(Some(identity)) = basis.identity() else { return Ok(None) };
    let index = &basis.target.index;
    let bare = |local: &Local| {
        ["user_id", "uid"].contains(&local.name.as_str())
            && local.ty.behind_pointers() == identity.id_ty.behind_pointers()
    };
    let Some(user) = user_id(index, site.module, &site.locals, &[], &bare) else {
        return Ok(None);
    };
    let path = user.expr.trim_start_matches('&');
    let name = path.split('.').next().unwrap_or_default();
    let params = &index.functions[site.function].params;
    match params.iter().position(|param| param.pattern == name) {
        Some(number) => Ok(Some((number, path[name.len()..].to_string()))),
        None => Err("the user only becomes known inside of the function".into()),
    }
}

/// Which parameter of the function around a call holds the user that the call hands on.
fn passed_on(basis: &Basis, call: &Handed, user: Option<&User>) -> Result<Option<User>, String> {
    let Some((number, fields)) = user else { return Ok(None) };
    let path = call.arguments.get(*number).map_or("", |given| bare_path(given));
    let name = path.split('.').next().unwrap_or_default();
    let params = &basis.target.index.functions[call.standing.function].params;
    match params.iter().position(|param| param.pattern == name) {
        Some(around) => Ok(Some((around, format!("{}{fields}", &path[name.len()..])))),
        None => Err(format!("the user only becomes known in the function that calls it at {}", place(call))),
    }
}

/// What the module gives where a call stands.
fn asked(basis: &Basis, call: &Handed, user: Option<&User>) -> Result<Given, Lack> {
    let doubt = |reason: &str| Lack::Doubt(reason.into());
    let file = basis.target.text(&call.at.file).ok_or_else(|| doubt("its file is gone"))?;
    let arguments = &file.text[call.list.open..call.list.close];
    let known = user.and_then(|user| handed_user(basis, call, user));
    if user.is_some() && known.is_none() {
        return Err(doubt("the user is handed on in a way that can't be read"));
    }
    let speaks = |name: &str| has_word(arguments, name);
    let given = reached(basis, &Reached { standing: &call.standing, speaks: &speaks, user: known })?;
    match call.statement {
        Some(_) => Ok(given),
        None => Err(doubt("no statement can be put in before the call")),
    }
}

/// The user's id as a call hands it on, as an expression that can be borrowed before.
fn handed_user(basis: &Basis, call: &Handed, (number, fields): &User) -> Option<String> {
    let given = call.arguments.get(*number)?;
    let path = bare_path(given);
    let is_path =
        path.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_'));
    let root = path.split('.').next()?;
    let local = call.standing.locals.iter().find(|local| local.name == root)?;
    let id_ty = &basis.identity().ok()??.id_ty;
    let index = &basis.target.index;
    let id = format!("{path}{fields}");
    let gone = call.standing.moved.iter().any(|moved| {
        let holds = id.strip_prefix(moved.as_str()).is_some_and(|rest| rest.starts_with('.'));
        holds || (*moved == id && !is_copy(index, id_ty))
    });
    // What is behind a reference, or copied, needs none.
    let is_reference = matches!(local.ty, Ty::Ref(_)) && path == root && fields.is_empty();
    let by_value = is_reference || is_copy(index, id_ty);
    (is_path && (!gone || is_copy(index, &local.ty))).then(|| match by_value {
        true => format!("{path}{fields}"),
        false => format!("&{path}{fields}"),
    })
}

/// `user.id` of `&user.id` and `user.id.clone()`.
fn bare_path(given: &str) -> &str {
    let path = given.trim_start_matches('&');
    path.strip_suffix(".clone()").unwrap_or(path)
}

/// Another Customer on the same way would be handed the same.
fn alone(basis: &Basis, site: &StripeSite, groups: &[&Group]) -> Result<(), String> {
    let on_the_way = |function| {
        let mut members = groups.iter().flat_map(|group| &group.signatures);
        members.any(|signature| signature.function == function)
            || groups.iter().flat_map(|group| &group.calls).any(|call| call.standing.function == function)
    };
    let others = customers(basis.app).filter(|other| other.call.id != site.call.id);
    let other = others.into_iter().find(|other| on_the_way(other.function));
    other.map_or(Ok(()), |other| Err(format!("`{}` is made on the same way", other.call.id)))
}

fn written(
    basis: &Basis,
    site: &StripeSite,
    groups: &[&Group],
    calls: &[(&Handed, Hands)],
) -> Result<Thread, String> {
    let index = &basis.target.index;
    let signatures = || groups.iter().flat_map(|group| &group.signatures);
    let taken = signatures().any(|signature| signature.name_is_taken)
        || calls.iter().any(|(call, hands)| call.name_is_taken && matches!(hands, Hands::Asked(_)));
    let name = HANDED_NAMES[usize::from(taken)];
    let has_one = |id: FunctionId| index.functions[id].params.iter().any(|param| param.pattern == name);
    if signatures().any(|signature| has_one(signature.function)) {
        return Err(format!("one of the functions has a parameter `{name}` already"));
    }
    let fields = takes_fields(&site.params);
    let passes = |id: FunctionId| {
        id == site.function
            || calls.iter().any(|(call, hands)| matches!(hands, Hands::Own) && call.standing.function == id)
    };
    let mut all = Vec::new();
    let mut evidence = Vec::new();
    let mut untidy = Vec::new();
    for signature in signatures() {
        let function = &index.functions[signature.function];
        let text = basis.target.text(&signature.at.file).ok_or("a file is gone")?;
        let map = match index.resolve(function.module, &["HashMap".to_string()]).as_deref() {
            Some("std::collections::HashMap") => "HashMap<String, String>",
            _ => "std::collections::HashMap<String, String>",
        };
        let ty = if fields { "Vec<(&'static str, String)>" } else { map };
        let unused = if passes(signature.function) || function.body.is_empty() { "" } else { "_" };
        let changes = parameter(text, signature, &format!("{unused}{name}: {ty}"))
            .ok_or("one of the signatures is laid out in a way of its own")?;
        all.extend(changes.into_iter().map(|(at, text)| edit(&signature.at.file, at, text)));
        evidence.push(Evidence { at: signature.at.clone(), fact: "takes the metadata".into() });
    }
    for (call, hands) in calls {
        let text = basis.target.text(&call.at.file).ok_or("a file is gone")?;
        let given = if matches!(hands, Hands::Nothing) { "Default::default()" } else { name };
        let (changes, tidy) = argument(text, call, given)
            .ok_or_else(|| format!("the call at {} has a comment in its arguments", place(call)))?;
        if !tidy {
            untidy.push(format!("`{}`", place(call)));
        }
        if let (Hands::Asked(asked), Some(statement)) = (hands, call.statement) {
            let (eol, unit) = (text.eol(), text.indent_unit());
            let indent = text.indentation(statement);
            let value = if fields { asked.fields() } else { asked.map() };
            let line = layout::binding(indent, eol, name, &value, unit);
            all.push(edit(&call.at.file, statement..statement, format!("{line}{eol}{indent}")));
        }
        all.extend(changes.into_iter().map(|(at, text)| edit(&call.at.file, at, text)));
        let fact = match hands {
            Hands::Asked(_) if is_kept(basis) => "has the user at hand",
            Hands::Asked(_) => "has the user and the database at hand",
            Hands::Own => "hands it on",
            Hands::Nothing => "a test, which hands down nothing",
        };
        evidence.push(Evidence { at: call.at.clone(), fact: fact.into() });
    }
    let own =
        edits(basis, site, &Given::Parameter(name)).ok_or("its parameters can't be extended by rule")?;
    all.extend(own);
    let ends = calls.iter().filter(|(_, hands)| matches!(hands, Hands::Asked(_))).count();
    let tests = calls.iter().filter(|(_, hands)| matches!(hands, Hands::Nothing)).count();
    let tests = if tests > 0 { format!("; {tests} in tests hand down nothing") } else { String::new() };
    let (functions, ends) =
        (counted(evidence_of(groups), "function takes", "functions take"), counted(ends, "call", "calls"));
    let untidy = match untidy.is_empty() {
        true => String::new(),
        false => format!(" rustfmt will want {} on several lines.", untidy.join(", ")),
    };
    let (lacks, has) = match is_kept(basis) {
        true => ("the user is", "the user"),
        false => ("the user or the database is", "both"),
    };
    let reason = format!(
        "Where it is made, {lacks} not at hand: {functions} the metadata as one more parameter, which {ends} with {has} \
         at hand ask the module for{tests}.{untidy}"
    );
    Ok(Thread { edits: all, evidence, reason })
}

fn evidence_of(groups: &[&Group]) -> usize {
    groups.iter().map(|group| group.signatures.len()).sum()
}

fn counted(n: usize, one: &str, several: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {several}") }
}

fn edit(file: &str, at: std::ops::Range<usize>, text: String) -> FileEdit {
    FileEdit { file: file.to_string(), at: Some(at), text }
}

/// True if code has a name as a whole word.
pub fn has_word(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !is_part(code[..at].chars().next_back()) && !is_part(code[at + name.len()..].chars().next())
    })
}
