//! What a request to an address does at Stripe: which object, made, updated or searched.
//!
//! `POST /v1/customers` makes a Customer, `POST /v1/customers/ID` updates one, `/v1/customers/search` searches, as does
//! `GET /v1/customers`, by e-mail. Near
//! misses: retrieving, listing and deleting, `…/expire` and the like, sessions of the customer portal, other gateways.

use super::address::HOST;

/// An address with its holes filled in as far as they can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filled {
    /// As written.
    Text(String),
    /// A parameter that is still open.
    Param(usize),
    /// Something known at run time alone, as it is written.
    Unknown(String),
}

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Server {
    /// `api.stripe.com`.
    Stripe,
    /// Another one, by its name.
    Other(String),
    /// What the address starts with, if it can't be read off.
    Unknown(String),
    /// A parameter gives it.
    Param(usize),
    /// None: a path, or something else.
    None,
}

/// How a request asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// Any other, none of which makes or searches anything.
    Other,
    /// As a parameter says.
    Param(usize),
    /// In a way that can't be read off.
    Unknown,
}

/// What a request does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Something with one of the objects: object, call, and why it is no such call, if it is none.
    Call(&'static str, &'static str, Option<&'static str>),
    /// Something else that is known.
    Else,
    /// It depends on what can't be read off.
    Open,
}

/// Objects by their place in Stripe's interface.
const OBJECTS: [(&[&str], &str); 6] = [
    (&["customers"], "customer"),
    (&["checkout", "sessions"], "checkout-session"),
    (&["subscriptions"], "subscription"),
    (&["payment_intents"], "payment-intent"),
    (&["setup_intents"], "setup-intent"),
    (&["payment_links"], "payment-link"),
];

/// Who an address leads to.
pub fn server(parts: &[Filled]) -> Server {
    let text = match parts.first() {
        Some(Filled::Text(text)) => text,
        Some(Filled::Unknown(text)) => return Server::Unknown(text.clone()),
        Some(Filled::Param(position)) => return Server::Param(*position),
        None => return Server::None,
    };
    let lower = text.trim_start().to_ascii_lowercase();
    let bare = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let host = bare.unwrap_or(&lower).split(['/', '?', ':']).next().unwrap_or_default();
    match (host == HOST, bare) {
        (true, _) => Server::Stripe,
        (false, Some(_)) => Server::Other(host.to_string()),
        (false, None) => Server::None,
    }
}

/// The segments of an address behind its server and version; `None` in place of what is known at run time alone.
pub fn path(parts: &[Filled]) -> Vec<Option<String>> {
    // What can't be read off is one character that no address holds.
    const HOLE: char = '\u{0}';
    let mut text = String::new();
    for (number, part) in parts.iter().enumerate() {
        match part {
            Filled::Text(part) => text.push_str(part),
            // The server itself.
            _ if number == 0 => text.push_str("https://?"),
            _ => text.push(HOLE),
        }
    }
    let bare = text.trim_start_matches("https://").trim_start_matches("http://");
    let starts_with_server = bare.len() != text.len() || bare.starts_with(HOST);
    let rest = if starts_with_server { bare.split_once('/').map_or("", |(_, rest)| rest) } else { bare };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let mut segments: Vec<Option<String>> = rest
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| (!segment.contains(HOLE)).then(|| segment.to_ascii_lowercase()))
        .collect();
    let version = |segment: &Option<String>| matches!(segment.as_deref(), Some("api" | "v1" | "v2" | "v3"));
    while segments.first().is_some_and(version) {
        segments.remove(0);
    }
    segments
}

/// What a request to this path does.
pub fn deed(path: &[Option<String>], verb: Verb) -> Deed {
    let portal = ["billing_portal", "sessions"];
    if path.len() == 2 && path.iter().zip(portal).all(|(segment, wanted)| segment.as_deref() == Some(wanted))
    {
        return match verb {
            Verb::Get | Verb::Other => Deed::Else,
            _ => Deed::Call("checkout-session", "create", Some("it opens Stripe's customer portal")),
        };
    }
    let known = OBJECTS.iter().find(|(start, _)| {
        start.len() <= path.len()
            && start.iter().zip(path).all(|(wanted, segment)| segment.as_deref() == Some(*wanted))
    });
    let Some((start, object)) = known else {
        // `checkout` alone, or a segment that is open where the object should be.
        let open = path.is_empty()
            || path[0].is_none()
            || (path[0].as_deref() == Some("checkout") && path.get(1).is_none_or(Option::is_none));
        return if open { Deed::Open } else { Deed::Else };
    };
    let rest = &path[start.len()..];
    match (rest, verb) {
        ([Some(search)], _) if search == "search" => Deed::Call(object, "search", None),
        ([], Verb::Get) if *object == "customer" => Deed::Call(object, "search", None),
        (_, Verb::Get | Verb::Other) => Deed::Else,
        ([], Verb::Post) => Deed::Call(object, "create", None),
        ([_], Verb::Post) => Deed::Call(object, "update", None),
        ([_, Some(child)], Verb::Post) if *object == "customer" && child == "subscriptions" => {
            Deed::Call("subscription", "create", None)
        }
        ([] | [_], Verb::Param(_) | Verb::Unknown) => Deed::Open,
        _ => Deed::Else,
    }
}

