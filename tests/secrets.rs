//! Secrets of the application are in no output, document or log: not in the survey's quotes, not in the diffs' context,
//! not in what is said of a stale plan, not in what is kept for `undo`.
//!
//! They are put where the tool looks closest: on the lines before and after every edit, and at their end.

mod hand;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use cello_scaffold::cli::{Console, main_with_args};
use cello_scaffold::report::Style;
use cello_scaffold::steps::{Answers, make_plan};
use cello_scaffold::survey::survey;
use cello_scaffold::target::Target;
use hand::Sample;

/// Secrets, each with the part of it that must appear nowhere. None is anybody's.
const SECRETS: [(&str, &str); 7] = [
    ("sk_live_51Hq9KfTq2vXw8ZbN4cYdR7uPeL", "51Hq9KfTq2"),
    ("sk_test_4eC39HqLyjWDarjtT1zdp7dcQQ", "4eC39HqLyj"),
    ("rk_live_9aB8cD7eF6gH5iJ4kL3mN2oP", "9aB8cD7eF6"),
    ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKY"),
    (
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJub2JvZHkifQ.dBjftJeZ4CVPmB92K27uhbUJU1p1r",
        "dBjftJeZ4CVPmB92K27uhbUJU1p1r",
    ),
    ("Bearer sk_live_0zYxWvUtSrQpOnMlKjIhGfEd", "0zYxWvUtSr"),
    ("STRIPE_SECRET_KEY=sk_live_7777AAAAbbbbCCCCddddEEEE", "7777AAAAbb"),
];

const PRIVATE_KEY: &str = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nQ8yHdT3kXzL0pR5sV7wN\n\
                           -----END PRIVATE KEY-----";
const KEY_PARTS: [&str; 2] = ["MIIEvQIBADAN", "Q8yHdT3kXz"];

