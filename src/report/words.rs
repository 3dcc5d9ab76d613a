//! The words for statuses, verdicts and counts, the same on every page.

use crate::plan::{Accepts, Component, How, SiteKind, Status, Summary, Verdict};

use super::paint::Ink;

/// A step's status.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Ready => "ready",
        Status::Decide => "decide",
        Status::ByHand => "by hand",
        Status::Done => "done",
        Status::NotApplicable => "not needed",
    }
}

/// Its colour.
pub fn status_ink(status: Status) -> Ink {
    match status {
        Status::Ready | Status::Done => Ink::Good,
        Status::Decide | Status::ByHand => Ink::Ask,
        Status::NotApplicable => Ink::Quiet,
    }
}

/// The part of Cello, as Cello's own health report calls it.
pub fn component(component: Component) -> &'static str {
    match component {
        Component::ReferralWidget => "referral widget",
        Component::Attribution => "attribution",
        Component::SignupTracking => "signup tracking",
        Component::PurchaseTracking => "purchase tracking",
        Component::Setup => "setup",
    }
}

/// What becomes of a site.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Edit => "edited",
        Verdict::Covered => "covered",
        Verdict::NotApplicable => "not applicable",
        Verdict::Undecided => "undecided",
        Verdict::ByHand => "by hand",
    }
}

/// All verdicts in the order they are counted.
pub const VERDICTS: [Verdict; 5] =
    [Verdict::Edit, Verdict::Covered, Verdict::NotApplicable, Verdict::Undecided, Verdict::ByHand];

/// All kinds of sites in the order they are listed.
pub const KINDS: [SiteKind; 4] = [SiteKind::Signup, SiteKind::Stripe, SiteKind::Page, SiteKind::Csp];

/// A kind of site.
pub fn kind(kind: SiteKind) -> &'static str {
    match kind {
        SiteKind::Signup => "sign-up",
        SiteKind::Stripe => "Stripe",
        SiteKind::Page => "page",
        SiteKind::Csp => "CSP",
    }
}

/// What settles a line of the QA checklist.
pub fn how(how: How) -> &'static str {
    match how {
        How::Static => "by reading the source",
        How::Compile => "by compiling",
        How::Running => "with the application running",
        How::Portal => "in Cello's or Stripe's portal",
    }
}

/// What stands for an answer that has no list of options.
pub fn placeholder(accepts: Accepts) -> &'static str {
    match accepts {
        Accepts::Option => "VALUE",
        Accepts::Expression => "RUST-EXPRESSION",
        Accepts::Path => "PATH",
        Accepts::Text => "TEXT",
    }
}

/// `1 step`, `2 steps`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A list in words: `a, b and c`.
pub fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The case in a few words, and what follows from it in a sentence.
pub fn case(attribution: &str) -> (&'static str, &'static str) {
    match attribution {
        "A" => (
            "case A: Stripe Customer at sign-up",
            "The Stripe Customer is made at sign-up, so the referral code is put on it right there, and Cello \
             learns of the sign-up and of every payment from Stripe's webhook.",
        ),
        "B" => (
            "case B: Stripe Customer at purchase",
            "The Stripe Customer is made at purchase, so Cello is told of a sign-up by the application \
             itself, and of every payment by Stripe's webhook, which finds the referral code on the Customer.",
        ),
        "C" => (
            "no call to Stripe found",
            "No call to Stripe was found, so this plan tells Cello of no payment: with another gateway the \
             application has to, which is left to a person.",
        ),
        _ => (
            "when the Stripe Customer is made isn't known",
            "When the Stripe Customer is made could not be told from the code; this decides how Cello learns of a \
             sign-up.",
        ),
    }
}

/// `8 ready, 1 to decide, 2 by hand`, without zeros.
pub fn tally(summary: &Summary) -> String {
    let parts: Vec<String> = [
        (summary.ready, "ready"),
        (summary.decide, "to decide"),
        (summary.by_hand, "by hand"),
        (summary.done, "done"),
        (summary.not_applicable, "not needed"),
    ]
    .iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, word)| format!("{number} {word}"))
    .collect();
    parts.join(", ")
}

/// `11 lines in existing files (Rust 6, templates 5), 412 in new files`.
pub fn size(summary: &Summary) -> String {
    let changed = &summary.changed_lines;
    let kinds: Vec<String> = [
        (changed.rust, "Rust"),
        (changed.templates, "templates"),
        (changed.manifests, "manifests"),
        (changed.other, "other"),
    ]
    .iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, word)| format!("{word} {number}"))
    .collect();
    let total = changed.rust + changed.templates + changed.manifests + changed.other;
    let what = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
    format!("{} in existing files{what}, {} in new files", count(total, "line", "lines"), summary.new_lines)
}
