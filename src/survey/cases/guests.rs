//! Guests get no token: how the module tells them from members.

use super::harness::SIGNS_UP;
use super::{Case, Planned};
use crate::plan::Status;

/// Beside people who sign up, a handler makes guests, whose rows have these columns.
fn case(columns: &str) -> Case {
    let values = columns.split(", ").map(|_| "$1").collect::<Vec<_>>().join(", ");
    let handler = format!(
        "\npub async fn guest(State(state): State<AppState>) -> Result<StatusCode, StatusCode> {{\n    sqlx::query(\"INSERT INTO users ({columns}) VALUES ({values})\")\n        .bind(true)\n        .execute(&state.db)\n        .await\n        .map_err(|_| StatusCode::CONFLICT)?;\n    Ok(StatusCode::CREATED)\n}}\n"
    );
    Case::new().any_format().file("src/signup.rs", &format!("{SIGNS_UP}{handler}")).replace(
        "src/main.rs",
        "        .with_state",
        "        .route(\"/try\", post(signup::guest))\n        .with_state",
    )
}

/// The lines about guests.
fn told(planned: &Planned) -> String {
    let text = planned.text("src/cello.rs");
    let condition = text.lines().skip_while(|line| !line.contains("A guest is nobody")).nth(1);
    condition.unwrap_or_default().trim().to_string()
}

const FIELD: &str = "pub struct CurrentUser {\n";

#[test]
fn by_a_flag_that_every_guests_row_has() {
    let flagged = |columns: &str| {
        case(columns).replace("src/auth.rs", FIELD, &format!("{FIELD}    pub is_guest: bool,\n"))
    };
    assert_eq!(told(&flagged("email, is_guest").plan()), "if user.is_guest {");
    let nobody = Case::new().replace("src/auth.rs", FIELD, &format!("{FIELD}    pub is_guest: bool,\n"));
    assert_eq!(told(&nobody.plan()), "if user.is_guest {", "guests may come from elsewhere");
    // Another flag says nothing of these rows.
    let planned = flagged("email, is_trial").plan();
    assert_eq!(planned.state("token").0, Status::ByHand);
}

#[test]
fn by_the_address_that_no_guests_row_has() {
    assert_eq!(told(&case("name, is_trial").plan()), "if user.email.is_empty() {");
    let optional =
        case("name, is_trial").replace("src/auth.rs", "pub email: String", "pub email: Option<String>");
    assert_eq!(told(&optional.plan()), "if user.email.as_deref().unwrap_or_default().is_empty() {");
}

#[test]
fn what_nothing_tells_apart_is_for_a_person() {
    let planned = case("name, email").plan();
    let (status, reason) = planned.state("token");
    assert_eq!(status, Status::ByHand);
    assert!(reason.contains("`signup::guest` makes guests"), "{reason}");
    assert_eq!(told(&Case::new().plan()), "", "where nobody makes guests, nothing is asked");
}
