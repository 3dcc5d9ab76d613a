//! The third sample, made with actix-web, with a session in a cookie and pages from Tera: planned, applied, compiled,
//! its own tests run, taken back.

use crate::project::Project;

#[test]
fn planned_applied_compiled_tested_and_undone() {
    let project = Project::of("inkwell", "inkwell");
    let before = project.tree();
    let (plan, digest) = project.plan(&[]);
    assert_eq!(plan["outcome"], "ready", "{:#}", plan["summary"]);
    let applied = project.tool_succeeds(&["apply", "--approve", &digest]);
    assert_eq!(applied["outcome"], "applied");
    project.cargo(&["check", "--all-targets", "--locked"]);
    project.cargo(&["fmt", "--check"]);
    let output = project.cargo(&["test", "--locked"]);
    assert!(output.contains("cello::protocol::tests::"), "{output}");
    let (again, _) = project.plan(&[]);
    assert_eq!(again["outcome"], "nothing-to-do", "{:#}", again["summary"]);
    project.tool_succeeds(&["undo"]);
    assert_eq!(project.tree(), before);
}
