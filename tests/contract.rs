//! What people, agents and CI rely on, and which test fails if it is broken. Tests of `contract/` are named alone.
//!
//! Commands
//! - each command, option and format is there; no yes to everything: `each_command_takes_what_was_promised`,
//!   `cli.rs::help_names_only_what_there_is`, `docs.rs::shells_and_manuals_know_every_command`
//! - `survey` and `plan` take PROJECT or the current folder, raised to the workspace's root; `--package`:
//!   `a_project_is_its_workspace_and_a_package_is_taken_alone`
//! - what lies outside of the root is named: `what_lies_outside_of_the_project_is_named`, `target/beside.rs::folders_of_the_same_repository_are_named`
//! - `plan` writes its documents; `--stdout`, `--out`: `a_plan_is_kept_with_its_documents`, `cli.rs::a_plan_is_the_same_everywhere_and_writes_only_to_its_folder`
//! - `--set`, `--answers`: `agent.rs::from_nothing_to_applied_with_documents_that_hold_to_their_schemas`, `cli.rs::answers_to_what_nobody_asked_are_wrong_usage`
//! - `--attest`, `human_only`: `cli/plan/tests.rs::a_human_decision_by_flag_needs_a_name`, `report/documents.rs::an_answer_on_a_persons_word_is_shown_first`
//! - `--check`: `proof.rs::a_step_that_does_not_compile_is_left_to_a_person`
//! - `show` takes stale, edited and foreign plans, `--only`: `cli.rs::show_shows_what_apply_would_refuse`, `a_foreign_plan_is_shown_and_not_applied`
//! - `diff`: `diff.rs::what_moved_need_not_be_reviewed_and_what_changed_has_to`
//! - `apply` writes the approved bytes, proven, all or none: `apply.rs::only_the_edits_change_a_byte`, `apply/compiling.rs::what_does_not_compile_is_never_written`,
//!   `apply/stops.rs`, `killed.rs`; `--approve`: `apply/binding.rs::nothing_is_written_without_approval_of_exactly_this_plan`; `--test`:
//!   `apply/compiling.rs::tests_of_the_new_module_are_run_if_asked_for`; `--allow-…`: `guards.rs::each_guard_has_a_switch_of_its_own`
//! - `undo`, a stack, `--only`: `apply.rs::applied_plans_are_a_stack`, `cases.rs::undo_restores_every_byte`, `undo.rs::steps_go_alone_if_nothing_stands_on_them`
//! - `tick`: `agent.rs::hand_over`; `explain`: `cli/explain.rs::everything_that_has_an_id_is_explained`; `demo`: `report/demo.rs::the_whole_story`; `mcp`: `mcp.rs`
//! - `doctor` by the checklist, `--baseline`, `--fix`: `doctor.rs`; `--live`, `--cello`: `live.rs::doctor_takes_in_what_was_tried`; `--stripe`:
//!   `live/stripe.rs::an_id_that_is_no_users_is_told_by_the_code`; SARIF:
//!   `doctor/sarif.rs::sarif_holds_to_its_published_schema`
//! - `webhook`: `live.rs::the_commands_end_as_they_should_and_never_show_a_secret`, `live/stripe.rs::the_endpoint_is_made_once_and_completed_where_it_lacks_something`
//! - JSON alone on standard output, remarks on standard error: `agent.rs::from_nothing_to_applied_with_documents_that_hold_to_their_schemas`
//! - `NO_COLOR`, no terminal: `colour_is_for_terminals_that_want_it`, `without_a_terminal_nothing_is_read_or_asked`
//! - a digest proves what was approved, not who approved: `the_readme_says_what_a_digest_proves`
//!
//! Exit codes
//! - each failure has one of them: `cli/cards.rs::every_id_is_there_once_with_a_code_of_the_contract`, `cli.rs::refusals_have_their_exit_codes`
//! - 0 and 3 of `plan`: `cli/plan/tests.rs::a_human_decision_by_flag_needs_a_name`; 1: `doctor.rs::errors_give_exit_code_one_and_a_baseline_takes_them_out`,
//!   `agent.rs` (`diff`); 4, locked: `apply.rs::only_one_works_in_a_project_at_a_time`; 5: `apply/compiling.rs`; 6, 7: `bad_input.rs`;
//!   10: `a_panic_ends_the_program_with_exit_code_ten`; 130: `cli.rs::an_interrupt_ends_it_with_nothing_half_written`
//! - an error's fields: `agent.rs::no_promised_field_is_gone`, `cli/catalogue.rs::the_catalogue_is_complete_and_each_failure_says_all_there_is_to_say`
//!
//! Survey and plan
//! - schemas are those of the types: `cli/schema.rs::the_published_schemas_are_those_of_the_types`, `agent.rs::the_program_prints_the_published_schemas`
//! - fields: `agent.rs::no_promised_field_is_gone`, `fields_of_small_objects_are_those_that_were_promised`; words: `words_are_those_that_were_promised`
//! - a survey judges nothing: `a_survey_has_no_verdicts`; all that was considered has a reason: `what_is_something_else_is_listed_with_the_reason`
//! - places, order: `places_lead_to_what_they_quote_and_lists_are_in_order`; ids: `ids_are_unique_and_outlive_unrelated_edits`
//! - one verdict a site: `cases.rs::every_site_has_exactly_one_verdict`; one site a step, shared parts apart: `a_step_is_of_one_site_and_shared_parts_are_steps_of_their_own`
//! - names lead somewhere: `edits_are_disjoint_and_every_name_in_a_plan_is_there`, `facts_and_lines_of_the_checklist_can_be_looked_up`
//! - edits at once on the original, in order: `edit/splice.rs::insertions_at_one_offset_keep_their_order`, `edit.rs::any_text_and_any_edits`
//! - a subset, its closure and digest; `before: null` in any case: `apply/binding.rs::a_part_of_a_plan_is_closed_and_has_a_digest_of_its_own`,
//!   `apply/binding.rs::a_tree_that_is_not_the_plans_is_refused`
//! - only ASCII where a file isn't UTF-8: `hostile.rs`, more than ASCII in another encoding
//! - both hashes cover what they should: `schemas.py`; `apply` checks both: `apply/binding.rs::a_plan_changed_by_hand_is_refused_wherever_it_was_changed`,
//!   `hostile.rs::every_changed_byte_is_noticed`; their form: `plan/canonical.rs::keys_are_sorted_and_texts_escaped_as_rfc_8785_asks`
//! - proofs are kept beside the plan and not trusted: `what_was_compiled_before_is_not_trusted`, `proof.rs::a_step_that_does_not_compile_is_left_to_a_person`
//! - answers hold while their option exists: `an_answer_holds_only_while_its_option_exists`
//! - no secret in any output: `secrets.rs`, `cases.rs::nothing_shows_where_it_lies_or_a_secret`, `doctor.rs::sarif_names_rules_and_places_and_hides_secrets`
//!
//! What is kept in `.cello`
//! - ignored by git, applied plans by digest: `cli.rs::apply_and_undo_answer_in_json`; the plan's documents and `handoff.*`: `a_plan_is_kept_with_its_documents`
//! - copies only while writing, for the owner alone: `copies_made_while_writing_are_for_their_owner_alone`, `after_an_apply_no_copy_of_a_file_is_kept`
//! - shared answers and baselines are files that the user names: `agent.rs`, `doctor.rs::errors_give_exit_code_one_and_a_baseline_takes_them_out`

