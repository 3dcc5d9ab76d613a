//! Requests that are put together in one function: `client.post("https://api.stripe.com/v1/customers").form(&pairs)`.
//!
//! reqwest, ureq, surf and hyper's builder; what isn't sent to Stripe is told once all files are read, when holes in
//! addresses are filled. Near misses: `map.get(key)`, axum's `post(handler)`.

use syn::Expr;

use super::address::{Address, Part, address};
use super::chain::{Asks, Chain, Link, sent, verb};
use super::endpoint::Verb;
use super::join::join;
use super::pairs::{Container, Pairs, pairs};
use crate::survey::stripe::site::Standing;
use crate::survey::walk::{Around, Place};
use crate::target::At;

/// A request as read where it stands.
pub struct Request {
    /// What is sent.
    pub at: At,
    pub address: Address,
    pub verb: Verb,
    pub client: &'static str,
    pub pairs: Pairs,
    pub account: Account,
    pub standing: Standing,
}

/// For whom a request acts, by its `Stripe-Account` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// No such header.
    Own,
    /// It is always there.
    Connected,
    /// It is there if a parameter says so.
    Param(usize),
    /// It is there sometimes.
    Sometimes,
}

/// The request that a chain of calls is, if it is one.
pub fn request<'e>(expr: &Expr, chain: &Chain<'e>, place: &Place<'e, '_>) -> Option<Request> {
    let (start, from) = chain.start()?;
    let address = address(start.address, place);
    let names_server = |part: &Part| matches!(part, Part::Text(text) if text.contains("://"));
    let (links, range) = sent(chain, from, expr, place);
    if !address.parts.iter().any(names_server) && !links[from..].iter().any(is_of_a_request) {
        return None;
    }
    let verb = match start.verb {
        Asks::Plainly(verb) => verb,
        Asks::By(expr) => verb(expr, place),
    };
    let (client, pairs) = params(&links, place);
    let start = range.start;
    let insertion = pairs.join.as_ref().map_or(start, |join| join.insertion.min(start));
    Some(Request {
        at: place.text.at(range),
        address,
        verb,
        client,
        pairs,
        account: account(&links, place),
        standing: Standing::at(start, insertion, place),
    })
}

/// True for what is called on requests, and hardly on anything else: `map.get(key)` sends nothing.
fn is_of_a_request(link: &Link<'_>) -> bool {
    const SAYS: [(&str, usize); 13] = [
        ("send", 0),
        ("call", 0),
        ("form", 1),
        ("json", 1),
        ("query", 1),
        ("body", 1),
        ("header", 2),
        ("set", 2),
        ("headers", 1),
        ("bearer_auth", 1),
        ("basic_auth", 2),
        ("send_form", 1),
        ("send_json", 1),
    ];
    SAYS.iter().any(|(name, args)| link.call.method == name && link.call.args.len() == *args)
}

/// What carries the parameters, and what they are.
fn params(links: &[Link<'_>], place: &Place<'_, '_>) -> (&'static str, Pairs) {
    const CARRY: [(&str, &str); 9] = [
        ("form", "form"),
        ("send_form", "form"),
        ("body", "form"),
        ("send_string", "form"),
        ("send_body", "form"),
        ("multipart", "form"),
        ("json", "json"),
        ("send_json", "json"),
        ("query", "query"),
    ];
    for (method, client) in CARRY {
        let link = links.iter().find(|link| link.call.method == method && link.call.args.len() == 1);
        if let Some((link, arg)) = link.and_then(|link| Some((link, link.call.args.first()?))) {
            // Where a later statement gives them, they may be put together in between.
            let mut around = place.around.to_vec();
            if let (Some(number), Some(Around::Block(_, at))) = (link.statement, around.last_mut()) {
                *at = number;
            }
            let place = Place { around: &around, ..*place };
            let mut found = pairs(arg, &place);
            if method == "form" {
                found.join = join(arg, true, true, &place);
            }
            return (client, found);
        }
    }
    ("form", Pairs { container: Container::Nothing, ..Pairs::default() })
}

fn account(links: &[Link<'_>], place: &Place<'_, '_>) -> Account {
    let header = links.iter().find(|link| {
        let names = ["header", "set", "insert_header", "append_header"];
        let named = names.iter().any(|name| link.call.method == name);
        let first = link.call.args.first().filter(|_| named);
        let text = first.map(|arg| place.text.text[place.parsed.range(arg)].to_ascii_lowercase());
        text.is_some_and(|text| text.replace('_', "-").contains("stripe-account"))
    });
    let params = &place.scope.index.functions[place.function].params;
    let optional = || params.iter().position(|param| param.ty.is("Option") && param.pattern.contains("acc"));
    match header {
        None => Account::Own,
        Some(Link { sometimes: false, .. }) => Account::Connected,
        Some(_) => optional().map_or(Account::Sometimes, Account::Param),
    }
}
