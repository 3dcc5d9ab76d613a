//! Sentences in the data files, wrapped there to be read and unwrapped here to be shown at any width.

use serde::{Deserialize, Deserializer};

/// Joins the lines of a text with single spaces. For `#[serde(deserialize_with)]`.
pub(super) fn unwrapped<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}
