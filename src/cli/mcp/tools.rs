//! The tools: what each takes, what it answers, and the command that it is.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde::de::DeserializeOwned;

use super::roots::Roots;
use super::takes::{self, Apply, Decide, Diff, Explain, Look, Show, Undo};
use crate::cli::Failure;
use crate::cli::formats::Document;
use crate::cli::schema::schema;

/// What a tool may do to the project.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Nothing.
    Reads,
    /// Writes the plan's own folder, `.cello`.
    Plans,
    /// Writes the application's files.
    Writes,
}

/// All tools; those that write the application's files only where that is allowed.
pub(super) fn all(may_write: bool) -> Vec<Tool> {
    use Reach::{Plans, Reads, Writes};
    let tools = [
        tool(
            "survey",
            "What is there, with evidence: routes, users, sign-ups, Stripe, pages. No verdicts.",
            Document::Survey,
            Reads,
        ),
        tool(
            "plan",
            "Plans the integration: decisions, steps and exact edits. Writes plan.json, plan.md, plan.html and handoff.json to \
             .cello in the project and nothing else. Outcome `decide` means that decisions are open.",
            Document::Plan,
            Plans,
        ),
        tool(
            "decide",
            "Answers open decisions and plans again. Answers are remembered. What is `human_only` needs a person's name.",
            Document::Plan,
            Plans,
        ),
        tool("show", "A saved plan again, or a part of it.", Document::Plan, Reads),
        tool(
            "diff",
            "What changed between two plans, and what of it to review again.",
            Document::Diff,
            Reads,
        ),
        tool(
            "explain",
            "A step, decision, fact about Cello, rule, error or topic, from the playbook.",
            Document::Explain,
            Reads,
        ),
        tool(
            "doctor",
            "Examines an integration, whoever wrote it, line by line against Cello's QA checklist. Reads source only.",
            Document::Doctor,
            Reads,
        ),
        tool(
            "apply",
            "Writes exactly the plan that has this digest, proven in a scratch copy first, all or nothing. The proof runs the \
             application's own build. Only with a digest that a person has approved.",
            Document::Apply,
            Writes,
        ),
        tool("undo", "Takes the last apply back, byte for byte.", Document::Undo, Writes),
    ];
    tools.into_iter().filter(|(_, reach)| may_write || *reach != Writes).map(|(tool, _)| tool).collect()
}

fn tool(name: &'static str, what: &'static str, answer: Document, reach: Reach) -> (Tool, Reach) {
    let annotations = ToolAnnotations::new()
        .read_only(reach == Reach::Reads)
        .destructive(reach == Reach::Writes)
        .idempotent(reach != Reach::Writes)
        .open_world(false);
    let tool = Tool::new(name, what, takes::schema(name))
        .with_raw_output_schema(Arc::new(object(schema(answer))))
        .with_annotations(annotations);
    (tool, reach)
}

/// A published schema. That each is an object is held by the tests that make them.
pub(super) fn object(text: &str) -> JsonObject {
    serde_json::from_str(text).unwrap_or_default()
}

/// Why a tool isn't there.
pub(super) fn unknown(name: &str) -> String {
    match name {
        "apply" | "undo" => format!(
            "this server only reads and plans, so it has no `{name}`: start it as `cello-scaffold mcp --allow-apply`, or the \
             person runs `cello-scaffold {name}`"
        ),
        _ => format!("there is no tool `{name}`"),
    }
}

/// The command that a call is, with every path in it inside the roots.
pub(super) fn command(name: &str, arguments: JsonObject, roots: &Roots) -> Result<Line, Failure> {
    let mut line = Line::new(if name == "decide" { "plan" } else { name }, roots);
    match name {
        "survey" | "doctor" | "plan" => {
            let look: Look = read(name, arguments)?;
            line.project(roots.project(look.project.as_deref())?);
            line.options("--package", look.package);
        }
        "decide" => {
            let decide: Decide = read(name, arguments)?;
            line.project(roots.project(decide.project.as_deref())?);
            line.options("--set", decide.answers.iter().map(|(id, value)| format!("{id}={value}")));
            line.options("--attest", decide.attest);
        }
        "show" => {
            let show: Show = read(name, arguments)?;
            line.folder = roots.project(show.project.as_deref())?;
            line.plan(show.plan.as_deref(), "plan.json", roots)?;
            line.options("--only", show.only);
        }
        "diff" => {
            let diff: Diff = read(name, arguments)?;
            line.folder = roots.project(diff.project.as_deref())?;
            line.plan(diff.old.as_deref(), "previous.json", roots)?;
            line.plan(diff.new.as_deref(), "plan.json", roots)?;
        }
        "explain" => {
            let explain: Explain = read(name, arguments)?;
            line.arguments.extend(explain.id.into_iter().flat_map(|id| ["--".into(), id.into()]));
        }
        "apply" => {
            let apply: Apply = read(name, arguments)?;
            line.folder = roots.project(apply.project.as_deref())?;
            line.plan(None, "plan.json", roots)?;
            line.options("--approve", [apply.digest]);
            line.options("--only", apply.only);
            line.options("--skip", apply.skip);
            line.switch("--dry-run", apply.dry_run);
            line.switch("--no-verify", apply.no_verify);
            line.switch("--test", apply.test);
        }
        "undo" => {
            let undo: Undo = read(name, arguments)?;
            // A project whose manifests can't be read any more must still be undone.
            let folder = roots.folder(undo.project.as_deref())?;
            let applied = folder.ancestors().find(|folder| folder.join(".cello/applied").is_dir());
            line.project(match applied {
                Some(root) => roots.inside(root)?,
                None => roots.project(undo.project.as_deref())?,
            });
            line.options("--only", undo.only);
            line.switch("--dry-run", undo.dry_run);
        }
        _ => return Err(Failure::Usage(unknown(name))),
    }
    Ok(line)
}

fn read<T: DeserializeOwned>(name: &str, arguments: JsonObject) -> Result<T, Failure> {
    serde_json::from_value(arguments.into()).map_err(|error| Failure::Usage(format!("`{name}`: {error}")))
}

/// A command line, and the folder to run it in.
pub(super) struct Line {
    pub arguments: Vec<OsString>,
    pub folder: PathBuf,
}

impl Line {
    fn new(command: &str, roots: &Roots) -> Self {
        let arguments = [command, "--format=json", "--progress=json"].map(OsString::from).to_vec();
        Self { arguments, folder: roots.first().to_path_buf() }
    }

    fn project(&mut self, root: PathBuf) {
        self.arguments.push(root.clone().into());
        self.folder = root;
    }

    fn plan(&mut self, given: Option<&str>, default: &str, roots: &Roots) -> Result<(), Failure> {
        let file = given.map_or_else(|| format!(".cello/{default}"), str::to_string);
        self.arguments.push(roots.file(&self.folder, &file)?.into());
        Ok(())
    }

    /// Values are tied to their option, so that none is taken for another option.
    fn options(&mut self, option: &str, values: impl IntoIterator<Item = String>) {
        self.arguments.extend(values.into_iter().map(|value| OsString::from(format!("{option}={value}"))));
    }

    fn switch(&mut self, option: &str, on: bool) {
        if on {
            self.arguments.push(option.into());
        }
    }
}
