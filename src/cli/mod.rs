//! The command line: arguments, prompts, output and exit codes around the same calls that any other caller makes.

mod answers;
mod apply;
mod args;
mod ask;
mod baseline;
mod cards;
#[cfg(test)]
mod catalogue;
mod command;
mod defect;
pub mod demo;
mod diff;
mod doctor;
mod examine_args;
mod examples;
mod explain;
mod failure;
mod formats;
mod help;
mod live;
mod mcp;
mod places;
mod plan;
mod progress;
mod repair;
mod review;
mod schema;
mod shell;
mod show;
mod story;
mod survey;
mod tick;
mod told;
mod undo;
mod waiting;
mod webhook;

use std::ffi::OsString;
use std::io::{self, BufRead, IsTerminal, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser;

pub use args::{Cli, Command};
pub use cards::{CARDS, Card};
pub use failure::Failure;
pub use formats::{Format, PlanFormat};
pub use progress::{Event, Progress, ProgressLine};
pub use told::ErrorDocument;

use crate::report::Style;

/// How a command ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It is done.
    Done,
    /// It is done, and there are differences, or errors in what was examined.
    Differs,
    /// It is done, and decisions are open.
    InputNeeded,
    /// A part is done; the rest isn't what it was when it was approved.
    Partly,
}

impl Exit {
    fn code(self) -> i32 {
        match self {
            Self::Done => 0,
            Self::Differs => 1,
            Self::InputNeeded => 3,
            Self::Partly => 4,
        }
    }
}

/// Where a command reads and writes.
pub struct Console<'a> {
    /// Standard output: the answer.
    pub out: &'a mut dyn Write,
    /// Standard error: remarks, progress and questions.
    pub err: &'a mut dyn Write,
    /// A person at a terminal; without one nothing is asked.
    pub input: Option<&'a mut dyn BufRead>,
    /// How to write for people.
    pub style: Style,
}

impl Console<'_> {
    /// Writes the answer. A reader who has seen enough (`| head`) is no failure.
    fn print(&mut self, text: &str) -> Result<(), Failure> {
        let written = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
        match written {
            Err(source) if source.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::Io { doing: "written", path: "standard output".into(), source })
            }
            _ => Ok(()),
        }
    }

    /// Writes an answer for programs.
    fn print_json(&mut self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| Failure::Defect(format!("an answer can't be put into JSON: {error}")))?;
        self.print(&format!("{text}\n"))
    }

    /// Writes a remark. Nobody reading it is no reason to fail.
    fn remark(&mut self, text: &str) {
        let _ = writeln!(self.err, "{text}").and_then(|()| self.err.flush());
    }

    /// Asks a person. `None` without a terminal, or at its end.
    fn ask(&mut self, question: &str) -> Option<String> {
        let input = self.input.as_deref_mut()?;
        let _ = write!(self.err, "{question} ").and_then(|()| self.err.flush());
        let mut line = String::new();
        match input.read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line.trim().to_string()),
        }
    }
}

/// True once standard output is known to be for JSON alone.
static JSON: AtomicBool = AtomicBool::new(false);

/// True once an interrupt is ending the program.
static ENDING: AtomicBool = AtomicBool::new(false);

/// The program: runs with the process's own arguments, terminal and signals.
pub fn run() -> i32 {
    defect::end_on_panic();
    // Without a handler an interrupt ends the program at once, which recovery copes with too.
    let _ = ctrlc::set_handler(on_interrupt);
    let (mut out, mut err) = (anstream::stdout(), anstream::stderr());
    let color = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
    let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    // Not locked for good: `mcp` reads it on a thread of its own.
    let mut stdin = io::BufReader::new(io::stdin());
    let person = io::stdin().is_terminal() && io::stderr().is_terminal();
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        input: if person { Some(&mut stdin) } else { None },
        style: Style { color, width: width.clamp(40, 120) },
    };
    main_with_args(std::env::args_os(), &mut console)
}

