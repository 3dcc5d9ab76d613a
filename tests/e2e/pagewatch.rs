//! The first sample: axum, SQLite, async-stripe and pages from Askama. What other samples only show in passing is
//! examined with it.

use std::sync::OnceLock;

use serde_json::json;

use crate::database::Store;
use crate::sample::{Patched, Person, Sample};
use crate::stripe_proxy::SECRET_KEY;
use crate::world::Settings;

pub static PAGEWATCH: Sample = Sample {
    name: "pagewatch",
    store: Store::Sqlite,
    settings: |database, stripe| {
        Settings::from([
            ("DATABASE_URL", database.into()),
            ("BIND_ADDR", "127.0.0.1:0".into()),
            ("BASE_URL", "http://pagewatch.test".into()),
            ("STRIPE_SECRET_KEY", SECRET_KEY.into()),
            ("STRIPE_PRICE_ID", "price_pro".into()),
            ("STRIPE_WEBHOOK_SECRET", "e2e-webhook-signing-key".into()),
            ("STRIPE_API_BASE", stripe.into()),
            ("WATCH_INTERVAL", "0".into()),
        ])
    },
    listens: "listening on http://",
    person: Person {
        signs_up: |browser, name| browser.sign_up(name),
        signs_out: |browser| drop(browser.post("/logout", &[])),
        buys: |browser| browser.is_sent_to_stripe("/billing/checkout"),
    },
    metadata: |id| json!({ "app": "pagewatch", "user_id": id }),
    patched: OnceLock::new(),
};

pub fn patched() -> &'static Patched {
    PAGEWATCH.patched()
}
