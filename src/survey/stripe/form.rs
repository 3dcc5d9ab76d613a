//! The forms in which the parameters of a Stripe call are put together, with the places at which metadata stands or goes.

use std::ops::Range;

use crate::survey::stripe::http::pairs::Container;

/// How the parameters of a call are put together.
#[derive(Debug, Clone)]
pub enum ParamsForm {
    /// A struct literal.
    Literal {
        /// The whole literal.
        at: Range<usize>,
        /// Where metadata is, or goes.
        metadata: LiteralMetadata,
    },
    /// A local that is assigned to field by field.
    Local {
        /// Its name.
        name: String,
        /// The `let`.
        at: Range<usize>,
        /// Whether `metadata` is assigned.
        has_metadata: bool,
        /// Byte after the last statement that changes it before the call, past a trailing comment.
        after: usize,
        /// Indentation of a new statement.
        indent: String,
        /// Keys of the metadata that can be read off.
        keys: Vec<String>,
        /// True if Cello's function is called for it already.
        cello: bool,
    },
    /// A chain of calls that makes the parameters: async-stripe 1.0.
    Builder {
        /// Where it starts.
        at: Range<usize>,
        /// Whether `metadata` is called, so that a second call would replace the first.
        has_metadata: bool,
    },
    /// Keys and values that are sent over HTTP.
    Pairs {
        /// What they are put together in.
        container: Container,
    },
    /// Something else, with the reason as the end of a sentence.
    Unreadable(&'static str),
}

/// Metadata in a struct literal.
#[derive(Debug, Clone)]
pub enum LiteralMetadata {
    /// None: a field can be added at a byte.
    Absent {
        /// Before `..Default::default()`, or after the last field.
        at: usize,
        /// Indentation if fields stand on lines of their own.
        indent: Option<String>,
        /// True if a `..base` follows.
        before_rest: bool,
        /// True if a comma has to come first.
        comma_first: bool,
    },
    /// `Some(EXPR)`.
    Some {
        /// Bytes of `Some(EXPR)`.
        whole: Range<usize>,
        /// Bytes of `EXPR`.
        inner: Range<usize>,
        /// Byte of the dot in `.collect()`, if EXPR ends so.
        collect: Option<usize>,
        /// Indentation of the line of the field.
        indent: String,
        /// Keys that can be read off.
        keys: Vec<String>,
        /// True if Cello's function is called in it.
        cello: bool,
        /// If EXPR is a mutable local: its name, and where a statement before this one starts.
        local: Option<(String, usize)>,
    },
    /// Anything else.
    Other,
}

impl ParamsForm {
    /// Where the parameters are put together.
    pub fn range(&self) -> Option<Range<usize>> {
        match self {
            Self::Literal { at, .. } | Self::Local { at, .. } | Self::Builder { at, .. } => Some(at.clone()),
            Self::Pairs { .. } | Self::Unreadable(_) => None,
        }
    }

    /// Byte at which something would be put in.
    pub fn insertion(&self) -> Option<usize> {
        match self {
            Self::Literal { metadata: LiteralMetadata::Absent { at, .. }, .. } => Some(*at),
            Self::Literal { metadata: LiteralMetadata::Some { inner, .. }, .. } => Some(inner.start),
            Self::Literal { at, .. } => Some(at.start),
            Self::Local { after, .. } => Some(*after),
            Self::Builder { .. } | Self::Pairs { .. } | Self::Unreadable(_) => None,
        }
    }

    /// Keys of the metadata that can be read off.
    pub fn metadata_keys(&self) -> &[String] {
        match self {
            Self::Literal { metadata: LiteralMetadata::Some { keys, .. }, .. } | Self::Local { keys, .. } => {
                keys
            }
            _ => &[],
        }
    }

    /// True if the metadata comes from Cello's module already.
    pub fn calls_cello(&self) -> bool {
        match self {
            Self::Literal { metadata: LiteralMetadata::Some { cello, .. }, .. }
            | Self::Local { cello, .. } => *cello,
            _ => false,
        }
    }
}
