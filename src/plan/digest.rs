//! The digest that binds a plan: what it covers, how it is checked, and how a subset gets its own.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{Plan, canonical_json, strict};

/// Why a plan can't be trusted.
#[derive(Debug, Error)]
pub enum PlanError {
    /// It isn't JSON of a plan.
    #[error("this is not a plan: {0}")]
    Malformed(#[from] serde_json::Error),
    /// It has a schema this version does not know.
    #[error("the plan has schema `{0}`, this version reads `cello-plan/1`")]
    Schema(String),
    /// Its content isn't what its digest says.
    #[error("the plan was changed after it was made: its {0} does not match")]
    Edited(&'static str),
    /// A subset lacks steps which its own need.
    #[error("the steps chosen need others: {}", .0.join(", "))]
    Open(Vec<String>),
    /// A subset names a step which the plan does not have.
    #[error("the plan has no step `{0}`")]
    NoStep(String),
    /// A subset can't be computed, as its edits don't fit the files.
    #[error("{0}")]
    Edits(String),
}

/// SHA-256 of some bytes as `sha256:` and 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// Sets both hashes of a plan from its content.
pub fn seal(plan: &mut Plan) {
    plan.digest = binding_digest(&json!(plan));
    plan.document_sha256 = document_digest(&json!(plan));
}

/// Checks both hashes of a plan.
///
/// # Errors
/// If the schema is unknown or a hash does not match.
pub fn verify(plan: &Plan) -> Result<(), PlanError> {
    verify_value(&json!(plan))
}

/// A plan from the bytes of `plan.json`, with both hashes checked.
///
/// The hashes are taken over what the file says, not over what was understood of it, so that a field unknown to this
/// version can't be slipped in.
///
/// # Errors
/// If it is no plan, its schema is unknown, or a hash does not match.
pub fn read(bytes: &[u8]) -> Result<Plan, PlanError> {
    let value = strict::json(bytes)?;
    verify_value(&value)?;
    Ok(serde_json::from_value(value)?)
}

/// A plan whose hashes may be wrong, for reading only.
///
/// # Errors
/// If it is no plan.
pub fn read_edited(bytes: &[u8]) -> Result<Plan, PlanError> {
    Ok(serde_json::from_value(strict::json(bytes)?)?)
}

fn verify_value(value: &Value) -> Result<(), PlanError> {
    let schema = value["schema"].as_str().unwrap_or("none");
    if schema != super::SCHEMA {
        return Err(PlanError::Schema(schema.to_string()));
    }
    if value["digest"].as_str() != Some(&binding_digest(value)) {
        return Err(PlanError::Edited("digest"));
    }
    if value["document_sha256"].as_str() != Some(&document_digest(value)) {
        return Err(PlanError::Edited("document_sha256"));
    }
    Ok(())
}

/// What is approved: schema, answers, files, steps, and the subset.
fn binding_digest(plan: &Value) -> String {
    let answers: Vec<Value> = plan["decisions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|decision| json!({ "id": decision["id"], "answer": decision["answer"] }))
        .collect();
    let bound = json!({
        "schema": plan["schema"],
        "decisions": answers,
        "files": plan["files"],
        "steps": plan["steps"],
        "subset": plan["subset"],
    });
    sha256_hex(canonical_json(&bound).as_bytes())
}

/// Everything but this hash itself.
fn document_digest(plan: &Value) -> String {
    let mut all = plan.clone();
    if let Value::Object(map) = &mut all {
        map.remove("document_sha256");
    }
    sha256_hex(canonical_json(&all).as_bytes())
}
