//! What to do before a migration is taken back that may have run: taking the file back does not take back what it did.

use serde::{Deserialize, Serialize};

use crate::plan::{Plan, PlannedFile};

/// What a person does first where a file has had an effect outside of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct First {
    /// The step that made the file.
    pub step: String,
    /// The file.
    pub file: String,
    /// What to do, and where.
    pub text: String,
}

/// For each migration that a plan makes.
pub(super) fn first(plan: &Plan) -> Vec<First> {
    let made = |file: &&PlannedFile| file.before.is_none() && file.path.ends_with(".sql");
    plan.files
        .iter()
        .filter(made)
        .filter_map(|file| {
            let tables = tables(file.content.as_deref()?);
            if tables.is_empty() {
                return None;
            }
            let (step, _) = plan.edits_of(&file.path).next()?;
            Some(First { step: step.id.clone(), file: file.path.clone(), text: text(plan, file, &tables) })
        })
        .collect()
}

fn text(plan: &Plan, file: &PlannedFile, tables: &[&str]) -> String {
    let mut sql: Vec<String> = tables.iter().map(|table| format!("DROP TABLE IF EXISTS {table};")).collect();
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let version: String = name.trim_start_matches('V').chars().take_while(char::is_ascii_digit).collect();
    let number = version.trim_start_matches('0');
    let sqlx = plan.survey.apps.iter().filter_map(|app| app.store.as_ref());
    let sqlx = sqlx.clone().any(|store| store.kind.starts_with("sqlx"));
    let mut why = "";
    let mut revert = "";
    if name.starts_with('V') && name.contains("__") {
        sql.push(format!("DELETE FROM refinery_schema_history WHERE version = {number};"));
        why = " refinery refuses to go on where a migration that ran is missing.";
    } else if sqlx {
        sql.push(format!("DELETE FROM _sqlx_migrations WHERE version = {number};"));
        why = " sqlx refuses to go on where a migration that ran is missing.";
    }
    if sqlx && name.ends_with(".up.sql") {
        revert = " `sqlx migrate revert` does it while the files are still there.";
    }
    format!(
        "If {} has run on a database, revert it there first:{why}{revert} In SQL: {}",
        file.path,
        sql.join(" ")
    )
}

/// Names of the tables that a migration makes.
fn tables(sql: &str) -> Vec<&str> {
    let lines = sql.lines().filter_map(|line| line.trim().strip_prefix("CREATE TABLE "));
    lines
        .map(|rest| rest.strip_prefix("IF NOT EXISTS ").unwrap_or(rest))
        .filter_map(|rest| rest.split(|c: char| c.is_whitespace() || c == '(').next())
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::tables;

    #[test]
    fn the_tables_of_a_migration() {
        assert_eq!(
            tables("-- x\nCREATE TABLE IF NOT EXISTS a (\n);\n  CREATE TABLE b(c);\nCREATE INDEX i"),
            ["a", "b"]
        );
        assert!(tables("DROP TABLE a;\n").is_empty());
    }
}
