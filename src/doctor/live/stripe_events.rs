//! Stripe's newest `customer.created` and `invoice.paid`, which are what Cello got: did they carry what it reads?

use std::collections::BTreeMap;

use serde_json::Value;

use super::stripe::{list, user_of};
use super::{Host, Severity, Trial};

const CREATED: (&str, &[&str]) = ("stripe-created-events", &["qa-33"]);
const PAID: (&str, &[&str]) = ("stripe-paid-events", &["qa-37"]);

/// Looks at both kinds, given the Customers that were read.
pub(super) fn trials(host: &Host, key: &str, customers: &[Value]) -> Vec<Trial> {
    let by_id: BTreeMap<&str, &Value> =
        customers.iter().filter_map(|customer| Some((customer["id"].as_str()?, customer))).collect();
    let created = list(host, key, "v1/events?type=customer.created&limit=100", CREATED);
    let paid = list(host, key, "v1/events?type=invoice.paid&limit=100", PAID);
    let judge = |events: Result<Vec<Value>, Trial>, of: fn(&[Value], &BTreeMap<&str, &Value>) -> Trial| {
        match events {
            Ok(events) => of(&events, &by_id),
            Err(trial) => trial,
        }
    };
    vec![judge(created, of_created), judge(paid, of_paid)]
}

/// Metadata that was added later is known to Cello later, perhaps after the first invoice.
fn of_created(events: &[Value], customers: &BTreeMap<&str, &Value>) -> Trial {
    let (id, qa) = CREATED;
    if events.is_empty() {
        return Trial::not_tried(id, qa, "There is no `customer.created` event in this mode.");
    }
    let objects = events.iter().map(|event| &event["data"]["object"]);
    let later: Vec<&str> = objects
        .filter(|made| user_of(made).is_none())
        .filter_map(|made| made["id"].as_str())
        .filter(|made| customers.get(made).is_some_and(|customer| user_of(customer).is_some()))
        .collect();
    if later.is_empty() {
        // Those without it to this day are told of by the Customers.
        return Trial::not_tried(
            id,
            qa,
            format!("{} `customer.created` events; none lacked what its Customer has.", events.len()),
        );
    }
    let text = format!(
        "{} of the newest {} Customers got new_user_id only after they were made ({}).",
        later.len(),
        events.len(),
        first(&later)
    );
    let fix = "Give it when the Customer is made: what comes after the first invoice can cost the new user's reward.";
    Trial::broken(id, qa, Severity::Note, text, fix)
}

/// Payments of Customers that nobody can be rewarded for.
fn of_paid(events: &[Value], customers: &BTreeMap<&str, &Value>) -> Trial {
    let (id, qa) = PAID;
    if events.is_empty() {
        let text = "There is no `invoice.paid` event in this mode, and rewards are computed from those.";
        return Trial::not_tried(id, qa, text);
    }
    let nobodys: Vec<&str> = events
        .iter()
        .map(|event| &event["data"]["object"])
        .filter(|invoice| {
            let customer = invoice["customer"].as_str().and_then(|customer| customers.get(customer));
            customer.is_some_and(|customer| user_of(customer).is_none())
        })
        .filter_map(|invoice| invoice["id"].as_str())
        .collect();
    if nobodys.is_empty() {
        let text = format!(
            "{} `invoice.paid` events; whether a reward was computed shows in Cello's portal.",
            events.len()
        );
        return Trial::not_tried(id, qa, text);
    }
    let text = format!(
        "{} of the newest {} `invoice.paid` events are of Customers without new_user_id ({}): nobody is rewarded for them.",
        nobodys.len(),
        events.len(),
        first(&nobodys)
    );
    let fix = "Repair the Customers (`doctor --stripe --repair`), then resend these events to Cello's endpoint in Stripe's dashboard.";
    Trial::broken(id, qa, Severity::Warning, text, fix)
}

/// A few of them, for a look.
fn first(ids: &[&str]) -> String {
    ids.iter().take(3).copied().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;
    use serde_json::json;

    #[test]
    fn what_came_too_late_and_what_nobody_is_rewarded_for_is_counted() {
        let event = |object: Value| json!({ "data": { "object": object } });
        let good = json!({ "id": "cus_1", "metadata": { "new_user_id": "42" } });
        let bare = json!({ "id": "cus_2", "metadata": {} });
        let customers = BTreeMap::from([("cus_1", &good), ("cus_2", &bare)]);
        let made = |id: &str| event(json!({ "id": id, "metadata": {} }));
        let paid = |id: &str, customer: &str| event(json!({ "id": id, "customer": customer }));
        assert_eq!(of_created(&[made("cus_1")], &customers).outcome, Outcome::Broken(Severity::Note));
        assert_eq!(of_created(&[event(good.clone()), made("cus_2")], &customers).outcome, Outcome::NotTried);
        let trial =
            of_paid(&[paid("in_1", "cus_1"), paid("in_2", "cus_2"), paid("in_3", "cus_9")], &customers);
        assert_eq!(trial.outcome, Outcome::Broken(Severity::Warning));
        assert!(trial.text.starts_with("1 of the newest 3") && trial.text.contains("in_2"), "{}", trial.text);
        assert_eq!(of_paid(&[paid("in_1", "cus_1")], &customers).outcome, Outcome::NotTried);
    }
}
