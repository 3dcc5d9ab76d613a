//! What standard error says while a command runs: lines for people, or JSON lines for programs (`--progress json`).

use std::io::{self, Write};

use clap::ValueEnum;
use serde::Serialize;

use crate::report::clean;

/// How remarks and progress are written to standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Progress {
    /// For people
    #[default]
    Text,
    /// For programs: one JSON object a line (NDJSON)
    Json,
}

/// One line of progress. A command starts once and ends once, with remarks between; one that was killed does not end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProgressLine {
    /// Always `cello-progress/1`.
    pub schema: String,
    /// The command.
    pub command: String,
    /// What happened.
    pub event: Event,
    /// What there is to say, for people to read; null unless the event is a remark.
    pub text: Option<String>,
    /// The exit code; null unless the event is the end.
    pub exit: Option<i32>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The command has begun.
    Started,
    /// There is something to know meanwhile.
    Remark,
    /// The command is over.
    Ended,
}

/// Standard error as JSON lines: what is written up to a flush is one remark.
pub(super) struct Lines<'a> {
    command: &'a str,
    to: &'a mut dyn Write,
    remark: Vec<u8>,
}

impl<'a> Lines<'a> {
    pub fn start(command: &'a str, to: &'a mut dyn Write) -> Self {
        let mut lines = Self { command, to, remark: Vec::new() };
        lines.say(Event::Started, None, None);
        lines
    }

    pub fn end(mut self, exit: i32) {
        // Only a remark that nobody flushed is left; standard error has nowhere to report to.
        let _ = self.flush();
        self.say(Event::Ended, None, Some(exit));
    }

    /// Nobody reading progress is no reason to fail.
    fn say(&mut self, event: Event, text: Option<String>, exit: Option<i32>) {
        let line = ProgressLine {
            schema: "cello-progress/1".into(),
            command: self.command.into(),
            event,
            text,
            exit,
        };
        if let Ok(line) = serde_json::to_string(&line) {
            let _ = writeln!(self.to, "{line}").and_then(|()| self.to.flush());
        }
    }
}

impl Write for Lines<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.remark.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let remark = std::mem::take(&mut self.remark);
        let text = clean(String::from_utf8_lossy(&remark).trim());
        if !text.is_empty() {
            self.say(Event::Remark, Some(text), None);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_remark_is_one_line_and_the_end_is_the_last() {
        let mut out = Vec::new();
        let mut lines = Lines::start("plan", &mut out);
        writeln!(lines, "two\nlines").unwrap();
        lines.flush().unwrap();
        lines.flush().unwrap();
        write!(lines, "unflushed").unwrap();
        lines.end(3);
        let out = String::from_utf8(out).unwrap();
        let said: Vec<serde_json::Value> =
            out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let events: Vec<_> = said.iter().map(|line| line["event"].as_str().unwrap()).collect();
        assert_eq!(events, ["started", "remark", "remark", "ended"]);
        assert_eq!(said[1]["text"], "two\nlines");
        assert_eq!(said[2]["text"], "unflushed");
        assert_eq!((&said[3]["exit"], &said[3]["text"]), (&3.into(), &serde_json::Value::Null));
    }
}
