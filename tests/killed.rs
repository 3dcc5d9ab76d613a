//! The program is killed at every system call that changes anything, and every such call is made to fail as on a full disk:
//! in an apply, in an undo, and in the recovery from either. After the next recovery the tree is byte for byte as before or
//! as after, never between. The calls are counted and broken by strace, so that none can be forgotten.
//!
//! `cargo test --test killed -- --ignored --nocapture`; prints how many kills and failures were survived.
#![cfg(target_os = "linux")]

mod hand;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use assert_cmd::cargo::CommandCargoExt;
use cello_scaffold::apply::{self, Folder};
use hand::{Part, Place, Sample, Tree, plan};

/// Whatever writes, flushes, names or removes. Opening counts, as it creates and empties files.
const CALLS: &str = "openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,\
                     ftruncate,fchmod,fchmodat,chmod,fchown,link,linkat,symlink,symlinkat,flock,copy_file_range,sendfile";
/// Of these, what a full disk refuses.
const NEEDS_SPACE: [&str; 9] =
    ["openat", "write", "fsync", "rename", "renameat", "mkdir", "mkdirat", "unlinkat", "fchmod"];

const MAIN: &str = "fn main() {\n    println!(\"hi\");\n}\n";

/// A project, the digest of the plan in it, and its tree before and after that plan.
struct Case {
    sample: Sample,
    digest: String,
    before: Tree,
    after: Tree,
}

impl Case {
    fn new() -> Self {
        let sample = Sample::new(&[
            ("Cargo.toml", "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\n"),
            ("src/main.rs", MAIN),
            ("page.html", "<head></head>\n"),
        ]);
        let plan = plan(
            &sample,
            &[
                Part("module", &[], vec![("src/deep/er/cello.rs", Place::New, "pub fn hello() {}\n")]),
                Part(
                    "declare",
                    &["module"],
                    vec![("src/main.rs", Place::After("fn main() {\n"), "    // new\n")],
                ),
                Part("page", &[], vec![("page.html", Place::After("<head>"), "<script></script>")]),
            ],
        );
        let before = sample.tree();
        sample.save(&plan);
        let case = Self { sample, digest: plan.digest, before, after: Tree::new() };
        ok(&case.apply());
        let after = case.sample.tree();
        ok(&case.undo());
        assert_ne!(after, case.before);
        Self { after, ..case }
    }

    fn apply(&self) -> Command {
        let mut command = Command::cargo_bin("cello-scaffold").unwrap();
        command.args(["apply", "--no-verify", "--allow-no-vcs", "--approve", &self.digest]);
        command.current_dir(&self.sample.root);
        command
    }

    fn undo(&self) -> Command {
        let mut command = Command::cargo_bin("cello-scaffold").unwrap();
        command.arg("undo").current_dir(&self.sample.root);
        command
    }

    /// True if the tree is the one after the plan, false if it is the one before; all else fails the test.
    #[track_caller]
    fn is_after(&self, what: &str) -> bool {
        let tree = self.sample.tree();
        if tree == self.after {
            return true;
        }
        let names: Vec<&String> = tree.keys().collect();
        assert!(tree == self.before, "between before and after: {what}: {names:?}");
        false
    }

    fn recover(&self) {
        let folder = Folder::open(&self.sample.root).unwrap();
        apply::recover(&folder).unwrap();
        assert!(!self.sample.path(".cello/commit").exists());
    }

    /// As before the plan, whatever state it is in now; the program has to get there by itself.
    fn reset(&self) {
        if self.is_after("before it is used again") {
            ok(&self.undo());
        }
        assert!(!self.is_after("after an undo"));
    }
}

