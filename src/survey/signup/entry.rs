//! Ways to sign up: request handlers that reach a function which inserts a person, and the place after it.
//!
//! `POST /signup` → `accounts::register` → `INSERT INTO users`. Near misses: log-ins for development, forms for
//! administrators, seeds, guests, newsletter subscribers, upserts that can't tell new from known.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;

use crate::survey::calls::Body;
use crate::survey::signup::decoy::is_server_function;
use crate::survey::signup::found::Wanted;
use crate::survey::store::sql::Insert;
use crate::target::index::{FunctionId, Index};

/// A handler as the router registers it.
#[derive(Debug, Clone)]
pub struct Route {
    /// The handler.
    pub handler: FunctionId,
    /// `post`, `get`, …; empty if unknown.
    pub method: String,
    /// Path as far as it can be composed.
    pub path: String,
    /// Name of a guard around it that lets only some people through.
    pub guard: Option<String>,
    /// Name of what stands around it and may be a guard.
    pub perhaps: Option<String>,
}

/// A handler that leads to the creation of a person.
#[derive(Debug, Clone)]
pub struct Entry {
    /// From the handler to the function with the `INSERT`.
    pub path: Vec<FunctionId>,
    /// How the handler is reached.
    pub route: Option<Route>,
    /// The `INSERT`.
    pub insert: Insert,
    /// Bytes of its literal, or of the call that stands for one.
    pub literal: Range<usize>,
    /// True if something outside of tests calls the creating function, or may: it implements another crate's trait.
    pub called: bool,
    /// True if only the program's start leads to it.
    pub at_start: bool,
}

impl Entry {
    /// What the function at a level of the path does that leads on.
    pub fn wanted(&self, level: usize) -> Wanted {
        match self.path.get(level + 1) {
            Some(&next) => Wanted::Call(next),
            None => Wanted::Creation(self.literal.clone()),
        }
    }
}

/// Every handler from which a creation can be reached, and creations that no handler reaches.
pub fn entries(index: &Index, bodies: &BTreeMap<FunctionId, Body>, routes: &[Route]) -> Vec<Entry> {
    let mut callers: BTreeMap<FunctionId, BTreeSet<FunctionId>> = BTreeMap::new();
    for (&caller, body) in bodies {
        if index.functions[caller].test {
            continue;
        }
        for &callee in &body.calls {
            callers.entry(callee).or_default().insert(caller);
        }
    }
    let handlers: BTreeMap<FunctionId, &Route> =
        routes.iter().rev().map(|route| (route.handler, route)).collect();
    let answers = |id: FunctionId| handlers.contains_key(&id) || is_server_function(&index.functions[id]);
    let mut found = Vec::new();
    for (&creator, body) in bodies {
        if index.functions[creator].test {
            continue;
        }
        let krate = &index.modules[index.functions[creator].module].krate;
        let creates = |insert: &Insert| {
            insert.creates_a_person() || insert.creates_a_user_of(krate) || insert.may_create_a_person()
        };
        for (insert, literal) in body.inserts.iter().filter(|(insert, _)| creates(insert)) {
            let paths = paths_from_handlers(creator, &callers, &answers);
            let alone = paths.is_empty().then(|| vec![creator]);
            let function = &index.functions[creator];
            // Through a trait, or on a value whose type can't be read off, it may be called unseen.
            let unseen = function.of_trait.is_some()
                || (function.has_self
                    && bodies.values().any(|body| body.unresolved.contains(&function.name)));
            let called = unseen || callers.get(&creator).is_some_and(|callers| !callers.is_empty());
            let at_start = alone.is_some() && !unseen && only_at_start(index, creator, &callers, bodies);
            for path in paths.into_iter().chain(alone) {
                let route = path.first().and_then(|first| handlers.get(first)).map(|route| (*route).clone());
                let (insert, literal) = (insert.clone(), literal.clone());
                found.push(Entry { path, route, insert, literal, called, at_start });
            }
        }
    }
    found
}

/// True if everything that leads to a function starts in `main`, call by call: what is only named there, as handlers are
/// where routes are put together, is called by somebody else.
fn only_at_start(
    index: &Index,
    creator: FunctionId,
    callers: &BTreeMap<FunctionId, BTreeSet<FunctionId>>,
    bodies: &BTreeMap<FunctionId, Body>,
) -> bool {
    let mut seen = BTreeSet::from([creator]);
    let mut todo = vec![creator];
    let mut starts = false;
    while let Some(function) = todo.pop() {
        match callers.get(&function) {
            Some(above) if above.iter().any(|above| bodies[above].named.contains(&function)) => return false,
            Some(above) => todo.extend(above.iter().filter(|above| seen.insert(**above))),
            None if index.functions[function].name == "main" => starts = true,
            None => return false,
        }
    }
    starts
}

/// Shortest paths from each function that answers requests down to a function.
fn paths_from_handlers(
    creator: FunctionId,
    callers: &BTreeMap<FunctionId, BTreeSet<FunctionId>>,
    answers: &dyn Fn(FunctionId) -> bool,
) -> Vec<Vec<FunctionId>> {
    let mut down: BTreeMap<FunctionId, FunctionId> = BTreeMap::new();
    let mut seen = BTreeSet::from([creator]);
    let mut todo = VecDeque::from([creator]);
    let mut found = Vec::new();
    while let Some(function) = todo.pop_front() {
        if answers(function) {
            let mut path = vec![function];
            let mut at = function;
            while let Some(&next) = down.get(&at) {
                path.push(next);
                at = next;
            }
            found.push(path);
            // A handler called by another handler is an entry of its own; go no higher.
            continue;
        }
        for &caller in callers.get(&function).into_iter().flatten() {
            if seen.insert(caller) {
                down.insert(caller, function);
                todo.push_back(caller);
            }
        }
    }
    found
}
