//! Fills the holes in addresses once every file is read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::address::{Address, HOST, Part};
use super::called::{Called, Requests, SetTo};
use super::endpoint::{Filled, Server, server};
use crate::target::index::{FunctionId, Index};

/// Functions that call functions, and fields that are set from fields: longer chains are not followed.
const LONGEST: usize = 8;

/// What all files say about addresses.
pub struct Addresses<'a> {
    index: &'a Index,
    returns: BTreeMap<FunctionId, Address>,
    fields: BTreeMap<(String, String), Vec<SetTo>>,
    /// What constructors are given, by function: the arguments' addresses, with the file.
    given: BTreeMap<FunctionId, Vec<(Vec<Address>, String)>>,
}

/// Where Stripe's host came in on the way to an address.
#[derive(Debug, Clone, Default)]
pub struct Touched {
    /// Literals and names, by file.
    pub places: BTreeSet<(String, usize, usize)>,
    /// Constants.
    pub constants: BTreeSet<String>,
}

impl Touched {
    fn note(&mut self, address: &Address, file: &str) {
        let places = address.places.iter().map(|Range { start, end }| (file.to_string(), *start, *end));
        self.places.extend(places);
        self.constants.extend(address.constants.iter().cloned());
    }

    /// True for a byte of one of the places.
    pub fn has(&self, file: &str, at: usize) -> bool {
        let mut places = self.places.iter().filter(|(path, ..)| path == file);
        places.any(|(_, start, end)| (*start..*end).contains(&at))
    }

    /// Adds another's.
    pub fn join(&mut self, other: &Self) {
        self.places.extend(other.places.iter().cloned());
        self.constants.extend(other.constants.iter().cloned());
    }
}

impl<'a> Addresses<'a> {
    /// What the parts found in single files come to.
    pub fn new(index: &'a Index, parts: &[Requests]) -> Self {
        let mut all =
            Self { index, returns: BTreeMap::new(), fields: BTreeMap::new(), given: BTreeMap::new() };
        for part in parts {
            all.returns.extend(part.returns.iter().map(|(&function, address)| (function, address.clone())));
            for (field, value) in &part.fields {
                all.fields.entry(field.clone()).or_default().push(value.clone());
            }
            for call in &part.calls {
                let args: Vec<Address> = call.args.iter().map(|arg| arg.address.clone()).collect();
                for &callee in &call.callees {
                    all.given.entry(callee).or_default().push((args.clone(), call.at.file.clone()));
                }
            }
        }
        all
    }

    /// An address with what is known put in; parameters stay.
    pub fn fill(&self, address: &Address, file: &str, touched: &mut Touched) -> Vec<Filled> {
        let mut out = Vec::new();
        self.fill_into(address, file, None, 0, touched, &mut out);
        out
    }

    /// What a call is given, each filled.
    pub fn arguments(&self, call: &Called, touched: &mut Touched) -> Vec<Vec<Filled>> {
        call.args.iter().map(|arg| self.fill(&arg.address, &call.at.file, touched)).collect()
    }

    fn fill_into(
        &self,
        address: &Address,
        file: &str,
        args: Option<&[Vec<Filled>]>,
        depth: usize,
        touched: &mut Touched,
        out: &mut Vec<Filled>,
    ) {
        touched.note(address, file);
        for part in &address.parts {
            let filled = match part {
                Part::Text(text) => vec![Filled::Text(text.clone())],
                Part::Unknown(text) => vec![Filled::Unknown(text.clone())],
                Part::Param(position) => match args.and_then(|args| args.get(*position)) {
                    Some(given) => given.clone(),
                    None if args.is_some() => vec![Filled::Unknown("a parameter".into())],
                    None => vec![Filled::Param(*position)],
                },
                _ if depth > LONGEST => vec![Filled::Unknown("…".into())],
                Part::Field(owner, name) => self.field(owner, name, depth, touched),
                Part::Call(function, given) => {
                    let given: Vec<Vec<Filled>> = given
                        .iter()
                        .map(|arg| {
                            let mut filled = Vec::new();
                            self.fill_into(arg, file, args, depth + 1, touched, &mut filled);
                            filled
                        })
                        .collect();
                    self.returned(*function, &given, depth, touched)
                }
            };
            filled.into_iter().for_each(|part| push(out, part));
        }
    }

