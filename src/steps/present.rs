//! What stands there already, word for word, is not put in a second time.
//!
//! Steps recognise what is done by what names mean. That fails where the names mean nothing any more: a call of
//! `crate::cello::routes()` whose `mod cello;` was taken out resolves to nothing, but it is there.

use super::draft::{Draft, FileEdit};
use super::waiting::sheets;
use crate::plan::{Status, Verdict};
use crate::target::Target;

/// Marks steps as done if all they would insert stands at its place; if only a part of it does, it is for a person.
pub fn notice_what_is_there(target: &Target, drafts: &mut [Draft]) {
    for draft in drafts.iter_mut().filter(|draft| draft.status == Status::Ready) {
        let there = draft.edits.iter().filter(|edit| stands(target, edit)).count();
        if there == 0 {
            continue;
        }
        let (status, verdict, reason) = if there == draft.edits.len() {
            (Status::Done, Verdict::Covered, "It is there already.")
        } else {
            (
                Status::ByHand,
                Verdict::ByHand,
                "A part of it is there already, so the rest is left to a person.",
            )
        };
        if status == Status::ByHand {
            draft.by_hand = sheets(target, &draft.edits, "what is there");
        }
        draft.status = status;
        draft.reason = reason.to_string();
        draft.edits.clear();
        draft.needs.clear();
        for account in draft.accounts.iter_mut().filter(|account| account.verdict == Verdict::Edit) {
            account.verdict = verdict;
            account.reason = reason.trim_end_matches('.').to_ascii_lowercase();
        }
    }
}

/// True if what an edit inserts stands right before or behind its place. Only what names Cello is looked for: a brace
/// or a comma stands in many places.
fn stands(target: &Target, edit: &FileEdit) -> bool {
    let Some((file, at)) = target.text(&edit.file).zip(edit.at.as_ref()) else {
        return false;
    };
    let text = edit.text.trim();
    let Some((before, after)) = file.text.get(..at.start).zip(file.text.get(at.start..)) else {
        return false;
    };
    at.is_empty()
        && text.contains("cello")
        && (before.trim_end().ends_with(text) || after.trim_start().starts_with(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::pages::tests::project;

    fn noticed(text: &str, inserted: &[(&str, &str)]) -> Draft {
        let manifest = "[package]\nname = \"x\"\nedition = \"2021\"\n";
        let (_folder, target) = project(&[("Cargo.toml", manifest), ("src/main.rs", text)]);
        let mut draft = Draft::new("routes", "", Status::Ready, "Because.");
        for (before, new) in inserted {
            let at = text.find(before).unwrap() + before.len();
            draft.edits.push(FileEdit { file: "src/main.rs".into(), at: Some(at..at), text: (*new).into() });
        }
        let mut drafts = [draft];
        notice_what_is_there(&target, &mut drafts);
        drafts.into_iter().next().unwrap()
    }

    #[test]
    fn what_stands_at_its_place_is_done() {
        let text = "fn f() { a()\n    .merge(crate::cello::routes())\n    .layer(x); }";
        let there = noticed(text, &[("cello::routes())", "\n        .merge(crate::cello::routes())")]);
        assert_eq!((there.status, there.edits.len()), (Status::Done, 0));
        let before = noticed(text, &[("a()", ".merge(crate::cello::routes())")]);
        assert_eq!(before.status, Status::Done);
    }

    #[test]
    fn elsewhere_and_other_calls_are_not_it() {
        let text = "fn f() { crate::cello::signed_up(&db, id).await; } fn g() { let id = 1; }";
        let other = noticed(text, &[("let id = 1;", "\ncrate::cello::signed_up(&db, id).await;")]);
        assert_eq!(other.status, Status::Ready);
        let text = "fn f() { let id = 1; crate::cello::signed_up(&db, other).await; }";
        let other = noticed(text, &[("let id = 1;", "\ncrate::cello::signed_up(&db, id).await;")]);
        assert_eq!(other.status, Status::Ready);
    }

    #[test]
    fn a_part_is_left_to_a_person_and_a_brace_is_no_part() {
        let text = "fn f() { let id = 1; crate::cello::signed_up(&db, id).await; }";
        let note = ("let id = 1;", " crate::cello::signed_up(&db, id).await;");
        assert_eq!(noticed(text, &[note, ("fn f() {", " let db = pool();")]).status, Status::ByHand);
        assert_eq!(noticed(text, &[("await; ", "}")]).status, Status::Ready);
    }
}
