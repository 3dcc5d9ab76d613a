//! A sample application with one file damaged, from first read to plan: no panic, and what is ready still fits.
//!
//! `cargo +nightly fuzz run --no-cfg-fuzzing readers -- -max_total_time=300 -seed=1 -timeout=60`; what it finds becomes
//! a case beside the reader. With `cfg(fuzzing)` proc-macro2 keeps no places, and every range would be empty.

#![no_main]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cello_scaffold::edit::{Edit, splice};
use cello_scaffold::plan::Status;
use cello_scaffold::steps::{Answers, make_plan};
use cello_scaffold::survey::survey;
use cello_scaffold::target::Target;
use libfuzzer_sys::fuzz_target;

/// A sample's copy, and its files with their contents.
struct Sample {
    folder: PathBuf,
    files: Vec<(PathBuf, Vec<u8>)>,
}

static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let apps = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/apps");
    let copies = std::env::temp_dir().join(format!("cello-readers-{}", std::process::id()));
    ["crewdesk", "inkwell", "pagewatch"]
        .map(|name| {
            let mut files = Vec::new();
            copy(&apps.join(name), &copies.join(name), &mut files);
            files.sort();
            Sample { folder: copies.join(name), files }
        })
        .into()
});

fn copy(from: &Path, to: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true if entry.file_name() == "target" => {}
            true => copy(&path, &to, files),
            false => {
                let text = fs::read(&path).unwrap();
                fs::write(&to, &text).unwrap();
                files.push((to, text));
            }
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let [sample, file, at, at_low, gone, rest @ ..] = data else { return };
    let sample = &SAMPLES[usize::from(*sample) % SAMPLES.len()];
    let (path, text) = &sample.files[usize::from(*file) % sample.files.len()];
    let start = usize::from(u16::from_be_bytes([*at, *at_low])) % (text.len() + 1);
    let end = (start + usize::from(*gone)).min(text.len());
    let damaged = [&text[..start], rest, &text[end..]].concat();
    fs::write(path, damaged).unwrap();
    if let Ok(target) = Target::open(&sample.folder, None) {
        let plan = make_plan(&target, &survey(&target), &Answers::new());
        let mut edits: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
        for step in plan.steps.iter().filter(|step| step.status == Status::Ready) {
            for edit in &step.edits {
                let at = edit.at[0]..edit.at[1];
                edits.entry(&edit.file).or_default().push(Edit { at, text: edit.text.clone() });
            }
        }
        for (file, edits) in edits {
            let before = target.text(file).map_or("", |text| text.text.as_str());
            let after = String::from_utf8(splice(before.as_bytes(), &edits).unwrap()).unwrap();
            let rust = file.ends_with(".rs");
            assert!(!rust || syn::parse_file(&after).is_ok(), "{file} is no Rust any more:\n{after}");
        }
    }
    fs::write(path, text).unwrap();
});
