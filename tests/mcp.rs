//! `cello-scaffold mcp`: an independent client goes all the way with it; malformed, hostile and cancelled calls end well.
#![expect(
    clippy::disallowed_methods,
    reason = "the environment says which Python to use; waiting needs a clock"
)]

mod hand;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::{CommandCargoExt, cargo_bin};
use hand::{Part, Place, Sample, plan};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Samples with what an agent meets in them: nothing to decide, something to decide, a workspace.
const SAMPLES: [(&str, &str); 3] = [
    ("pagewatch", "tests/apps/pagewatch"),
    ("parcels", "tests/cases/parcels/project"),
    ("bookclub", "tests/cases/bookclub/project"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn an_independent_client_goes_all_the_way() {
    let folder = TempDir::new().unwrap();
    for (name, sample) in SAMPLES {
        fs_err::rename(Sample::of(sample).root, folder.path().join(name)).unwrap();
    }
    let given = std::env::var_os("E2E_PYTHON").map(PathBuf::from);
    let python = given.unwrap_or_else(|| root().join(".venv/bin/python"));
    assert!(python.exists(), "{} is missing: run tests/run.sh, which makes it", python.display());
    let output = Command::new(python)
        .arg(root().join("tests/mcp/client.py"))
        .arg(cargo_bin("cello-scaffold"))
        .arg(folder.path())
        .output()
        .unwrap();
    let (said, trouble) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{trouble}");
    assert!(said.contains("all the way with bookclub, pagewatch, parcels"), "{said}");
}

/// The server, and a client that writes whatever a test wants.
struct Raw {
    server: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Raw {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut server = Command::cargo_bin("cello-scaffold")
            .unwrap()
            .arg("mcp")
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (to, from) = (server.stdin.take(), BufReader::new(server.stdout.take().unwrap()));
        let mut raw = Self { server, to, from };
        let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}});
        assert_eq!(raw.ask("initialize", hello)["result"]["protocolVersion"], "2025-06-18");
        raw.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
        raw
    }

    fn send(&mut self, line: &str) {
        writeln!(self.to.as_mut().unwrap(), "{line}").unwrap();
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    fn ask(&mut self, method: &str, parameters: Value) -> Value {
        self.send(
            &json!({"jsonrpc": "2.0", "id": method, "method": method, "params": parameters}).to_string(),
        );
        loop {
            let answer = self.next();
            if answer["id"] == method {
                return answer;
            }
        }
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({"name": tool, "arguments": arguments}))
    }
}

/// The id of the error that a tool told.
fn error_id(answer: &Value) -> String {
    let text = answer.pointer("/result/content/0/text").and_then(Value::as_str).unwrap_or_default();
    let told: Value = serde_json::from_str(text).unwrap_or_default();
    told.pointer("/error/id").and_then(Value::as_str).unwrap_or_default().to_string()
}

