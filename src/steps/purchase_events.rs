//! Payments where Stripe takes none here: another gateway, or none yet. Cello hears of them by events alone (case C), and
//! whoever takes the payment is the one who knows: the call, its types and where they go are a sheet for a person.

use serde_json::json;

use super::basis::{Basis, Case, Variant};
use super::draft::Draft;
use super::module::render;
use super::store::store;
use super::store_handle::is_kept;
use super::template_values::log;
use crate::plan::{HandWork, Status};

const PROTOCOL: &str = include_str!("../../templates/app/purchases.rs.hbs");
const ADAPTER: &str = include_str!("../../templates/app/purchased.rs.hbs");

/// The sheet, where sign-ups are noted and nothing speaks of Stripe.
pub fn purchase_events(basis: &Basis) -> Option<Draft> {
    if basis.case != Case::Nowhere || basis.variant != Variant::B || speaks_of_stripe(basis) {
        return None;
    }
    let text = "No call to Stripe was found in this application, so nothing tells Cello of payments: everything else works \
                without. Where another gateway takes them, each is told by one event; where Stripe will, put the module's \
                metadata on the Customer instead, and leave this out.";
    let mut draft = Draft::new("purchase-events", "", Status::ByHand, text);
    let pool = store(basis, &mut Vec::new()).ok().flatten();
    let context = json!({
        "log": log(basis),
        "db_kept": is_kept(basis),
        "db_type": pool.map_or_else(|| "Pool".to_string(), |store| store.pool_type),
    });
    let work = |todo: &str, text: String| HandWork {
        todo: todo.to_string(),
        place: None,
        text: text.trim_start().to_string(),
        turns_green: Some("qa-37".into()),
    };
    draft.by_hand = vec![
        work("Add this at the end of the module's `protocol.rs`.", render(PROTOCOL, &context)),
        work("Add this at the end of the module itself.", render(ADAPTER, &context)),
        work(
            "Call it where the gateway says that a payment has gone through, as in its webhook; once for each invoice, as \
             webhooks come twice. The user's id is the text of the token, and amounts are whole cents or what the currency \
             has instead.",
            call(basis),
        ),
    ];
    Some(draft)
}

/// True if the application's own Rust names Stripe: what only names it may well call it in a way that was not seen.
fn speaks_of_stripe(basis: &Basis) -> bool {
    let own = |path: &str| path.ends_with(".rs") && !basis.is_in_module(path);
    let mut rust = basis.target.files.values().filter(|file| own(&file.path));
    !basis.app.stripe.is_empty() || rust.any(|file| file.text.to_ascii_lowercase().contains("stripe"))
}

fn call(basis: &Basis) -> String {
    let module = basis.module_path(&basis.app.krate);
    let db = if is_kept(basis) { "" } else { "&pool, " };
    format!(
        "let amount = {module}::Amount {{ minor: 4999, currency: \"EUR\" }};\n\
         let purchase = {module}::Purchase {{\n    invoice_id: &invoice.id,\n    interval: \"monthly\",\n    \
         product: \"pro\",\n    amount,\n    paid_at: &invoice.paid_at,\n}};\n\
         {module}::purchased({db}user.id.to_string(), user.email.clone(), &purchase).await;"
    )
}
