//! `schema`: the published JSON Schema of each document. A test holds them against the types that write the documents.

use super::args::SchemaArgs;
use super::formats::Document;
use super::{Console, Exit, Failure};

pub(super) fn run(args: &SchemaArgs, console: &mut Console) -> Result<Exit, Failure> {
    console.print(schema(args.kind))?;
    Ok(Exit::Done)
}

/// The schema of a document as it is written. Whoever reads it has to pass over fields that are new to them, so those are
/// allowed everywhere.
pub fn schema(kind: Document) -> &'static str {
    match kind {
        Document::Survey => include_str!("../../schemas/survey.json"),
        Document::Plan => include_str!("../../schemas/plan.json"),
        Document::Apply => include_str!("../../schemas/apply.json"),
        Document::Undo => include_str!("../../schemas/undo.json"),
        Document::Diff => include_str!("../../schemas/diff.json"),
        Document::Explain => include_str!("../../schemas/explain.json"),
        Document::Handoff => include_str!("../../schemas/handoff.json"),
        Document::Tick => include_str!("../../schemas/tick.json"),
        Document::Doctor => include_str!("../../schemas/doctor.json"),
        Document::Webhook => include_str!("../../schemas/webhook.json"),
        Document::Demo => include_str!("../../schemas/demo.json"),
        Document::Progress => include_str!("../../schemas/progress.json"),
        Document::Error => include_str!("../../schemas/error.json"),
    }
}

#[cfg(test)]
pub(in crate::cli) mod tests {
    use std::path::Path;

    use clap::ValueEnum;
    use schemars::generate::SchemaSettings;
    use schemars::transform::RecursiveTransform;
    use schemars::{JsonSchema, Schema, SchemaGenerator};
    use serde::Serialize;

    use super::*;
    use crate::apply::{Applied, Undone};
    use crate::cli::explain::Explained;
    use crate::cli::progress::ProgressLine;
    use crate::cli::story;
    use crate::cli::tick::Ticked;
    use crate::cli::told::ErrorDocument;
    use crate::cli::webhook::WebhookAnswer;
    use crate::doctor::{self, Diagnosis};
    use crate::plan::{self, Comparison, Handoff, Plan};
    use crate::survey::{self, Survey};

    fn made(kind: Document) -> Schema {
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
            Document::Webhook => of::<WebhookAnswer>(kind, Some("cello-webhook/1")),
            Document::Demo => of::<story::Told>(kind, Some("cello-demo/1")),
            Document::Progress => of::<ProgressLine>(kind, Some("cello-progress/1")),
            Document::Error => of::<ErrorDocument>(kind, None),
        }
    }

    fn of<T: JsonSchema>(kind: Document, version: Option<&str>) -> Schema {
        let settings =
            SchemaSettings::draft2020_12().for_serialize().with_transform(RecursiveTransform(plain));
        let mut schema = SchemaGenerator::new(settings).into_root_schema_for::<T>();
        schema.insert("title".into(), format!("cello-scaffold {}", name(kind)).into());
        if let (Some(version), Some(field)) = (version, schema.pointer_mut("/properties/schema")) {
            field["const"] = version.into();
        }
        schema
    }

    fn name(kind: Document) -> String {
        kind.to_possible_value().unwrap().get_name().to_string()
    }

    /// Formats name Rust's integers, which validators don't know. Comments name other items as rustdoc links them; a
    /// schema's reader has no rustdoc.
    fn plain(schema: &mut Schema) {
        if schema
            .get("format")
            .and_then(|format| format.as_str())
            .is_some_and(|format| format.contains("int"))
        {
            schema.remove("format");
        }
        if let Some(text) = schema.get("description").and_then(|text| text.as_str()) {
            let text = text.replace("[`", "`").replace("`]", "`");
            schema.insert("description".into(), text.into());
        }
    }

    /// Holds a published schema against the types, or renews it if that is asked for.
    #[expect(clippy::disallowed_methods, reason = "the environment says whether schemas are renewed")]
    pub fn renewed(name: &str, made: &impl Serialize) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.json"));
        let text = format!("{}\n", serde_json::to_string_pretty(made).unwrap());
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs_err::write(&path, &text).unwrap();
        }
        let published = fs_err::read_to_string(&path).unwrap_or_default();
        assert!(
            published == text,
            "schemas/{name}.json differs from the types; if that is wanted, UPDATE_SNAPSHOTS=1 renews it"
        );
    }

    #[test]
    fn the_published_schemas_are_those_of_the_types() {
        for kind in Document::value_variants() {
            renewed(&name(*kind), &made(*kind));
            assert!(schema(*kind).contains(&format!("\"title\": \"cello-scaffold {}\"", name(*kind))));
        }
    }
}
