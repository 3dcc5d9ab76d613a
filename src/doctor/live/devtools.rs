//! A Chromium without a window, spoken to over a pipe: commands out, answers and events back, each ended by a zero byte.
//!
//! It can reach the hosts that it is given and no others: every other name and address resolves to nothing.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// A message, or the end of them.
const LARGEST: usize = 32 * 1024 * 1024;

/// A running browser; it ends when this is dropped.
pub struct Chromium {
    child: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    sent: u64,
    patience: Duration,
}

/// Why a browser gives no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silent {
    /// It didn't start.
    NotStarted,
    /// It ended, or what it says is no JSON.
    Ended,
    /// It took too long.
    Slow,
    /// It refused a command.
    Refused,
}

impl Chromium {
    /// Starts the program with a profile in an empty folder.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn start(program: &Path, profile: &Path, hosts: &[&str], patience: Duration) -> Result<Self, Silent> {
        let mut command = piped(program);
        command.arg(format!("--user-data-dir={}", profile.display()));
        command.args([
            "--headless=new",
            "--remote-debugging-pipe",
            "--disable-gpu",
            "--no-first-run",
            "--no-proxy-server",
        ]);
        command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
        command.args([
            "--disable-extensions",
            "--disable-domain-reliability",
            "--disable-breakpad",
            "--no-pings",
        ]);
        let mut rules = "MAP * ~NOTFOUND".to_string();
        hosts.iter().for_each(|host| rules.push_str(&format!(" , EXCLUDE {host}")));
        command.arg(format!("--host-resolver-rules={rules}"));
        if is_root() {
            // Its own sandbox refuses to work for root, as in containers.
            command.arg("--no-sandbox");
        }
        command.arg("about:blank").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|_| Silent::NotStarted)?;
        let (Some(commands), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            let _ = child.kill();
            return Err(Silent::NotStarted);
        };
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            loop {
                let mut bytes = Vec::new();
                let read = output.read_until(0, &mut bytes);
                if !matches!(read, Ok(length) if length > 0 && length < LARGEST) {
                    return;
                }
                bytes.pop();
                let Ok(message) = serde_json::from_slice(&bytes) else { return };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, commands, messages, sent: 0, patience })
    }

    /// Sends a command and waits for its answer; what comes meanwhile goes to `event`, which may answer with commands.
    ///
    /// # Errors
    /// If there is no answer, or a refusal.
    pub fn ask(
        &mut self,
        method: &str,
        params: Value,
        session: Option<&str>,
        event: &mut dyn FnMut(&Value) -> Option<(String, Value)>,
    ) -> Result<Value, Silent> {
        let id = self.send(method, params, session)?;
        // Events may come without end, so their number is limited too.
        for _ in 0..10_000 {
            let message = self.next(self.patience)?;
            if message["id"] == id {
                return match message.get("result") {
                    Some(result) => Ok(result.clone()),
                    None => Err(Silent::Refused),
                };
            }
            self.react(&message, session, event)?;
        }
        Err(Silent::Slow)
    }

    /// Lets events go by until there is nothing for this long.
    ///
    /// # Errors
    /// If the browser ended.
    pub fn rest(
        &mut self,
        quiet: Duration,
        session: Option<&str>,
        event: &mut dyn FnMut(&Value) -> Option<(String, Value)>,
    ) -> Result<(), Silent> {
        for _ in 0..10_000 {
            match self.next(quiet) {
                Ok(message) => self.react(&message, session, event)?,
                Err(Silent::Slow) => return Ok(()),
                Err(silent) => return Err(silent),
            }
        }
        Ok(())
    }

    fn react(
        &mut self,
        message: &Value,
        session: Option<&str>,
        event: &mut dyn FnMut(&Value) -> Option<(String, Value)>,
    ) -> Result<(), Silent> {
        if let Some((method, params)) = event(message) {
            self.send(&method, params, session)?;
        }
        Ok(())
    }

    fn next(&self, wait: Duration) -> Result<Value, Silent> {
        self.messages.recv_timeout(wait).map_err(|error| match error {
            RecvTimeoutError::Timeout => Silent::Slow,
            RecvTimeoutError::Disconnected => Silent::Ended,
        })
    }

    fn send(&mut self, method: &str, params: Value, session: Option<&str>) -> Result<u64, Silent> {
        self.sent += 1;
        let mut message = json!({ "id": self.sent, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.commands.write_all(&bytes).and_then(|()| self.commands.flush()).map_err(|_| Silent::Ended)?;
        Ok(self.sent)
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Asked to close, it ends its helpers as well; whoever doesn't listen is ended.
        let _ = self.send("Browser.close", json!({}), None);
        for _ in 0..50 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(40));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program with its pipe: it reads commands from descriptor 3 and answers on 4.
#[cfg(unix)]
fn piped(program: &Path) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#]).arg(program);
    shell
}

/// Elsewhere those descriptors can't be handed over; it ends at once, and that is said.
#[cfg(not(unix))]
fn piped(program: &Path) -> Command {
    Command::new(program)
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
