//! The command line, as clap reads it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::demo::DemoArgs;
pub use super::examine_args::{DoctorArgs, WebhookArgs, WebhookDo};
use super::examples;
use super::formats::{Document, Format, PlanFormat};
use super::progress::Progress;

/// Puts Cello user referrals into an existing Rust web application: a reviewable plan, applied exactly.
#[derive(Debug, Parser)]
#[command(
    name = "cello-scaffold",
    version,
    after_help = "Exit codes: 0 done, 1 differences or errors found, 2 wrong usage, 3 input needed, 4 refused, 5 verification failed (nothing \
                  written), 6 no Rust web application, 7 the machine failed, 10 a defect in this tool, 130 interrupted."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to write remarks and progress to standard error
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub progress: Progress,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what is there, with evidence: routes, users, sign-ups, Stripe, pages
    #[command(after_help = examples::of("survey"))]
    Survey(SurveyArgs),
    /// Plan the integration: decisions, steps and diffs. Writes into .cello, nothing else
    #[command(after_help = examples::of("plan"))]
    Plan(PlanArgs),
    /// Show a saved plan again, also when the project has changed since
    #[command(after_help = examples::of("show"))]
    Show(ShowArgs),
    /// What changed between two plans, and what of it to review again
    #[command(after_help = examples::of("diff"))]
    Diff(DiffArgs),
    /// Write exactly an approved plan, proven in a scratch copy first, all or nothing
    #[command(after_help = examples::of("apply"))]
    Apply(ApplyArgs),
    /// Take the last apply back, byte for byte; where files were edited since, what is surely its own
    Undo(UndoArgs),
    /// Examine an integration, whoever wrote it, line by line against Cello's QA checklist
    Doctor(DoctorArgs),
    /// Stripe's webhook endpoint for Cello: show what to set up, check the account, make or complete it
    #[command(after_help = examples::of("webhook"))]
    Webhook(WebhookArgs),
    /// The whole story on a built-in sample application, in a temporary folder
    #[command(after_help = examples::of("demo"))]
    Demo(DemoCommand),
    /// Record a person's word that a hand step is done; without a step, what is open
    #[command(after_help = examples::of("tick"))]
    Tick(TickArgs),
    /// A step, decision, fact, line of the QA checklist, error or topic; without a name, a list of all
    #[command(after_help = examples::of("explain"))]
    Explain(ExplainArgs),
    /// The JSON Schema of a command's output, for programs that rely on it
    #[command(after_help = examples::of("schema"))]
    Schema(SchemaArgs),
    /// Serve the commands as tools to an agent: a Model Context Protocol server on standard input and output
    #[command(after_help = examples::and(
        "mcp",
        "Without --allow-apply nothing is written but the plan's own folder, .cello. With\n\
         it, `apply` and `undo` are there too, and `apply` still needs the digest that a\n\
         person has approved."
    ))]
    Mcp(McpArgs),
    /// A completion script for a shell, on standard output
    #[command(after_help = examples::of("completions"))]
    Completions(CompletionsArgs),
    /// Manual pages, into a folder
    #[command(hide = true)]
    Man(ManArgs),
}

/// `survey`
#[derive(Debug, Args)]
pub struct SurveyArgs {
    /// The project; its Cargo workspace is taken as a whole
    #[arg(default_value = ".")]
    pub project: PathBuf,
    /// Look at this package only
    #[arg(long, value_name = "NAME")]
    pub package: Option<String>,
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `plan`
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The project; its Cargo workspace is taken as a whole
    #[arg(default_value = ".")]
    pub project: PathBuf,
    /// Answer a decision (repeatable)
    #[arg(long, value_name = "DECISION=VALUE")]
    pub set: Vec<String>,
    /// Answers as a JSON object of decision and value
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// Name of the person who made the decisions that only a person may make; recorded in the plan
    #[arg(long, value_name = "NAME")]
    pub attest: Option<String>,
    /// Plan for this package only
    #[arg(long, value_name = "NAME")]
    pub package: Option<String>,
    /// Compile a copy of the project with and without the plan now; this runs its build scripts
    #[arg(long)]
    pub check: bool,
    /// Folder for the plan and its documents, instead of .cello in the project
    #[arg(long, value_name = "DIR", conflicts_with = "stdout")]
    pub out: Option<PathBuf>,
    /// Write nothing
    #[arg(long)]
    pub stdout: bool,
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub format: PlanFormat,
}

