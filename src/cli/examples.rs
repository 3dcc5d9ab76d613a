//! Examples for `--help` and the manual pages: a command line, and when one types it. A test parses each.

/// By command, in the order of the help.
const EXAMPLES: &[(&str, &[(&str, &str)])] = &[
    (
        "survey",
        &[
            ("survey", "in the application's folder"),
            ("survey path/to/application --format json", "for a program"),
        ],
    ),
    (
        "plan",
        &[
            ("plan", "in the application's folder; at a terminal it asks what is open"),
            ("plan --set payer=person --attest Ada", "with an answer that only a person may give"),
            ("plan --answers cello.json --format json", "in CI; exit code 3 while decisions are open"),
        ],
    ),
    (
        "show",
        &[
            ("show --only module,module-declaration", "a part of the plan, with a digest of its own"),
            ("show --format comment", "in short, for a pull request"),
            ("show --format diff", "as `git apply` takes it"),
        ],
    ),
    ("diff", &[("diff .cello/previous.json", "what the last `plan` has changed")]),
    (
        "apply",
        &[
            ("apply", "review it at the terminal, step by step if wanted"),
            ("apply --approve sha256:…", "exactly the plan that has this digest"),
            ("apply --skip csp:src/web/mod.rs", "all but one step"),
        ],
    ),
    (
        "undo",
        &[
            ("undo --dry-run", "say what would be taken back"),
            ("undo --only csp:src/web/mod.rs", "one step, if no other stands on it"),
        ],
    ),
    (
        "doctor",
        &[
            ("doctor", "read the source"),
            ("doctor --live http://127.0.0.1:3000 --cookie session=…", "ask the running application too"),
            ("doctor --baseline cello-baseline.json --format sarif", "in CI, where only new findings count"),
        ],
    ),
    (
        "webhook",
        &[
            ("webhook", "what to set up, with the ten events"),
            ("webhook check", "what the account has, with a restricted key in STRIPE_RESTRICTED_KEY"),
        ],
    ),
    ("demo", &[("demo", "in a temporary folder, within seconds")]),
    (
        "tick",
        &[
            ("tick", "hand steps, and whose word they have"),
            ("tick stripe-webhook --attest Ada", "Ada says that it is done"),
        ],
    ),
    (
        "explain",
        &[
            ("explain", "everything that has an id"),
            ("explain customer-metadata", "a step"),
            ("explain stale", "an error"),
        ],
    ),
    ("schema", &[("schema plan", "of plan.json")]),
    ("mcp", &[("mcp path/to/application", "what a client of the protocol starts")]),
    ("completions", &[("completions bash", "to be read by the shell at its start")]),
];

/// The examples of a command, as its help ends.
pub(super) fn of(command: &str) -> String {
    let known = EXAMPLES.iter().filter(|(name, _)| *name == command).flat_map(|(_, lines)| *lines);
    let lines: Vec<String> =
        known.map(|(line, when)| format!("  cello-scaffold {line}\n      {when}")).collect();
    format!("Examples:\n{}", lines.join("\n"))
}

/// The examples, and what else there is to say.
pub(super) fn and(command: &str, more: &str) -> String {
    format!("{}\n\n{more}", of(command))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn every_command_has_examples_that_can_be_typed() {
        for command in Cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
            let name = command.get_name();
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.starts_with(&of(name)), "{name} does not show its examples");
            assert!(help.contains(&format!("\n  cello-scaffold {name}")), "{name} has no example");
            assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
        }
        for (name, lines) in EXAMPLES {
            for (line, _) in *lines {
                let words = ["cello-scaffold"].into_iter().chain(line.split(' '));
                let cli = Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{line}: {error}"));
                assert_eq!(cli.command.name(), *name);
            }
        }
    }
}
