//! Facts about what lies around the Rust code: pages, policies, other languages, and what could not be understood.

use serde::{Deserialize, Serialize};

use crate::target::At;

/// A page shell: a file or string with its own `<head>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Page {
    /// Stable id.
    pub id: String,
    /// Package it belongs to.
    pub app: String,
    /// The whole file.
    pub at: At,
    /// `askama`, `html`, …
    pub kind: String,
    /// `public`, `signed-in`, `both`, `admin`, `email` or `unknown`.
    pub audience: String,
    /// The end of its head.
    pub head_end: Option<At>,
    /// The end of its body.
    pub body_end: Option<At>,
    /// Why it gets no script, if it gets none.
    pub decoy: Option<String>,
}

/// A Content-Security-Policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Csp {
    /// Package it belongs to.
    pub app: String,
    /// The literal that holds it.
    pub at: At,
    /// `header`, `meta`, `file` or `framework-config`.
    pub kind: String,
    /// Directives and their sources, as written.
    pub directives: std::collections::BTreeMap<String, String>,
    /// Why it is left alone, if it is.
    pub decoy: Option<String>,
}

/// Stripe or sign-up code in another language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OutsideRust {
    /// Where.
    pub at: At,
    /// What it is.
    pub what: String,
}

/// Something that could not be read or understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Warning {
    /// Kind of warning.
    pub id: String,
    /// Where, if it is a place.
    pub at: Option<At>,
    /// What it means.
    pub text: String,
}
