//! SARIF by its own schema, which is `sarif-2.1.0.json` beside this: OASIS's, as the crate serde-sarif 0.8.0 ships it.

#[path = "../e2e/python.rs"]
#[allow(dead_code, reason = "this test needs a part of it")]
mod python;

use std::collections::BTreeSet;

use cello_scaffold::report;
use tempfile::TempDir;

use super::*;

#[test]
fn sarif_holds_to_its_published_schema() {
    let folder = TempDir::new().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs_err::copy(root.join("tests/doctor/sarif-2.1.0.json"), folder.path().join("sarif.schema.json"))
        .unwrap();
    let keep = |name: &str, text: &str| fs_err::write(folder.path().join(format!("sarif-{name}.json")), text);
    // As the program prints it: without a finding, with one, and with one that was known before.
    let sample = copy("roomboard");
    let (_, clean, _) = doctor(&sample, &["--format", "sarif"]);
    keep("clean", &clean).unwrap();
    apply(&sample, &[("src/referral.rs", "\"alg\":\"HS512\"", "\"alg\":\"HS256\"")]);
    let baseline = sample.path("known.json");
    let (_, broken, _) = doctor(&sample, &["--format", "sarif"]);
    doctor(&sample, &["--baseline", baseline.to_str().unwrap()]);
    let (_, known, _) = doctor(&sample, &["--baseline", baseline.to_str().unwrap(), "--format", "sarif"]);
    assert!(!clean.contains("ruleId") && broken.contains("ruleId") && known.contains("suppressions"));
    keep("broken", &broken).unwrap();
    keep("known", &known).unwrap();
    // And one with every rule that something breaks.
    let mut rules = BTreeSet::new();
    for one in breaks::BREAKS.iter().filter(|one| rules.insert(one.rule)) {
        let sample = copy(one.of);
        apply(&sample, one.changes);
        let sarif = report::sarif(&diagnosed(&sample.root));
        let found = sarif["runs"][0]["results"].as_array().unwrap();
        assert!(found.iter().any(|result| result["ruleId"] == one.rule), "{}", one.rule);
        keep(one.rule, &sarif.to_string()).unwrap();
    }
    let output = python::python().arg(root.join("tests/schemas.py")).arg(folder.path()).output().unwrap();
    let (said, trouble) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{trouble}");
    assert_eq!(said.trim().parse::<usize>().unwrap(), rules.len() + 3);
}