fn ok(command: &Command) -> Output {
    let output = strace(command, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Runs a command, under strace if there is something to tell it.
fn strace(command: &Command, options: &[String]) -> Output {
    let mut run = match options {
        [] => Command::new(command.get_program()),
        options => {
            let mut run = Command::new("strace");
            run.args(["-f", "-qq", "-o", "/dev/null"]).args(options).arg(command.get_program());
            run
        }
    };
    run.args(command.get_args()).current_dir(command.get_current_dir().unwrap_or(Path::new("."))).env_clear();
    run.env("PATH", "/usr/bin:/bin").output().expect("strace is installed: apt-get install strace")
}

/// How often each call is made in a run, counted in the thread that makes most of them.
fn count(command: &Command) -> BTreeMap<String, usize> {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log").to_str().unwrap().to_string();
    let options = ["-o".into(), log.clone(), "-e".into(), format!("trace={CALLS}")];
    strace(command, &options);
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in fs::read_to_string(log).unwrap().lines() {
        let (thread, rest) = line.split_once(' ').unwrap();
        if let Some((call, _)) = rest.trim_start().split_once('(').filter(|(call, _)| !call.contains(' ')) {
            *counts.entry((thread.into(), call.into())).or_default() += 1;
        }
    }
    let mut most = BTreeMap::new();
    for ((_, call), number) in counts {
        let known = most.entry(call).or_insert(0);
        *known = number.max(*known);
    }
    assert!(most.len() > 5, "{most:?}");
    most
}

/// Every place at which a run can be broken off: a call and which one of its kind.
fn points(command: &Command) -> Vec<(String, usize)> {
    let all = count(command).into_iter();
    all.flat_map(|(call, number)| (1..=number).map(move |nth| (call.clone(), nth))).collect()
}

fn kill(call: &str, nth: usize) -> [String; 4] {
    ["-e".into(), format!("trace={call}"), "-e".into(), format!("inject={call}:signal=KILL:when={nth}")]
}

/// `when`: one time, or from then on (`3+`).
fn full(call: &str, when: &str) -> [String; 4] {
    ["-e".into(), format!("trace={call}"), "-e".into(), format!("inject={call}:error=ENOSPC:when={when}")]
}

/// Kills a run at every point; `prepare` brings the project to where the run starts.
fn killed_everywhere(name: &str, prepare: &dyn Fn(&Case), run: &dyn Fn(&Case) -> Command) {
    let case = Case::new();
    prepare(&case);
    let points = points(&run(&case));
    case.recover();
    case.reset();
    let (mut old, mut new, mut died) = (0, 0, 0);
    for (call, nth) in &points {
        prepare(&case);
        let output = strace(&run(&case), &kill(call, *nth));
        died += usize::from(output.status.code().is_none());
        case.recover();
        if case.is_after(&format!("{name} killed at {call} {nth}")) {
            new += 1;
        } else {
            old += 1;
        }
        case.reset();
    }
    println!(
        "{name}: killed {died} times at {} calls; {old} times as before, {new} times as after",
        points.len()
    );
    assert!(died * 10 >= points.len() * 9, "strace does not reach the calls");
    // The whole disk is full from some call on, or for one call alone.
    let (mut failed, mut done) = (0, 0);
    for (call, nth) in points.iter().filter(|(call, _)| NEEDS_SPACE.contains(&call.as_str())) {
        for when in [format!("{nth}"), format!("{nth}+")] {
            prepare(&case);
            let output = strace(&run(&case), &full(call, &when));
            let code = output.status.code();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!said.contains("defect") && !said.contains("panicked"), "{call} {when}: {said}");
            case.recover();
            let after = case.is_after(&format!("{name}, no space at {call} {when}"));
            if code == Some(0) {
                done += 1
            } else {
                failed += 1
            }
            let _ = after;
            case.reset();
        }
    }
    println!(
        "{name}: no space left {} times; {failed} times told, {done} times not in the way",
        failed + done
    );
}

#[test]
#[ignore = "needs strace; tests/run.sh installs and runs it"]
fn an_apply_is_killed_at_every_call() {
    killed_everywhere("apply", &|case| assert!(!case.is_after("at the start")), &Case::apply);
}

#[test]
#[ignore = "needs strace; tests/run.sh installs and runs it"]
fn an_undo_is_killed_at_every_call() {
    killed_everywhere("undo", &|case| drop(ok(&case.apply())), &Case::undo);
}

/// Leaves an apply or undo in the middle of its renames.
fn torn(case: &Case, command: &Command) {
    strace(command, &kill("renameat", RENAME_IN_THE_MIDDLE));
    assert!(case.sample.path(".cello/commit/journal.json").exists());
    let tree = case.sample.tree();
    assert!(tree != case.before && tree != case.after, "it is between");
}

/// Journal, record and plan come before the files; this is the second file.
const RENAME_IN_THE_MIDDLE: usize = 6;

#[test]
#[ignore = "needs strace; tests/run.sh installs and runs it"]
fn the_recovery_of_an_apply_is_killed_at_every_call() {
    // `undo` recovers first, and finds nothing to undo then.
    killed_everywhere("recovery of an apply", &|case| torn(case, &case.apply()), &Case::undo);
}

#[test]
#[ignore = "needs strace; tests/run.sh installs and runs it"]
fn the_recovery_of_an_undo_is_killed_at_every_call() {
    // Recovered, the plan is applied; then it is taken back.
    let prepare = |case: &Case| {
        ok(&case.apply());
        strace(&case.undo(), &kill("renameat", 3));
        assert!(case.sample.path(".cello/commit/journal.json").exists());
    };
    killed_everywhere("recovery of an undo", &prepare, &Case::undo);
}

#[test]
#[ignore = "needs strace; tests/run.sh installs and runs it"]
fn recoveries_killed_one_after_the_other_get_there_in_the_end() {
    let case = Case::new();
    torn(&case, &case.apply());
    let mut killed = 0;
    // Each one gets a little further than the one before.
    for call in ["openat", "renameat", "fsync", "unlinkat", "write"] {
        for nth in 1..40 {
            let output = strace(&case.undo(), &kill(call, nth));
            killed += usize::from(output.status.code().is_none());
        }
    }
    case.recover();
    assert!(!case.is_after("after many recoveries"));
    println!("recovery: killed {killed} times in a row, then as before");
    assert!(killed > 20, "{killed}");
}

#[test]
#[ignore = "needs strace; tests/run.sh installs and runs it"]
fn the_journal_is_on_the_disk_before_the_first_byte_and_each_file_before_its_rename() {
    let case = Case::new();
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log").to_str().unwrap().to_string();
    let calls = "openat,fsync,renameat,mkdirat";
    strace(&case.apply(), &["-y".into(), "-o".into(), log.clone(), "-e".into(), format!("trace={calls}")]);
    let root = case.sample.root.to_str().unwrap();
    let (mut flushed, mut journal, mut renamed, mut unflushed) = (Vec::new(), false, 0, None::<String>);
    for line in fs::read_to_string(log).unwrap().lines() {
        let (_, line) = line.split_once(' ').unwrap();
        let line = line.trim_start();
        // `renameat(5</root/src>, "a", 6</root/src>, "b") = 0`
        let paths: Vec<&str> = line.split('<').skip(1).filter_map(|part| part.split('>').next()).collect();
        let names: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        let ours = |folder: &str| folder.starts_with(&format!("{root}/.cello"));
        let creates = line.contains("O_CREAT") || line.starts_with("mkdirat");
        match line.split('(').next() {
            Some("fsync") => {
                if unflushed.as_deref() == paths.first().copied() {
                    unflushed = None;
                }
                journal |= paths[0].ends_with(".cello/commit")
                    && flushed.iter().any(|path: &String| path.ends_with("journal.new"));
                flushed.push(paths[0].to_string());
            }
            Some("renameat") => {
                let from = format!("{}/{}", paths[0], names[0]);
                assert!(
                    flushed.contains(&from) || from.ends_with("/record"),
                    "{from} is renamed before it is on the disk"
                );
                assert!(unflushed.is_none(), "a rename in {unflushed:?} is not on the disk before the next");
                unflushed = Some(paths[1].to_string());
                renamed += 1;
            }
            _ if creates
                && paths
                    .first()
                    .is_some_and(|path| path.starts_with(root) && !ours(path) && *path != root) =>
            {
                assert!(journal, "written before the journal is on the disk: {line}");
            }
            _ => {}
        }
    }
    assert!(journal && renamed >= 8, "{renamed}");
    for folder in [root.to_string(), format!("{root}/.cello")] {
        assert!(flushed.contains(&folder), "{folder} holds new folders and is not flushed");
    }
}
