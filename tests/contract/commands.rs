//! What each command takes, and how it ends and speaks.

use super::*;

#[test]
fn each_command_takes_what_was_promised() {
    const PROMISED: [(&str, &str); 11] = [
        ("survey", "project"),
        ("plan", "project set answers attest package check out stdout"),
        ("show", "plan only"),
        ("diff", "old new"),
        ("apply", "plan approve only skip test dry-run no-verify allow-dirty allow-staged allow-no-vcs"),
        ("undo", "project only"),
        ("tick", "step"),
        ("doctor", "project live cello stripe fix baseline"),
        ("explain", "id"),
        ("demo", ""),
        ("schema", "kind"),
    ];
    let cli = Cli::command();
    for (name, options) in PROMISED {
        let command = cli.find_subcommand(name).unwrap_or_else(|| panic!("there is no {name}"));
        let known: BTreeSet<String> = command
            .get_arguments()
            .map(|one| one.get_long().map_or_else(|| one.get_id().to_string(), str::to_string))
            .collect();
        let lost: Vec<&str> =
            options.split(' ').filter(|one| !one.is_empty() && !known.contains(*one)).collect();
        assert!(lost.is_empty(), "{name} lacks {lost:?}");
        let format = command.get_arguments().find(|one| one.get_long() == Some("format")).expect(name);
        let formats: BTreeSet<String> =
            format.get_possible_values().iter().map(|value| value.get_name().to_string()).collect();
        let more: &[&str] = match name {
            "plan" | "show" => &["markdown", "html", "diff"],
            "doctor" => &["sarif", "markdown"],
            _ => &[],
        };
        for wanted in ["human", "json"].iter().chain(more) {
            assert!(formats.contains(*wanted), "{name} has no {wanted}");
        }
    }
    // Elsewhere it is about one thing, named beside it: an endpoint at Stripe, a trial in a running application.
    let writes = ["plan", "apply", "undo"];
    for command in cli.get_subcommands().filter(|command| writes.contains(&command.get_name())) {
        for flag in ["yes", "force", "assume-yes"] {
            let there = command.get_arguments().any(|one| one.get_long() == Some(flag));
            assert!(!there, "{}: a yes to everything does not exist", command.get_name());
        }
    }
}

/// This very test, run again as a program that panics.
#[test]
fn a_panic_ends_the_program_with_exit_code_ten() {
    const NAME: &str = "commands::a_panic_ends_the_program_with_exit_code_ten";
    if std::env::var_os("PANIC_HERE").is_some() {
        // Arguments that it can't understand; whatever comes after that is the program's own end.
        assert_eq!(cello_scaffold::cli::run(), 2);
        panic!("out of cheese");
    }
    let mut again = Command::new(std::env::current_exe().unwrap());
    let output = again.args(["--exact", NAME, "--nocapture"]).env("PANIC_HERE", "1").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(10), "{told}");
    assert!(
        told.contains("[defect]") && told.contains("out of cheese") && told.contains("commands.rs"),
        "{told}"
    );
}

/// `script` gives the program a terminal.
#[cfg(target_os = "linux")]
#[test]
fn colour_is_for_terminals_that_want_it() {
    let sample = Sample::of("tests/cases/bookclub/project");
    let program = assert_cmd::cargo::cargo_bin("cello-scaffold");
    let line = format!("'{}' plan --stdout", program.display());
    let said = |no_color: Option<&str>| {
        let mut command = Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).current_dir(&sample.root).stdin(Stdio::null());
        command.env("TERM", "xterm").env_remove("NO_COLOR").env_remove("CI");
        command.envs(no_color.map(|value| ("NO_COLOR", value)));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let (coloured, plain) = (said(None), said(Some("1")));
    assert!(coloured.contains("\u{1b}[") && coloured.contains("Plan for"), "{coloured}");
    assert!(!plain.contains('\u{1b}') && plain.contains("Plan for"), "{plain}");
}

/// Somebody's `yes` on a pipe is no terminal.
#[test]
fn without_a_terminal_nothing_is_read_or_asked() {
    use std::io::Write;
    let sample = Sample::of("tests/cases/parcels/project");
    let before = sample.tree();
    ask(&sample, &["plan"]);
    for arguments in [&["plan"][..], &["apply"], &["apply", "--no-verify"], &["tick", "stripe-webhook"]] {
        let mut command = program(&sample, arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // It may be gone before it could have read.
        let _ = child.stdin.take().unwrap().write_all(b"1\ny\ny\ny\n");
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {told}");
        assert!(!told.contains("[y/"), "{arguments:?}: {told}");
    }
    let (_, plan) = ask(&sample, &["show"]);
    assert!(list(&plan, "decisions").iter().any(|one| one["answer"].is_null()));
    assert_eq!(sample.tree(), before);
}

#[test]
fn the_readme_says_what_a_digest_proves() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let words = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("proves *what* was approved, not *who* approved it"));
}
