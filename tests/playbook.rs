//! Over everything in `plans/`: it is registered, sourced, connected and complete.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cello_scaffold::playbook::{Accepts, Component, Confidence, DataFiles, How, Origin, Playbook, QaLine};

fn is_kebab_case(id: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    id.split('-').all(word)
}

/// `2026-11` or `2026-11-23`.
fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let is = |part: &str, width: usize, range: std::ops::RangeInclusive<u32>| {
        part.len() == width && part.parse().is_ok_and(|number| range.contains(&number))
    };
    (2..=3).contains(&parts.len())
        && is(parts[0], 4, 2026..=2099)
        && is(parts[1], 2, 1..=12)
        && parts.get(2).is_none_or(|day| is(day, 2, 1..=31))
}

#[track_caller]
fn assert_prose(of: &str, text: &str) {
    let clean = text.trim() == text && !text.contains("  ") && !text.contains('\n');
    assert!(clean && text.len() > 3, "{of}: {text:?}");
    assert!(text.ends_with(['.', '?', ':']), "{of} doesn't end: {text:?}");
}

#[test]
fn every_file_is_registered() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found: BTreeSet<String> = walkdir::WalkDir::new(root.join("plans"))
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file())
        // The crates that may be added are the lock file step's data, not Cello's.
        .filter(|entry| entry.file_name() != "crates.toml")
        .map(|entry| {
            let path = entry.path().strip_prefix(root).unwrap();
            path.to_str().unwrap().replace('\\', "/")
        })
        .collect();
    let registered: BTreeSet<String> = DataFiles::EMBEDDED.all().map(|file| file.path.to_string()).collect();
    assert_eq!(found, registered);
    assert_eq!(DataFiles::EMBEDDED.all().count(), registered.len());
}

#[test]
fn a_step_is_named_as_its_file() {
    let playbook = Playbook::embedded();
    for (file, step) in DataFiles::EMBEDDED.steps.iter().zip(playbook.steps()) {
        assert_eq!(file.path, format!("plans/steps/{}.toml", step.id));
    }
}

#[test]
fn ids_are_kebab_case() {
    let playbook = Playbook::embedded();
    let ids = playbook
        .facts()
        .iter()
        .map(|fact| &fact.id)
        .chain(playbook.conflicts().iter().map(|conflict| &conflict.id))
        .chain(playbook.questions().iter().map(|question| &question.id))
        .chain(playbook.steps().iter().map(|step| &step.id))
        .chain(playbook.qa().iter().map(|line| &line.id));
    for id in ids {
        assert!(is_kebab_case(id), "{id}");
    }
}

#[test]
fn every_fact_has_a_source_with_page_and_date() {
    for fact in Playbook::embedded().facts() {
        assert_prose(&fact.id, &fact.statement);
        assert!(!fact.sources.is_empty(), "{}", fact.id);
        for source in &fact.sources {
            assert!(source.page.starts_with("https://"), "{}: {}", fact.id, source.page);
            assert!(is_date(&source.read), "{}: {}", fact.id, source.read);
            assert!(!source.label.is_empty(), "{}", fact.id);
        }
        let documented = |page: &str| {
            ["https://docs.cello.so/", "https://docs.stripe.com/"].iter().any(|site| page.starts_with(site))
        };
        let first = &fact.sources[0].page;
        assert!(documented(first), "{}: {first}", fact.id);
        assert!(fact.confidence > Confidence::Low || fact.inferred, "{} is weak but not inferred", fact.id);
    }
}

#[test]
fn a_page_has_one_label() {
    let playbook = Playbook::embedded();
    let mut labels = BTreeMap::<&str, BTreeSet<&str>>::new();
    let sources = playbook.facts().iter().flat_map(|fact| &fact.sources);
    for source in sources {
        labels.entry(&source.page).or_default().insert(&source.label);
    }
    for side in playbook.conflicts().iter().flat_map(|c| &c.sides) {
        if let Some(page) = &side.page {
            labels.entry(page).or_default().insert(&side.label);
        }
    }
    // Two labels tell apart what was taken from it.
    labels.remove("https://github.com/api-evangelist/cello");
    for (page, labels) in labels {
        assert_eq!(labels.len(), 1, "{page}: {labels:?}");
    }
}

#[test]
fn every_conflict_has_sides_a_choice_and_a_reason() {
    let playbook = Playbook::embedded();
    for conflict in playbook.conflicts() {
        let values: BTreeSet<_> = conflict.sides.iter().map(|side| &side.value).collect();
        assert!(values.len() >= 2, "{}", conflict.id);
        assert!(!conflict.choice.is_empty(), "{}", conflict.id);
        assert_prose(&conflict.id, &conflict.why);
        for side in &conflict.sides {
            let page = side.page.as_deref().unwrap_or("https://");
            assert!(page.starts_with("https://"), "{}: {page}", conflict.id);
            assert!(is_date(&side.read) && !side.label.is_empty(), "{}", conflict.id);
        }
        let taken = playbook.facts().iter().any(|fact| fact.conflicts.contains(&conflict.id));
        assert!(taken, "no fact takes a side in {}", conflict.id);
    }
}

#[test]
fn every_fact_and_question_is_used() {
    let playbook = Playbook::embedded();
    let steps = playbook.steps();
    for fact in playbook.facts() {
        let used = steps.iter().any(|step| step.facts.contains(&fact.id))
            || playbook.questions().iter().any(|q| q.facts.contains(&fact.id));
        assert_eq!(used, !fact.background, "{}", fact.id);
    }
    for question in playbook.questions() {
        let asked = steps.iter().any(|step| step.asks.contains(&question.id));
        assert!(asked, "no step asks {}", question.id);
    }
}

