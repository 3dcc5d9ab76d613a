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
        /// Where metadata joins it, if it can.
        join: Option<BuilderJoin>,
    },
    /// Keys and values that are sent over HTTP.
    Pairs {
        /// What they are put together in.
        container: Container,
        /// Where metadata joins them, if it can.
        join: Option<PairsJoin>,
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

/// Where metadata joins a chain of calls.
#[derive(Debug, Clone)]
pub enum BuilderJoin {
    /// No metadata yet: a call goes in before the one that sends.
    Call {
        /// Byte of the dot before `send`.
        dot: usize,
        /// Bytes of other dots, if the chain stands on one line and has to be spread over several.
        spread: Vec<usize>,
        /// True if what goes in stays on the line of the short name it is called on.
        hugs: bool,
    },
    /// A mutable map: it is extended before a statement.
    Extend {
        /// Its name.
        name: String,
        /// Where that statement starts.
        statement: usize,
    },
    /// Any other map: what follows is chained to it.
    Chain {
        /// Bytes of the argument.
        inner: Range<usize>,
        /// Byte of the parenthesis after it.
        close: usize,
    },
}

/// Where metadata joins the pairs that are sent.
#[derive(Debug, Clone)]
pub struct PairsJoin {
    /// How it joins them.
    pub how: PairsWay,
    /// What the pairs' keys and values are.
    pub item: (Text, Text),
    /// Byte before which the user's id and the database have to be at hand.
    pub insertion: usize,
    /// True if the function speaks of something called `metadata`.
    pub name_is_taken: bool,
}

/// How metadata joins pairs.
#[derive(Debug, Clone)]
pub enum PairsWay {
    /// A local list or map is extended.
    Extend {
        /// The local.
        local: Grown,
        /// Byte of an array's bracket that has to become a `vec!`.
        array: Option<usize>,
    },
    /// Members of a local JSON value are set.
    Set {
        /// The local.
        local: Grown,
    },
    /// A list that is written where it is given goes on as an iterator.
    Chain {
        /// Bytes of the list, with a `&` before it.
        list: Range<usize>,
        /// Byte of the parenthesis after it, if it is the only argument; otherwise it stands on lines of its own.
        close: Option<usize>,
        /// Where the statement around it starts.
        statement: usize,
    },
}

/// A local that grows.
#[derive(Debug, Clone)]
pub struct Grown {
    /// Its name.
    pub name: String,
    /// Byte at which it is declared, if it is not declared `mut`.
    pub not_mutable: Option<usize>,
    /// Byte after the last statement that changes it, past a trailing comment.
    pub after: usize,
    /// Indentation of a new statement.
    pub indent: String,
}

/// How a text is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// `&str`
    Borrowed,
    /// `String`
    Owned,
}

impl BuilderJoin {
    /// Byte before which what is put in has to be at hand.
    fn insertion(&self) -> usize {
        match self {
            Self::Call { dot, .. } => *dot,
            Self::Extend { statement, .. } => *statement,
            Self::Chain { inner, .. } => inner.start,
        }
    }
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
            Self::Builder { join, .. } => join.as_ref().map(BuilderJoin::insertion),
            Self::Pairs { join, .. } => join.as_ref().map(|join| join.insertion),
            Self::Unreadable(_) => None,
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