/// Runs one command and gives its exit code.
pub fn main_with_args<I>(arguments: I, console: &mut Console) -> i32
where
    I: IntoIterator<Item = OsString>,
{
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return refuse_usage(&error, &arguments, console),
    };
    match cli.progress {
        Progress::Text => execute(&cli.command, console),
        Progress::Json => {
            waiting::asked();
            let mut lines = progress::Lines::start(cli.command.name(), &mut *console.err);
            let quiet =
                Console { out: &mut *console.out, err: &mut lines, input: None, style: console.style };
            let code = execute(&cli.command, &mut { quiet });
            lines.end(code);
            code
        }
    }
}

/// Runs a command, tells of its failure, and gives its exit code.
fn execute(command: &Command, console: &mut Console) -> i32 {
    let json = command.is_json();
    JSON.store(json, Ordering::Relaxed);
    // For whoever calls this as a library; the program itself has ended by then.
    let result = panic::catch_unwind(AssertUnwindSafe(|| dispatch(command, console)));
    let result = result.unwrap_or_else(|payload| Err(Failure::Defect(describe(&*payload))));
    match result {
        Ok(exit) => exit.code(),
        Err(failure) => tell(&failure, json, console),
    }
}

fn dispatch(command: &Command, console: &mut Console) -> Result<Exit, Failure> {
    match command {
        Command::Survey(args) => survey::run(args, console),
        Command::Plan(args) => plan::run(args, console),
        Command::Show(args) => show::run(args, console),
        Command::Diff(args) => diff::run(args, console),
        Command::Apply(args) => apply::run(args, console),
        Command::Undo(args) => undo::run(args, console),
        Command::Doctor(args) => doctor::run(args, console),
        Command::Webhook(args) => webhook::run(args, console),
        Command::Demo(args) => story::run(args, console),
        Command::Tick(args) => tick::run(args, console),
        Command::Explain(args) => explain::run(args, console),
        Command::Completions(args) => shell::completions(args, console),
        Command::Man(args) => shell::man(args),
        Command::Schema(args) => schema::run(args, console),
        Command::Mcp(args) => mcp::run(args),
    }
}

fn tell(failure: &Failure, json: bool, console: &mut Console) -> i32 {
    while ENDING.load(Ordering::SeqCst) {
        // What failed is what the interrupt ended, and its handler says so.
        std::thread::park();
    }
    if json {
        // That this can't be written either changes nothing about the exit code.
        let _ = console.print_json(&failure.json());
    } else {
        console.remark(failure.text().trim_end());
    }
    failure.exit()
}

/// Help and version are answers; all else that clap says is about wrong usage.
fn refuse_usage(error: &clap::Error, arguments: &[OsString], console: &mut Console) -> i32 {
    let text = error.render();
    let text = if console.style.color { text.ansi().to_string() } else { text.to_string() };
    if error.exit_code() == 0 {
        return console.print(&text).map_or_else(|failure| failure.exit(), |()| 0);
    }
    let asks_json = arguments.iter().any(|argument| argument == "--format=json")
        || arguments.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json");
    let failure = Failure::Usage(error.render().to_string());
    if asks_json {
        return tell(&failure, true, console);
    }
    console.remark(text.trim_end());
    failure.exit()
}

/// What a panic said.
fn describe(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "a panic without words".into())
}

/// An interrupt ends the program between commits, never inside of one.
#[expect(clippy::disallowed_methods, reason = "the signal's own thread has nobody to return to")]
fn on_interrupt() {
    let Some(_held) = crate::apply::hold() else {
        return;
    };
    ENDING.store(true, Ordering::SeqCst);
    crate::apply::abandon();
    mcp::stop();
    let failure = Failure::Interrupted;
    last_words(&failure);
    std::process::exit(failure.exit());
}

/// Tells of a failure where no command is left to do it.
fn last_words(failure: &Failure) {
    if JSON.load(Ordering::Relaxed) {
        let _ = writeln!(io::stdout(), "{:#}", serde_json::json!(failure.json()));
    } else {
        let _ = writeln!(io::stderr(), "\n{}", failure.text().trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn a_panic_is_told_as_a_defect() {
        let payload = panic::catch_unwind(|| panic!("out of {}", "cheese")).unwrap_err();
        let failure = Failure::Defect(describe(&*payload));
        assert_eq!(failure.exit(), 10);
        assert!(failure.text().contains("out of cheese"));
        assert!(failure.text().contains("Please report"));
    }
}
