//! The tools: what each takes, what it answers, and the command that it is.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::roots::Roots;
use crate::cli::Failure;
use crate::cli::formats::Document;
use crate::cli::schema::schema;

/// `survey` and `doctor`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Look {
    /// Folder of the project: absolute, or from the server's first root, which it is by default.
    project: Option<String>,
    /// Look at this package only.
    package: Option<String>,
}

/// `decide`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Decide {
    /// Folder of the project: absolute, or from the server's first root, which it is by default.
    project: Option<String>,
    /// Answers by the decision's id, each one of its options or, where it accepts that, an expression, path or text.
    answers: BTreeMap<String, String>,
    /// Name of the person who made those that are `human_only`. It is recorded in the plan: never make one up.
    attest: Option<String>,
}

/// `show`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Show {
    /// Folder of the project: absolute, or from the server's first root, which it is by default.
    project: Option<String>,
    /// The plan's file, from the project; by default the last plan.
    plan: Option<String>,
    /// Only these steps: a plan of its own, with its own digest.
    #[serde(default)]
    only: Vec<String>,
}

/// `diff`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Diff {
    /// Folder of the project: absolute, or from the server's first root, which it is by default.
    project: Option<String>,
    /// The plan that was reviewed, from the project; by default the one before the last.
    old: Option<String>,
    /// The plan made since, from the project; by default the last one.
    new: Option<String>,
}

/// `explain`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Explain {
    /// Id of a step, decision, fact, rule, error or topic; without it, everything there is.
    id: Option<String>,
}

/// `apply`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Apply {
    /// Folder of the project: absolute, or from the server's first root, which it is by default.
    project: Option<String>,
    /// Digest of the plan, or of the part of it, that a person has approved.
    digest: String,
    /// Only these steps; the digest is that of `show` with the same.
    #[serde(default)]
    only: Vec<String>,
    /// All but these steps.
    #[serde(default)]
    skip: Vec<String>,
    /// Check and compile everything, write nothing.
    #[serde(default)]
    dry_run: bool,
    /// Do not compile a patched copy first. Only on a person's word.
    #[serde(default)]
    no_verify: bool,
    /// Run the tests of the inserted module too; building them can take minutes.
    #[serde(default)]
    test: bool,
}

/// `undo`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Undo {
    /// Folder of the project: absolute, or from the server's first root, which it is by default.
    project: Option<String>,
    /// Only these steps.
    #[serde(default)]
    only: Vec<String>,
    /// Say what would be taken back, write nothing.
    #[serde(default)]
    dry_run: bool,
}

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
        tool::<Look>(
            "survey",
            "What is there, with evidence: routes, users, sign-ups, Stripe, pages. No verdicts.",
            Document::Survey,
            Reads,
        ),
        tool::<Look>(
            "plan",
            "Plans the integration: decisions, steps and exact edits. Writes plan.json, plan.md, plan.html and handoff.json to \
             .cello in the project and nothing else. Outcome `decide` means that decisions are open.",
            Document::Plan,
            Plans,
        ),
        tool::<Decide>(
            "decide",
            "Answers open decisions and plans again. Answers are remembered. What is `human_only` needs a person's name.",
            Document::Plan,
            Plans,
        ),
        tool::<Show>("show", "A saved plan again, or a part of it.", Document::Plan, Reads),
        tool::<Diff>(
            "diff",
            "What changed between two plans, and what of it to review again.",
            Document::Diff,
            Reads,
        ),
        tool::<Explain>(
            "explain",
            "A step, decision, fact about Cello, rule, error or topic, from the playbook.",
            Document::Explain,
            Reads,
        ),
        tool::<Look>(
            "doctor",
            "Examines an integration, whoever wrote it, line by line against Cello's QA checklist. Reads source only.",
            Document::Doctor,
            Reads,
        ),
        tool::<Apply>(
            "apply",
            "Writes exactly the plan that has this digest, proven in a scratch copy first, all or nothing. The proof runs the \
             application's own build. Only with a digest that a person has approved.",
            Document::Apply,
            Writes,
        ),
        tool::<Undo>("undo", "Takes the last apply back, byte for byte.", Document::Undo, Writes),
    ];
    tools.into_iter().filter(|(_, reach)| may_write || *reach != Writes).map(|(tool, _)| tool).collect()
}

fn tool<T: JsonSchema>(
    name: &'static str,
    what: &'static str,
    answer: Document,
    reach: Reach,
) -> (Tool, Reach) {
    let annotations = ToolAnnotations::new()
        .read_only(reach == Reach::Reads)
        .destructive(reach == Reach::Writes)
        .idempotent(reach != Reach::Writes)
        .open_world(false);
    let mut takes = schemars::schema_for!(T);
    RecursiveTransform(|schema: &mut Schema| single_type(schema)).transform(&mut takes);
    let tool = Tool::new(name, what, object(takes))
        .with_raw_output_schema(object(schema(answer)))
        .with_annotations(annotations);
    (tool, reach)
}

/// What may be left out needs no null, and some models' providers know schemas of one type only.
fn single_type(schema: &mut Schema) {
    if let Some(first) = schema.get("type").and_then(|types| types.get(0)).cloned() {
        schema.insert("type".into(), first);
    }
}

fn object(schema: Schema) -> Arc<JsonObject> {
    Arc::new(schema.as_object().cloned().unwrap_or_default())
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
