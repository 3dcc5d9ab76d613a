//! What stands in a survey and in a plan: words, places, order, ids, edits.

use super::*;

/// Words of fields that are plain text in the schema; what a survey has is among them.
const WORDS: [(&str, &str); 7] = [
    ("object", "customer checkout-session subscription payment-intent setup-intent payment-link"),
    ("call", "create update search"),
    ("client", "async-stripe-0 async-stripe-1 form json query wrapper"),
    ("customer", "explicit implicit guest"),
    ("account", "own connected"),
    ("audience", "public signed-in both admin email unknown"),
    ("via", "scope store thread none"),
];

#[test]
fn words_are_those_that_were_promised() {
    let plan =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/plan.json")).unwrap();
    let plan: Value = serde_json::from_str(&plan).unwrap();
    for (name, words) in [
        ("Outcome", "ready decide nothing-to-do"),
        ("SiteKind", "signup stripe page csp"),
        ("Verdict", "edit covered not-applicable undecided by-hand"),
        ("Accepts", "option expression path text"),
        ("Component", "referral-widget attribution signup-tracking purchase-tracking setup"),
        ("Status", "ready decide by-hand done not-applicable"),
        ("How", "static compile running portal"),
    ] {
        let known: Vec<&str> = match plan["$defs"][name]["enum"].as_array() {
            Some(words) => words.iter().filter_map(Value::as_str).collect(),
            None => plan["$defs"][name]["oneOf"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|one| one["const"].as_str())
                .collect(),
        };
        assert_eq!(known, words.split(' ').collect::<Vec<_>>(), "{name}");
    }
    for folder in SAMPLES {
        let (_, survey) = ask(&Sample::of(folder), &["survey"]);
        let calls =
            survey["apps"].as_array().unwrap().iter().flat_map(|app| app["stripe"].as_array().unwrap());
        for policy in survey["csp"].as_array().unwrap() {
            let kinds = ["header", "meta", "file", "framework-config"];
            assert!(kinds.contains(&policy["kind"].as_str().unwrap()), "{policy}");
        }
        let users = calls.clone().map(|call| &call["user"]);
        for object in calls.chain(users).chain(survey["pages"].as_array().unwrap()) {
            for (field, words) in WORDS {
                let word = object[field].as_str();
                assert!(
                    word.is_none_or(|word| words.split(' ').any(|one| one == word)),
                    "{folder}: {object}"
                );
            }
            let state = object.pointer("/metadata/state").and_then(Value::as_str);
            assert!(state.is_none_or(|state| ["absent", "present", "cello"].contains(&state)), "{object}");
        }
    }
}

/// Everything that has a place, wherever it is.
fn places<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    if value.get("bytes").is_some() && value.get("line").is_some() {
        found.push(value);
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| places(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| places(field, found)),
        _ => {}
    }
}

#[test]
fn places_lead_to_what_they_quote_and_lists_are_in_order() {
    for folder in SAMPLES {
        let sample = Sample::of(folder);
        let (_, survey) = ask(&sample, &["survey"]);
        let mut found = Vec::new();
        places(&survey, &mut found);
        assert!(found.len() > 5, "{folder}: {}", found.len());
        for at in found {
            let bytes = sample.read(at["file"].as_str().expect("a path from the root"));
            let [start, end] =
                [0, 1].map(|side| usize::try_from(at["bytes"][side].as_u64().unwrap()).unwrap());
            let before = std::str::from_utf8(&bytes[..start]).unwrap();
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
            assert_eq!((&at["line"], &at["column"]), (&json!(line), &json!(column)), "{folder}: {at}");
            let quoted = std::str::from_utf8(&bytes[start..end]).unwrap();
            let first = quoted.lines().next().unwrap_or_default().trim();
            let text = at["text"].as_str().unwrap();
            assert!(text.contains('…') || first.starts_with(text.trim()), "{folder}: `{first}` in {at}");
        }
        let app_lists = survey["apps"].as_array().unwrap().iter().flat_map(|app| {
            ["routers", "identity", "signups", "stripe", "existing"].map(|list| (list, &app[list]))
        });
        let top_lists = ["pages", "csp"].map(|list| (list, &survey[list]));
        for (name, list) in app_lists.chain(top_lists) {
            let order: Vec<(&str, u64)> = list
                .as_array()
                .unwrap()
                .iter()
                .map(|one| (one["at"]["file"].as_str().unwrap(), one["at"]["bytes"][0].as_u64().unwrap()))
                .collect();
            assert!(order.is_sorted(), "{folder}: {name} {order:?}");
        }
    }
}

