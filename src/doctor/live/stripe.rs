//! Stripe's newest Customers and charges: do they carry what Cello reads? A restricted key that may read them is enough.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::http::{Host, NoReply, Reply};
use super::{Severity, Trial, stripe_events};

const CUSTOMERS: (&str, &[&str]) = ("stripe-customers", &["qa-33"]);
const KEYS: (&str, &[&str]) = ("stripe-customer-keys", &["qa-33"]);
const IDS: (&str, &[&str]) = ("stripe-user-ids", &["qa-30"]);
const TWINS: (&str, &[&str]) = ("stripe-customers-per-user", &["qa-34"]);
const CHARGES: (&str, &[&str]) = ("stripe-charges", &["qa-37"]);

/// The newest Customers.
pub(super) const LIST: &str = "v1/customers?limit=100";

/// Keys that hold Cello's values under names it doesn't read.
const WRONG: [&str; 6] = ["productUserId", "product_user_id", "newUserId", "ucc", "celloUcc", "cello_code"];

/// What the code says of the Customers it makes.
#[derive(Debug, Clone, Default)]
pub struct Code {
    /// Where it makes them.
    pub site: Option<String>,
    /// What its users' ids look like.
    pub ids: Ids,
}

/// What ids of users look like, by their type in the code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ids {
    /// Whole numbers.
    Numbers,
    /// UUIDs.
    Uuids,
    /// Of any kind.
    #[default]
    Any,
}

impl Ids {
    /// By the name of a type.
    pub fn of(name: &str) -> Self {
        match name.rsplit("::").next().unwrap_or_default() {
            "i16" | "i32" | "i64" | "u16" | "u32" | "u64" | "usize" => Self::Numbers,
            "Uuid" => Self::Uuids,
            _ => Self::Any,
        }
    }

    /// False for what surely is no id of this kind.
    fn may_be(self, id: &str) -> bool {
        let plain = |ch: char| ch.is_ascii_hexdigit() || ch == '-';
        match self {
            _ if id.contains('@') || id.starts_with("cus_") => false,
            Self::Numbers => id.parse::<i128>().is_ok(),
            // With hyphens or without.
            Self::Uuids => id.chars().all(plain) && id.chars().filter(char::is_ascii_hexdigit).count() == 32,
            Self::Any => true,
        }
    }
}

/// Looks at an account.
///
/// # Errors
/// If the address is none.
pub fn account(base: &str, key: &str, code: &Code, patience: Duration) -> Result<Vec<Trial>, NoReply> {
    let host = Host::new(base, patience)?;
    let mut trials = match list(&host, key, LIST, CUSTOMERS) {
        Ok(customers) => {
            let mut trials = of_customers(&customers, code);
            trials.extend(stripe_events::trials(&host, key, &customers));
            trials
        }
        Err(trial) => vec![trial],
    };
    trials.push(match list(&host, key, "v1/charges?limit=100", CHARGES) {
        Ok(charges) => of_charges(&charges),
        Err(trial) => trial,
    });
    Ok(trials)
}

/// The headers of a request to Stripe.
pub(super) fn headers(key: &str) -> Vec<(String, String)> {
    vec![("authorization".to_string(), format!("Bearer {key}"))]
}

