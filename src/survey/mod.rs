//! The survey: reads the target and says what is there, with evidence. It decides nothing and edits nothing.
//!
//! First every function is walked once, with the names in scope at hand, by the recognisers of calls, routers and
//! Stripe. What they find tells which functions create people; those are walked again to find the place after it.

mod apps;
mod axum_extension;
mod axum_identity;
mod axum_router;
mod calls;
mod capture;
#[cfg(test)]
mod cases;
pub mod csp;
pub mod environment;
mod existing;
mod facts;
mod findings;
mod guarded;
mod handles;
mod html;
mod layers;
mod listed;
mod literals;
mod loaders;
mod middleware;
pub mod migrations;
mod module_anchor;
mod mount;
pub mod pages;
mod scope;
mod signup;
mod signup_site;
mod sql;
mod sqlx;
mod stripe;
mod stripe_params;
mod walk;

pub use apps::survey;
pub use axum_identity::IdentitySite;
pub use axum_router::Chain;
pub use capture::{Anchor, AnchorKind};
pub use csp::CspSite;
pub use facts::*;
pub use findings::{AppFindings, Findings, Loader, Pool};
pub use guarded::{Guard, GuardedPlace, shares_folder};
pub use handles::{database, is_copy, people, user_id};
pub use module_anchor::ModuleAnchor;
pub use mount::Place;
pub use pages::PageSite;
pub use scope::Local;
pub use signup_site::{Note, SignupSite};
pub use sqlx::{Database, pool_database};
pub use stripe::StripeSite;
pub use stripe_params::{LiteralMetadata, ParamsForm};
