//! Answers on their way into a plan, with a planner that has two decisions.

use serde_json::json;

use super::*;
use crate::plan::seal;
use crate::report::Style;

/// Asks who pays (a person has to say) and, once that is answered, where the widget goes.
fn planner(answers: &Answers) -> Plan {
    let decision = |id: &str, accepts: &str, human_only: bool, options: &[&str]| {
        let given = answers.get(id);
        let holds = given.filter(|answer| options.is_empty() || options.contains(&answer.value.as_str()));
        json!({
            "id": id, "prompt": "?", "why": "", "human_only": human_only, "accepts": accepts,
            "options": options.iter().map(|value| json!({"value": value, "label": "", "evidence": null}))
                .collect::<Vec<_>>(),
            "default": null,
            "answer": holds.map(|answer| &answer.value),
            "answered_by": holds.map(|answer| &answer.by),
        })
    };
    let mut decisions = vec![decision("who-pays", "option", true, &["person", "organisation"])];
    if decisions[0]["answer"].is_string() {
        decisions.push(decision("where", "expression", false, &[]));
    }
    let open = decisions.iter().any(|decision| decision["answer"].is_null());
    let mut plan: Plan = serde_json::from_value(json!({
        "schema": "cello-plan/1",
        "tool": {"name": "", "version": ""},
        "digest": "", "document_sha256": "",
        "outcome": if open { "decide" } else { "nothing-to-do" },
        "project": {"packages": [], "git": null},
        "summary": {"attribution": "", "frameworks": [], "identity": "", "ready": 0, "decide": 0, "by_hand": 0,
            "done": 0, "not_applicable": 0, "new_lines": 0,
            "changed_lines": {"rust": 0, "templates": 0, "manifests": 0, "other": 0}},
        "survey": {"schema": "", "tool": {"name": "", "version": ""}, "apps": [], "pages": [], "csp": [],
            "outside_rust": [], "warnings": []},
        "accounting": [], "decisions": decisions, "files": [], "steps": [],
    }))
    .unwrap();
    seal(&mut plan);
    plan
}

fn with_console<T>(typed: Option<&str>, work: impl FnOnce(&mut Console) -> T) -> (T, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut input = std::io::Cursor::new(typed.unwrap_or_default().as_bytes());
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        input: if typed.is_some() { Some(&mut input) } else { None },
        style: Style { color: false, width: 80 },
    };
    let result = work(&mut console);
    (result, String::from_utf8(err).unwrap())
}

fn given(pairs: &[(&str, &str)]) -> BTreeMap<String, Given> {
    let answer = |value: &str| Given { value: value.into(), by_flag: true };
    pairs.iter().map(|(id, value)| (id.to_string(), answer(value))).collect()
}

fn decided(pairs: &[(&str, &str)], attest: Option<&str>) -> Result<Plan, Failure> {
    let mut answers = Answers::new();
    with_console(None, |console| decide(&mut answers, &given(pairs), attest, &planner, console)).0
}

#[test]
fn a_human_decision_by_flag_needs_a_name() {
    let failure = decided(&[("who-pays", "person")], None).unwrap_err();
    assert_eq!((failure.card().id, failure.exit()), ("attest-needed", 3));
    let plan = decided(&[("who-pays", "person"), ("where", "x")], Some("Ada")).unwrap();
    assert_eq!(plan.decisions[0].answered_by.as_deref(), Some("attested:Ada"));
    assert_eq!(exit(&plan), Exit::Done);
    assert_eq!(exit(&decided(&[], None).unwrap()), Exit::InputNeeded);
}

#[test]
fn an_answer_that_can_not_count_is_refused() {
    let failure = decided(&[("who-pays", "nobody")], Some("Ada")).unwrap_err();
    assert_eq!((failure.card().id, failure.exit()), ("not-an-option", 2));
    assert!(failure.detail().contains("person, organisation"));
    // Not asked before the first is answered.
    let failure = decided(&[("where", "x")], None).unwrap_err();
    assert_eq!((failure.card().id, failure.exit()), ("unknown-decision", 2));
}

#[test]
fn a_person_is_asked_until_all_is_answered_or_passed_over() {
    let ask = |typed: Option<&str>| {
        let mut answers = Answers::new();
        let plan = planner(&answers);
        let (plan, told) = with_console(typed, |console| interview(plan, &mut answers, &planner, console));
        let given: Vec<String> =
            answers.into_iter().map(|(id, answer)| format!("{id}={}", answer.value)).collect();
        (given.join(" "), plan.outcome, told)
    };
    // By number, then any text.
    let (given, outcome, _) = ask(Some("2\nlayout.header\n"));
    assert_eq!(
        (given.as_str(), outcome),
        ("where=layout.header who-pays=organisation", Outcome::NothingToDo)
    );
    let (given, outcome, _) = ask(Some("person\n\n"));
    assert_eq!((given.as_str(), outcome), ("who-pays=person", Outcome::Decide));
    let (given, _, told) = ask(Some("3\n"));
    assert_eq!(given, "");
    assert!(told.contains("none of the options"));
    assert_eq!(ask(Some("")).0, "");
    let (given, _, told) = ask(None);
    assert_eq!((given.as_str(), told.as_str()), ("", ""), "nobody is there");
}

#[test]
fn answers_are_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let answer = Answer { value: "person".into(), by: "terminal".into() };
    let answers: Answers = [("who-pays".to_string(), answer)].into();
    let ((), _) = with_console(None, |console| {
        write(folder.path(), &planner(&answers), &answers, console).unwrap();
    });
    assert_eq!(answers::remembered(folder.path()).unwrap(), answers);
    assert!(answers::remembered(&folder.path().join("nowhere")).unwrap().is_empty());
    std::fs::write(folder.path().join(answers::FILE), "[]").unwrap();
    let failure = answers::remembered(folder.path()).unwrap_err();
    assert_eq!((failure.card().id, failure.exit()), ("answers-malformed", 2));
}