/// Ids of all candidates of a survey.
fn ids(survey: &Value) -> Vec<String> {
    let apps = survey["apps"].as_array().unwrap().iter();
    let in_apps = apps.flat_map(|app| ["routers", "identity", "signups", "stripe"].map(|list| &app[list]));
    let lists = in_apps.chain([&survey["pages"]]).flat_map(|list| list.as_array().unwrap());
    lists.map(|one| one["id"].as_str().unwrap().to_string()).collect()
}

#[test]
fn ids_are_unique_and_outlive_unrelated_edits() {
    for folder in SAMPLES {
        let sample = Sample::of(folder);
        let (_, survey) = ask(&sample, &["survey"]);
        let before = ids(&survey);
        // Two packages may know their user by the same type; a site is one package's.
        let sites: Vec<&String> =
            before.iter().filter(|id| !id.starts_with("identity:") && !id.starts_with("router:")).collect();
        assert_eq!(sites.iter().collect::<BTreeSet<_>>().len(), sites.len(), "{folder}: {before:?}");
        assert!(before.iter().all(|id| id.contains(':')), "{before:?}");
        for (path, (bytes, _)) in sample.tree() {
            if path.ends_with(".rs") && !bytes.starts_with(b"#!") && !bytes.starts_with(b"//!") {
                sample.write(&path, &[b"// a remark\n\n\n".to_vec(), bytes].concat());
            }
        }
        let (_, survey) = ask(&sample, &["survey"]);
        assert_eq!(ids(&survey), before, "{folder}");
    }
}

#[test]
fn edits_are_disjoint_and_every_name_in_a_plan_is_there() {
    for folder in SAMPLES {
        let sample = Sample::of(folder);
        let (_, plan) = ask(&sample, &["plan", "--stdout"]);
        let steps = plan["steps"].as_array().unwrap();
        let named = |list: &str| -> BTreeSet<&str> {
            plan[list].as_array().unwrap().iter().filter_map(|one| one["id"].as_str()).collect()
        };
        let (step_ids, decision_ids) = (named("steps"), named("decisions"));
        assert_eq!(step_ids.len(), steps.len(), "{folder}: an id is used twice");
        let mut ranges: BTreeMap<&str, Vec<[u64; 2]>> = BTreeMap::new();
        for step in steps {
            let all = |field: &str| step[field].as_array().unwrap().iter().map(|one| one.as_str().unwrap());
            assert!(all("after").all(|id| step_ids.contains(id)), "{folder}: {}", step["after"]);
            assert!(all("needs").all(|id| decision_ids.contains(id)), "{folder}: {}", step["needs"]);
            for edit in step["edits"].as_array().unwrap() {
                let at = [0, 1].map(|side| edit["at"][side].as_u64().unwrap());
                ranges.entry(edit["file"].as_str().unwrap()).or_default().push(at);
            }
        }
        for account in plan["accounting"].as_array().unwrap() {
            assert!(account["step"].as_str().is_none_or(|step| step_ids.contains(step)), "{account}");
        }
        for (file, mut ranges) in ranges {
            // Stable, so that insertions at one place stay in the order of the steps.
            ranges.sort_by_key(|at| at[0]);
            assert!(ranges.windows(2).all(|pair| pair[0][1] <= pair[1][0]), "{folder}: {file} {ranges:?}");
        }
    }
}

#[test]
fn fields_of_small_objects_are_those_that_were_promised() {
    let plan =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/plan.json")).unwrap();
    let plan: Value = serde_json::from_str(&plan).unwrap();
    for (name, fields) in [
        ("Tool", "name version"),
        ("Framework", "name version at"),
        ("Metadata", "state keys"),
        ("StripeUser", "expr via"),
        ("Store", "kind handle migrations runs_by"),
        ("Config", "kind at"),
        ("State", "type at"),
        ("Existing", "component at"),
        ("OutsideRust", "at what"),
        ("Warning", "id at text"),
        ("Project", "packages git"),
        ("Git", "head"),
        ("ChangedLines", "rust templates manifests other"),
        ("Choice", "value label evidence"),
        ("PlannedFile", "path before after content"),
        ("Evidence", "at fact"),
        ("Acceptance", "qa text how"),
        ("Doc", "url read"),
    ] {
        let required = list(&plan["$defs"][name], "required");
        for field in fields.split(' ') {
            assert!(required.contains(&json!(field)), "{name}: `{field}` may be missing");
        }
    }
}

/// Every object in a document.
fn objects<'a>(value: &'a Value, found: &mut Vec<&'a serde_json::Map<String, Value>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| objects(item, found)),
        Value::Object(fields) => {
            found.push(fields);
            fields.values().for_each(|field| objects(field, found));
        }
        _ => {}
    }
}

