//! Kinds of failures: what never changes about each, on one page.

/// What never changes about a kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// Stable id.
    pub id: &'static str,
    /// What happened, in a phrase.
    pub title: &'static str,
    /// Exit code.
    pub exit: i32,
}

macro_rules! cards {
    ($($name:ident = $id:literal, $exit:literal, $title:literal;)*) => {
        $(pub(super) const $name: Card = Card { id: $id, title: $title, exit: $exit };)*
        /// All kinds of failures.
        pub const CARDS: &[Card] = &[$($name),*];
    };
}

cards! {
    USAGE = "usage", 2, "The command can't be understood";
    UNKNOWN_DECISION = "unknown-decision", 2, "There is no such decision";
    NOT_AN_OPTION = "not-an-option", 2, "That is none of the decision's options";
    ANSWERS = "answers-malformed", 2, "The answers file can't be understood";
    DOCTOR_BASELINE = "baseline-malformed", 2, "The baseline can't be understood";
    NO_PLAN = "no-plan", 2, "There is no plan";
    UNKNOWN_STEP = "unknown-step", 2, "The plan has no such step";
    NO_PROJECT = "project-not-found", 2, "There is no such folder";
    UNKNOWN_PACKAGE = "unknown-package", 2, "There is no such package";
    ATTEST = "attest-needed", 3, "Only a person may make this decision";
    APPROVAL = "approval-needed", 3, "The plan is not approved";
    DECLINED = "declined", 3, "The plan was declined";
    NOTHING_READY = "decisions-open", 3, "No step is ready before decisions are made";
    MALFORMED = "plan-malformed", 4, "This is not a plan";
    SCHEMA = "plan-schema", 4, "The plan has a schema that this version does not know";
    EDITED = "plan-edited", 4, "The plan was changed after it was made";
    INCONSISTENT = "plan-inconsistent", 4, "The plan contradicts itself";
    OPEN_SUBSET = "subset-open", 4, "The steps chosen need others";
    STALE = "stale", 4, "The project is not what the plan was made from";
    UNSAFE = "unsafe-path", 4, "The plan would write where it must not";
    WRONG_DIGEST = "wrong-digest", 4, "Another plan was approved";
    DIRTY = "dirty", 4, "Files of the plan have uncommitted changes";
    STAGED = "staged", 4, "Files of the plan have staged changes";
    NO_VCS = "no-vcs", 4, "The project is not under version control";
    LOCKED = "locked", 4, "Another cello-scaffold is at work here";
    UNFINISHED = "unfinished", 4, "An earlier run was interrupted";
    TORN = "torn", 4, "A file was edited after an interrupted run";
    NOTHING_APPLIED = "nothing-applied", 4, "There is nothing to undo";
    CHANGED_SINCE = "changed-since", 4, "Nothing can be taken back";
    STOOD_ON = "stood-on", 4, "Other steps stand on these";
    TWO_PLANS = "two-plans", 2, "The steps are of different plans";
    RECORD = "record-damaged", 4, "The tool's own records can't be used";
    BASELINE = "baseline-fails", 5, "The project does not compile as it is";
    NEEDS_DATABASE = "baseline-needs-database", 5, "The project can't be compiled here: it needs a database";
    NEEDS_NATIVE = "baseline-needs-native", 5, "The project can't be compiled here: a program or library is missing";
    NEEDS_TOOLCHAIN = "baseline-needs-toolchain", 5, "The project can't be compiled here: it needs another toolchain";
    NEEDS_DEPENDENCY = "baseline-needs-dependency", 5, "The project can't be compiled here: a dependency can't be had";
    NEEDS_GENERATED = "baseline-needs-generated", 5, "The project can't be compiled here: a generated file is missing";
    TOO_SLOW = "proof-too-slow", 5, "Compiling took too long";
    COMPILE = "compile-fails", 5, "With the plan the project would not compile";
    TESTS = "tests-fail", 5, "The plan's own tests fail";
    NO_SCRATCH = "no-scratch", 5, "The project can't be compiled in a copy";
    NO_MANIFEST = "no-manifest", 6, "There is no Rust project here";
    NO_APP = "no-web-application", 6, "There is no Rust web application here";
    MANIFEST = "manifest-unreadable", 7, "A Cargo.toml can't be understood";
    READ_ONLY = "read-only", 7, "A file of the plan is read-only";
    GIT = "git-failed", 7, "git does not tell the state of the project";
    CARGO = "cargo-missing", 7, "cargo is not there";
    NETWORK = "network", 7, "cargo can't fetch what it needs";
    REMOTE = "remote", 7, "Another machine gave no answer, or refused";
    IO = "io", 7, "A file or folder can't be used";
    DEFECT = "defect", 10, "This tool has a defect";
    INTERRUPTED = "interrupted", 130, "Interrupted";
}
