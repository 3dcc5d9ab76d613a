//! `explain`: whatever has an id, from the same data that makes plans and failures.

use serde::Serialize;

use super::args::ExplainArgs;
use super::cards::CARDS;
use super::formats::Format;
use super::{Console, Exit, Failure};
use crate::playbook::{Playbook, Step};
use crate::report::{Style, clean, page};

/// What `explain` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Explained {
    /// Always `cello-explain/1`.
    pub schema: String,
    /// Everything of that name: a step and a decision may share one. Without a name, everything there is.
    pub entries: Vec<Entry>,
}

/// One thing that has an id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Entry {
    /// `topic`, `step`, `decision`, `fact`, `conflict`, `qa`, `rule` or `error`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// What it is, in a phrase.
    pub title: String,
    /// What to know of it, a paragraph each.
    pub text: Vec<String>,
    /// Lists that belong to it, such as options, facts, hand work or sources.
    pub lists: Vec<List>,
}

/// Lines under a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct List {
    /// The heading.
    pub name: String,
    /// A line each.
    pub lines: Vec<String>,
}

pub(super) fn run(args: &ExplainArgs, console: &mut Console) -> Result<Exit, Failure> {
    let explained = explain(args.id.as_deref())?;
    match (args.format, &args.id) {
        (Format::Json, _) => console.print_json(&explained)?,
        (Format::Human, None) => console.print(&index(&explained, console.style))?,
        (Format::Human, Some(_)) => console.print(&text(&explained, console.style))?,
    }
    Ok(Exit::Done)
}

/// Everything of a name; a step's or a decision's site makes no difference.
///
/// # Errors
/// If there is nothing of that name.
pub fn explain(id: Option<&str>) -> Result<Explained, Failure> {
    let all = entries(Playbook::embedded());
    let wanted = |entry: &Entry| match id {
        None => true,
        Some(id) => {
            entry.id == id
                || (["step", "decision"].contains(&entry.kind.as_str())
                    && id.split(':').next() == Some(&entry.id))
        }
    };
    let (found, others): (Vec<Entry>, Vec<Entry>) = all.into_iter().partition(wanted);
    match id {
        Some(id) if found.is_empty() => {
            let mut alike: Vec<String> = others.into_iter().map(|entry| entry.id).collect();
            alike.retain(|known| !id.is_empty() && (known.contains(id) || id.contains(known.as_str())));
            alike.dedup();
            Err(Failure::UnknownId { id: id.into(), alike })
        }
        _ => Ok(Explained { schema: "cello-explain/1".into(), entries: found }),
    }
}

fn entries(playbook: &Playbook) -> Vec<Entry> {
    let topics = playbook.topics().iter().map(|topic| Entry {
        text: vec![topic.text.clone()],
        lists: lists([
            ("Cello says", facts(playbook, &topic.facts)),
            ("Steps", topic.steps.clone()),
            ("Decisions", topic.questions.clone()),
        ]),
        ..entry("topic", &topic.id, &topic.title)
    });
    let steps = playbook.steps().iter().map(|step| step_entry(playbook, step));
    let questions = playbook.questions().iter().map(|question| Entry {
        text: [
            vec![question.why.clone()],
            question.candidates.iter().map(|found| format!("Offered with it: {found}.")).collect(),
            question
                .each
                .iter()
                .map(|each| format!("Asked once for each {each}, as `{}:…`.", question.id))
                .collect(),
            if question.human_only { vec!["A person has to answer it.".into()] } else { vec![] },
        ]
        .concat(),
        lists: lists([
            ("Answers", question.options.iter().map(|one| format!("{}: {}", one.value, one.label)).collect()),
            ("Cello says", facts(playbook, &question.facts)),
        ]),
        ..entry("decision", &question.id, &question.prompt)
    });
    let known = playbook.facts().iter().map(|fact| Entry {
        lists: lists([
            ("Values", fact.values.clone()),
            (
                "Read on",
                fact.sources
                    .iter()
                    .map(|at| format!("{} ({}, read {})", at.page, at.label, at.read))
                    .collect(),
            ),
            ("Disagreements", fact.conflicts.clone()),
        ]),
        ..entry("fact", &fact.id, &fact.statement)
    });
    let conflicts = playbook.conflicts().iter().map(|conflict| Entry {
        text: vec![format!("Our choice: {}", conflict.choice), conflict.why.clone()],
        lists: lists([(
            "Sides",
            conflict
                .sides
                .iter()
                .map(|side| {
                    format!(
                        "{} ({}, read {})",
                        side.value,
                        side.page.as_ref().unwrap_or(&side.label),
                        side.read
                    )
                })
                .collect(),
        )]),
        ..entry("conflict", &conflict.id, &conflict.about)
    });
    let qa = playbook.qa().iter().map(|line| Entry {
        text: line.only_if.iter().cloned().collect(),
        lists: lists([("Settled by", line.settled_by.clone()), ("Read on", line.pages.clone())]),
        ..entry("qa", &line.id, &line.text)
    });
    let rules = playbook.rules().iter().map(|rule| Entry {
        text: vec![
            rule.why.clone(),
            rule.fix.clone(),
            format!("Severity: {}. It says something only if: {}", rule.severity.as_str(), rule.trigger),
        ],
        lists: lists([
            ("Cello says", facts(playbook, &rule.facts)),
            ("Breaks", rule.qa.clone()),
            ("Put right by", rule.step.iter().cloned().collect()),
        ]),
        ..entry("rule", &rule.id, &rule.title)
    });
    let errors = CARDS.iter().map(|card| Entry {
        text: vec![card.why.into(), format!("Exit code {}.", card.exit)],
        ..entry("error", card.id, card.title)
    });
    topics
        .chain(steps)
        .chain(questions)
        .chain(known)
        .chain(conflicts)
        .chain(qa)
        .chain(rules)
        .chain(errors)
        .collect()
}

