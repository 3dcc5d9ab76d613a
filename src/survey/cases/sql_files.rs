//! Users who are made by SQL in a file of its own.

use super::harness::SIGNS_UP;
use super::{Case, Planned};
use crate::plan::Status;

const INSERT: &str =
    "-- One more.\nINSERT INTO users (email, password_hash)\nVALUES ($1, $2)\nRETURNING *;\n";

/// The user is made by this query, whose statement is in this file.
fn planned(query: &str, file: &str, statement: &str) -> Planned {
    let case = Case::new().any_format().file("src/signup.rs", SIGNS_UP).file(file, statement);
    let users = case.text("src/users.rs").to_string();
    let from = users.find("    let sql =").unwrap();
    let to = from + users[from..].find("\n}\n").unwrap();
    let users =
        users.replace(&users[from..to], &format!("    {query}\n        .fetch_one(db)\n        .await"));
    case.file("src/users.rs", &users).plan()
}

const FILE: &str = "sqlx::query_file_as!(User, \"queries/new_user.sql\", new.email, new.password_hash)";

#[test]
fn a_checked_query_is_told_from_the_packages_folder() {
    let planned = planned(FILE, "queries/new_user.sql", INSERT);
    let (status, reason) = planned.state("signup:signup::signup");
    assert_eq!(status, Status::Ready, "{reason}");
    assert_eq!(planned.changed("src/signup.rs"), ["+    crate::cello::signed_up(&state.db, user.id).await;"]);
}

#[test]
fn one_that_is_included_is_told_from_the_file_that_includes_it() {
    let query = "sqlx::query_as::<_, User>(include_str!(\"../queries/new_user.sql\")).bind(&new.email).bind(&new.password_hash)";
    let here = planned(query, "queries/new_user.sql", INSERT);
    assert_eq!(here.plan.survey.apps[0].signups.len(), 1);
    assert!(here.plan.steps.iter().any(|step| step.id == "signup:signup::signup"));
}

#[test]
fn look_alikes_make_nobody() {
    let made = |planned: &Planned| {
        planned.plan.survey.apps[0].signups.iter().filter(|signup| signup.create_site.is_some()).count()
    };
    assert_eq!(made(&planned(FILE, "queries/new_user.sql", INSERT)), 1);
    for (file, statement) in [
        ("src/queries/new_user.sql", INSERT),
        ("queries/new_user.sql", "SELECT * FROM users WHERE email = $1"),
        ("queries/new_user.sql", "INSERT INTO letters (email) VALUES ($1)"),
    ] {
        assert_eq!(made(&planned(FILE, file, statement)), 0, "{file} {statement}");
    }
    let other = "sqlx::query_as::<_, User>(include_str!(\"../../queries/new_user.sql\"))";
    assert_eq!(made(&planned(other, "queries/new_user.sql", INSERT)), 0, "it is out of the project");
}