/// A list's items.
pub(super) fn list(
    host: &Host,
    key: &str,
    path: &str,
    of: (&'static str, &'static [&'static str]),
) -> Result<Vec<Value>, Trial> {
    let (id, qa) = of;
    let reply = host
        .get(path, &headers(key))
        .map_err(|why| Trial::not_tried(id, qa, format!("Stripe: {}.", why.text())))?;
    if let Some(text) = refused(&reply) {
        return Err(Trial::not_tried(id, qa, text));
    }
    let answer = reply.json().unwrap_or(Value::Null);
    let Some(items) = answer["data"].as_array() else {
        return Err(Trial::not_tried(id, qa, "What answers isn't Stripe: there is no list in it."));
    };
    Ok(items.clone())
}

/// Why Stripe gives no answer, if it doesn't.
pub(super) fn refused(reply: &Reply) -> Option<String> {
    match reply.status {
        200..=299 => None,
        401 => Some("Stripe refuses the key (401).".to_string()),
        403 => Some("The key may not read this (403); give it read access to Customers, Charges, Events and Webhook Endpoints.".to_string()),
        429 => Some("Stripe asks to wait (429); try again later.".to_string()),
        status => Some(format!("Stripe answers {status}.")),
    }
}

/// The user that a Customer is of, as Cello reads it.
pub(super) fn user_of(customer: &Value) -> Option<String> {
    customer["metadata"]["new_user_id"].as_str().filter(|id| !id.is_empty()).map(str::to_string)
}

fn of_customers(customers: &[Value], code: &Code) -> Vec<Trial> {
    let (id, qa) = CUSTOMERS;
    if customers.is_empty() {
        return vec![Trial::not_tried(id, qa, "There is no Customer yet in this mode.")];
    }
    let mut newest: Vec<&Value> = customers.iter().collect();
    newest.sort_by_key(|customer| std::cmp::Reverse(customer["created"].as_i64().unwrap_or(0)));
    let user = user_of;
    let lacking: Vec<&&Value> = newest.iter().filter(|customer| user(customer).is_none()).collect();
    let referred = newest.iter().filter(|customer| customer["metadata"]["cello_ucc"].is_string()).count();
    let of = newest.len();
    let mut trials = Vec::new();
    if lacking.is_empty() {
        let text =
            format!("All of the newest {of} Customers have new_user_id, {referred} of them cello_ucc.");
        trials.push(Trial::holds(id, qa, text));
    } else {
        let names: Vec<&str> =
            lacking.iter().take(3).filter_map(|customer| customer["id"].as_str()).collect();
        let made = code
            .site
            .as_ref()
            .map(|site| format!(" The code makes Customers at {site}."))
            .unwrap_or_default();
        let text = format!(
            "{} of the newest {of} Customers have no new_user_id ({}).{made}",
            lacking.len(),
            names.join(", ")
        );
        // Where the newest has it, the others may be older than the integration.
        let severity = if newest.first().is_some_and(|first| user(first).is_some()) {
            Severity::Warning
        } else {
            Severity::Error
        };
        let fix = "Put it into the metadata where Customers are made. Those that are there are repaired by `doctor --stripe \
                   --repair --users FILE`, with a list of Customers and users from your database; then resend their \
                   `invoice.paid` events.";
        trials.push(Trial::broken(id, qa, severity, text, fix));
    }
    trials.extend(wrong_keys(&newest));
    trials.extend(wrong_ids(&newest, code.ids));
    let mut per_user: BTreeMap<String, usize> = BTreeMap::new();
    newest
        .iter()
        .filter_map(|customer| user(customer))
        .for_each(|user| *per_user.entry(user).or_default() += 1);
    let twins = per_user.values().filter(|count| **count > 1).count();
    if twins > 0 {
        let text = format!("{twins} of {} users have several Customers.", per_user.len());
        let fix = "Look the Customer up before making one, and keep its id with the user.";
        trials.push(Trial::broken(TWINS.0, TWINS.1, Severity::Warning, text, fix));
    }
    trials
}

fn wrong_keys(customers: &[&Value]) -> Option<Trial> {
    let has = |customer: &Value, key: &str| customer["metadata"].get(key).is_some();
    let wrong = WRONG.iter().find(|key| {
        let right = if key.to_ascii_lowercase().contains("id") { "new_user_id" } else { "cello_ucc" };
        customers.iter().any(|customer| has(customer, key) && !has(customer, right))
    })?;
    let text = format!("Customers have `{wrong}` in their metadata, which Cello doesn't read.");
    Some(Trial::broken(KEYS.0, KEYS.1, Severity::Error, text, "The keys are new_user_id and cello_ucc."))
}

fn wrong_ids(customers: &[&Value], ids: Ids) -> Option<Trial> {
    let given: Vec<(&str, String)> = customers
        .iter()
        .filter_map(|customer| Some((customer["id"].as_str()?, user_of(customer)?)))
        .collect();
    let wrong: Vec<&str> =
        given.iter().filter(|(_, id)| !ids.may_be(id)).map(|(customer, _)| *customer).collect();
    let kind = match ids {
        Ids::Numbers => "a number, as the code's users have them",
        Ids::Uuids => "a UUID, as the code's users have them",
        Ids::Any => "an id of a user's, but an e-mail or Stripe's own",
    };
    let first = wrong.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    let text = format!(
        "{} of {} Customers have a new_user_id that isn't {kind} ({first}).",
        wrong.len(),
        given.len()
    );
    let fix = "Use the same id as in the token, as text.";
    (!wrong.is_empty()).then(|| Trial::broken(IDS.0, IDS.1, Severity::Error, text, fix))
}

fn of_charges(charges: &[Value]) -> Trial {
    let (id, qa) = CHARGES;
    let paid: Vec<&Value> = charges.iter().filter(|charge| charge["paid"] == true).collect();
    if paid.is_empty() {
        return Trial::not_tried(id, qa, "There is no paid charge yet in this mode.");
    }
    // Newer versions of the interface leave the field out; then nothing can be said.
    let bare = paid.iter().filter(|charge| charge.get("invoice").is_some_and(Value::is_null)).count();
    if bare > 0 {
        let text = format!(
            "{bare} of the newest {} charges have no invoice, so they raise no `invoice.paid`.",
            paid.len()
        );
        let fix = "Ask Cello whether such payments are to count; rewards are computed from invoices.";
        return Trial::broken(id, qa, Severity::Note, text, fix);
    }
    Trial::not_tried(
        id,
        qa,
        format!("{} paid charges; whether a reward was computed shows in Cello's portal.", paid.len()),
    )
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;
    use serde_json::json;

    fn broken(customers: &[Value]) -> Vec<&'static str> {
        let trials =
            of_customers(customers, &Code { site: Some("src/billing.rs:4".to_string()), ids: Ids::Any });
        trials
            .iter()
            .filter(|trial| matches!(trial.outcome, Outcome::Broken(_)))
            .map(|trial| trial.id)
            .collect()
    }

    #[test]
    fn each_mistake_in_customers_is_named() {
        let customer = |created: i64, metadata: Value| json!({ "id": format!("cus_{created}"), "created": created, "metadata": metadata });
        let good = customer(2, json!({ "new_user_id": "42", "cello_ucc": "test" }));
        assert_eq!(broken(std::slice::from_ref(&good)), Vec::<&str>::new());
        assert_eq!(broken(&[customer(3, json!({})), good.clone()]), ["stripe-customers"]);
        assert_eq!(
            broken(&[customer(3, json!({ "productUserId": "1" }))]),
            ["stripe-customers", "stripe-customer-keys"]
        );
        assert_eq!(broken(&[customer(3, json!({ "new_user_id": "a@b.c" }))]), ["stripe-user-ids"]);
        assert_eq!(
            broken(&[customer(3, json!({ "new_user_id": "42" })), good]),
            ["stripe-customers-per-user"]
        );
    }

    #[test]
    fn ids_are_held_against_the_type_that_users_have() {
        for (ids, right, wrong) in [
            (Ids::of("i64"), "42", "pub_42"),
            (Ids::of("uuid::Uuid"), "6f1c1f6e-3a43-4f4e-9d0e-0c9b7f6f2a11", "42"),
            (Ids::of("String"), "anything", "cus_9"),
        ] {
            assert!(ids.may_be(right) && !ids.may_be(wrong) && !ids.may_be("a@example.com"), "{ids:?}");
        }
    }

    #[test]
    fn charges_without_an_invoice_are_counted() {
        let charge = |invoice: Value| json!({ "paid": true, "invoice": invoice });
        assert_eq!(
            of_charges(&[charge(Value::Null), charge("in_1".into())]).outcome,
            Outcome::Broken(Severity::Note)
        );
        assert_eq!(of_charges(&[json!({ "paid": true })]).outcome, Outcome::NotTried);
    }
}
