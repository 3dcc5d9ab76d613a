//! `doctor --stripe --repair`: Customers' metadata put right at Stripe, after a yes to what is listed.

use std::collections::BTreeMap;

use super::args::DoctorArgs;
use super::live::{STRIPE, setting};
use super::{Console, Failure};
use crate::doctor::live::PATIENCE;
use crate::doctor::live::repair::{Known, Repair, Repairs, known};

/// Lists, asks and repairs. False if there was something to do and nobody agreed.
pub(super) fn run(args: &DoctorArgs, console: &mut Console) -> Result<bool, Failure> {
    let users = listed_users(args)?;
    let key = setting(&args.stripe_key_env).unwrap_or_default();
    let base = args.stripe_api.as_deref().unwrap_or(STRIPE);
    let account =
        Repairs::new(base, &key, PATIENCE).map_err(|why| Failure::Remote(why.text().to_string()))?;
    let repairs = account.listed(&users).map_err(Failure::Remote)?;
    if repairs.is_empty() {
        console.remark("Nothing to repair of the newest Customers that is sure.");
        return Ok(true);
    }
    console.remark(&format!(
        "Repairs of {} Customers in {} mode:",
        repairs.len(),
        super::webhook::mode(&key)
    ));
    for repair in &repairs {
        console.remark(&format!("  {}", line(repair)));
    }
    let question = "Add these to the Customers' metadata? Nothing that is there changes. [y/N]";
    let agreed =
        args.yes || console.ask(question).is_some_and(|answer| ["y", "yes"].contains(&answer.as_str()));
    if !agreed {
        console.remark("Nothing was changed. Agree at a terminal, or with --yes.");
        return Ok(false);
    }
    for (number, repair) in repairs.iter().enumerate() {
        account.carry_out(repair).map_err(|text| {
            Failure::Remote(format!(
                "{text} {number} of {} were repaired; it can be run again.",
                repairs.len()
            ))
        })?;
    }
    console.remark(&format!(
        "Repaired {}. Stripe tells Cello by `customer.updated`; resend their `invoice.paid` events in Stripe's dashboard.",
        repairs.len()
    ));
    Ok(true)
}

fn listed_users(args: &DoctorArgs) -> Result<BTreeMap<String, Known>, Failure> {
    let Some(path) = &args.users else { return Ok(BTreeMap::new()) };
    let text = std::fs::read_to_string(path).map_err(|source| Failure::Io {
        doing: "read",
        path: path.clone(),
        source,
    })?;
    known(&text).map_err(|detail| Failure::Usage(format!("{}: {detail}", path.display())))
}

fn line(repair: &Repair) -> String {
    let added: Vec<String> = repair.add.iter().map(|(key, value)| format!("{key}={value}")).collect();
    crate::report::clean(&format!("{}: {} (from {})", repair.customer, added.join(", "), repair.from))
        .to_string()
}