impl Drop for Raw {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A package that compiles in no time, or not for minutes.
fn tiny(build_script: &str) -> (Sample, String) {
    let manifest = "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\n";
    let sample = Sample::committed(&[
        ("Cargo.toml", manifest),
        ("build.rs", build_script),
        ("src/main.rs", "fn main() {}\n"),
        (".gitignore", "/target\n"),
    ]);
    let plan = plan(&sample, &[Part("one", &[], vec![("src/main.rs", Place::After("{"), " // one\n")])]);
    sample.save(&plan);
    (sample, plan.digest)
}

#[test]
fn malformed_calls_are_told_and_do_no_harm() {
    let (sample, _) = tiny("fn main() {}\n");
    let before = sample.tree();
    let mut raw = Raw::start(&sample.root, &["--allow-apply"]);
    for line in ["{", "[]", "null", "\u{0}", r#"{"jsonrpc":"2.0"}"#, r#"{"id":1}"#, &"x".repeat(100_000)] {
        raw.send(line);
    }
    assert_eq!(raw.ask("no/such/method", json!({}))["error"]["code"], -32601);
    assert_eq!(raw.ask("tools/call", json!({"nam": "plan"}))["error"]["code"], -32602);
    assert_eq!(raw.ask("tools/call", json!({"name": 7}))["error"]["code"], -32602);
    assert_eq!(raw.ask("tools/call", json!({"name": "plan", "arguments": [1]}))["error"]["code"], -32602);
    assert_eq!(raw.call("explode", json!({}))["error"]["code"], -32602);
    assert_eq!(raw.ask("resources/read", json!({}))["error"]["code"], -32602);
    for (tool, arguments) in [
        ("apply", json!({})),
        ("apply", json!({"digest": ["sha256:0"]})),
        ("apply", json!({"digest": null})),
        ("apply", json!({"digest": "--allow-dirty"})),
        ("apply", json!({"digest": "", "no_verify": true})),
        ("apply", json!({"approve": "sha256:0"})),
        ("show", json!({"only": "--help"})),
        ("show", json!({"only": ["--out=x"]})),
        ("decide", json!({"answers": {"x=y": "z", "--out": "."}})),
        ("survey", json!({"package": "--format"})),
        ("survey", json!({"project": "\u{0}"})),
        ("undo", json!({"project": "/"})),
    ] {
        let answer = raw.call(tool, arguments.clone());
        assert_eq!(answer["result"]["isError"], true, "{tool} {arguments}: {answer}");
        assert!(!error_id(&answer).is_empty(), "{answer}");
    }
    assert_eq!(sample.tree(), before);
    // What was sent before the end is answered, and the end of input ends the server.
    raw.send(r#"{"jsonrpc":"2.0","id":"last","method":"tools/call","params":{"name":"explain"}}"#);
    drop(raw.to.take());
    assert_eq!(raw.next()["id"], "last");
    assert!(raw.server.wait().unwrap().success());
}

#[test]
fn a_call_tells_its_progress_and_the_proof_stands() {
    let (sample, digest) = tiny("fn main() {}\n");
    let mut raw = Raw::start(&sample.root, &["--allow-apply"]);
    let request =
        json!({"name": "apply", "arguments": {"digest": digest}, "_meta": {"progressToken": "mine"}});
    raw.send(&json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": request}).to_string());
    let progress = raw.next();
    assert_eq!(progress["method"], "notifications/progress");
    assert_eq!(
        (&progress["params"]["progressToken"], &progress["params"]["progress"]),
        (&json!("mine"), &json!(1.0))
    );
    assert!(progress["params"]["message"].as_str().unwrap().contains("Compiling a copy"), "{progress}");
    let answer = std::iter::repeat_with(|| raw.next()).find(|answer| answer["id"] == 1).unwrap();
    let applied = &answer["result"]["structuredContent"];
    assert_eq!((&applied["outcome"], &applied["proof"]["targets"]), (&json!("applied"), &json!("all")));
    assert_eq!(answer["result"]["_meta"]["cello-scaffold/exit"], 0);
    assert_eq!(sample.read("src/main.rs"), b"fn main() { // one\n}\n");
}

/// The compiler is under way for minutes; both a cancelled call and a server that is ended take it with them.
#[cfg(unix)]
#[test]
fn a_cancelled_call_ends_and_writes_nothing() {
    for ends_server in [false, true] {
        let (sample, digest) =
            tiny("fn main() { std::thread::sleep(std::time::Duration::from_secs(600)); }\n");
        let before = sample.tree();
        let mut raw = Raw::start(&sample.root, &["--allow-apply"]);
        let request =
            json!({"name": "apply", "arguments": {"digest": digest}, "_meta": {"progressToken": 1}});
        raw.send(&json!({"jsonrpc": "2.0", "id": 77, "method": "tools/call", "params": request}).to_string());
        assert_eq!(raw.next()["method"], "notifications/progress");
        assert_eq!(error_id(&raw.call("undo", json!({}))), "locked");
        if ends_server {
            let id = raw.server.id().to_string();
            assert!(Command::new("kill").arg(id).status().unwrap().success());
            assert_eq!(raw.server.wait().unwrap().code(), Some(130));
            raw = Raw::start(&sample.root, &["--allow-apply"]);
        } else {
            let cancel = json!({"requestId": 77, "reason": "the person thought again"});
            raw.send(
                &json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancel}).to_string(),
            );
        }
        let begun = Instant::now();
        loop {
            let id = error_id(&raw.call("undo", json!({})));
            if id == "nothing-applied" {
                break;
            }
            assert_eq!(id, "locked");
            assert!(begun.elapsed() < Duration::from_secs(60), "the call goes on");
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(sample.tree(), before);
    }
}
