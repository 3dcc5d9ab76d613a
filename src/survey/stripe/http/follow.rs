//! From requests and calls to sites: functions of the project that send what they are given are followed to their callers.
//!
//! `stripe_post("/checkout/sessions", &pairs)` is a site if `stripe_post` sends a request to Stripe's address and its own
//! parameter. A function that hands its parameter on to such a one is one too. What is sent to another server is listed
//! as a decoy if it looks like a call to Stripe.

use std::collections::{BTreeMap, BTreeSet};

use super::called::{Called, Requests};
use super::endpoint::{Deed, Filled, Server, Verb, deed, gateway, path, server};
use super::pairs::Pairs;
use super::request::{Account, Request};
use super::resolve::{Addresses, Touched, substitute};
use crate::survey::stripe::form::ParamsForm;
use crate::survey::stripe::site::{Keys, Said, Standing, StripeSite};
use crate::target::At;
use crate::target::index::{FunctionId, Index};

/// A function that sends a request which its parameters complete.
#[derive(Clone)]
struct Wrapper {
    address: Vec<Filled>,
    verb: Verb,
    pairs: Pairs,
    /// True if it sends a form.
    form: bool,
    account: Account,
    touched: Touched,
    /// What in it is left open if nobody calls it.
    at: At,
}

/// Follows requests and calls.
pub struct Follow<'a> {
    index: &'a Index,
    addresses: Addresses<'a>,
    wrappers: BTreeMap<FunctionId, Vec<Wrapper>>,
    called: BTreeSet<FunctionId>,
    /// What was found.
    pub sites: Vec<StripeSite>,
    /// Where Stripe's host came in on the way to what is known.
    pub explained: Touched,
    /// Requests to Stripe of which it can't be told what they do.
    pub open: Vec<At>,
}

/// What is known of a request's address.
enum Leads {
    /// To Stripe; where only names say so, what they are.
    Stripe(Option<String>),
    /// To another server: why it is no call to Stripe.
    Elsewhere(String),
    /// As a parameter says.
    AsGiven,
    /// Nowhere that matters.
    Nowhere,
}

impl<'a> Follow<'a> {
    /// Follows everything that was found in single files.
    pub fn all(index: &'a Index, parts: &[Requests]) -> Self {
        let mut follow = Self {
            index,
            addresses: Addresses::new(index, parts),
            wrappers: BTreeMap::new(),
            called: BTreeSet::new(),
            sites: Vec::new(),
            explained: Touched::default(),
            open: Vec::new(),
        };
        for request in parts.iter().flat_map(|part| &part.requests) {
            follow.request(request);
        }
        let calls: Vec<&Called> = parts.iter().flat_map(|part| &part.calls).collect();
        follow.calls(&calls);
        follow
    }

    fn leads(&self, address: &[Filled], function: FunctionId) -> Leads {
        let says = |text: &str| text.to_ascii_lowercase().contains("stripe");
        match server(address) {
            Server::Stripe => Leads::Stripe(None),
            Server::Param(_) => Leads::AsGiven,
            Server::None => Leads::Nowhere,
            Server::Other(host) => Leads::Elsewhere(match gateway(&host) {
                Some(gateway) => format!("it is sent to {gateway} (`{host}`)"),
                None => format!("it is sent to `{host}`, not to Stripe"),
            }),
            Server::Unknown(text) => {
                let symbol = self.index.symbol(function);
                match gateway(&text).or_else(|| gateway(&symbol)) {
                    _ if says(&text) => Leads::Stripe(Some(format!("`{text}`"))),
                    Some(gateway) => Leads::Elsewhere(format!("by its names it is sent to {gateway}")),
                    None if says(&symbol) => Leads::Stripe(Some(format!("`{symbol}`"))),
                    None => Leads::Elsewhere(format!(
                        "its address starts with `{text}`, and nothing says that this is Stripe's"
                    )),
                }
            }
        }
    }