/// `show`
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The plan, or the folder of its project
    #[arg(default_value = ".cello/plan.json")]
    pub plan: PathBuf,
    /// Only these steps: a plan of its own, with its own digest
    #[arg(long, value_name = "STEP,…", value_delimiter = ',')]
    pub only: Vec<String>,
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub format: PlanFormat,
}

/// `diff`
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The plan that was reviewed
    pub old: PathBuf,
    /// The plan made since
    #[arg(default_value = ".cello/plan.json")]
    pub new: PathBuf,
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `tick`
#[derive(Debug, Args)]
pub struct TickArgs {
    /// The step, as the plan names it
    pub step: Option<String>,
    /// The plan
    #[arg(long, value_name = "PLAN", default_value = ".cello/plan.json")]
    pub plan: PathBuf,
    /// Name of the person whose word it is; without it, a person is asked at the terminal
    #[arg(long, value_name = "NAME")]
    pub attest: Option<String>,
    /// Take the word back
    #[arg(long, requires = "step", conflicts_with = "attest")]
    pub off: bool,
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Its id, as plans and errors name it
    pub id: Option<String>,
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `mcp`
#[derive(Debug, Args)]
pub struct McpArgs {
    /// Folders that tool calls are confined to
    #[arg(default_value = ".", value_name = "ROOT")]
    pub roots: Vec<PathBuf>,
    /// Offer `apply` and `undo` too
    #[arg(long)]
    pub allow_apply: bool,
}

/// `completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `man`
#[derive(Debug, Args)]
pub struct ManArgs {
    /// A folder for the pages
    pub folder: PathBuf,
}

/// `schema`
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which document
    #[arg(value_enum)]
    pub kind: Document,
    /// How to answer; a schema is JSON in any case
    #[arg(long, value_enum, default_value_t, hide = true)]
    pub format: Format,
}

/// `apply`
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// The plan, or the folder of its project
    #[arg(default_value = ".cello/plan.json")]
    pub plan: PathBuf,
    /// Approve the plan that has this digest; without it, a person is asked at the terminal
    #[arg(long, value_name = "DIGEST")]
    pub approve: Option<String>,
    /// Only these steps
    #[arg(long, value_name = "STEP,…", value_delimiter = ',', conflicts_with = "skip")]
    pub only: Vec<String>,
    /// All but these steps
    #[arg(long, value_name = "STEP,…", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Check and compile everything, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not compile a patched copy first
    #[arg(long)]
    pub no_verify: bool,
    /// Run the tests of the inserted module too; building them can take minutes
    #[arg(long, conflicts_with = "no_verify")]
    pub test: bool,
    /// Although files of the plan have uncommitted changes
    #[arg(long)]
    pub allow_dirty: bool,
    /// Although files of the plan have staged changes
    #[arg(long)]
    pub allow_staged: bool,
    /// Although the project is not under version control
    #[arg(long)]
    pub allow_no_vcs: bool,
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `undo`
#[derive(Debug, Args)]
#[command(after_help = examples::and(
    "undo",
    "Where a file was edited since, a hunk goes only if its own text and the lines\n\
     around it tell where it stands. What is left is named, with the steps it needs,\n\
     and the exit code is 4."
))]
pub struct UndoArgs {
    /// The project
    #[arg(default_value = ".")]
    pub project: PathBuf,
    /// Only these steps; refused while other steps stand on them
    #[arg(long, value_name = "STEP,…", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Say what would be taken back and what to do first, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `demo`
#[derive(Debug, Args)]
pub struct DemoCommand {
    /// What the demo takes.
    #[command(flatten)]
    pub demo: DemoArgs,
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
