//! What it takes to hand one more value down to a function: its signature and those of a trait's other implementations,
//! and every call of it in the project.
//!
//! `create_customer(&self, email: &str)` of a trait, implemented twice, called by a service and three tests. Near misses,
//! each of which is a problem that is told: a function that is named without being called, as a handler is; a call whose
//! receiver can't be read; a mention in a macro or in a file that is part of no crate here; a trait of another crate.

mod calls;
pub mod handed;
mod mentions;
mod signatures;

pub use calls::looped;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::survey::calls::Body;
use crate::survey::stripe::site::{Standing, StripeSite};
use crate::survey::walk::walk;
use crate::target::index::{FunctionId, Index, Parsed, TypeKind, finish};
use crate::target::{At, Target};

/// Functions that call functions: longer ways down are left to a person.
const LONGEST: usize = 4;

/// Everything needed to hand a value down to some functions.
#[derive(Debug, Clone, Default)]
pub struct Threads {
    groups: Vec<Group>,
    by_function: BTreeMap<FunctionId, usize>,
}

impl Threads {
    /// What belongs to a function, if something may call it.
    pub fn of(&self, function: FunctionId) -> Option<&Group> {
        self.by_function.get(&function).map(|&number| &self.groups[number])
    }
}

/// A function, or a method of a trait with all its implementations.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Their signatures.
    pub signatures: Vec<Signature>,
    /// All calls in the project.
    pub calls: Vec<Handed>,
    /// Why nothing more can be handed to it, as the end of a sentence.
    pub problem: Option<String>,
}

/// The parameters of one function.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The function.
    pub function: FunctionId,
    /// Its first line.
    pub at: At,
    /// Its parameters, `self` included.
    pub list: List,
    /// Byte after what stands on the line of the closing parenthesis.
    pub line_end: usize,
    /// True if it speaks of something called `metadata`.
    pub name_is_taken: bool,
}

/// A call of a function of a group.
#[derive(Debug, Clone)]
pub struct Handed {
    /// The call.
    pub at: At,
    /// Where it stands.
    pub standing: Standing,
    /// Its arguments, without a receiver that is given as the first.
    pub arguments: Vec<String>,
    /// Its arguments as they stand.
    pub list: List,
    /// The chain of calls it is a link of.
    pub chain: Chained,
    /// Where the statement around it starts, if one can be put in before.
    pub statement: Option<usize>,
    /// Locals that hold what Cello's module gave.
    pub cello: Vec<String>,
    /// True if the function around it speaks of something called `metadata`.
    pub name_is_taken: bool,
}

/// What stands in parentheses.
#[derive(Debug, Clone)]
pub struct List {
    /// Byte after the opening parenthesis.
    pub open: usize,
    /// Byte of the closing one.
    pub close: usize,
    /// The items.
    pub items: Vec<Range<usize>>,
}

/// The chain of calls that a call ends.
#[derive(Debug, Clone)]
pub struct Chained {
    /// Where it starts.
    pub start: usize,
    /// Bytes of its dots.
    pub dots: Vec<usize>,
    /// Length of what it starts with.
    pub root: usize,
}

/// Reads what leads to the functions in which sites stand, and marks the sites that are handed Cello's metadata already.
pub fn threads(target: &Target, sites: &mut [StripeSite], bodies: &BTreeMap<FunctionId, Body>) -> Threads {
    let index = &target.index;
    let mut wanted: BTreeSet<FunctionId> = sites
        .iter()
        .filter(|site| {
            site.call.object == "customer" && site.call.call == "create" && site.call.decoy.is_none()
        })
        .map(|site| site.function)
        .filter(|&function| !index.functions[function].test)
        .collect();
    let mut threads = Threads::default();
    for _ in 0..LONGEST {
        let mut members = BTreeSet::new();
        for &function in &wanted {
            if threads.by_function.contains_key(&function) {
                continue;
            }
            let number = threads.groups.len();
            let (group, problem) = group(index, function);
            threads.groups.push(Group { problem, ..Group::default() });
            threads.by_function.extend(group.iter().map(|&member| (member, number)));
            members.extend(group);
        }
        let calls = |body: &Body| body.calls.iter().any(|callee| members.contains(callee));
        wanted = bodies
            .iter()
            .filter(|(id, body)| !index.functions[**id].test && calls(body))
            .map(|(&id, _)| id)
            .collect();
    }
    if !threads.groups.is_empty() {
        read(target, &mut threads);
        handed::known(target, sites, &threads);
    }
    threads
}

