//! Any steps and any edits beside them: what an undo leaves.

use super::*;

/// Steps of an applied plan that nothing outside of the set stands on, at random.
fn closed_above(plan: &Plan, seeded: &mut Seeded) -> BTreeSet<String> {
    let ready: Vec<_> = plan.steps.iter().filter(|step| step.status == Status::Ready).collect();
    let mut set: BTreeSet<String> = BTreeSet::new();
    for _ in 0..=seeded.below(3) {
        set.insert(seeded.pick(&ready).id.clone());
    }
    loop {
        let size = set.len();
        let above = ready.iter().filter(|step| step.after.iter().any(|below| set.contains(below)));
        set.extend(above.map(|step| step.id.clone()).collect::<Vec<_>>());
        if set.len() == size {
            return set;
        }
    }
}

#[test]
fn undoing_steps_leaves_what_applying_the_others_gives() {
    let (mut tried, mut seeded) = (0, Seeded::new(6));
    for case in cases() {
        let copy = case.copy();
        let before = copy.sample.tree();
        let plan = copy.plan();
        if plan.files.is_empty() {
            continue;
        }
        for _ in 0..12 {
            let going = closed_above(&plan, &mut seeded);
            let others = case.copy();
            apply_part(&others.sample, &plan, Choice::Skip(going.iter().cloned().collect())).unwrap();
            let expected = others.sample.tree();
            apply_part(&copy.sample, &plan, Choice::All).unwrap();
            let only: Vec<&str> = going.iter().map(String::as_str).collect();
            let undone = undo_only(&copy.sample, &only, &|_| Ok(())).unwrap();
            assert_eq!((undone.outcome.as_str(), undone.steps.len()), ("undone", going.len()));
            assert!(copy.sample.tree() == expected, "{}: {going:?}", case.name);
            while undo(&copy.sample).is_ok() {}
            assert!(copy.sample.tree() == before, "{}: the rest after {going:?}", case.name);
            tried += 1;
        }
    }
    println!("{tried} sets of steps undone");
}

/// Lines of a person put into and taken out of files, before and after a plan is applied to them.
#[derive(Clone)]
struct Mine {
    file: String,
    /// A line of the file as it was before.
    line: usize,
    /// New text before that line, or none if the line goes.
    text: Option<String>,
}

fn mine(plan: &Plan, copy: &Copy, seeded: &mut Seeded) -> Vec<Mine> {
    let changed: Vec<&str> =
        plan.files.iter().filter(|file| file.before.is_some()).map(|file| file.path.as_str()).collect();
    let mut all: Vec<Mine> = Vec::new();
    for number in 0..1 + seeded.below(6) {
        let file = seeded.pick(&changed).to_string();
        let text = String::from_utf8_lossy(&copy.sample.read(&file)).into_owned();
        // Near the plan's own changes, where it is hard.
        let edits: Vec<usize> = plan.edits_of(&file).map(|(_, edit)| edit.at[0]).collect();
        let near = text[..*seeded.pick(&edits)].matches('\n').count();
        let line = (near + seeded.below(7)).saturating_sub(3);
        let goes = seeded.once_in(3);
        let line_text = text.split('\n').nth(line).unwrap_or_default();
        let word = ["// mine", "    mine();", "", "}"][seeded.below(4)];
        let new = (!goes).then(|| {
            format!("{word}{}", if word.contains("mine") { number.to_string() } else { String::new() })
        });
        if line_text.is_empty() && goes || all.iter().any(|other| other.file == file && other.line == line) {
            continue;
        }
        all.push(Mine { file, line, text: new });
    }
    all.sort_by(|a, b| (&b.file, b.line).cmp(&(&a.file, a.line)));
    all
}

/// Makes the person's changes. `lines` gives for a line before the plan the one after it.
fn change(sample: &Sample, mine: &[Mine], lines: &dyn Fn(&str, usize) -> Option<usize>) -> bool {
    for one in mine {
        let text = sample.read(&one.file);
        let mut all: Vec<Vec<u8>> = text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let Some(line) = lines(&one.file, one.line).filter(|line| *line < all.len()) else { return false };
        match &one.text {
            Some(text) => {
                let end: &[u8] = if all[line].ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
                all.insert(line, [text.as_bytes(), end].concat());
            }
            None => drop(all.remove(line)),
        }
        sample.write(&one.file, &all.concat());
    }
    true
}

#[test]
fn edits_near_every_hunk_of_every_case_stay_or_are_named() {
    let (mut whole, mut partly, mut nothing, mut seeded) = (0, 0, 0, Seeded::new(7));
    for case in cases() {
        let plan = case.copy().plan();
        for _ in 0..20 {
            let copy = case.copy();
            if !plan.files.iter().any(|file| file.before.is_some()) {
                break;
            }
            let before = copy.sample.tree();
            let mine = mine(&plan, &copy, &mut seeded);
            let expected = case.copy();
            if !change(&expected.sample, &mine, &|_, line| Some(line)) {
                continue;
            }
            copy.apply(&plan);
            let after = copy.sample.tree();
            let places = places(&before, &after);
            if !change(&copy.sample, &mine, &|file, line| places.get(file)?.get(&line).copied()) {
                continue;
            }
            match undo(&copy.sample) {
                Ok(undone) if undone.kept.is_empty() => {
                    let (now, expected) = (copy.sample.tree(), expected.sample.tree());
                    for (path, (bytes, _)) in &expected {
                        let found = now.get(path).map(|(bytes, _)| String::from_utf8_lossy(bytes));
                        let wanted = String::from_utf8_lossy(bytes);
                        assert!(found.as_deref() == Some(&*wanted), "{} {path}:\n{found:?}", case.name);
                    }
                    assert_eq!(now.len(), expected.len());
                    whole += 1;
                }
                Ok(undone) => {
                    assert_eq!(undone.outcome, "partly");
                    partly += 1;
                }
                Err(ApplyError::ChangedSince { .. }) => nothing += 1,
                Err(error) => panic!("{error}"),
            }
        }
    }
    println!("edited near hunks: {whole} taken back whole, {partly} partly, {nothing} not at all");
    assert!(whole > 4 * (partly + nothing) || std::env::var_os("CASE").is_some());
}

/// For each file, where each line that the plan left alone stands afterwards.
fn places(before: &hand::Tree, after: &hand::Tree) -> BTreeMap<String, BTreeMap<usize, usize>> {
    let mut all = BTreeMap::new();
    for (path, (old, _)) in before.iter().filter(|(path, (old, _))| after[*path].0 != *old) {
        let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(&after[path].0));
        let diff = similar::TextDiff::from_lines(&*old, &*new);
        let mut lines = BTreeMap::new();
        for change in diff.iter_all_changes() {
            if let (Some(old), Some(new)) = (change.old_index(), change.new_index()) {
                lines.insert(old, new);
            }
        }
        all.insert(path.clone(), lines);
    }
    all
}
