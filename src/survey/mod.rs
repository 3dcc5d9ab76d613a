//! The survey: reads the target and says what is there, with evidence. It decides nothing and edits nothing.
//!
//! First every function is walked once, with the names in scope at hand, by the recognisers of calls, routers and
//! Stripe. What they find tells which functions create people; those are walked again to find the place after it.

mod actix;
mod always;
mod apps;
mod around;
mod axum;
mod calls;
mod carrier;
#[cfg(test)]
mod cases;
pub mod csp;
mod diverges;
mod elsewhere;
pub mod environment;
mod existing;
mod facts;
mod findings;
pub mod frontend;
mod getter;
mod handles;
mod home;
mod html;
mod listed;
mod literals;
mod loaders;
mod made;
mod mapped;
mod module_anchor;
pub mod pages;
mod redirects;
mod scope;
mod settings;
mod signup;
mod store;
mod stripe;
mod thread;
mod unchain;
pub mod walk;
mod walked;

pub use actix::hand::ByHand;
pub use actix::mount::Slot;
pub use actix::ready::Ready;
pub use actix::ways::{Below, Read, Way};
pub use apps::survey;
pub use axum::call::{Call, Written};
pub use axum::demands::works_with;
pub use axum::guarded::{Guard, GuardedPlace, shares_folder};
pub use axum::identity::{IdentitySite, Means};
pub use axum::mount::Place;
pub use axum::router::Chain;
pub use csp::CspSite;
pub use elsewhere::Server;
pub use facts::*;
pub use findings::{AppFindings, Findings, Loader, Pool, Reach};
pub use getter::getter_from_root;
pub use handles::{UserId, database, is_copy, people, user_id};
pub use html::template_pieces;
pub use literals::{is_test, strings, words};
pub use made::Made;
pub use module_anchor::{ModuleAnchor, module_anchor};
pub use pages::PageSite;
pub use redirects::{By as RedirectBy, Redirect};
pub use scope::{Local, Scope};
pub use signup::capture::{Anchor, AnchorKind};
pub use signup::site::{Note, SignupSite};
pub use store::backend::{Backend, Pooled, backend};
pub use store::entities;
pub use store::migrations;
pub use store::sqlx::{Database, pool_database};
pub use stripe::form::{BuilderJoin, Grown, LiteralMetadata, PairsJoin, PairsWay, ParamsForm, Text};
pub use stripe::http::pairs::Container;
pub use stripe::site::{Standing, StripeSite};
pub use thread::handed::NAMES as HANDED_NAMES;
pub use thread::{Chained, Group, Handed, List, Signature, Threads};
