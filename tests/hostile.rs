//! Plans that somebody made up or changed to do harm. Each is a real plan with one thing wrong, with digests that are right
//! again, so that only the check under test can stop it: it is refused with its reason and exit code 4, nothing is written
//! in the project or around it, and `show` neither fails nor obeys what is in it.

mod hand;
#[path = "hostile/texts.rs"]
mod texts;

use std::ffi::OsString;
use std::path::Path;
use std::sync::OnceLock;

use cello_scaffold::apply::{self, Allow, Approval, Choice, Request};
use cello_scaffold::cli::{Console, Failure, main_with_args};
use cello_scaffold::plan::{canonical_json, sha256_hex};
use cello_scaffold::report::Style;
use cello_scaffold::steps::{Answers, make_plan};
use cello_scaffold::survey::survey;
use cello_scaffold::target::Target;
use hand::{Sample, Tree};
use serde_json::{Value, json};

/// Text with characters of several bytes, and text that isn't UTF-8, for edits to go wrong in.
const NAMES: &str = "# Größe und Maß\n";
const LATIN: &[u8] = b"caf\xe9 = 1\n";

/// The sample application in a folder of its own, so that what lies around it can be watched.
struct World {
    outer: Sample,
}

impl World {
    fn new() -> Self {
        let outer = Sample::new(&[("beside/keep.txt", "keep\n")]);
        let app = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps/crewdesk");
        let entries =
            walkdir::WalkDir::new(&app).into_iter().filter_entry(|entry| entry.file_name() != "target");
        for entry in entries {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                let inside = entry.path().strip_prefix(&app).unwrap().to_str().unwrap();
                outer.write(&format!("app/{inside}"), &fs_err::read(entry.path()).unwrap());
            }
        }
        outer.write("app/names.txt", NAMES.as_bytes());
        outer.write("app/latin.txt", LATIN);
        Self { outer }
    }

    /// Everything but what the tool keeps in its own folder.
    fn tree(&self) -> Tree {
        let mut tree = self.outer.tree();
        tree.retain(|path, _| !path.starts_with("app/.cello/"));
        tree
    }

    fn apply(&self, bytes: &[u8], digest: &str) -> Result<apply::Applied, apply::ApplyError> {
        let request = Request {
            root: &self.outer.path("app"),
            plan: bytes,
            choice: Choice::All,
            approval: Approval::Digest(digest.to_string()),
            allow: Allow { no_vcs: true, ..Allow::default() },
            dry_run: false,
            verify: false,
            test: false,
            cargo: "cargo".into(),
            hook: &|_| Ok(()),
        };
        apply::apply(request, &mut |_| {})
    }
}

/// The plan for the sample application, made once.
fn real() -> Value {
    static PLAN: OnceLock<Value> = OnceLock::new();
    let made = PLAN.get_or_init(|| {
        let world = World::new();
        let target = Target::open(&world.outer.path("app"), None).unwrap();
        json!(make_plan(&target, &survey(&target), &Answers::default()))
    });
    made.clone()
}

/// Both digests over what the plan says, as the contract has them and not as the program computes them.
fn seal(plan: &mut Value) {
    let answers: Vec<Value> = match plan["decisions"].as_array() {
        Some(all) => all.iter().map(|one| json!({ "id": one["id"], "answer": one["answer"] })).collect(),
        None => Vec::new(),
    };
    let bound = json!({
        "schema": plan["schema"], "decisions": answers, "files": plan["files"], "steps": plan["steps"],
        "subset": plan["subset"],
    });
    plan["digest"] = sha256_hex(canonical_json(&bound).as_bytes()).into();
    let mut all = plan.clone();
    all.as_object_mut().unwrap().remove("document_sha256");
    plan["document_sha256"] = sha256_hex(canonical_json(&all).as_bytes()).into();
}

