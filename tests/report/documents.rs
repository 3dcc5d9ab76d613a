//! The Markdown document and the terminal's screens.

use cello_scaffold::plan::{Component, Outcome, Plan, Status, Summary, seal};
use cello_scaffold::report::{
    Privacy, Style, comment, decide_command, html, markdown, terminal_plan, terminal_step, terminal_survey,
};

use super::plan::plan;
use super::{PLAIN, fact, golden};

#[test]
fn golden_documents() {
    golden("plan.md", &markdown(&plan(false), &fact));
    golden("plan-decided.md", &markdown(&plan(true), &fact));
    golden("comment.md", &comment(&plan(false)));
}

#[test]
fn a_comment_is_short_and_says_what_is_open() {
    for answered in [false, true] {
        let plan = plan(answered);
        let comment = comment(&plan);
        assert!(comment.len() * 4 < markdown(&plan, &fact).len());
        assert!(comment.contains(&plan.digest));
        let open = comment.split("**To decide**").nth(1).unwrap_or_default();
        let open = open.split("**").next().unwrap_or_default();
        let asked = plan.decisions.iter().filter(|decision| decision.answer.is_none());
        assert_eq!(open.lines().filter(|line| line.starts_with("- ")).count(), asked.count());
        for step in plan.steps.iter().filter(|step| step.status == Status::ByHand) {
            assert!(comment.contains(&format!("- {}", step.title)), "{}", step.title);
        }
    }
}

#[test]
fn golden_screens() {
    let plan = plan(false);
    golden("plan.txt", &terminal_plan(&plan, PLAIN));
    golden("survey.txt", &terminal_survey(&plan.survey, PLAIN));
    let colour = Style { color: true, width: 80 };
    golden("plan-colour.txt", &terminal_plan(&plan, colour));
    for step in &plan.steps {
        if ["routes", "stripe-webhook"].contains(&step.id.as_str()) {
            golden(&format!("step-{}.txt", step.id), &terminal_step(step, PLAIN));
        }
    }
}

fn screens(plan: &Plan, style: Style) -> String {
    let steps = plan.steps.iter().filter(|step| step.edits.is_empty());
    let steps: String = steps.map(|step| terminal_step(step, style)).collect();
    terminal_plan(plan, style) + &terminal_survey(&plan.survey, style) + &steps
}