/// A function with all that have to keep its signature.
fn group(index: &Index, id: FunctionId) -> (Vec<FunctionId>, Option<String>) {
    let function = &index.functions[id];
    let Some(of_trait) = &function.of_trait else {
        return (index.with_implementations(id), None);
    };
    let owner = index.resolve_ty(function.module, of_trait).path().unwrap_or_default();
    let own = index.types.get(&owner).filter(|ty| ty.kind == TypeKind::Trait);
    let declared = index.functions_at(&format!("{owner}::{}", function.name));
    let declared = declared.iter().find(|&&id| index.functions[id].of_trait.is_none());
    match (own, declared) {
        (Some(_), Some(&declared)) => (index.with_implementations(declared), None),
        _ => (vec![id], Some(format!("it implements `{of_trait}`, a trait of another crate"))),
    }
}

fn read(target: &Target, threads: &mut Threads) {
    let index = &target.index;
    let names: BTreeSet<&str> =
        threads.by_function.keys().map(|&id| index.functions[id].name.as_str()).collect();
    let names: BTreeSet<String> = names.into_iter().map(str::to_string).collect();
    let free: BTreeSet<String> = threads
        .by_function
        .keys()
        .map(|&id| &index.functions[id])
        .filter(|function| function.self_ty.is_none())
        .map(|function| function.name.clone())
        .collect();
    let mut lost: BTreeMap<String, At> = BTreeMap::new();
    let mut named: BTreeMap<usize, At> = BTreeMap::new();
    for text in target.files.values().filter(|file| file.path.ends_with(".rs")) {
        if !names.iter().any(|name| text.text.contains(name.as_str())) {
            continue;
        }
        let Ok(parsed) = Parsed::new(&text.text) else { continue };
        let mut calls = calls::Calls::new(&names, &threads.by_function);
        if index.files.contains_key(&text.path) {
            walk(index, text, &parsed, &mut [&mut calls]);
        }
        let signatures = signatures::read(index, text, &parsed, &names);
        let mut known: BTreeSet<usize> = calls.known.clone();
        known.extend(signatures.iter().map(|(name, ..)| *name));
        for (name, at) in mentions::unknown(text, &parsed, &names, &free, &known) {
            lost.entry(name).or_insert(at);
        }
        for (_, signature, problem) in signatures {
            let Some(group) = threads.by_function.get(&signature.function) else { continue };
            let group = &mut threads.groups[*group];
            group.signatures.push(signature);
            group.problem = group.problem.take().or(problem);
        }
        for (group, at) in calls.named {
            named.entry(group).or_insert(at);
        }
        for (group, call) in calls.found {
            threads.groups[group].calls.push(call);
        }
        drop(parsed);
        finish();
    }
    for (&function, &number) in &threads.by_function {
        let name = &index.functions[function].name;
        let group = &mut threads.groups[number];
        let at = lost.get(name).or_else(|| named.get(&number));
        if let Some(at) = at.filter(|_| group.problem.is_none()) {
            group.problem = Some(format!(
                "`{name}` is also named at {}:{}, and what is meant there can't be read",
                at.file, at.line
            ));
        }
    }
    for number in 0..threads.groups.len() {
        let members = threads.by_function.values().filter(|&&group| group == number).count();
        let group = &mut threads.groups[number];
        if group.signatures.len() != members && group.problem.is_none() {
            group.problem = Some("one of its signatures could not be read".into());
        }
    }
}
