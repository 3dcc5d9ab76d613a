//! The survey: reads the target and says what is there, with evidence. It decides nothing and edits nothing.

mod facts;

pub use facts::*;

/// What the survey found.
pub struct Findings {
    /// The published part.
    pub survey: Survey,
}

/// Surveys a target.
pub fn survey(_target: &crate::target::Target) -> Findings {
    Findings {
        survey: Survey {
            schema: SCHEMA.into(),
            tool: crate::plan::Tool::this(),
            apps: Vec::new(),
            pages: Vec::new(),
            csp: Vec::new(),
            outside_rust: Vec::new(),
            warnings: Vec::new(),
        },
    }
}