#![expect(clippy::disallowed_methods, reason = "a test runs itself again, told by the environment")]

#[path = "contract/commands.rs"]
mod commands;
#[path = "contract/documents.rs"]
mod documents;
mod hand;
#[path = "contract/kept.rs"]
mod kept;
#[path = "contract/projects.rs"]
mod projects;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::cargo::CommandCargoExt;
use cello_scaffold::cli::Cli;
use clap::CommandFactory;
use hand::Sample;
use serde_json::{Value, json};

const SAMPLES: [&str; 4] = [
    "tests/apps/pagewatch",
    "tests/cases/parcels/project",
    "tests/cases/bookclub/project",
    "tests/apps/inkwell",
];

fn program(sample: &Sample, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("cello-scaffold").unwrap();
    command.current_dir(&sample.root).args(arguments).stdin(Stdio::null());
    command
}

/// Exit code and answer.
fn ask(sample: &Sample, arguments: &[&str]) -> (i32, Value) {
    let output = program(sample, arguments).args(["--format", "json"]).output().unwrap();
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).expect("JSON alone"))
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().unwrap_or_else(|| panic!("no {field} in {value}"))
}

/// The table above leads somewhere: each test that it names is in the file named.
#[test]
fn the_tests_named_here_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = include_str!("contract.rs").lines().filter_map(|line| line.strip_prefix("//! "));
    let quoted = table.flat_map(|line| line.split('`').skip(1).step_by(2));
    let read = |file: &str| {
        let places = ["tests", "src"].map(|folder| root.join(folder).join(file));
        places.iter().find_map(|path| std::fs::read_to_string(path).ok())
    };
    let own = ["commands", "documents", "kept", "projects"]
        .map(|name| read(&format!("contract/{name}.rs")).unwrap());
    let own = own.join("\n");
    let mut named = BTreeSet::new();
    for name in quoted {
        let (text, test) = match name.split_once("::") {
            Some((file, test)) => (read(file).unwrap_or_else(|| panic!("there is no {file}")), test),
            None if name.len() > 20 && name.contains('_') => (own.clone(), name),
            None if name.ends_with(".rs") => (read(name).unwrap_or_else(|| panic!("there is no {name}")), ""),
            None => continue,
        };
        assert!(text.contains(&format!("fn {test}")), "{name} is gone");
        named.insert(name);
    }
    let missing: Vec<&str> = own
        .split("#[test]\n")
        .skip(1)
        .filter_map(|test| test.split_once("fn ")?.1.split_once('('))
        .map(|(name, _)| name)
        .filter(|name| !named.contains(name))
        .collect();
    assert!(missing.is_empty(), "the table lacks {missing:?}");
    assert!(named.len() > 60, "{}", named.len());
}