    fn returned(
        &self,
        function: FunctionId,
        given: &[Vec<Filled>],
        depth: usize,
        touched: &mut Touched,
    ) -> Vec<Filled> {
        let candidates = self.index.with_implementations(function);
        let found = candidates.iter().find_map(|id| Some((id, self.returns.get(id)?)));
        let Some((id, address)) = found else {
            return vec![Filled::Unknown(self.index.functions[function].name.clone())];
        };
        let mut out = Vec::new();
        let file = self.index.functions[*id].file.clone();
        self.fill_into(address, &file, Some(given), depth + 1, touched, &mut out);
        out
    }

    /// What a field is set to: Stripe's address if one of the values is that, as others are for tests.
    fn field(&self, owner: &str, name: &str, depth: usize, touched: &mut Touched) -> Vec<Filled> {
        let key = (owner.to_string(), name.to_string());
        let mut other = None;
        for SetTo { address, function, file } in self.fields.get(&key).into_iter().flatten() {
            let constructor = self.given.get(function).map(Vec::as_slice).unwrap_or_default();
            let mut values = Vec::new();
            let mut seen = Touched::default();
            let mut plain = Vec::new();
            self.fill_into(address, file, None, depth + 1, &mut seen, &mut plain);
            if plain.iter().any(|part| matches!(part, Filled::Param(_))) {
                for (args, from) in constructor {
                    let mut seen = seen.clone();
                    let given: Vec<Vec<Filled>> = args
                        .iter()
                        .map(|arg| {
                            let mut filled = Vec::new();
                            self.fill_into(arg, from, None, depth + 1, &mut seen, &mut filled);
                            filled
                        })
                        .collect();
                    let mut filled = Vec::new();
                    self.fill_into(address, file, Some(&given), depth + 1, &mut seen, &mut filled);
                    values.push((filled, seen));
                }
            } else {
                values.push((plain, seen));
            }
            for (value, seen) in values {
                match server(&value) {
                    Server::Stripe => {
                        touched.join(&seen);
                        return value;
                    }
                    Server::Other(_) => other = Some(value),
                    _ => {}
                }
            }
        }
        // A default that is told to clap or serde.
        let attributes = self.index.types.get(owner).into_iter().flat_map(|ty| &ty.fields);
        let default =
            attributes.filter(|field| field.name == name).flat_map(|field| &field.attributes).find_map(
                |attribute| attribute.split('"').find(|text| text.contains(HOST) && text.starts_with("http")),
            );
        match (default, other) {
            (Some(default), _) => vec![Filled::Text(default.to_string())],
            (None, Some(other)) => other,
            (None, None) => {
                let owner = owner.rsplit("::").next().unwrap_or(owner);
                vec![Filled::Unknown(format!("{owner}.{name}"))]
            }
        }
    }
}

/// Adds a part; texts that follow one another are one.
pub fn push(out: &mut Vec<Filled>, part: Filled) {
    match (out.last_mut(), part) {
        (Some(Filled::Text(text)), Filled::Text(more)) => text.push_str(&more),
        (_, part) => out.push(part),
    }
}

/// Puts arguments in place of a function's parameters.
pub fn substitute(parts: &[Filled], given: &[Vec<Filled>]) -> Vec<Filled> {
    let mut out = Vec::new();
    for part in parts {
        match part {
            Filled::Param(position) => match given.get(*position) {
                Some(value) => value.iter().for_each(|part| push(&mut out, part.clone())),
                None => push(&mut out, Filled::Unknown("a parameter".into())),
            },
            other => push(&mut out, other.clone()),
        }
    }
    out
}
