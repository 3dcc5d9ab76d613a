//! What a survey says: `cello-survey/1`. Facts and candidates, no verdicts.
//!
//! Everything considered is listed; what is something else says why in `decoy`. Lists are sorted by file, then
//! position. Ids are `kind:symbol-path[#n]`, never a line, so that answers survive unrelated edits.

use serde::{Deserialize, Serialize};

pub use super::around::{Csp, OutsideRust, Page, Warning};
use crate::target::At;

/// The schema this version writes.
pub const SCHEMA: &str = "cello-survey/1";

/// What was found in a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Survey {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// What made this survey.
    pub tool: Tool,
    /// One entry per package with a web framework.
    pub apps: Vec<App>,
    /// Page shells of all applications.
    pub pages: Vec<Page>,
    /// Content-Security-Policies of all applications.
    pub csp: Vec<Csp>,
    /// Stripe or sign-up code in other languages.
    pub outside_rust: Vec<OutsideRust>,
    /// What could not be read or understood.
    pub warnings: Vec<Warning>,
}

/// Name and version of the program that made a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tool {
    /// `cello-scaffold`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Tool {
    /// This program.
    pub fn this() -> Self {
        Self { name: env!("CARGO_PKG_NAME").into(), version: env!("CARGO_PKG_VERSION").into() }
    }
}

/// A package that is a web application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct App {
    /// Package name.
    pub package: String,
    /// Path of its `Cargo.toml` from the project's root.
    pub manifest: String,
    /// Rust edition.
    pub edition: String,
    /// Web frameworks in its dependencies.
    pub frameworks: Vec<Framework>,
    /// Places where a route could be added, best first within their file order.
    pub routers: Vec<Router>,
    /// Ways to know who is signed in.
    pub identity: Vec<Identity>,
    /// Ways to sign up.
    pub signups: Vec<Signup>,
    /// Calls to Stripe.
    pub stripe: Vec<StripeCall>,
    /// Where users are kept.
    pub store: Option<Store>,
    /// Where settings come from.
    pub config: Option<Config>,
    /// The state handlers share.
    pub state: Option<State>,
    /// Traces of Cello that are there already.
    pub existing: Vec<Existing>,
}

/// A web framework the package depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Framework {
    /// Crate name.
    pub name: String,
    /// Version from `Cargo.lock`, else the requirement.
    pub version: String,
    /// Its line in the manifest.
    pub at: At,
}

/// A place where routes can be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Router {
    /// Stable id.
    pub id: String,
    /// The chain of calls.
    pub at: At,
    /// Function that holds it, as a path from the crate root.
    pub symbol: String,
    /// Path under which everything here is served, such as `/api`; empty at the top.
    pub prefix: String,
    /// What guards everything in it, if anything does.
    pub guard: Option<String>,
    /// A CORS layer, if one covers it.
    pub cors: Option<String>,
    /// 1 is the best place; 0 means never.
    pub rank: u32,
    /// Why it has this rank.
    pub reason: String,
}

/// A way to know who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Identity {
    /// Stable id.
    pub id: String,
    /// The implementation that makes it an extractor.
    pub at: At,
    /// `from-request-parts`, and others later.
    pub kind: String,
    /// How a handler binds it, such as `user: CurrentUser`.
    pub binding: String,
    /// Path of the type from the crate root.
    #[serde(rename = "type")]
    pub type_path: String,
    /// The user's id, from a value named `user`, such as `user.id`; empty where there is none.
    pub id_expr: String,
    /// Type of that id.
    pub id_type: String,
    /// The user's e-mail, likewise.
    pub email: Option<String>,
    /// The user's name, likewise.
    pub name: Option<String>,
    /// True if it yields nobody instead of refusing.
    pub optional: bool,
    /// True if it also yields guests.
    pub anonymous: bool,
    /// 1 is the best; 0 means it is no identity for the widget.
    pub rank: u32,
    /// Why it has this rank.
    pub reason: String,
}

/// A way to sign up, or what looks like one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Signup {
    /// Stable id.
    pub id: String,
    /// The handler, or the function that creates the user where no handler is known.
    pub at: At,
    /// Path of that function from the crate root.
    pub symbol: String,
    /// `form`, `json`, `oauth`, `service` or `unknown`.
    pub kind: String,
    /// Where the user is created.
    pub create_site: Option<At>,
    /// The new user's id at the place of capture.
    pub user_id: Option<String>,
    /// Their e-mail, likewise.
    pub email: Option<String>,
    /// Why it is no sign-up, if it is none.
    pub decoy: Option<String>,
}

/// A call to Stripe, or what looks like one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StripeCall {
    /// Stable id.
    pub id: String,
    /// The call.
    pub at: At,
    /// `customer`, `checkout-session`, `subscription`, `payment-intent`, `setup-intent`, `payment-link`.
    pub object: String,
    /// `create`, `update` or `search`.
    pub call: String,
    /// `async-stripe-0`, `async-stripe-1`, `form`, `json`, `query` or `wrapper`.
    pub client: String,
    /// Where its parameters are put together.
    pub params_at: Option<At>,
    /// Metadata already there.
    pub metadata: Metadata,
    /// For sessions and subscriptions: `explicit`, `implicit` or `guest`.
    pub customer: Option<String>,
    /// `own` or `connected`.
    pub account: String,
    /// The user in scope.
    pub user: StripeUser,
    /// Why it is no such call, if it is none.
    pub decoy: Option<String>,
}

/// Metadata at a Stripe call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Metadata {
    /// `absent`, `present` or `cello`.
    pub state: String,
    /// Keys that can be read off.
    pub keys: Vec<String>,
}

/// The user known at a Stripe call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StripeUser {
    /// Expression for the user's id.
    pub expr: Option<String>,
    /// `scope`, `store`, `thread` or `none`.
    pub via: String,
}

/// Where users are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Store {
    /// `sqlx-sqlite`, `sqlx-postgres`, …
    pub kind: String,
    /// Type of the handle as the application spells it.
    pub handle: String,
    /// What tells of it, where no handler reaches a handle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<At>,
    /// Folder of migrations from the project's root.
    pub migrations: Option<String>,
    /// `application` (embedded), `hand` or `unknown`.
    pub runs_by: String,
}

/// Where settings come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Config {
    /// `environment`, `dotenvy`, `struct`, `figment`, `config`, `envy`, `clap`, `shuttle`, `loco`, `macro` or
    /// `compile-time`.
    pub kind: String,
    /// An example of it.
    pub at: At,
}

/// The state handlers share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct State {
    /// Its type as routers spell it.
    #[serde(rename = "type")]
    pub type_text: String,
    /// Its definition.
    pub at: At,
}

/// A trace of Cello.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Existing {
    /// The component it belongs to.
    pub component: String,
    /// Where.
    pub at: At,
}