fn step_entry(playbook: &Playbook, step: &Step) -> Entry {
    let hand = step.hand.iter().map(|work| {
        let when = work.only_if.as_ref().map_or_else(String::new, |when| format!(" ({when})"));
        format!(
            "{}{when}: {}",
            work.action,
            playbook.hand_text(work).replace(":\n- ", ": ").replace("\n- ", ", ")
        )
    });
    let checks = step.qa.iter().filter_map(|id| playbook.qa_line(id));
    Entry {
        text: [
            vec![step.why.clone()],
            step.each
                .iter()
                .map(|each| format!("A plan has one for each {each}, as `{}:…`.", step.id))
                .collect(),
        ]
        .concat(),
        lists: lists([
            ("By hand, where no edit can do it", hand.collect()),
            ("Decisions", step.asks.clone()),
            ("Cello says", facts(playbook, &step.facts)),
            ("How to check", checks.map(|line| format!("{}: {}", line.id, line.text)).collect()),
            ("To read", step.docs.iter().map(|doc| format!("{} (read {})", doc.url, doc.read)).collect()),
        ]),
        ..entry("step", &step.id, &step.title)
    }
}

fn entry(kind: &str, id: &str, title: &str) -> Entry {
    Entry { kind: kind.into(), id: id.into(), title: title.into(), ..Entry::default() }
}

fn facts(playbook: &Playbook, ids: &[String]) -> Vec<String> {
    let known = ids.iter().filter_map(|id| playbook.fact(id));
    known.map(|fact| format!("{} [{}]", fact.statement, fact.id)).collect()
}

/// Those that are not empty.
fn lists<const N: usize>(all: [(&str, Vec<String>); N]) -> Vec<List> {
    let full = all.into_iter().filter(|(_, lines)| !lines.is_empty());
    full.map(|(name, lines)| List { name: name.into(), lines }).collect()
}

/// Entries for people to read.
pub(super) fn text(explained: &Explained, style: Style) -> String {
    let mut out = String::new();
    for (number, entry) in explained.entries.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        out += &style.heading(&format!("{} ({})", entry.id, entry.kind));
        out += &page::paragraph(&entry.title, 1, style);
        for text in &entry.text {
            out += &format!("\n{}", page::paragraph(text, 1, style));
        }
        for list in &entry.lists {
            out += &format!("\n {}\n", list.name);
            for line in &list.lines {
                out += &page::item(line, style);
            }
        }
    }
    clean(&out)
}

/// Every id, with a line for each.
pub(super) fn index(explained: &Explained, style: Style) -> String {
    let mut out = String::new();
    let mut kind = "";
    for entry in &explained.entries {
        if entry.kind != kind {
            kind = &entry.kind;
            out += &format!("{}{}", if out.is_empty() { "" } else { "\n" }, style.heading(kind));
        }
        out += &page::row(&entry.id, &entry.title, style);
    }
    out + "\nSee one with `cello-scaffold explain ID`.\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_has_an_id_is_explained() {
        let playbook = Playbook::embedded();
        let all = explain(None).unwrap().entries;
        let known = playbook.topics().len() + playbook.steps().len() + playbook.questions().len();
        let known = known
            + playbook.facts().len()
            + playbook.conflicts().len()
            + playbook.qa().len()
            + playbook.rules().len()
            + CARDS.len();
        assert_eq!(all.len(), known);
        for entry in &all {
            assert!(!entry.title.is_empty(), "{}", entry.id);
            assert!(entry.text.len() + entry.lists.len() > 0, "{}", entry.id);
            let found = explain(Some(&entry.id)).unwrap().entries;
            assert!(found.contains(entry), "{}", entry.id);
        }
    }

    #[test]
    fn a_site_makes_no_difference() {
        let kinds: Vec<String> = explain(Some("signup:web::signup::submit"))
            .unwrap()
            .entries
            .into_iter()
            .map(|one| one.kind)
            .collect();
        assert_eq!(kinds, ["step", "decision"]);
        assert!(explain(Some("token-hs512:x")).is_err());
    }

    #[test]
    fn what_is_spelled_alike_is_named() {
        let failure = explain(Some("token-hs")).unwrap_err();
        assert!(failure.detail().contains("token-hs512"), "{}", failure.detail());
        assert_eq!(failure.exit(), 2);
    }

    #[test]
    fn pages_keep_to_their_width() {
        let style = Style { color: false, width: 80 };
        let all = explain(None).unwrap();
        for line in (text(&all, style) + &index(&all, style)).lines() {
            // An address can't be cut.
            assert!(line.chars().count() <= 80 || line.contains("https://"), "{line}");
        }
    }
}