    fn request(&mut self, request: &Request) {
        let mut touched = Touched::default();
        let address = self.addresses.fill(&request.address, &request.at.file, &mut touched);
        let function = request.standing.function;
        let leads = self.leads(&address, function);
        let what = deed(&path(&address), request.verb);
        let completed = address.iter().any(|part| matches!(part, Filled::Param(_)))
            || matches!(request.verb, Verb::Param(_));
        let wrapper = || Wrapper {
            address: address.clone(),
            verb: request.verb,
            pairs: request.pairs.clone(),
            form: request.client == "form",
            account: request.account,
            touched: touched.clone(),
            at: request.at.clone(),
        };
        match (leads, what) {
            (Leads::Nowhere, _) | (Leads::Elsewhere(_), Deed::Else | Deed::Open) => {}
            (Leads::AsGiven, _) => self.wrappers.entry(function).or_default().push(wrapper()),
            (Leads::Stripe(_), Deed::Open) if completed => {
                self.wrappers.entry(function).or_default().push(wrapper());
            }
            (Leads::Stripe(_), Deed::Open) => self.stays_open(&request.at, &touched),
            (Leads::Stripe(_), Deed::Else) => self.explained.join(&touched),
            (Leads::Stripe(hint), Deed::Call(object, verb, decoy)) => {
                self.explained.join(&touched);
                let connected = request.account == Account::Connected;
                let decoy = decoy.map(str::to_string);
                self.sites.push(site(
                    (object, verb, request.client),
                    &request.at,
                    &request.pairs,
                    connected,
                    (decoy, hint),
                    request.standing.clone(),
                ));
            }
            (Leads::Elsewhere(reason), Deed::Call(object, verb, _)) => {
                if !self.index.functions[function].test && verb != "search" {
                    self.sites.push(site(
                        (object, verb, request.client),
                        &request.at,
                        &request.pairs,
                        false,
                        (Some(reason), None),
                        request.standing.clone(),
                    ));
                }
            }
        }
    }

    /// Follows calls to functions that send requests; a function that only hands a parameter on is one too.
    fn calls(&mut self, calls: &[&Called]) {
        let mut fresh: BTreeSet<FunctionId> = self.wrappers.keys().copied().collect();
        for _ in 0..4 {
            let mut next = BTreeSet::new();
            for call in calls {
                for callee in call.callees.iter().filter(|callee| fresh.contains(callee)) {
                    for wrapper in self.wrappers.get(callee).cloned().unwrap_or_default() {
                        if self.wrapped(call, *callee, &wrapper) {
                            next.insert(call.function);
                        }
                    }
                }
            }
            fresh = next;
        }
        // What is given Stripe's whole address and is not read itself.
        for call in calls {
            let known = call.callees.iter().any(|callee| self.wrappers.contains_key(callee));
            if let Some(standing) = call.standing.as_ref().filter(|_| !known) {
                self.unread(call, standing);
            }
        }
        let names: BTreeSet<&str> =
            self.wrappers.keys().map(|&id| self.index.functions[id].name.as_str()).collect();
        let lost = calls.iter().filter(|call| {
            let relative = call.args.iter().all(|arg| arg.address.places.is_empty());
            let unknown = call.callees.is_empty() && call.standing.is_some();
            unknown && relative && names.contains(call.name.as_str())
        });
        self.open.extend(lost.map(|call| call.at.clone()));
        let uncalled = self.wrappers.iter().filter(|(function, _)| !self.called.contains(function));
        let to_stripe = uncalled.flat_map(|(function, wrappers)| {
            wrappers
                .iter()
                .filter(|wrapper| matches!(self.leads(&wrapper.address, *function), Leads::Stripe(None)))
        });
        let open: Vec<(At, Touched)> =
            to_stripe.map(|wrapper| (wrapper.at.clone(), wrapper.touched.clone())).collect();
        open.iter().for_each(|(at, touched)| self.stays_open(at, touched));
    }

    /// What a request does can't be told; what leads to it is told with it.
    fn stays_open(&mut self, at: &At, touched: &Touched) {
        self.open.push(at.clone());
        self.explained.join(touched);
    }