fn sample(app: &str) -> Sample {
    let sample = Sample::new(&[]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps").join(app);
    let entries =
        walkdir::WalkDir::new(&folder).into_iter().filter_entry(|entry| entry.file_name() != "target");
    for entry in entries.flatten().filter(|entry| entry.file_type().is_file()) {
        let inside = entry.path().strip_prefix(&folder).unwrap().to_str().unwrap();
        sample.write(inside, &fs_err::read(entry.path()).unwrap());
    }
    sample
}

/// Bytes at which something is edited, by file.
fn edits(sample: &Sample) -> BTreeMap<String, Vec<usize>> {
    let target = Target::open(&sample.root, None).unwrap();
    let plan = make_plan(&target, &survey(&target), &Answers::default());
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for edit in plan.steps.iter().flat_map(|step| &step.edits) {
        if sample.path(&edit.file).is_file() {
            places.entry(edit.file.clone()).or_default().extend(edit.at);
        }
    }
    places
}

/// A comment of a file's own kind.
fn comment(file: &str, text: &str) -> Option<String> {
    let end = file.rsplit(['.', '/']).next().unwrap_or_default();
    match end {
        "rs" => Some(format!("// {text}")),
        "html" => Some(format!("<!-- {text} -->")),
        "toml" | "env" | "example" => Some(format!("# {text}")),
        _ => None,
    }
}

/// Puts a comment with a secret before, after and at the end of every line with an edit, where it remains a comment.
/// Returns how many there are.
fn seed(sample: &Sample) -> usize {
    let mut seeded = 0;
    for (file, places) in edits(sample) {
        let mut text = String::from_utf8(sample.read(&file)).unwrap();
        let mut ends: Vec<usize> = Vec::new();
        for place in places {
            let line = text[..place].rfind('\n').map_or(0, |at| at + 1);
            let end = text[place..].find('\n').map_or(text.len(), |at| place + at);
            ends.extend([line.saturating_sub(1), end]);
            ends.extend(text.get(end + 1..).and_then(|rest| rest.find('\n')).map(|at| end + 1 + at));
        }
        ends.sort_unstable();
        ends.dedup();
        for end in ends.into_iter().rev() {
            let (secret, _) = SECRETS[seeded % SECRETS.len()];
            let Some(comment) = comment(&file, secret) else { continue };
            let mut with = text.clone();
            with.insert_str(end, &format!(" {comment}\n{comment}"));
            if is_the_same_code(&file, &text, &with) {
                text = with;
                seeded += 1;
            }
        }
        sample.write(&file, text.as_bytes());
    }
    seeded
}

fn is_the_same_code(file: &str, before: &str, after: &str) -> bool {
    let tokens = |text: &str| text.parse::<proc_macro2::TokenStream>().map(|tokens| tokens.to_string()).ok();
    match file.rsplit('.').next() {
        Some("rs") => tokens(before) == tokens(after),
        Some("toml") => after.parse::<toml_edit::DocumentMut>().is_ok(),
        _ => true,
    }
}

/// Runs a command in the process; what it prints is kept.
fn run(said: &mut Vec<(String, String)>, arguments: &[&str]) -> i32 {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let style = Style { color: false, width: 100 };
    let mut console = Console { out: &mut out, err: &mut err, input: None, style };
    let all = std::iter::once("cello-scaffold").chain(arguments.iter().copied()).map(OsString::from);
    let code = main_with_args(all, &mut console);
    let shown = arguments.join(" ");
    said.push((format!("{shown} (output)"), String::from_utf8(out).unwrap()));
    said.push((format!("{shown} (errors)"), String::from_utf8(err).unwrap()));
    code
}

fn look_for_secrets(said: &[(String, String)], sample: &Sample) {
    let kept = walkdir::WalkDir::new(sample.path(".cello")).into_iter().flatten();
    let kept = kept.filter(|entry| entry.file_type().is_file()).map(|entry| {
        let text = String::from_utf8_lossy(&fs_err::read(entry.path()).unwrap()).into_owned();
        (entry.path().display().to_string(), text)
    });
    let kept: Vec<(String, String)> = kept.collect();
    for (place, text) in said.iter().chain(&kept) {
        let tails = SECRETS.iter().map(|(_, tail)| *tail).chain(KEY_PARTS);
        for tail in tails {
            let found =
                text.find(tail).map(|at| text[at.saturating_sub(80)..].lines().next().unwrap_or_default());
            assert!(found.is_none(), "{place} tells a secret: {found:?}");
        }
    }
}

fn nothing_tells(app: &str) {
    let sample = sample(app);
    let seeded = seed(&sample);
    assert!(seeded >= 12, "only {seeded} secrets could be put beside edits of {app}");
    // Also where settings are, in code that is quoted, and over several lines.
    sample.write(".env", format!("STRIPE_SECRET_KEY={}\n", SECRETS[0].0).as_bytes());
    let mut main = String::from_utf8(sample.read("src/main.rs")).unwrap();
    main.push_str(&format!("\n#[allow(dead_code)]\nconst PEM: &str = \"{PRIVATE_KEY}\";\n"));
    sample.write("src/main.rs", main.as_bytes());

    let root = sample.root.to_str().unwrap().to_string();
    let plan = sample.path(".cello/plan.json").display().to_string();
    let mut said = Vec::new();
    for format in ["human", "json"] {
        assert_eq!(run(&mut said, &["survey", &root, "--format", format]), 0);
        let code = run(&mut said, &["plan", &root, "--format", format]);
        assert!([0, 3].contains(&code), "plan ends with {code}");
    }
    for format in ["human", "json", "markdown", "diff"] {
        assert_eq!(run(&mut said, &["show", &plan, "--format", format]), 0);
    }
    let shortened = said.iter().filter(|(_, text)| text.contains("sk_live_…")).count();
    assert!(shortened >= 3, "the secrets stand where they would be shown: {shortened}");
    let old = sample.path("old.json");
    fs_err::copy(&plan, &old).unwrap();
    look_for_secrets(&said, &sample);

    // A stale plan is told of by the lines that differ: here they hold a secret.
    let before = sample.read("src/main.rs");
    let manifest = sample.read("Cargo.toml");
    sample.write("Cargo.toml", &[&format!("# {}\n", SECRETS[3].0).into_bytes()[..], &manifest].concat());
    let digest: serde_json::Value = serde_json::from_slice(&fs_err::read(&plan).unwrap()).unwrap();
    let digest = digest["digest"].as_str().unwrap().to_string();
    let apply = ["apply", &plan, "--approve", &digest, "--allow-no-vcs", "--no-verify"];
    assert_eq!(run(&mut said, &apply), 4);
    assert_eq!(run(&mut said, &[&apply[..], &["--format", "json"]].concat()), 4);
    run(&mut said, &["plan", &root]);
    run(&mut said, &["diff", old.to_str().unwrap(), &plan]);
    run(&mut said, &["diff", old.to_str().unwrap(), &plan, "--format", "json"]);
    sample.write("Cargo.toml", &manifest);

    run(&mut said, &["plan", &root]);
    let again: serde_json::Value = serde_json::from_slice(&fs_err::read(&plan).unwrap()).unwrap();
    let digest = again["digest"].as_str().unwrap();
    let apply = ["apply", &plan, "--approve", digest, "--allow-no-vcs", "--no-verify"];
    assert_eq!(run(&mut said, &[&apply[..], &["--dry-run"]].concat()), 0, "{:?}", said.last());
    assert_eq!(run(&mut said, &apply), 0, "{:?}", said.last());
    run(&mut said, &["plan", &root]);
    look_for_secrets(&said, &sample);
    assert_eq!(run(&mut said, &["undo", &root]), 0, "{:?}", said.last());
    look_for_secrets(&said, &sample);
    assert!(sample.read("src/main.rs") == before);
}

#[test]
fn nothing_tells_pagewatch_its_secrets() {
    nothing_tells("pagewatch");
}

#[test]
fn nothing_tells_crewdesk_its_secrets() {
    nothing_tells("crewdesk");
}