#[test]
fn every_step_says_why_and_what_it_settles() {
    for step in Playbook::embedded().steps() {
        assert_prose(&step.id, &step.why);
        assert!((1..=2).contains(&step.phase), "{}", step.id);
        assert!(!step.qa.is_empty() || step.component == Component::Setup, "{}", step.id);
        assert_eq!(step.docs.is_empty(), step.facts.is_empty(), "{}: facts need pages to read on", step.id);
        for doc in &step.docs {
            assert!(doc.url.starts_with("https://docs.cello.so/"), "{}", step.id);
            assert!(is_date(&doc.read), "{}", step.id);
        }
        for work in &step.hand {
            assert!(!work.action.ends_with('.'), "{}", work.action);
            assert_prose(&step.id, &work.text);
            if let Some(line) = &work.turns_green {
                assert!(step.qa.contains(line), "{}: {line} isn't this step's", step.id);
            }
            if let Some(list) = &work.list {
                let fact = Playbook::embedded().fact(list).unwrap();
                assert!(step.facts.contains(list) && !fact.values.is_empty(), "{}", step.id);
            }
        }
    }
}

#[test]
fn the_checklist_has_forty_lines_and_each_is_settled() {
    let playbook = Playbook::embedded();
    let numbers: Vec<_> = playbook.qa().iter().filter_map(QaLine::number).collect();
    assert_eq!(numbers, (1..=40).collect::<Vec<u8>>());
    let texts: BTreeSet<_> = playbook.qa().iter().map(|line| &line.text).collect();
    assert_eq!(texts.len(), 40);
    for line in playbook.qa() {
        assert_eq!(line.id.len(), "qa-01".len());
        assert_prose(&line.id, &line.text);
        assert!(!line.how.is_empty() && !line.pages.is_empty() && !line.settled_by.is_empty());
        assert!(line.pages.iter().all(|page| page.starts_with("https://docs.cello.so/")));
        if line.origin == Origin::Derived {
            assert!(line.pages.iter().all(|page| !page.contains("qa-checklist")));
        }
        if line.settled_by.iter().any(|by| by == QaLine::PORTAL) {
            assert!(line.how.contains(&How::Portal), "{}", line.id);
        }
    }
}

#[test]
fn steps_and_checklist_name_each_other() {
    let playbook = Playbook::embedded();
    for step in playbook.steps() {
        for line in playbook.qa() {
            assert_eq!(
                step.qa.contains(&line.id),
                line.settled_by.contains(&step.id),
                "{} and {}",
                step.id,
                line.id
            );
        }
    }
}

#[test]
fn stripe_sends_exactly_ten_events_and_the_hand_step_lists_them() {
    let playbook = Playbook::embedded();
    let events = &playbook.fact("stripe-webhook-events").unwrap().values;
    let ten = [
        "charge.refunded",
        "charge.succeeded",
        "charge.updated",
        "customer.created",
        "customer.deleted",
        "customer.subscription.created",
        "customer.subscription.deleted",
        "customer.subscription.updated",
        "customer.updated",
        "invoice.paid",
    ];
    assert_eq!(*events, ten);
    let step = playbook.step("stripe-webhook").unwrap();
    let listing = step.hand.iter().find(|work| work.list.is_some()).unwrap();
    let text = playbook.hand_text(listing);
    for event in ten {
        let once = text.lines().filter(|line| *line == format!("- {event}"));
        assert_eq!(once.count(), 1, "{event}");
    }
}

#[test]
fn questions_can_be_answered() {
    for question in Playbook::embedded().questions() {
        assert_prose(&question.id, &question.prompt);
        assert_prose(&question.id, &question.why);
        let values: BTreeSet<_> = question.options.iter().map(|option| &option.value).collect();
        assert_eq!(values.len(), question.options.len(), "{}", question.id);
        assert!(values.iter().all(|value| is_kebab_case(value)));
        match question.accepts {
            Accepts::Option => assert!(values.len() >= 2, "{}", question.id),
            _ => assert!(question.candidates.is_some(), "{}", question.id),
        }
    }
    let human: Vec<_> = Playbook::embedded()
        .questions()
        .iter()
        .filter(|question| question.human_only)
        .map(|question| question.id.as_str())
        .collect();
    assert_eq!(human, ["payer", "consent", "discount"]);
}

#[test]
fn a_rule_is_named_as_its_file_and_says_what_why_and_what_to_do() {
    let playbook = Playbook::embedded();
    for (file, rule) in DataFiles::EMBEDDED.rules.iter().zip(playbook.rules()) {
        assert_eq!(file.path, format!("plans/rules/{}.toml", rule.id));
        assert!(is_kebab_case(&rule.id));
        for (what, text) in [("trigger", &rule.trigger), ("why", &rule.why), ("fix", &rule.fix)] {
            assert_prose(&format!("{what} of {}", rule.id), text);
        }
        assert!(!rule.title.ends_with('.'), "{}: its title is no paragraph", rule.id);
        assert!(
            !rule.facts.is_empty() && !rule.qa.is_empty(),
            "{} rests on nothing or breaks nothing",
            rule.id
        );
        for sample in &rule.sample {
            assert!(!sample.files.is_empty() && !sample.shows.is_empty(), "{}", rule.id);
        }
    }
    let ids: Vec<&String> = playbook.rules().iter().map(|rule| &rule.id).collect();
    assert!(ids.is_sorted(), "rules are registered by id");
}
