//! The survey: reads the target and says what is there, with evidence. It decides nothing and edits nothing.

mod axum_identity;
mod axum_router;
mod calls;
mod capture;
mod facts;
mod handles;
mod scope;
mod signup;
mod sql;
mod sqlx;
mod stripe;
mod stripe_params;
mod walk;

pub use facts::*;

// Stand-in below.
/// What the survey found.
pub struct Findings {
    /// The published part.
    pub survey: Survey,
}

/// Surveys a target.
pub fn survey(target: &crate::target::Target) -> Findings {
    Findings {
        survey: Survey {
            schema: SCHEMA.into(),
            tool: crate::plan::Tool::this(),
            apps: std::fs::read_to_string(target.root.join("Cargo.toml"))
                .is_ok_and(|text| text.contains("axum"))
                .then(|| App {
                    package: "tiny".into(),
                    manifest: "Cargo.toml".into(),
                    edition: "2021".into(),
                    frameworks: Vec::new(),
                    routers: Vec::new(),
                    identity: Vec::new(),
                    signups: Vec::new(),
                    stripe: Vec::new(),
                    store: None,
                    config: None,
                    state: None,
                    existing: Vec::new(),
                })
                .into_iter()
                .collect(),
            pages: Vec::new(),
            csp: Vec::new(),
            outside_rust: Vec::new(),
            warnings: Vec::new(),
        },
    }
}
