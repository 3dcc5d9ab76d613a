//! Pagewatch looks at web pages for you and writes when they change.

pub mod accounts;
pub mod auth;
pub mod billing;
pub mod config;
pub mod db;
pub mod error;
pub mod mail;
pub mod watch;
pub mod web;

use std::sync::Arc;

pub use crate::web::app;
use crate::{config::Config, db::Db};

/// What every handler and the watcher share. Cloning is cheap.
#[derive(Clone)]
pub struct AppState {
    pub db: Db,
    pub config: Arc<Config>,
    pub stripe: stripe::Client,
    /// For the pages being watched; Stripe has a client of its own.
    pub http: reqwest::Client,
}

impl AppState {
    pub fn new(db: Db, config: Config) -> Self {
        Self {
            db,
            stripe: config.stripe_client(),
            http: watch::fetch::client(),
            config: Arc::new(config),
        }
    }
}
