//! How the chains of a project hang together: which holds which, under what path, and what is around it.
//!
//! `.service(users::scope())` holds what `users::scope` returns, also in another package of the workspace;
//! `.configure(users::config)` holds what that function adds; a chain within a call's bytes is held by that call.

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::actix::arguments::Part;
use crate::survey::actix::chain::{Call, Chain, Start};
use crate::survey::actix::wrap::Wrap;
use crate::target::index::{FunctionId, Index};

/// The chains of all packages, tests aside, put together.
#[derive(Debug, Default)]
pub struct Tree {
    /// The chains, by file and position.
    pub chains: Vec<Chain>,
    /// For each chain: the chain that holds it, and which of its calls.
    parents: Vec<Option<(usize, usize)>>,
    /// For each chain: the chain it goes on from (`let scope = scope.service(…)`).
    before: Vec<Option<usize>>,
    /// For each chain: those that go on from it.
    after: Vec<Vec<usize>>,
}

impl Tree {
    /// Puts chains together.
    pub fn of(index: &Index, mut chains: Vec<Chain>) -> Self {
        chains.retain(|chain| !index.functions[chain.function].test);
        chains.sort_by(|a, b| {
            let key = |chain: &Chain| (chain.at.bytes[0], std::cmp::Reverse(chain.at.bytes[1]));
            a.at.file.cmp(&b.at.file).then_with(|| key(a).cmp(&key(b)))
        });
        let count = chains.len();
        let mut tree = Self {
            chains,
            parents: vec![None; count],
            before: vec![None; count],
            after: vec![Vec::new(); count],
        };
        tree.hold_what_is_inline();
        let by_function = tree.by_function();
        tree.go_on(&by_function);
        tree.hold_what_is_named(&by_function);
        tree
    }

    /// Chains within the bytes of another chain's call.
    fn hold_what_is_inline(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        for number in 0..self.chains.len() {
            let at = &self.chains[number].at;
            while let Some(&outer) = open.last() {
                let around = &self.chains[outer].at;
                if around.file == at.file && at.bytes[0] < around.bytes[1] {
                    break;
                }
                open.pop();
            }
            self.parents[number] = open.last().and_then(|&outer| {
                let holds = |call: &Call| {
                    call.bytes.start <= at.bytes[0]
                        && at.bytes[1] <= call.bytes.end
                        && ["service", "configure"].contains(&call.method.as_str())
                };
                Some((outer, self.chains[outer].calls.iter().position(holds)?))
            });
            open.push(number);
        }
    }

    fn by_function(&self) -> BTreeMap<FunctionId, Vec<usize>> {
        let mut found: BTreeMap<FunctionId, Vec<usize>> = BTreeMap::new();
        for (number, chain) in self.chains.iter().enumerate() {
            found.entry(chain.function).or_default().push(number);
        }
        found
    }

    /// Chains that start with a local or a function's result go on from another chain.
    fn go_on(&mut self, by_function: &BTreeMap<FunctionId, Vec<usize>>) {
        for number in 0..self.chains.len() {
            let chain = &self.chains[number];
            let from = match &chain.start {
                Start::Local(name) => bound_before(&self.chains, by_function, number, name),
                Start::Function(id) => {
                    let own = by_function.get(id).map_or(&[][..], Vec::as_slice);
                    own.iter().copied().find(|&inner| self.chains[inner].returned && inner != number)
                }
                _ => None,
            };
            self.before[number] = from;
            if let Some(from) = from {
                self.after[from].push(number);
            }
        }
    }

    /// Chains in functions that another chain's call names, and chains bound to locals that it names.
    fn hold_what_is_named(&mut self, by_function: &BTreeMap<FunctionId, Vec<usize>>) {
        for number in 0..self.chains.len() {
            for call in 0..self.chains[number].calls.len() {
                for part in self.chains[number].calls[call].parts.clone() {
                    let held: Vec<usize> = match part {
                        Part::Local(name) => {
                            bound_before(&self.chains, by_function, number, &name).into_iter().collect()
                        }
                        Part::Function(id) => self.brought_by(by_function.get(&id)),
                    };
                    for inner in held.into_iter().filter(|&inner| inner != number) {
                        self.parents[inner].get_or_insert((number, call));
                    }
                }
            }
        }
    }