/// The bytes are refused for this reason, and nothing is touched.
#[track_caller]
fn refused_as(world: &World, bytes: &[u8], digest: &str, id: &str, says: &str) {
    let before = world.tree();
    let failure = Failure::from(world.apply(bytes, digest).expect_err("it has to be refused"));
    let text = failure.text();
    assert_eq!((failure.card().id, failure.exit()), (id, 4), "{text}");
    assert!(failure.detail().contains(says), "`{says}` is not what it says: {text}");
    assert!(!failure.help().is_empty());
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    assert!(world.tree() == before, "something was written");
    let left = walkdir::WalkDir::new(&world.outer.root).into_iter().flatten();
    let left: Vec<_> = left.filter(|entry| entry.file_name().to_string_lossy().ends_with(".tmp")).collect();
    assert!(left.is_empty(), "{left:?}");

    world.outer.write("app/.cello/plan.json", bytes);
    let file = world.outer.path("app/.cello/plan.json");
    for format in ["human", "markdown", "html"] {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let style = Style { color: false, width: 80 };
        let mut console = Console { out: &mut out, err: &mut err, input: None, style };
        let arguments = ["cello-scaffold", "show", file.to_str().unwrap(), "--format", format];
        let code = main_with_args(arguments.map(OsString::from), &mut console);
        assert!([0, 4].contains(&code), "show --format {format} ends with {code}");
        assert!(!String::from_utf8_lossy(&out).contains('\u{1b}'));
    }
}

#[track_caller]
fn refused(change: fn(&mut Value), world: fn(&World), id: &str, says: &str) {
    let mut plan = real();
    change(&mut plan);
    seal(&mut plan);
    let place = World::new();
    world(&place);
    let digest = plan["digest"].as_str().unwrap().to_string();
    refused_as(&place, &serde_json::to_vec_pretty(&plan).unwrap(), &digest, id, says);
}

/// Index of a file in the plan's list.
fn file(plan: &Value, path: &str) -> usize {
    let files = plan["files"].as_array().unwrap();
    files.iter().position(|file| file["path"] == path).unwrap_or_else(|| panic!("{path} is not in the plan"))
}

/// The first edit of a file.
fn edit<'a>(plan: &'a mut Value, path: &str) -> &'a mut Value {
    let steps = plan["steps"].as_array_mut().unwrap().iter_mut();
    let mut edits = steps.flat_map(|step| step["edits"].as_array_mut().unwrap());
    edits.find(|edit| edit["file"] == path).unwrap_or_else(|| panic!("no step edits {path}"))
}

/// The first step that is ready.
fn ready(plan: &mut Value) -> &mut Value {
    let mut steps = plan["steps"].as_array_mut().unwrap().iter_mut();
    steps.find(|step| step["status"] == "ready").unwrap()
}

