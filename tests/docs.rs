//! Every command in `docs/` runs, in the order it stands there, on a copy of the sample application; so does the hook.
//!
//! `sha256:…` is the digest of the plan that the commands before have made. The proof by compiling is left out here, as it
//! takes minutes; `tests/proof.rs` has it.

#![expect(clippy::disallowed_methods, reason = "the program is put on the path, and pages are renewed")]

mod hand;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use hand::Sample;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sample() -> Sample {
    let sample = Sample::new(&[(".gitignore", "/target\nanswers.json\n")]);
    let from = root().join("tests/apps/pagewatch");
    let entries = walkdir::WalkDir::new(&from).into_iter().filter_entry(|entry| {
        !["target", ".cello"].contains(&entry.file_name().to_str().unwrap_or_default())
    });
    for entry in entries {
        let entry = entry.unwrap();
        let inside = entry.path().strip_prefix(&from).unwrap().to_str().unwrap();
        if entry.file_type().is_file() && inside != ".gitignore" {
            sample.write(inside, &fs_err::read(entry.path()).unwrap());
        }
    }
    sample.git(&["init", "-q"]);
    sample.commit();
    sample
}

/// A shell in the sample, with the program on its path, without a terminal.
fn shell(sample: &Sample, script: &str) -> (i32, String) {
    let program = assert_cmd::cargo::cargo_bin("cello-scaffold");
    let path = std::env::join_paths(
        std::iter::once(program.parent().unwrap().to_path_buf())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let output = Command::new("sh")
        .args(["-euc", script])
        .current_dir(&sample.root)
        .env("PATH", path.unwrap())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.code().unwrap(), said.concat())
}

/// The blocks of shell commands in a page.
fn blocks(page: &str) -> Vec<String> {
    page.split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default().to_string())
        .collect()
}

#[test]
fn every_command_runs() {
    let mut pages = 0;
    for entry in walkdir::WalkDir::new(root().join("docs/src")).sort_by_file_name() {
        let entry = entry.unwrap();
        let page = if entry.file_type().is_file() {
            fs_err::read_to_string(entry.path()).unwrap()
        } else {
            continue;
        };
        let sample = sample();
        for line in blocks(&page).iter().flat_map(|block| block.lines()) {
            let mut line = line.to_string();
            if line.contains("sha256:…") {
                let plan = fs_err::read_to_string(sample.path(".cello/plan.json")).unwrap();
                let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
                line = line.replace("sha256:…", plan["digest"].as_str().unwrap());
            }
            let line = line.replace("cello-scaffold apply", "cello-scaffold apply --no-verify");
            let (code, said) = shell(&sample, &line);
            assert_eq!(code, 0, "{}: {line}: {said}", entry.path().display());
            pages += 1;
        }
    }
    assert!(pages > 40, "{pages}");
}

/// Names of the pages that a page links to.
fn links(page: &str) -> BTreeSet<String> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    targets.filter(|target| target.ends_with(".md")).map(str::to_string).collect()
}

/// What mdBook needs: a title and a folder that is there, each page in the summary once, and no link that leads nowhere.
#[test]
fn the_book_holds_together() {
    let book: toml_edit::DocumentMut =
        fs_err::read_to_string(root().join("docs/book.toml")).unwrap().parse().unwrap();
    assert_eq!(book["book"]["src"].as_str(), Some("src"));
    assert!(book["book"]["title"].as_str().is_some_and(|title| !title.is_empty()));
    let pages: BTreeMap<String, String> = fs_err::read_dir(root().join("docs/src"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (entry.file_name().into_string().unwrap(), fs_err::read_to_string(entry.path()).unwrap())
        })
        .collect();
    let summary = &pages["SUMMARY.md"];
    let chapters: Vec<&str> = summary.lines().filter(|line| line.starts_with("- [")).collect();
    let listed = links(summary);
    assert_eq!(chapters.len(), listed.len(), "a page is listed twice");
    assert!(summary.starts_with("# Summary\n\n- ["));
    let there: BTreeSet<String> = pages.keys().filter(|name| *name != "SUMMARY.md").cloned().collect();
    assert_eq!(listed, there);
    for (name, page) in &pages {
        assert!(page.starts_with("# "), "{name} has no title");
        let lost: Vec<String> = links(page).into_iter().filter(|link| !there.contains(link)).collect();
        assert!(lost.is_empty(), "{name} leads to {lost:?}");
        assert_eq!(page.matches("\n```").count() % 2, 0, "{name} has an open block");
    }
}

/// Pages of what `explain` knows: file, title, what stands above, and the kinds it has. Rules and the checklist are on the
/// doctor's page.
const PAGES: [(&str, &str, &str, &[&str]); 5] = [
    ("topics", "Topics", "What people ask about that is no single step.", &["topic"]),
    (
        "steps",
        "Steps",
        "What a plan is made of. Each has the steps of its kind that the application needs.",
        &["step"],
    ),
    (
        "decisions",
        "Decisions",
        "What the code can't tell. A plan asks only what it needs, with the evidence.",
        &["decision"],
    ),
    (
        "facts",
        "Facts about Cello",
        "Every text that is inserted for Cello rests on one of these. Where Cello's pages disagree, both sides are here, and \
         the choice.",
        &["fact", "conflict"],
    ),
    (
        "errors",
        "Errors",
        "Every way in which a command fails. Nothing is half-written after any of them.",
        &["error"],
    ),
];