#[test]
fn screens_keep_to_their_width_and_to_forty_lines() {
    for answered in [false, true] {
        for width in [60, 80, 120] {
            let style = Style { color: false, width };
            for line in screens(&plan(answered), style).lines() {
                // A digest and a command can't be cut.
                if line.contains("sha256:") || line.contains("cello-scaffold ") {
                    continue;
                }
                assert!(line.chars().count() <= width, "{width}: {line}");
                assert_eq!(line.trim_end(), line);
            }
        }
    }
    let screen = terminal_plan(&plan(false), PLAIN);
    assert!(screen.lines().count() <= 45, "{}", screen.lines().count());
    assert!(screen.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn without_colour_there_are_no_escape_codes_and_with_it_the_same_words() {
    let plan = plan(false);
    let plain = screens(&plan, PLAIN);
    assert!(!plain.contains('\u{1b}'));
    let colour = screens(&plan, Style { color: true, width: 80 });
    assert!(colour.contains('\u{1b}'));
    let stripped = anstream::adapter::strip_str(&colour).to_string();
    let trim = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trim(&stripped), trim(&plain));
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    assert_eq!(markdown(&plan(false), &fact), markdown(&plan(false), &fact));
    assert_eq!(screens(&plan(true), PLAIN), screens(&plan(true), PLAIN));
}

#[test]
fn a_large_plan_stays_one_screen() {
    let mut plan = plan(true);
    let mut more = plan.steps.clone();
    more.extend(plan.steps.clone());
    more.extend(plan.steps.clone());
    plan.steps = more;
    let screen = terminal_plan(&plan, PLAIN);
    assert!(screen.lines().count() <= 45, "{screen}");
    assert!(screen.contains("more steps"));
}

#[test]
fn commands_are_taken_literally_by_a_shell() {
    let mut decision = plan(false).decisions.remove(0);
    decision.id = "user-id:web::pay#2".into();
    decision.human_only = true;
    assert_eq!(
        decide_command(&decision, "it's(user).id"),
        r"cello-scaffold plan --set 'user-id:web::pay#2=it'\''s(user).id' --attest YOUR-NAME"
    );
}

#[test]
fn tables_are_well_formed() {
    let text = markdown(&plan(false), &fact);
    let mut columns = None;
    let mut tables = 0;
    let mut fence = false;
    for line in text.lines() {
        if line.starts_with("```") {
            fence = !fence;
        }
        if fence || !line.starts_with('|') {
            columns = None;
            continue;
        }
        let bars = line.replace("\\|", "").matches('|').count();
        match columns {
            None => tables += 1,
            Some(before) => assert_eq!(before, bars, "{line}"),
        }
        columns = Some(bars);
    }
    assert_eq!(tables, 3);
    assert!(!fence, "a fence stays open");
    // Text with a meaning in HTML is shown, not obeyed.
    assert!(text.contains("an e-mail has no &lt;script>"));
}

#[test]
fn totals_add_up() {
    let plan = plan(false);
    let text = markdown(&plan, &fact);
    let row = text.lines().find(|line| line.starts_with("| **all**")).expect("a total");
    let numbers: Vec<usize> = row.split('|').filter_map(|cell| cell.trim().parse().ok()).collect();
    let (total, parts) = numbers.split_last().expect("numbers");
    assert_eq!(parts.iter().sum::<usize>(), *total);
    assert_eq!(*total, plan.accounting.len());
}

#[test]
fn every_step_site_and_reason_is_in_the_document() {
    let plan = plan(false);
    let text = markdown(&plan, &fact);
    for step in &plan.steps {
        assert!(text.contains(&format!("`{}`", step.id)), "{}", step.id);
        for edit in &step.edits {
            assert!(text.contains(&edit.diff), "{}", step.id);
        }
    }
    for account in &plan.accounting {
        assert!(text.contains(&format!("`{}`", account.site)), "{}", account.site);
    }
    assert!(text.contains(&plan.digest));
}

#[test]
fn secrets_and_escape_codes_never_show() {
    let key = format!("{}_live_51Habcdefgh12345678", "sk");
    let mut plan = plan(false);
    for step in &mut plan.steps {
        step.reason = format!("because of {key} \u{1b}[31m");
        for edit in &mut step.edits {
            edit.diff.push_str(&format!(" let key = \"{key}\";\u{202e}\n"));
        }
        for evidence in &mut step.evidence {
            evidence.at.text = format!("`{key}` | \u{1b}]0;title\u{7}");
        }
    }
    seal(&mut plan);
    let steps: String = plan.steps.iter().map(|step| terminal_step(step, PLAIN)).collect();
    for text in [markdown(&plan, &fact), html(&plan, &fact), screens(&plan, PLAIN), steps] {
        assert!(!text.contains("51Habc"));
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']));
    }
    // One that the survey has redacted already stays as it is.
    plan.steps[0].evidence = plan.steps[5].evidence.clone();
    plan.steps[0].evidence[0].at.text = "let key = \"sk_live_…\";".into();
    assert!(markdown(&plan, &fact).contains("sk_live_…"));
}

#[test]
fn privacy_says_what_the_inserted_texts_do() {
    let privacy = Privacy::of(&plan(false));
    let names: Vec<&str> = privacy.settings.iter().map(|setting| setting.name.as_str()).collect();
    let expected = [
        "CELLO_ACCESS_KEY_ID",
        "CELLO_ENV",
        "CELLO_PRODUCT_ID",
        "CELLO_PRODUCT_SECRET",
        "CELLO_SECRET_ACCESS_KEY",
    ];
    assert_eq!(names, expected);
    let secret: Vec<bool> = privacy.settings.iter().map(|setting| setting.secret).collect();
    assert_eq!(secret, [true, false, false, true, true]);
    assert_eq!(privacy.pages.len(), 1);
    assert_eq!(privacy.pages[0].place, "templates/base.html:8");
    assert_eq!(privacy.csp.len(), 1);
    assert_eq!(privacy.csp[0].sources, ["https://*.cello.so"]);
    assert_eq!(privacy.csp[0].directives, ["script-src", "connect-src", "img-src"]);
    assert_eq!(privacy.third_party, ["cello-attribution.js", "cello.js"]);
}

#[test]
fn a_plan_with_nothing_to_do_says_so() {
    let mut plan = plan(true);
    plan.outcome = Outcome::NothingToDo;
    for step in &mut plan.steps {
        step.edits.clear();
        if step.status == Status::Ready {
            step.status = Status::Done;
        }
    }
    plan.files.clear();
    plan.summary = Summary {
        attribution: "B".into(),
        done: plan.steps.iter().filter(|step| step.status == Status::Done).count(),
        ..Summary::default()
    };
    let screen = terminal_plan(&plan, PLAIN);
    assert!(screen.contains("Nothing to do."));
    assert!(!screen.contains("--approve"));
    let text = markdown(&plan, &fact);
    assert!(text.contains("There is nothing to apply."));
    assert!(text.contains("inserts nothing that sends data"));
    assert!(!text.contains("--approve"));
}

#[test]
fn a_part_is_approved_as_a_part() {
    let mut plan = plan(true);
    plan.steps.retain(|step| step.component == Component::Setup);
    plan.subset = Some(plan.steps.iter().map(|step| step.id.clone()).collect());
    let screen = terminal_plan(&plan, PLAIN);
    assert!(screen.contains("apply --only dependency,environment,module,"), "{screen}");
}

#[test]
fn an_answer_on_a_persons_word_is_shown_first() {
    let mut plan = plan(true);
    plan.decisions[0].answered_by = Some("attested:Ada".into());
    let screen = terminal_plan(&plan, PLAIN);
    let second = screen.lines().nth(1).expect("a second line");
    assert!(second.contains("signup-by-admin=no (attested:Ada)"), "{second}");
    let text = markdown(&plan, &fact);
    let (before, _) = text.split_once("## Approve").expect("it is there");
    assert!(before.contains("> On a person's word: ") && before.contains("attested:Ada"));
}
