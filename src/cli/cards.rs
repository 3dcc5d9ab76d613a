//! Every kind of failure: its id, title, exit code, and the page that `explain` has for it.

/// What never changes about a kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// Stable id.
    pub id: &'static str,
    /// What happened, in a phrase.
    pub title: &'static str,
    /// Exit code.
    pub exit: i32,
    /// What it means and why it matters, for `explain`.
    pub why: &'static str,
}

macro_rules! cards {
    ($($name:ident = $id:literal, $exit:literal, $title:literal, $why:literal;)*) => {
        $(pub(super) const $name: Card = Card { id: $id, title: $title, exit: $exit, why: $why };)*
        /// All kinds of failures.
        pub const CARDS: &[Card] = &[$($name),*];
    };
}

cards! {
    USAGE = "usage", 2, "The command can't be understood",
        "An argument is missing, unknown or contradicts another. Nothing was read or written.";
    UNKNOWN_DECISION = "unknown-decision", 2, "There is no such decision",
        "`--set` names a decision that this plan does not ask for, so the answer would have no effect. Ids are \
         stable: they name a symbol of the code, not a line.";
    NOT_AN_OPTION = "not-an-option", 2, "That is none of the decision's options",
        "Some decisions take one of a few values only, since each leads to other edits.";
    ANSWERS = "answers-malformed", 2, "The answers file can't be understood",
        "The file given with `--answers`, or the one kept beside the plan, is not a JSON object from decision to \
         answer.";
    DOCTOR_BASELINE = "baseline-malformed", 2, "The baseline can't be understood",
        "The file given to `doctor` with `--baseline` is not what an earlier run wrote there, so it can't be told which \
         findings are old.";
    NO_PLAN = "no-plan", 2, "There is no plan",
        "Commands that show or apply a plan read it from a file, by default `.cello/plan.json` in the project.";
    UNKNOWN_STEP = "unknown-step", 2, "The plan has no such step",
        "`--only`, `--skip` or `tick` names a step that this plan does not have. Steps are named by kind and \
         site, such as `signup:web::signup::submit`.";
    UNKNOWN_ID = "unknown-id", 2, "There is nothing of that name to explain",
        "`explain` knows steps, decisions, facts, lines of the QA checklist, disagreements in Cello's \
         documentation, errors and topics by their ids.";
    NOT_BY_HAND = "not-by-hand", 2, "That step is not a person's to do",
        "`tick` records a person's word for what no program can see. Whether code is in place is read off the code, whatever \
         anybody says.";
    NO_PROJECT = "project-not-found", 2, "There is no such folder",
        "The folder given does not exist, or may not be entered.";
    OUTSIDE_ROOTS = "outside-roots", 2, "That is outside of the server's folders",
        "`mcp` is confined to the folders it was started with: a call can't name another, nor one that a link or a workspace \
         leads out of them.";
    UNKNOWN_PACKAGE = "unknown-package", 2, "There is no such package",
        "`--package` names none of the workspace's packages.";
    ATTEST = "attest-needed", 3, "Only a person may make this decision",
        "Some decisions rest on the business or on a promise to people, so a program may not make them. A person \
         answers at a terminal, or lends their name with `--attest`; the name is recorded in the plan and shown \
         first.";
    NOT_AGREED = "not-agreed", 3, "Nobody has agreed to that",
        "`webhook create` changes what an account at Stripe has, so a person has to want it. Nothing was changed.";
    APPROVAL = "approval-needed", 3, "The plan is not approved",
        "Nothing is ever applied without an approval of exactly this plan: its digest, or a yes at a terminal. A \
         yes to everything does not exist.";
    DECLINED = "declined", 3, "The plan was declined",
        "The person at the terminal said no, or ended the review. Nothing was written.";
    NOTHING_READY = "decisions-open", 3, "No step is ready before decisions are made",
        "Every step of this plan waits for an answer, so there is nothing to apply yet.";
    MALFORMED = "plan-malformed", 4, "This is not a plan",
        "The file is no JSON of a plan. `apply` reads nothing else, and guesses nothing.";
    SCHEMA = "plan-schema", 4, "The plan has a schema that this version does not know",
        "The plan was made by another major version, whose fields may mean something else.";
    EDITED = "plan-edited", 4, "The plan was changed after it was made",
        "The plan's hash does not match its content. An approval is worth only as much as the bytes it was given \
         for, so a plan edited by hand is refused.";
    INCONSISTENT = "plan-inconsistent", 4, "The plan contradicts itself",
        "What the plan shows and what it would do are not the same, for instance a diff that differs from its \
         edit. Such a plan could mislead its reviewer.";
    OPEN_SUBSET = "subset-open", 4, "The steps chosen need others",
        "A step chosen stands on another one that is not chosen; without it the result would not compile or work.";
    STALE = "stale", 4, "The project is not what the plan was made from",
        "A file of the plan has changed since it was made. Edits are byte ranges of the file that was reviewed, \
         so they are never moved to where they might fit.";
    UNSAFE = "unsafe-path", 4, "The plan would write where it must not",
        "A path leads out of the project, through a link, or into a folder that no edit belongs in.";
    WRONG_DIGEST = "wrong-digest", 4, "Another plan was approved",
        "The digest given with `--approve` is that of another plan: it was made again, answered differently, or \
         chosen in part.";
    DIRTY = "dirty", 4, "Files of the plan have uncommitted changes",
        "Files that the plan changes have uncommitted edits. Applied on top, yours and the plan's could not be \
         told apart in `git diff`.";
    STAGED = "staged", 4, "Files of the plan have staged changes",
        "Files that the plan changes are staged. A commit would carry yours and the plan's changes together.";
    NO_VCS = "no-vcs", 4, "The project is not under version control",
        "The project is under no version control, so that only this tool's own records could take the change \
         back.";
    LOCKED = "locked", 4, "Another cello-scaffold is at work here",
        "One command at a time works in a project; another one holds the lock in `.cello/lock`.";
    UNFINISHED = "unfinished", 4, "An earlier run was interrupted",
        "An earlier apply or undo was interrupted, and its journal is still there. The files are all as before or \
         all as after it once that is cleared up.";
    TORN = "torn", 4, "A file was edited after an interrupted run",
        "After an interrupted run, a file is neither as it was before nor as the run would have left it: somebody \
         edited it in between, and that edit is not overwritten.";
    NOTHING_APPLIED = "nothing-applied", 4, "There is nothing to undo",
        "There is no record of an applied plan in `.cello/applied`.";
    CHANGED_SINCE = "changed-since", 4, "Nothing can be taken back",
        "What was applied has been edited since, everywhere. A byte that isn't this tool's is not taken away.";
    STOOD_ON = "stood-on", 4, "Other steps stand on these",
        "Steps that stay applied stand on those to be taken back.";
    TWO_PLANS = "two-plans", 2, "The steps are of different plans",
        "The steps named were applied by different plans, and each is taken back as a whole.";
    RECORD = "record-damaged", 4, "The tool's own records can't be used",
        "The records in `.cello/applied` or `.cello/commit` can't be read, so that it isn't known what was \
         applied.";
    BASELINE = "baseline-fails", 5, "The project does not compile as it is",
        "The project is compiled without the plan first, so that an error that was there before isn't blamed on \
         the plan.";
    NEEDS_DATABASE = "baseline-needs-database", 5, "The project can't be compiled here: it needs a database",
        "Checked queries ask a database while compiling, and none answers here.";
    NEEDS_NATIVE = "baseline-needs-native", 5, "The project can't be compiled here: a program or library is missing",
        "A dependency needs a linker, a library or a program that this machine does not have.";
    NEEDS_TOOLCHAIN = "baseline-needs-toolchain", 5, "The project can't be compiled here: it needs another toolchain",
        "The project or a dependency asks for another Rust than the one here.";
    NEEDS_DEPENDENCY = "baseline-needs-dependency", 5, "The project can't be compiled here: a dependency can't be had",
        "A dependency's path, branch or registry can't be read from here.";
    NEEDS_GENERATED = "baseline-needs-generated", 5, "The project can't be compiled here: a generated file is missing",
        "The code includes a file or a setting that a build step of the project makes.";
    TOO_SLOW = "proof-too-slow", 5, "Compiling took too long",
        "The proof compiles a copy of the project, and gives up after a time that no project here has needed.";
    COMPILE = "compile-fails", 5, "With the plan the project would not compile",
        "The copy with the plan does not compile though the one without it does. The step whose lines the \
         compiler points at is named.";
    TESTS = "tests-fail", 5, "The plan's own tests fail",
        "The tests that the plan brings along fail in this project.";
    NO_SCRATCH = "no-scratch", 5, "The project can't be compiled in a copy",
        "The copy in which a plan is proven could not be made.";
    NO_MANIFEST = "no-manifest", 6, "There is no Rust project here",
        "There is no Cargo.toml in this folder or above it.";
    NO_APP = "no-web-application", 6, "There is no Rust web application here",
        "No package here depends on a web framework that this tool knows. Libraries and command-line programs \
         have no pages to refer from.";
    MANIFEST = "manifest-unreadable", 7, "A Cargo.toml can't be understood",
        "A Cargo.toml can't be understood, so that packages and their dependencies aren't known.";
    READ_ONLY = "read-only", 7, "A file of the plan is read-only",
        "A file that the plan changes may not be written.";
    GIT = "git-failed", 7, "git does not tell the state of the project",
        "What git says of this folder could not be read, so that it isn't known whether files have uncommitted \
         edits.";
    CARGO = "cargo-missing", 7, "cargo is not there",
        "The proof runs cargo, and there is none on the path.";
    NETWORK = "network", 7, "cargo can't fetch what it needs",
        "A new dependency has to be fetched before it can be compiled, and the registry can't be reached.";
    REMOTE = "remote", 7, "Another machine gave no answer, or refused",
        "`doctor --live`, `--cello`, `--stripe` and `webhook` ask the machine they are told to, which gave no answer in time \
         or refused the key.";
    IO = "io", 7, "A file or folder can't be used",
        "A file or folder can't be read or written: it is missing, not permitted, or the disk is full.";
    DEFECT = "defect", 10, "This tool has a defect",
        "The program contradicts itself. That is a mistake in it, whatever the project is like.";
    INTERRUPTED = "interrupted", 130, "Interrupted",
        "Ctrl-C or a signal ended the program. It ends between commits, never inside of one.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_id_is_there_once_with_a_code_of_the_contract() {
        let ids: BTreeSet<&str> = CARDS.iter().map(|card| card.id).collect();
        assert_eq!(ids.len(), CARDS.len(), "an id is used twice");
        for card in CARDS {
            assert!([2, 3, 4, 5, 6, 7, 10, 130].contains(&card.exit), "{}", card.id);
            let plain = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(card.id.chars().all(plain), "{}", card.id);
            assert!(!card.title.is_empty());
            assert!(card.why.ends_with('.'), "{}", card.id);
        }
    }
}
