//! Customers that lack what Cello reads, put right: a list of changes to their metadata, and each carried out when agreed.
//!
//! Only what is sure is listed: a value that stands under a name Cello doesn't read, or that the user's own list has.
//! Nothing that is there is changed, so what was done once isn't listed again.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::http::{Host, NoReply};
use super::stripe::{LIST, headers, list, refused};
use super::webhook::escaped;

/// A change to one Customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The Customer's id.
    pub customer: String,
    /// Keys and values that are added to its metadata.
    pub add: Vec<(&'static str, String)>,
    /// Where the values come from, in words.
    pub from: String,
}

/// Who a Customer is, by the application's own records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The user's id, as in the token.
    pub user: String,
    /// The code they came with.
    pub ucc: Option<String>,
}

/// Names under which Cello's values are found, the right name first.
const NAMES: [(&str, &[&str]); 2] = [
    ("new_user_id", &["productUserId", "product_user_id", "newUserId"]),
    ("cello_ucc", &["ucc", "celloUcc", "cello_code"]),
];

/// Reads a list of Customers: `CUSTOMER,USER` or `CUSTOMER,USER,CODE` on each line, as a database exports it.
///
/// # Errors
/// The first line that is none.
pub fn known(text: &str) -> Result<BTreeMap<String, Known>, String> {
    let mut all = BTreeMap::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let parts: Vec<&str> = line.split(',').map(|part| part.trim().trim_matches('"')).collect();
        let (customer, user) = match parts.as_slice() {
            [customer, user] | [customer, user, _] => (*customer, *user),
            _ => return Err(format!("line {} is not `CUSTOMER,USER` or `CUSTOMER,USER,CODE`", number + 1)),
        };
        if number == 0 && !customer.starts_with("cus_") {
            // A heading.
            continue;
        }
        if !customer.starts_with("cus_") || !is_user(user) {
            return Err(format!("line {} has no Customer of Stripe's with an id of a user's", number + 1));
        }
        let ucc = parts.get(2).filter(|code| !code.is_empty()).map(|code| (*code).to_string());
        all.insert(customer.to_string(), Known { user: user.to_string(), ucc });
    }
    Ok(all)
}

/// An account whose Customers are repaired.
pub struct Repairs<'k> {
    host: Host,
    key: &'k str,
}

impl<'k> Repairs<'k> {
    /// An account by its interface's address and a key that may write Customers.
    ///
    /// # Errors
    /// If the address is none.
    pub fn new(base: &str, key: &'k str, patience: Duration) -> Result<Self, NoReply> {
        Ok(Self { host: Host::new(base, patience)?, key })
    }

    /// What is to be repaired of the newest Customers.
    ///
    /// # Errors
    /// What Stripe said instead, in a sentence.
    pub fn listed(&self, known: &BTreeMap<String, Known>) -> Result<Vec<Repair>, String> {
        let customers =
            list(&self.host, self.key, LIST, ("stripe-repair", &[])).map_err(|trial| trial.text)?;
        Ok(customers.iter().filter_map(|customer| repair(customer, known)).collect())
    }

    /// Carries one out.
    ///
    /// # Errors
    /// What Stripe said instead, in a sentence.
    pub fn carry_out(&self, repair: &Repair) -> Result<(), String> {
        let pairs = repair.add.iter();
        let body: Vec<String> = pairs
            .map(|(key, value)| format!("{}={}", escaped(&format!("metadata[{key}]")), escaped(value)))
            .collect();
        let mut headers = headers(self.key);
        headers.push(("content-type".to_string(), "application/x-www-form-urlencoded".to_string()));
        let path = format!("v1/customers/{}", escaped(&repair.customer));
        let reply = self
            .host
            .post(&path, &headers, &body.join("&"))
            .map_err(|why| format!("Stripe: {}; it may have been done, look again.", why.text()))?;
        match reply.status {
            403 => Err("The key may not write Customers (403).".to_string()),
            _ => refused(&reply).map_or(Ok(()), Err),
        }
    }
}

fn repair(customer: &Value, known: &BTreeMap<String, Known>) -> Option<Repair> {
    let id = customer["id"].as_str()?;
    let text = |key: &str| customer["metadata"][key].as_str().filter(|value| !value.is_empty());
    let (mut add, mut from) = (Vec::new(), Vec::new());
    for (right, others) in NAMES {
        if text(right).is_some() {
            continue;
        }
        let found = others.iter().find_map(|name| Some((name, text(name)?)));
        let listed = known.get(id).and_then(|known| match right {
            "new_user_id" => Some(known.user.clone()),
            _ => known.ucc.clone(),
        });
        match (listed, found) {
            (Some(value), _) => {
                add.push((right, value));
                from.push("your list".to_string());
            }
            (None, Some((name, value))) if right != "new_user_id" || is_user(value) => {
                add.push((right, value.to_string()));
                from.push(format!("its `{name}`"));
            }
            _ => {}
        }
    }
    from.dedup();
    (!add.is_empty()).then(|| Repair { customer: id.to_string(), add, from: from.join(" and ") })
}

/// False for what can't be an id of the application's: nothing, an e-mail, an id of Stripe's.
fn is_user(id: &str) -> bool {
    !id.is_empty() && !id.contains('@') && !id.starts_with("cus_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_sure_and_missing_is_repaired() {
        let list = known("customer,user\ncus_5,42,test\n\"cus_6\",\"43\"\n").unwrap();
        let of = |id: &str, metadata: Value| {
            repair(&json!({ "id": id, "metadata": metadata }), &list).map(|repair| repair.add)
        };
        let added = |key: &'static str, value: &str| (key, value.to_string());
        assert_eq!(of("cus_1", json!({ "new_user_id": "1" })), None);
        assert_eq!(of("cus_1", json!({})), None);
        assert_eq!(
            of("cus_1", json!({ "productUserId": "1", "ucc": "test" })),
            Some(vec![added("new_user_id", "1"), added("cello_ucc", "test")])
        );
        assert_eq!(of("cus_1", json!({ "productUserId": "a@example.com" })), None);
        assert_eq!(of("cus_1", json!({ "productUserId": "1", "new_user_id": "2" })), None);
        assert_eq!(
            of("cus_5", json!({ "productUserId": "1" })),
            Some(vec![added("new_user_id", "42"), added("cello_ucc", "test")])
        );
        assert_eq!(of("cus_6", json!({ "new_user_id": "9" })), None);
    }

    #[test]
    fn a_list_that_is_none_is_refused() {
        for text in ["cus_1\n", "cus_1,2,3,4\n", "cus_1,a@example.com\n", "cus_1,2\nfoo,3\n"] {
            assert!(known(text).is_err(), "{text}");
        }
        assert!(known("\n").unwrap().is_empty());
    }
}