    /// One call of a wrapper; true if the function around it is one as well.
    fn wrapped(&mut self, call: &Called, callee: FunctionId, wrapper: &Wrapper) -> bool {
        let mut touched = wrapper.touched.clone();
        let given = self.addresses.arguments(call, &mut touched);
        let address = substitute(&wrapper.address, &given);
        let arg = |position: usize| call.args.get(position);
        let verb = match wrapper.verb {
            Verb::Param(position) => arg(position).map_or(Verb::Unknown, |arg| arg.verb),
            verb => verb,
        };
        let pairs = match wrapper.pairs.param {
            Some(position) => {
                let mut given = arg(position).map(|arg| arg.pairs.clone()).unwrap_or_default();
                given.join = given.join.filter(|_| wrapper.form);
                given
            }
            // What it puts together itself is nothing that the caller could add to.
            None => Pairs { join: None, ..wrapper.pairs.clone() },
        };
        let account = match wrapper.account {
            Account::Param(position) if arg(position).is_some_and(|arg| arg.some) => Account::Connected,
            Account::Param(_) => Account::Own,
            account => account,
        };
        let completed =
            address.iter().any(|part| matches!(part, Filled::Param(_))) || matches!(verb, Verb::Param(_));
        match (self.leads(&address, callee), deed(&path(&address), verb)) {
            (Leads::AsGiven, _) | (Leads::Stripe(_), Deed::Open) if completed => {
                self.called.insert(callee);
                let at = call.at.clone();
                let own = Wrapper { address, verb, pairs, form: wrapper.form, account, touched, at };
                let known = self.wrappers.entry(call.function).or_default();
                if known.iter().any(|other| other.at == own.at) {
                    return false;
                }
                known.push(own);
                return true;
            }
            (Leads::Stripe(_), Deed::Open) => {
                self.called.insert(callee);
                self.stays_open(&call.at, &touched);
            }
            (Leads::Stripe(hint), what) => {
                self.called.insert(callee);
                self.explained.join(&touched);
                if let (Deed::Call(object, verb, decoy), Some(standing)) = (what, &call.standing) {
                    let decoy = decoy.map(str::to_string);
                    let connected = account == Account::Connected;
                    self.sites.push(site(
                        (object, verb, "wrapper"),
                        &call.at,
                        &pairs,
                        connected,
                        (decoy, hint),
                        standing.clone(),
                    ));
                }
            }
            _ => {}
        }
        false
    }

    /// A call that is given Stripe's whole address: the name of what is called says how it asks.
    fn unread(&mut self, call: &Called, standing: &Standing) {
        let mut touched = Touched::default();
        let given = self.addresses.arguments(call, &mut touched);
        let name = call.name.to_ascii_lowercase();
        let verb = [("post", Verb::Post), ("get", Verb::Get), ("delete", Verb::Other)];
        let verb = verb.iter().find(|(word, _)| name.contains(word)).map_or(Verb::Unknown, |(_, verb)| *verb);
        let address = given.iter().find(|parts| server(parts) == Server::Stripe);
        let pairs = call.args.iter().find(|arg| !arg.pairs.keys.is_empty()).map(|arg| arg.pairs.clone());
        let what = address.map(|address| deed(&path(address), verb));
        // The address of a request that was read itself.
        let sent_here = touched.places.iter().all(|place| self.explained.places.contains(place));
        if let (Some(Deed::Call(object, verb, decoy)), false) = (what, sent_here) {
            self.explained.join(&touched);
            let said = (object, verb, "wrapper");
            let decoy = decoy.map(str::to_string);
            let pairs = Pairs { join: None, ..pairs.unwrap_or(Pairs { open: true, ..Pairs::default() }) };
            self.sites.push(site(said, &call.at, &pairs, false, (decoy, None), standing.clone()));
        }
    }
}

fn site(
    (object, verb, client): (&str, &str, &str),
    at: &At,
    pairs: &Pairs,
    connected: bool,
    (decoy, hint): (Option<String>, Option<String>),
    standing: Standing,
) -> StripeSite {
    // A platform's fee is taken from what a connected account is paid, unless it is handed on from the platform's own.
    let fee = pairs.keys.iter().any(|(key, _)| key.contains("application_fee"));
    let own = pairs.keys.iter().any(|(key, _)| key.contains("transfer_data") || key.contains("on_behalf_of"));
    let for_seller = object != "customer" && fee && !own;
    let has = |name: &str| pairs.has(name);
    let call = Said {
        object,
        verb,
        client,
        keys: Keys {
            has: &has,
            mode: pairs.value("mode").map(str::to_ascii_lowercase),
            open: pairs.open,
            metadata: pairs.metadata_keys(),
            cello: pairs.cello,
        },
        connected: connected || for_seller,
        decoy,
    }
    .listed(at.clone(), pairs.at.clone());
    let params = ParamsForm::Pairs { container: pairs.container, join: pairs.join.clone() };
    standing.site(call, params, hint)
}