    /// What a function brings: what it returns, and all that it adds to a configuration.
    fn brought_by(&self, own: Option<&Vec<usize>>) -> Vec<usize> {
        let own = own.map_or(&[][..], Vec::as_slice);
        let loose = |&&number: &&usize| self.parents[number].is_none() && self.before[number].is_none();
        let adds =
            |number: &usize| self.chains[*number].returned || self.chains[*number].start == Start::Config;
        let found: Vec<usize> = own.iter().filter(loose).copied().filter(adds).collect();
        if found.is_empty() { own.iter().filter(loose).copied().collect() } else { found }
    }

    /// The chain, what it goes on from, and what goes on from it, in order.
    pub fn whole(&self, chain: usize) -> Vec<usize> {
        let mut base = chain;
        let mut seen = BTreeSet::new();
        while let Some(before) = self.before[base].filter(|_| seen.insert(base)) {
            base = before;
        }
        let mut parts = vec![base];
        let mut next = 0;
        while let Some(&part) = parts.get(next) {
            let further: Vec<usize> =
                self.after[part].iter().copied().filter(|it| !parts.contains(it)).collect();
            parts.extend(further);
            next += 1;
        }
        parts
    }

    /// What holds a chain.
    pub fn parent(&self, chain: usize) -> Option<usize> {
        self.whole(chain).into_iter().find_map(|part| self.parents[part]).map(|(holder, _)| holder)
    }

    /// The call of another chain that holds this one, by its bytes.
    pub fn held_by(&self, chain: usize) -> Option<std::ops::Range<usize>> {
        let (holder, call) = self.whole(chain).into_iter().find_map(|part| self.parents[part])?;
        Some(self.chains[holder].calls[call].bytes.clone())
    }

    /// A chain and all around it, from the inside out.
    pub fn way_up(&self, chain: usize) -> Vec<usize> {
        let mut way = vec![chain];
        while let Some(holder) = way.last().and_then(|&last| self.parent(last)) {
            if way.contains(&holder) {
                break;
            }
            way.push(holder);
        }
        way
    }

    /// What a chain starts with, at its very start.
    pub fn start(&self, chain: usize) -> &Start {
        let base = self.whole(chain).first().copied().unwrap_or(chain);
        &self.chains[base].start
    }

    /// Path under which a chain's routes are served; `None` if a part of it isn't written there.
    pub fn prefix(&self, chain: usize) -> Option<String> {
        let mut prefix = String::new();
        for level in self.way_up(chain).into_iter().rev() {
            match self.start(level) {
                Start::Scope(path) | Start::Resource(path) => prefix = join(&prefix, path.as_ref()?),
                _ => {}
            }
        }
        Some(prefix)
    }

    /// All calls of a chain and its continuations.
    pub fn calls(&self, chain: usize) -> Vec<&Call> {
        self.whole(chain).into_iter().flat_map(|part| &self.chains[part].calls).collect()
    }

    /// The layers of a chain itself.
    pub fn wraps(&self, chain: usize) -> Vec<&Wrap> {
        self.calls(chain).into_iter().filter_map(|call| call.wrap.as_ref()).collect()
    }

    /// True if the chain starts one, and does not go on from another.
    pub fn is_start(&self, chain: usize) -> bool {
        self.before[chain].is_none()
    }
}

/// A path below another: actix-web puts a slash between them if there is none.
pub fn join(prefix: &str, path: &str) -> String {
    let prefix = prefix.trim_end_matches('/');
    match path {
        "" => prefix.to_string(),
        path if path.starts_with('/') => format!("{prefix}{path}"),
        path => format!("{prefix}/{path}"),
    }
}

/// The last chain before one in the same function that is bound to a name.
fn bound_before(
    chains: &[Chain],
    by_function: &BTreeMap<FunctionId, Vec<usize>>,
    number: usize,
    name: &str,
) -> Option<usize> {
    let chain = &chains[number];
    let own = by_function.get(&chain.function)?;
    let before = |&other: &usize| {
        let (other, bound) = (&chains[other], &chains[other].bound_to);
        bound.as_deref() == Some(name) && other.at.bytes[0] < chain.at.bytes[0]
    };
    own.iter().copied().filter(before).max_by_key(|&other| chains[other].at.bytes[0])
}
