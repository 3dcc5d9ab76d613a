//! One tool call: this program is run with the command's arguments; its progress is passed on, and a cancelled call ends it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rmcp::model::{CallToolResult, ContentBlock, MetaObject, ProgressNotificationParam};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::tools::Line;
use crate::cli::Failure;
use crate::plan;
use crate::report;

/// How long a client may take to take a word of progress.
const PATIENCE: Duration = Duration::from_secs(1);

/// The calls under way, by process.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

fn running() -> MutexGuard<'static, BTreeSet<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends all calls, as an interrupt would.
pub fn stop() {
    for process in running().iter() {
        interrupt(*process);
    }
}

/// Asks a process to end. An `apply` that is writing finishes first; one that compiles leaves nothing behind. Where there
/// are no signals, it goes on to its end.
#[cfg(unix)]
fn interrupt(process: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    let process = i32::try_from(process).ok().and_then(Pid::from_raw);
    // One that has ended meanwhile needs no ending.
    let _ = process.map(|process| kill_process(process, Signal::TERM));
}

#[cfg(not(unix))]
fn interrupt(_: u32) {}

/// A failure that no command needs to be run for.
pub(super) fn refused(failure: &Failure) -> CallToolResult {
    failed(&json!(failure.json()))
}

/// A failure as the commands tell it in JSON. Some clients hold whatever is structured against the tool's schema, so it is text.
fn failed(document: &Value) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(document.to_string())])
}

/// Runs tool calls.
pub(super) struct Caller {
    program: PathBuf,
}

impl Caller {
    pub fn new() -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(|source| Failure::Io {
            doing: "found",
            path: "this program".into(),
            source,
        })?;
        Ok(Self { program })
    }

    pub async fn call(
        &self,
        tool: &str,
        line: Line,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResult, ErrorData> {
        let defect = |what: &str| ErrorData::internal_error(format!("`{tool}` {what}"), None);
        let mut child = Command::new(&self.program)
            .args(&line.arguments)
            .current_dir(&line.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| defect(&format!("can't be run: {error}")))?;
        let process = Process::started(child.id());
        let ended = tokio::select! {
            ended = follow(&mut child, context) => ended,
            () = context.ct.cancelled() => {
                process.interrupt();
                // Nobody reads the answer any more, and an answer nobody reads would keep it from ending.
                drop((child.stdout.take(), child.stderr.take()));
                child.wait().await.map(|_| (Vec::new(), None))
            }
        };
        process.ended();
        let (answer, exit) = ended.map_err(|error| defect(&format!("can't be followed: {error}")))?;
        if context.ct.is_cancelled() {
            return Err(defect("was cancelled"));
        }
        let answer: Value = serde_json::from_slice(&answer).map_err(|_| defect("gave no answer"))?;
        Ok(result(answer, exit))
    }
}

/// A process that is interrupted unless somebody waits for its end.
struct Process(Option<u32>);

impl Process {
    fn started(id: Option<u32>) -> Self {
        running().extend(id);
        Self(id)
    }

    fn interrupt(&self) {
        self.0.into_iter().for_each(interrupt);
    }

    fn ended(mut self) {
        let id = self.0.take();
        running().retain(|other| Some(*other) != id);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let Some(id) = self.0 else { return };
        running().remove(&id);
        interrupt(id);
    }
}

/// Reads what a command says to its end, and gives its answer and exit code.
async fn follow(
    child: &mut Child,
    context: &RequestContext<RoleServer>,
) -> std::io::Result<(Vec<u8>, Option<i32>)> {
    let mut answer = Vec::new();
    let (stdout, stderr) = (child.stdout.as_mut(), child.stderr.as_mut());
    let listen = async {
        match stdout {
            Some(pipe) => pipe.read_to_end(&mut answer).await,
            None => Ok(0),
        }
    };
    let pass_on = async {
        let Some(pipe) = stderr else { return };
        let (mut lines, mut told) = (BufReader::new(pipe).lines(), 0.0);
        let mut token = context.meta.get_progress_token();
        while let Ok(Some(line)) = lines.next_line().await {
            let line: Value = serde_json::from_str(&line).unwrap_or_default();
            if let (Some(text), Some(to)) = (line["text"].as_str(), &token) {
                told += 1.0;
                let progress = ProgressNotificationParam::new(to.clone(), told).with_message(text);
                // A client that has closed its end takes answers, but no more progress.
                if timeout(PATIENCE, context.peer.notify_progress(progress)).await.is_err() {
                    token = None;
                }
            }
        }
    };
    let (read, ()) = tokio::join!(listen, pass_on);
    read?;
    Ok((answer, child.wait().await?.code()))
}

/// The answer as the tool's result. The exit code comes with it, as a plan says by that whether decisions are open.
fn result(answer: Value, exit: Option<i32>) -> CallToolResult {
    let mut result = if answer.get("error").is_some() {
        failed(&answer)
    } else {
        let short = short(&answer);
        let mut result = CallToolResult::structured(answer);
        if let Some(short) = short {
            result.content = vec![ContentBlock::text(short)];
        }
        result
    };
    let mut meta = MetaObject::new();
    meta.insert("cello-scaffold/exit".into(), json!(exit));
    result.meta = Some(meta);
    result
}

/// A plan in short: the whole of it is in the structured answer, and a reader's attention is dear.
fn short(answer: &Value) -> Option<String> {
    if answer["schema"] != plan::SCHEMA {
        return None;
    }
    let plan = plan::read(answer.to_string().as_bytes()).ok()?;
    Some(report::comment(&plan))
}