#[test]
fn a_survey_has_no_verdicts() {
    for folder in SAMPLES {
        let (_, survey) = ask(&Sample::of(folder), &["survey"]);
        let mut found = Vec::new();
        objects(&survey, &mut found);
        for object in found {
            for field in ["verdict", "status", "step", "severity"] {
                assert!(!object.contains_key(field), "{folder}: {field} in {object:?}");
            }
        }
    }
}

#[test]
fn what_is_something_else_is_listed_with_the_reason() {
    let sample = Sample::of("tests/cases/parcels/project");
    let before = ask(&sample, &["survey"]).1;
    let page = "<!doctype html>\n<html><head></head><body>{{ name }}, your parcel is there.</body></html>\n";
    sample.write("templates/emails/arrived.html", page.as_bytes());
    let (_, plan) = ask(&sample, &["plan", "--stdout"]);
    let pages = list(&plan["survey"], "pages");
    assert_eq!(pages.len(), list(&before, "pages").len() + 1);
    let page = pages.iter().find(|page| page["at"]["file"] == "templates/emails/arrived.html").unwrap();
    assert!(page["decoy"].as_str().is_some_and(|why| why.len() > 5), "{page}");
    let account = list(&plan, "accounting").iter().find(|one| one["site"] == page["id"]).unwrap();
    assert_eq!(account["verdict"], "not-applicable");
    assert!(account["reason"].as_str().is_some_and(|why| why.len() > 5), "{account}");
}

#[test]
fn a_step_is_of_one_site_and_shared_parts_are_steps_of_their_own() {
    for folder in SAMPLES {
        let (_, plan) = ask(&Sample::of(folder), &["plan", "--stdout"]);
        let mut sites: BTreeMap<&str, &str> = BTreeMap::new();
        for account in list(&plan, "accounting").iter().filter(|account| account["verdict"] == "edit") {
            let [step, site] = ["step", "site"].map(|field| account[field].as_str().unwrap());
            // A policy of every page is one change, whichever of its parts are counted.
            if account["kind"] != "csp" {
                assert_eq!(sites.insert(step, site), None, "{folder}: {step} is of {site} too");
            }
        }
        assert!(!sites.is_empty(), "{folder}");
        let shared = ["module", "dependency", "lockfile", "migration"];
        for step in list(&plan, "steps") {
            let id = step["id"].as_str().unwrap();
            let kind = id.split(':').next().unwrap();
            for edit in list(step, "edits") {
                let file = edit["file"].as_str().unwrap();
                let of = match file {
                    _ if file.ends_with("Cargo.toml") => Some("dependency"),
                    _ if file.ends_with("Cargo.lock") => Some("lockfile"),
                    _ if file.contains("migrations/") => Some("migration"),
                    _ if file.contains("/cello") => Some("module"),
                    _ => None,
                };
                assert_eq!(of.unwrap_or(kind), kind, "{folder}: {id} edits {file}");
                assert_eq!(of.is_none(), !shared.contains(&kind), "{folder}: {id} edits {file}");
            }
            assert!(!sites.contains_key(id) || !shared.contains(&kind), "{folder}: {id} is of a site");
        }
    }
}

#[test]
fn facts_and_lines_of_the_checklist_can_be_looked_up() {
    let mut known: BTreeMap<String, Option<i32>> = BTreeMap::new();
    for folder in SAMPLES {
        let sample = Sample::of(folder);
        let (_, plan) = ask(&sample, &["plan", "--stdout"]);
        let mut ids: BTreeSet<&str> = BTreeSet::new();
        for step in list(&plan, "steps") {
            ids.extend(list(step, "cello_facts").iter().filter_map(Value::as_str));
            ids.extend(list(step, "by_hand").iter().filter_map(|work| work["turns_green"].as_str()));
            ids.extend(list(step, "acceptance").iter().filter_map(|one| one["qa"].as_str()));
            assert!([json!(1), json!(2)].contains(&step["phase"]), "{step}");
        }
        for account in list(&plan, "accounting") {
            let case = account["case"].as_str();
            assert!(case.is_none_or(|case| ["A", "B", "C"].contains(&case)), "{account}");
        }
        assert!(ids.len() > 20, "{folder}: {ids:?}");
        for id in ids {
            let explained = known
                .entry(id.to_string())
                .or_insert_with(|| program(&sample, &["explain", id]).output().unwrap().status.code());
            assert_eq!(*explained, Some(0), "{folder}: nothing explains {id}");
        }
    }
}