/// Prose as mdBook shows it literally.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let escaped = parts.map(|(index, part)| match index % 2 {
        0 => part.replace('<', "&lt;").replace('*', "\\*").replace('_', "\\_"),
        _ => part.to_string(),
    });
    escaped.collect::<Vec<_>>().join("`")
}

/// A page from what the program explains.
fn page(title: &str, about: &str, kinds: &[&str], explained: &serde_json::Value) -> String {
    let mut out = format!("# {title}\n\n{about} At a terminal: `cello-scaffold explain ID`.\n");
    for entry in explained["entries"].as_array().unwrap() {
        let text = |field: &str| entry[field].as_str().unwrap().to_string();
        if !kinds.contains(&text("kind").as_str()) {
            continue;
        }
        out += &format!("\n## {}\n\n{}\n", text("id"), prose(&text("title")));
        for paragraph in entry["text"].as_array().unwrap() {
            out += &format!("\n{}\n", prose(paragraph.as_str().unwrap()));
        }
        for list in entry["lists"].as_array().unwrap() {
            out += &format!("\n{}:\n\n", list["name"].as_str().unwrap());
            for line in list["lines"].as_array().unwrap() {
                out += &format!("- {}\n", prose(line.as_str().unwrap()));
            }
        }
    }
    out
}

/// The pages are made from the files that drive the program.
#[test]
fn pages_say_what_the_program_explains() {
    let (code, said) = shell(&sample(), "cello-scaffold explain --format json");
    assert_eq!(code, 0, "{said}");
    let explained: serde_json::Value = serde_json::from_str(&said).unwrap();
    for (name, title, about, kinds) in PAGES {
        let made = page(title, about, kinds, &explained);
        assert!(made.matches("\n## ").count() > 5, "{name}");
        let path = root().join(format!("docs/src/{name}.md"));
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs_err::write(&path, &made).unwrap();
        }
        let published = fs_err::read_to_string(&path).unwrap_or_default();
        assert!(published == made, "docs/src/{name}.md is out of date: UPDATE_SNAPSHOTS=1 renews it");
    }
    let shown: BTreeSet<&str> = PAGES.iter().flat_map(|(_, _, _, kinds)| kinds.iter().copied()).collect();
    for entry in explained["entries"].as_array().unwrap() {
        let kind = entry["kind"].as_str().unwrap();
        assert!(shown.contains(kind) || ["rule", "qa"].contains(&kind), "no page has a {kind}");
    }
}

/// The reference names every command, exit code and kind of document.
#[test]
fn the_reference_is_complete() {
    let page = fs_err::read_to_string(root().join("docs/src/reference.md")).unwrap();
    let cli = <cello_scaffold::cli::Cli as clap::CommandFactory>::command();
    for command in cli.get_subcommands().filter(|command| !command.is_hide_set()) {
        assert!(page.contains(&format!("| `{}", command.get_name())), "{}", command.get_name());
    }
    for card in cello_scaffold::cli::CARDS {
        assert!(page.contains(&format!("\n| {} |", card.exit)), "{} ends with {}", card.id, card.exit);
    }
    for entry in fs_err::read_dir(root().join("schemas")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(page.contains(&format!("`{}`", name.trim_end_matches(".json"))), "{name}");
    }
}

#[test]
fn the_hook_stops_a_commit_that_takes_a_piece_out() {
    let sample = sample();
    let hook = fs_err::read_to_string(root().join("docs/recipes/pre-commit-hook.sh")).unwrap();
    assert_eq!(shell(&sample, &hook).0, 1, "nothing is there yet");
    let plan = "cello-scaffold plan >&2; cello-scaffold show --format json";
    let (_, said) = shell(&sample, plan);
    let digest = said.split("\"digest\": \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let (code, said) = shell(&sample, &format!("cello-scaffold apply --no-verify --approve {digest}"));
    assert_eq!(code, 0, "{said}");
    assert_eq!(shell(&sample, &hook).0, 0);
    let page = String::from_utf8(sample.read("templates/base.html")).unwrap();
    let without: String =
        page.lines().filter(|line| !line.contains("client.js")).map(|line| format!("{line}\n")).collect();
    sample.write("templates/base.html", without.as_bytes());
    let (code, said) = shell(&sample, &hook);
    assert_eq!(code, 1, "{said}");
}

#[test]
fn shells_and_manuals_know_every_command() {
    let sample = sample();
    for name in ["bash", "zsh", "fish"] {
        let (code, script) = shell(&sample, &format!("cello-scaffold completions {name}"));
        assert_eq!(code, 0);
        for command in ["survey", "plan", "apply", "explain", "tick"] {
            assert!(script.contains(command), "{name}: {command}");
        }
    }
    let (code, said) = shell(&sample, "cello-scaffold man pages && ls pages");
    assert_eq!(code, 0, "{said}");
    for page in ["cello-scaffold.1", "cello-scaffold-plan.1", "cello-scaffold-apply.1"] {
        assert!(said.contains(page), "{page}: {said}");
    }
}
