//! `schema`: the JSON Schema of each document, made from the types that write it.

use clap::ValueEnum;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::args::SchemaArgs;
use super::explain::Explained;
use super::failure::ErrorDocument;
use super::formats::Document;
use super::progress::ProgressLine;
use super::tick::Ticked;
use super::{Console, Exit, Failure};
use crate::apply::{Applied, Undone};
use crate::doctor::{self, Diagnosis};
use crate::plan::{self, Comparison, Handoff, Plan};
use crate::survey::{self, Survey};

pub(super) fn run(args: &SchemaArgs, console: &mut Console) -> Result<Exit, Failure> {
    console.print_json(&schema(args.kind))?;
    Ok(Exit::Done)
}

/// The schema of a document as it is written. Whoever reads it has to pass over fields that are new to them, so those are
/// allowed everywhere.
pub fn schema(kind: Document) -> Schema {
    match kind {
        Document::Survey => of::<Survey>(kind, Some(survey::SCHEMA)),
        Document::Plan => of::<Plan>(kind, Some(plan::SCHEMA)),
        Document::Apply => of::<Applied>(kind, Some("cello-apply/1")),
        Document::Undo => of::<Undone>(kind, Some("cello-undo/1")),
        Document::Diff => of::<Comparison>(kind, Some("cello-diff/1")),
        Document::Explain => of::<Explained>(kind, Some("cello-explain/1")),
        Document::Handoff => of::<Handoff>(kind, Some(plan::HANDOFF)),
        Document::Tick => of::<Ticked>(kind, Some("cello-tick/1")),
        Document::Doctor => of::<Diagnosis>(kind, Some(doctor::SCHEMA)),
        Document::Progress => of::<ProgressLine>(kind, Some("cello-progress/1")),
        Document::Error => of::<ErrorDocument>(kind, None),
    }
}

fn of<T: JsonSchema>(kind: Document, version: Option<&str>) -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(RecursiveTransform(plain));
    let mut schema = SchemaGenerator::new(settings).into_root_schema_for::<T>();
    let name = kind.to_possible_value().map_or_else(String::new, |value| value.get_name().to_string());
    schema.insert("title".into(), format!("cello-scaffold {name}").into());
    if let (Some(version), Some(field)) = (version, schema.pointer_mut("/properties/schema")) {
        field["const"] = version.into();
    }
    schema
}

/// Formats name Rust's integers, which validators don't know. Comments name other items as rustdoc links them; a schema's reader has no rustdoc.
fn plain(schema: &mut Schema) {
    if schema.get("format").and_then(|format| format.as_str()).is_some_and(|format| format.contains("int")) {
        schema.remove("format");
    }
    if let Some(text) = schema.get("description").and_then(|text| text.as_str()) {
        let text = text.replace("[`", "`").replace("`]", "`");
        schema.insert("description".into(), text.into());
    }
}