/// Other gateways, by what their host holds.
const GATEWAYS: [(&str, &str); 15] = [
    ("adyen", "Adyen"),
    ("asaas", "Asaas"),
    ("braintree", "Braintree"),
    ("chargebee", "Chargebee"),
    ("getlago", "Lago"),
    ("lago", "Lago"),
    ("lemonsqueezy", "Lemon Squeezy"),
    ("mercadopago", "Mercado Pago"),
    ("mollie", "Mollie"),
    ("paddle", "Paddle"),
    ("paypal", "PayPal"),
    ("paystack", "Paystack"),
    ("polar", "Polar"),
    ("razorpay", "Razorpay"),
    ("recurly", "Recurly"),
];

/// The gateway that a host or a name belongs to, if it is a known one.
pub fn gateway(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    GATEWAYS.iter().find(|(word, _)| name.contains(word)).map(|(_, gateway)| *gateway)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, verb: Verb) -> Deed {
        let parts: Vec<Filled> = text
            .split('*')
            .enumerate()
            .flat_map(|(i, text)| {
                let hole = (i > 0).then(|| Filled::Unknown("id".into()));
                hole.into_iter().chain((!text.is_empty()).then(|| Filled::Text(text.into())))
            })
            .collect();
        deed(&path(&parts), verb)
    }

    #[test]
    fn what_is_made_updated_and_searched() {
        let call = |object, call| Deed::Call(object, call, None);
        let base = "https://api.stripe.com/v1";
        assert_eq!(of(&format!("{base}/customers"), Verb::Post), call("customer", "create"));
        assert_eq!(of(&format!("{base}/customers/"), Verb::Post), call("customer", "create"));
        assert_eq!(of(&format!("{base}/customers/*"), Verb::Post), call("customer", "update"));
        assert_eq!(of(&format!("{base}/customers/search?query=*"), Verb::Get), call("customer", "search"));
        assert_eq!(of(&format!("{base}/customers?email=*"), Verb::Get), call("customer", "search"));
        assert_eq!(of(&format!("{base}/checkout/sessions"), Verb::Post), call("checkout-session", "create"));
        assert_eq!(
            of(&format!("{base}/customers/*/subscriptions"), Verb::Post),
            call("subscription", "create")
        );
        assert_eq!(of("payment_links", Verb::Post), call("payment-link", "create"));
        assert_eq!(of("*/v1/customers", Verb::Post), call("customer", "create"));
    }

    #[test]
    fn what_is_something_else_or_open() {
        let base = "https://api.stripe.com/v1";
        for (end, verb) in [
            ("/customers/*", Verb::Get),
            ("/subscriptions", Verb::Get),
            ("/customers/*", Verb::Other),
            ("/checkout/sessions/*/expire", Verb::Post),
            ("/payment_intents/*/capture", Verb::Post),
            ("/prices/*", Verb::Post),
            ("/customers/*/sources", Verb::Post),
        ] {
            assert_eq!(of(&format!("{base}{end}"), verb), Deed::Else, "{end}");
        }
        assert_eq!(of(&format!("{base}*"), Verb::Post), Deed::Open);
        assert_eq!(of(&format!("{base}/*"), Verb::Post), Deed::Open);
        assert_eq!(of(&format!("{base}/checkout/*"), Verb::Post), Deed::Open);
        assert_eq!(of(&format!("{base}/customers"), Verb::Unknown), Deed::Open);
        assert!(matches!(
            of(&format!("{base}/billing_portal/sessions"), Verb::Post),
            Deed::Call(_, _, Some(_))
        ));
    }

    #[test]
    fn servers_are_told_apart() {
        let text = |text: &str| server(&[Filled::Text(text.into())]);
        assert_eq!(text("https://api.stripe.com/v1/customers"), Server::Stripe);
        assert_eq!(text("https://api.stripe.com"), Server::Stripe);
        assert_eq!(text("https://api.stripe.com.example/v1"), Server::Other("api.stripe.com.example".into()));
        assert_eq!(text("https://api.polar.sh/v1/customers"), Server::Other("api.polar.sh".into()));
        assert_eq!(text("/v1/customers"), Server::None);
        assert_eq!(gateway("api-m.paypal.com"), Some("PayPal"));
    }
}
