//! How long planning and applying take on a sample application: `cargo bench --bench plan`.
//!
//! A plain program: what is measured takes milliseconds, so medians of a few dozen runs say enough.
#![expect(clippy::disallowed_methods, reason = "time is what is measured")]

use std::path::Path;
use std::time::{Duration, Instant};

use cello_scaffold::apply::{self, Allow, Approval, Choice, Request};
use cello_scaffold::plan::Plan;
use cello_scaffold::steps::{Answers, make_plan};
use cello_scaffold::survey::survey;
use cello_scaffold::target::Target;

const RUNS: usize = 50;

fn main() {
    // `cargo test --benches` runs this too, with another flag; once is enough then.
    let runs = if std::env::args().any(|argument| argument == "--bench") { RUNS } else { 1 };
    for app in ["pagewatch", "crewdesk"] {
        let project = copy(app);
        let root = project.path();
        // The playbook is read once per process, and the file system warms up.
        let plan = planned(root);
        let target = Target::open(root, None).expect("the sample opens");
        println!("{app}: {} files, {} steps", target.files.len(), plan.steps.len());
        measure("open (read and index)", runs, || drop(Target::open(root, None)));
        measure("survey", runs, || drop(survey(&target)));
        let findings = survey(&target);
        measure("plan (steps)", runs, || drop(make_plan(&target, &findings, &Answers::new())));
        measure("open + survey + plan", runs, || drop(planned(root)));
        let bytes = serde_json::to_vec_pretty(&plan).expect("a plan is JSON");
        measure("apply without compiling + undo", runs, || {
            applied(root, &plan, &bytes);
            apply::undo(root, &mut |_| {}, &|_| Ok(())).expect("it can be taken back");
        });
    }
}

/// A copy without git, and without what cargo built.
fn copy(app: &str) -> tempfile::TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps").join(app);
    let to = tempfile::tempdir().expect("there is room");
    let walk = walkdir::WalkDir::new(&from).min_depth(1).into_iter();
    for entry in walk.filter_entry(|entry| entry.file_name() != "target") {
        let entry = entry.expect("the sample can be read");
        let place = to.path().join(entry.path().strip_prefix(&from).expect("it lies below"));
        if entry.file_type().is_dir() {
            fs_err::create_dir(place).expect("it can be made");
        } else {
            fs_err::copy(entry.path(), place).expect("it can be copied");
        }
    }
    to
}

fn planned(root: &Path) -> Plan {
    let target = Target::open(root, None).expect("the sample opens");
    make_plan(&target, &survey(&target), &Answers::new())
}

fn applied(root: &Path, plan: &Plan, bytes: &[u8]) {
    let request = Request {
        root,
        plan: bytes,
        choice: Choice::All,
        approval: Approval::Digest(plan.digest.clone()),
        allow: Allow { no_vcs: true, ..Allow::default() },
        dry_run: false,
        verify: false,
        test: false,
        cargo: "cargo".into(),
        hook: &|_| Ok(()),
    };
    apply::apply(request, &mut |_| {}).expect("the plan applies");
}

fn measure(what: &str, runs: usize, mut work: impl FnMut()) {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let (best, median, worst) = (times[0], times[runs / 2], times[runs - 1]);
    println!("  {what:<32} median {:7.2} ms   (best {:.2}, worst {:.2})", ms(median), ms(best), ms(worst));
}