/// Leads what creates the module to another path.
fn lead(plan: &mut Value, path: &str) {
    let index = file(plan, MODULE);
    plan["files"][index]["path"] = path.into();
    for edit in plan["steps"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .flat_map(|step| step["edits"].as_array_mut().unwrap())
    {
        if edit["file"] == MODULE {
            edit["file"] = path.into();
            edit["diff"] = "".into();
        }
    }
}

/// Adds a step that changes an existing file by one edit, with hashes as they should be.
fn add(plan: &mut Value, path: &str, before: &[u8], at: [usize; 2], text: &str) {
    let mut after = before.to_vec();
    after.splice(at[0]..at[1], text.bytes());
    let mut step = ready(plan).clone();
    step["id"] = "extra".into();
    step["after"] = json!([]);
    step["edits"] = json!([{ "file": path, "at": at, "text": text, "diff": "" }]);
    plan["steps"].as_array_mut().unwrap().push(step);
    let ready = plan["summary"]["ready"].as_u64().unwrap();
    plan["summary"]["ready"] = (ready + 1).into();
    plan["files"].as_array_mut().unwrap().push(json!({
        "path": path, "before": sha256_hex(before), "after": sha256_hex(&after), "content": null
    }));
}

/// A file that the plan creates, and one that it changes.
const MODULE: &str = "src/cello/mod.rs";
const MAIN: &str = "src/main.rs";

/// One test for each hostile plan.
macro_rules! hostile {
    ($($(#[$attribute:meta])* $name:ident: $id:literal, $says:literal, $change:expr $(, $world:expr)?;)*) => {
        $($(#[$attribute])* #[test]
        fn $name() {
            #[allow(unused_mut, unused_assignments, reason = "most plans need no changed project")]
            let mut world: fn(&World) = |_| {};
            $(world = $world;)?
            refused($change, world, $id, $says);
        })*
        /// Names of the plans above.
        const NAMED: &[&str] = &[$(stringify!($name)),*];
    };
}

hostile! {
    // Paths.
    path_up: "unsafe-path", "leaves the project", |plan| lead(plan, "../beside/mod.rs");
    path_up_in_the_middle: "unsafe-path", "leaves the project", |plan| lead(plan, "src/../../beside/mod.rs");
    path_up_and_back: "unsafe-path", "leaves the project", |plan| lead(plan, "../app/src/mod.rs");
    path_absolute: "unsafe-path", "absolute", |plan| lead(plan, "/tmp/cello-hostile/mod.rs");
    path_of_windows: "unsafe-path", "not safe on every system", |plan| lead(plan, "C:\\Windows\\mod.rs");
    path_with_backslash: "unsafe-path", "not safe on every system", |plan| lead(plan, "src\\..\\..\\mod.rs");
    path_empty: "unsafe-path", "empty", |plan| lead(plan, "");
    path_with_dot: "unsafe-path", "normal form", |plan| lead(plan, "src/./cello.rs");
    path_with_two_slashes: "unsafe-path", "normal form", |plan| lead(plan, "src//cello.rs");
    path_with_slash_at_the_end: "unsafe-path", "normal form", |plan| lead(plan, "src/cello/");
    path_with_nul: "unsafe-path", "not safe on every system", |plan| lead(plan, "src/cello\0.rs");
    path_with_line_feed: "unsafe-path", "control character", |plan| lead(plan, "src/cello.rs\n  changed src/x.rs");
    path_with_escape_code: "unsafe-path", "control character", |plan| lead(plan, "src/\u{1b}[2Kcello.rs");
    path_name_too_long: "unsafe-path", "longer than", |plan| lead(plan, &"x".repeat(300));
    path_too_long: "unsafe-path", "longer than", |plan| lead(plan, &"x/".repeat(3000));
    git_hook: "unsafe-path", "git's own folder", |plan| lead(plan, ".git/hooks/pre-commit");
    git_in_capitals: "unsafe-path", "git's own folder", |plan| lead(plan, ".GIT/config");
    git_of_a_submodule: "unsafe-path", "git's own folder", |plan| lead(plan, "vendor/x/.git/config");
    git_with_dot: "unsafe-path", "git's own folder", |plan| lead(plan, ".git./config");
    git_by_its_short_name: "unsafe-path", "git's own folder", |plan| lead(plan, "GIT~1/config");
    git_with_invisible_character: "unsafe-path", "git's own folder", |plan| lead(plan, ".g\u{200c}it/config");
    git_as_a_stream: "unsafe-path", "git's own folder", |plan| lead(plan, ".git::$INDEX_ALLOCATION/config");
    own_journal: "unsafe-path", "own folder", |plan| lead(plan, ".cello/commit/journal.json");
    own_folder_in_capitals: "unsafe-path", "own folder", |plan| lead(plan, ".CELLO/applied/stack.json");
    case_of_an_existing_file: "stale", "src/users.rs is there", |plan| lead(plan, "src/USERS.rs");
    case_of_another_file_of_the_plan: "plan-inconsistent", "twice", |plan| lead(plan, "SRC/main.rs");
    file_in_a_file: "unsafe-path", "is no folder", |plan| lead(plan, "Cargo.lock/mod.rs"),
        |world| world.outer.write("app/Cargo.lock", b"");
    file_below_a_file_of_the_plan: "plan-inconsistent", "would lie in it", |plan| lead(plan, "src/main.rs/mod.rs");
    file_that_exists: "stale", "names.txt is there", |plan| lead(plan, "names.txt");
    folder_that_exists: "stale", "migrations is there", |plan| lead(plan, "migrations");

    // What lies at a path.
    #[cfg(unix)]
    link_to_elsewhere: "unsafe-path", "symbolic link", |_| {}, |world| {
        fs_err::rename(world.outer.path("app/src/main.rs"), world.outer.path("beside/main.rs")).unwrap();
        fs_err::os::unix::fs::symlink("../../beside/main.rs", world.outer.path("app/src/main.rs")).unwrap();
    };
    #[cfg(unix)]
    folder_linked_to_elsewhere: "unsafe-path", "symbolic link", |plan| lead(plan, "out/mod.rs"), |world| {
        fs_err::os::unix::fs::symlink("../beside", world.outer.path("app/out")).unwrap();
    };
    #[cfg(unix)]
    link_that_leads_nowhere: "stale", "out is there", |plan| lead(plan, "out"), |world| {
        fs_err::os::unix::fs::symlink("../beside/new.rs", world.outer.path("app/out")).unwrap();
    };
    #[cfg(unix)]
    hard_link: "unsafe-path", "hard links", |_| {}, |world| {
        fs_err::hard_link(world.outer.path("app/src/main.rs"), world.outer.path("beside/main.rs")).unwrap();
    };
    #[cfg(unix)]
    named_pipe: "unsafe-path", "no plain file", |_| {}, |world| {
        fs_err::remove_file(world.outer.path("app/src/main.rs")).unwrap();
        let status = std::process::Command::new("mkfifo").arg(world.outer.path("app/src/main.rs")).status();
        assert!(status.unwrap().success());
    };
    folder_in_place_of_a_file: "unsafe-path", "it is a folder", |_| {}, |world| {
        fs_err::remove_file(world.outer.path("app/src/main.rs")).unwrap();
        world.outer.write("app/src/main.rs/x", b"");
    };

    // Hashes.
    hash_of_other_content: "stale", "changed since the plan was made", |plan| {
        let index = file(plan, MAIN);
        plan["files"][index]["before"] = sha256_hex(b"other").into();
    };
    hash_of_another_result: "plan-inconsistent", "not give the content", |plan| {
        let index = file(plan, MAIN);
        plan["files"][index]["after"] = sha256_hex(b"other").into();
    };
    hash_in_capitals: "plan-inconsistent", "no SHA-256", |plan| {
        let index = file(plan, MAIN);
        let hash = plan["files"][index]["before"].as_str().unwrap().to_uppercase();
        plan["files"][index]["before"] = hash.into();
    };
    hash_too_short: "plan-inconsistent", "no SHA-256", |plan| {
        let index = file(plan, MAIN);
        plan["files"][index]["before"] = "sha256:00".into();
    };
    hash_of_another_kind: "plan-inconsistent", "no SHA-256", |plan| {
        let index = file(plan, MAIN);
        plan["files"][index]["after"] = format!("md5:{}", "0".repeat(64)).into();
    };
    hash_missing_of_an_existing_file: "plan-inconsistent", "does not go with", |plan| {
        let index = file(plan, MAIN);
        plan["files"][index]["before"] = Value::Null;
    };
    content_for_an_existing_file: "plan-inconsistent", "does not go with", |plan| {
        let index = file(plan, MAIN);
        plan["files"][index]["content"] = "fn main() {}\n".into();
    };
    content_other_than_what_is_written: "plan-inconsistent", "does not go with", |plan| {
        let index = file(plan, MODULE);
        plan["files"][index]["content"] = "// harmless\n".into();
    };
    content_and_edit_apart: "plan-inconsistent", "not give the content", |plan| {
        let index = file(plan, MODULE);
        plan["files"][index]["content"] = "// harmless\n".into();
        plan["files"][index]["after"] = sha256_hex(b"// harmless\n").into();
    };

    // Ranges and texts.
    range_behind_the_end: "plan-inconsistent", "no range", |plan| edit(plan, MAIN)["at"] = json!([999_999, 999_999]);
    range_backwards: "plan-inconsistent", "no range", |plan| edit(plan, MAIN)["at"] = json!([10, 4]);
    range_as_large_as_can_be: "plan-inconsistent", "no range",
        |plan| edit(plan, MAIN)["at"] = json!([0, 9_007_199_254_740_991_u64]);
    range_elsewhere: "plan-inconsistent", "something else", |plan| edit(plan, MAIN)["at"] = json!([0, 0]);
    range_over_another: "plan-inconsistent", "overlap", |plan| {
        let at = edit(plan, MAIN)["at"].clone();
        let text = fs_err::read(World::new().outer.path("app/src/main.rs")).unwrap();
        let start = at[0].as_u64().unwrap() as usize;
        add(plan, MAIN, &text, [start.saturating_sub(3), start + 3], "x");
        plan["files"].as_array_mut().unwrap().pop();
    };
    range_inside_of_a_character: "plan-inconsistent", "inside of a character",
        |plan| add(plan, "names.txt", NAMES.as_bytes(), [5, 5], "x");
    range_of_half_a_character: "plan-inconsistent", "inside of a character",
        |plan| add(plan, "names.txt", NAMES.as_bytes(), [4, 5], "");
    more_than_ascii_in_another_encoding: "plan-inconsistent", "only ASCII",
        |plan| add(plan, "latin.txt", LATIN, [0, 0], "é");
    foreign_bytes_taken_away: "plan-inconsistent", "only ASCII", |plan| add(plan, "latin.txt", LATIN, [3, 4], "e");
    text_other_than_shown: "plan-inconsistent", "something else", |plan| {
        let edit = edit(plan, MAIN);
        edit["text"] = format!("{}std::process::abort();", edit["text"].as_str().unwrap()).into();
    };
    text_hidden_behind_a_harmless_diff: "plan-inconsistent", "something else", |plan| {
        edit(plan, MODULE)["diff"] = "--- /dev/null\n+++ b/src/cello/mod.rs\n@@ -0,0 +1 @@\n+// harmless\n".into();
    };
    diff_of_another_file: "plan-inconsistent", "something else", |plan| {
        let edit = edit(plan, MAIN);
        edit["diff"] = edit["diff"].as_str().unwrap().replace(MAIN, "docs/notes.md").into();
    };

    // Lists that contradict each other.
    file_not_listed: "plan-inconsistent", "does not list it", |plan| {
        let index = file(plan, MAIN);
        plan["files"].as_array_mut().unwrap().remove(index);
    };
    file_listed_twice: "plan-inconsistent", "twice", |plan| {
        let index = file(plan, MAIN);
        let again = plan["files"][index].clone();
        plan["files"].as_array_mut().unwrap().push(again);
    };
    file_that_no_step_edits: "plan-inconsistent", "no step edits it", |plan| {
        let entry = json!({ "path": "x.rs", "before": null, "after": sha256_hex(b"x"), "content": "x" });
        plan["files"].as_array_mut().unwrap().push(entry);
    };
    step_id_twice: "plan-inconsistent", "two steps", |plan| {
        let again = plan["steps"][0].clone();
        plan["steps"].as_array_mut().unwrap().push(again);
    };
    step_with_edits_that_is_not_ready: "plan-inconsistent", "not ready has edits",
        |plan| ready(plan)["status"] = "by-hand".into();
    step_called_done_with_edits: "plan-inconsistent", "not ready has edits",
        |plan| ready(plan)["status"] = "done".into();
    step_after_one_that_is_not_there: "plan-inconsistent", "does not have",
        |plan| ready(plan)["after"] = json!(["nowhere"]);
    step_that_waits_and_is_ready: "plan-inconsistent", "is open", |plan| {
        plan["decisions"].as_array_mut().unwrap().push(json!({
            "id": "who-pays", "prompt": "", "why": "", "human_only": true, "accepts": "text", "options": [],
            "default": null, "answer": null, "answered_by": null
        }));
        ready(plan)["needs"] = json!(["who-pays"]);
    };
    summary_that_tells_of_less: "plan-inconsistent", "ready steps", |plan| plan["summary"]["ready"] = json!(1);
    subset_that_names_others: "plan-inconsistent", "does not name", |plan| plan["subset"] = json!(["module"]);
    subset_that_names_more: "plan-inconsistent", "does not name", |plan| {
        let mut ids: Vec<Value> = plan["steps"].as_array().unwrap().iter().map(|step| step["id"].clone()).collect();
        ids.push("more".into());
        plan["subset"] = ids.into();
    };
    more_files_than_any_plan: "plan-inconsistent", "more than any plan", |plan| {
        let entry = plan["files"][0].clone();
        plan["files"] = vec![entry; 5_000].into();
    };
    more_edits_than_any_plan: "plan-inconsistent", "more than any plan", |plan| {
        let one = ready(plan)["edits"][0].clone();
        ready(plan)["edits"] = vec![json!({ "file": one["file"], "at": [0, 0], "text": "", "diff": "" }); 50_000].into();
    };

    // Types and schemas.
    schema_of_the_future: "plan-schema", "cello-plan/2", |plan| plan["schema"] = "cello-plan/2".into();
    schema_of_another_document: "plan-schema", "cello-applied/1", |plan| plan["schema"] = "cello-applied/1".into();
    schema_that_is_no_text: "plan-schema", "none", |plan| plan["schema"] = json!(["cello-plan/1"]);
    steps_that_are_no_list: "plan-malformed", "expected a sequence", |plan| plan["steps"] = json!({ "0": {} });
    status_of_the_future: "plan-malformed", "unknown variant", |plan| ready(plan)["status"] = "eager".into();
    range_of_text: "plan-malformed", "expected", |plan| edit(plan, MAIN)["at"] = json!(["0", "1"]);
    range_of_three: "plan-malformed", "", |plan| edit(plan, MAIN)["at"] = json!([1, 2, 3]);
    range_of_one: "plan-malformed", "", |plan| edit(plan, MAIN)["at"] = json!([1]);
    range_negative: "plan-malformed", "negative", |plan| edit(plan, MAIN)["at"] = json!([-1, 0]);
    range_of_fractions: "plan-malformed", "no integer", |plan| edit(plan, MAIN)["at"] = json!([0.5, 1.0]);
    range_beyond_numbers: "plan-malformed", "too large", |plan| edit(plan, MAIN)["at"] = json!([0, u64::MAX]);
    phase_out_of_range: "plan-malformed", "expected u8", |plan| ready(plan)["phase"] = json!(4096);
    field_missing: "plan-malformed", "missing field", |plan| {
        ready(plan).as_object_mut().unwrap().remove("after");
    };
    files_missing: "plan-malformed", "missing field", |plan| {
        plan.as_object_mut().unwrap().remove("files");
    };
    text_that_is_a_number: "plan-malformed", "expected a string", |plan| edit(plan, MAIN)["text"] = json!(7);
}

#[test]
fn texts_that_are_no_plan_are_refused() {
    let plan = real();
    let text = serde_json::to_string_pretty(&plan).unwrap();
    let digest = plan["digest"].as_str().unwrap();
    let world = World::new();
    for (name, change, id, says) in texts::RAW {
        let bytes = change(&text);
        assert_ne!(bytes, text.as_bytes(), "{name}");
        eprintln!("{name}");
        refused_as(&world, &bytes, digest, id, says);
    }
}

#[test]
fn the_real_plan_is_applied() {
    // What makes all of the above mean something, also for a plan that was sealed here.
    let mut plan = real();
    let digest = plan["digest"].clone();
    seal(&mut plan);
    assert_eq!(plan["digest"], digest, "the contract's digest is the program's");
    let world = World::new();
    add(&mut plan, "names.txt", NAMES.as_bytes(), [2, 2], "Über ");
    add(&mut plan, "latin.txt", LATIN, [7, 8], "2");
    plan["steps"].as_array_mut().unwrap().last_mut().unwrap()["id"] = "another".into();
    seal(&mut plan);
    let digest = plan["digest"].as_str().unwrap().to_string();
    world.apply(&serde_json::to_vec(&plan).unwrap(), &digest).unwrap();
    assert_eq!(world.outer.read("app/latin.txt"), b"caf\xe9 = 2\n");
}

#[test]
fn there_are_many_hostile_plans_and_each_has_a_name() {
    let mut names: Vec<&str> = NAMED.iter().copied().chain(texts::RAW.iter().map(|raw| raw.0)).collect();
    let number = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), number);
    assert!(number >= 100, "{number}");
}

#[test]
fn every_changed_byte_is_noticed() {
    let plan = real();
    let text = serde_json::to_vec(&plan).unwrap();
    let mut refused = 0;
    // Hundreds of places all over it; each byte becomes another one.
    for at in (0..text.len()).step_by(text.len() / 500 + 1) {
        for other in [b' ', b'0', text[at] ^ 1] {
            let mut changed = text.clone();
            changed[at] = other;
            if serde_json::from_slice::<Value>(&changed).ok().as_ref() == Some(&plan) {
                continue;
            }
            assert!(cello_scaffold::plan::read(&changed).is_err(), "byte {at} as {other}");
            refused += 1;
        }
    }
    assert!(refused > 1_000, "{refused}");
}
