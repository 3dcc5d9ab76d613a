//! The place right after a sign-up has succeeded, and everything that looks like one.

use super::{Case, Planned};
use crate::plan::Status;

const USES: &str = "use axum::extract::State;\nuse axum::http::StatusCode;\nuse axum::Json;\n\nuse crate::users::{self, NewUser, User};\nuse crate::AppState;\n\n";
const LINE: &str = "crate::cello::signed_up(&state.db, user.id).await;";

/// An application with this sign-up handler, whose body is indented by one step.
fn handler(body: &str) -> Planned {
    with_items(body, "")
}

fn case(body: &str, items: &str) -> Case {
    let text = format!(
        "{USES}pub async fn signup(\n    State(state): State<AppState>,\n    Json(new): Json<NewUser>,\n) -> Result<StatusCode, anyhow::Error> {{\n{body}}}\n{items}"
    );
    Case::new().file("src/signup.rs", &text)
}

fn with_items(body: &str, items: &str) -> Planned {
    case(body, items).plan()
}

/// The changed lines of the handler's file, which has to be ready.
fn ready(planned: &Planned) -> Vec<String> {
    let (status, reason) = planned.state("signup:");
    assert_eq!(status, Status::Ready, "{reason}");
    planned.changed("src/signup.rs")
}

/// The reason why nothing is ready.
fn by_hand(planned: &Planned) -> String {
    let (status, reason) = planned.state("signup:");
    assert_eq!(status, Status::ByHand, "{reason}\n{:?}", planned.step("signup:").edits);
    reason.to_string()
}

#[track_caller]
fn one_line(body: &str, line: &str) {
    assert_eq!(ready(&handler(body)), [format!("+{line}")]);
}

#[track_caller]
fn refused(body: &str, reason: &str) {
    let said = by_hand(&handler(body));
    assert!(said.contains(reason), "{said}");
}

#[test]
fn after_a_statement_that_fails_early() {
    let line = format!("    {LINE}");
    one_line("    let user = users::create(&state.db, &new).await?;\n    Ok(StatusCode::CREATED)\n", &line);
    one_line(
        "    let user = users::create(&state.db, &new).await.map_err(anyhow::Error::from)?;\n    Ok(StatusCode::CREATED)\n",
        &line,
    );
    one_line(
        "    let user = users::create(&state.db, &new).await.unwrap(); // never fails\n\n    Ok(StatusCode::CREATED)\n",
        &line,
    );
    one_line(
        "    let Ok(user) = users::create(&state.db, &new).await else {\n        return Ok(StatusCode::CONFLICT);\n    };\n    Ok(StatusCode::CREATED)\n",
        &line,
    );
    one_line(
        "    let user = match users::create(&state.db, &new).await {\n        Ok(user) => user,\n        Err(_) => return Ok(StatusCode::CONFLICT),\n    };\n    tracing::info!(user.id);\n    Ok(StatusCode::CREATED)\n",
        &line,
    );
}

#[test]
fn in_the_arm_that_means_success() {
    one_line(
        "    match users::create(&state.db, &new).await {\n        Ok(user) => {\n            tracing::info!(user.id);\n            Ok(StatusCode::CREATED)\n        }\n        Err(_) => Ok(StatusCode::CONFLICT),\n    }\n",
        &format!("            {LINE}"),
    );
    let with_comma = handler(
        "    match users::create(&state.db, &new).await {\n        Ok(user) => Ok(greet(&user)),\n        Err(_) => Ok(StatusCode::CONFLICT),\n    }\n",
    );
    let arm = [
        "-        Ok(user) => Ok(greet(&user)),",
        "+        Ok(user) => {",
        &format!("+            {LINE}"),
        "+            Ok(greet(&user))",
        "+        }",
    ];
    assert_eq!(ready(&with_comma), arm);
    let last = handler(
        "    match users::create(&state.db, &new).await {\n        Err(_) => Ok(StatusCode::CONFLICT),\n        Ok(user) => Ok(greet(&user))\n    }\n",
    );
    assert_eq!(ready(&last)[1..], arm[1..]);
}

#[test]
fn before_the_arm_gives_the_user_away() {
    let planned = handler(
        "    let created = users::create(&state.db, &new).await;\n    match created {\n        Ok(user) => Ok(greet(user)),\n        Err(_) => Ok(StatusCode::CONFLICT),\n    }\n",
    );
    let arm = [
        "+        Ok(user) => {",
        &format!("+            {LINE}"),
        "+            Ok(greet(user))",
        "+        }",
    ];
    assert_eq!(ready(&planned)[1..], arm);
    // What was given away before that is gone.
    refused(
        "    let state = state;\n    drop(state);\n    match users::create(pool(), &new).await {\n        Ok(user) => Ok(greet(user)),\n        Err(_) => Ok(StatusCode::CONFLICT),\n    }\n",
        "no database pool",
    );
}

#[test]
fn an_arm_of_several_lines_becomes_a_block() {
    let greeted = handler(
        "    match users::create(&state.db, &new).await {\n        Ok(user) => users::greet_and_invite_by_email(&state.db, &user, &state.settings, \"hello\")\n            .await\n            .map(|_| StatusCode::CREATED)\n            .map_err(anyhow::Error::from),\n        Err(_) => Ok(StatusCode::CONFLICT),\n    }\n",
    );
    let arm = [
        "-        Ok(user) => users::greet_and_invite_by_email(&state.db, &user, &state.settings, \"hello\")",
        "-            .await",
        "-            .map(|_| StatusCode::CREATED)",
        "-            .map_err(anyhow::Error::from),",
        "+        Ok(user) => {",
        &format!("+            {LINE}"),
        "+            users::greet_and_invite_by_email(&state.db, &user, &state.settings, \"hello\")",
        "+                .await",
        "+                .map(|_| StatusCode::CREATED)",
        "+                .map_err(anyhow::Error::from)",
        "+        }",
    ];
    assert_eq!(ready(&greeted), arm);
    // What the arm yields is the new user.
    let found = handler(
        "    let user = match users::by_email(&state.db, &new.email).await? {\n        Some(user) => user,\n        None => users::create(&state.db, &new)\n            .await\n            .map_err(|error| anyhow::anyhow!(\"not created: {error}\"))?,\n    };\n    greet(&user)\n",
    );
    let arm = [
        "-        None => users::create(&state.db, &new)",
        "-            .await",
        "-            .map_err(|error| anyhow::anyhow!(\"not created: {error}\"))?,",
        "+        None => {",
        "+            let user = users::create(&state.db, &new)",
        "+                .await",
        "+                .map_err(|error| anyhow::anyhow!(\"not created: {error}\"))?;",
        &format!("+            {LINE}"),
        "+            user",
        "+        }",
    ];
    assert_eq!(ready(&found), arm);
    // The lines of a text are not to be moved.
    for text in [
        "greet(\n            \"one\n            two\",\n            &user,\n        )",
        "greet(\n            &user, /* one\n            two */\n        )",
    ] {
        let planned = case(&format!("    match users::create(&state.db, &new).await {{\n        Ok(user) => {text},\n        Err(_) => Ok(StatusCode::CONFLICT),\n    }}\n"), "").any_format().plan();
        assert!(by_hand(&planned).contains("several lines"));
    }
}

#[test]
fn after_a_test_for_failure_or_within_one_for_success() {
    one_line(
        "    if let Ok(user) = users::create(&state.db, &new).await {\n        greet(&user);\n    }\n    Ok(StatusCode::CREATED)\n",
        &format!("        {LINE}"),
    );
    // The id is nowhere after `if let Err`.
    refused(
        "    if let Err(error) = users::create(&state.db, &new).await {\n        return Err(error.into());\n    }\n    Ok(StatusCode::CREATED)\n",
        "id can't be read off",
    );
    one_line(
        "    let created = users::create(&state.db, &new).await;\n    tracing::info!(\"tried\");\n    match created {\n        Ok(user) => {\n            greet(&user);\n            Ok(StatusCode::CREATED)\n        }\n        Err(_) => Ok(StatusCode::CONFLICT),\n    }\n",
        &format!("            {LINE}"),
    );
    one_line(
        "    let created = users::create(&state.db, &new).await;\n    let user = created?;\n    greet(&user);\n    Ok(StatusCode::CREATED)\n",
        &format!("    {LINE}"),
    );
}

#[test]
fn what_runs_elsewhere_or_perhaps_never_is_refused() {
    refused(
        "    tokio::spawn(async move {\n        let user = users::create(&state.db, &new).await.unwrap();\n        greet(&user);\n    });\n    Ok(StatusCode::CREATED)\n",
        "spawned task",
    );
    refused(
        "    let make = || async { users::create(&state.db, &new).await };\n    let user = make().await?;\n    Ok(StatusCode::CREATED)\n",
        "closure",
    );
    refused(
        "    let (user, _) = tokio::join!(users::create(&state.db, &new), greet(&new));\n    let user = user?;\n    Ok(StatusCode::CREATED)\n",
        "macro",
    );
}

#[test]
fn an_outcome_that_is_swallowed_is_no_success() {
    refused(
        "    let _ = users::create(&state.db, &new).await;\n    Ok(StatusCode::CREATED)\n",
        "looks at whether",
    );
    refused(
        "    let user = users::create(&state.db, &new).await.ok();\n    Ok(StatusCode::CREATED)\n",
        "succeeded",
    );
    // The `?` is that of the time-out.
    refused(
        "    let user = tokio::time::timeout(SOON, users::create(&state.db, &new)).await?;\n    Ok(StatusCode::CREATED)\n",
        "succeeded",
    );
    refused(
        "    let created = tokio::time::timeout(SOON, users::create(&state.db, &new)).await;\n    if let Ok(user) = created {\n        greet(&user);\n    }\n    Ok(StatusCode::CREATED)\n",
        "succeeded",
    );
    refused(
        "    let user = users::create(&state.db, &new).await.or_else(|_| known(&new))?;\n    Ok(StatusCode::CREATED)\n",
        "succeeded",
    );
    refused(
        "    let created = users::create(&state.db, &new).await;\n    let status = match created {\n        Ok(_) => StatusCode::CREATED,\n        Err(_) => StatusCode::CONFLICT,\n    };\n    Ok(status)\n",
        "succeeded",
    );
    refused(
        "    let welcome = new.wanted && users::create(&state.db, &new).await?.id > 0;\n    Ok(StatusCode::CREATED)\n",
        "",
    );
}

/// `users::create` through an executor.
const IN_TX: (&str, &str) = ("create(db: &SqlitePool, ", "create(db: &mut sqlx::SqliteConnection, ");

fn transaction(body: &str) -> Planned {
    case(body, "").replace("src/users.rs", IN_TX.0, IN_TX.1).plan()
}

#[test]
fn what_a_transaction_holds_has_happened_when_it_is_committed() {
    let committed = transaction(
        "    let mut tx = state.db.begin().await?;\n    let user = users::create(&mut tx, &new).await?;\n    audit(&mut tx, user.id).await?;\n    tx.commit().await?;\n    Ok(StatusCode::CREATED)\n",
    );
    assert_eq!(ready(&committed), [format!("+    {LINE}")]);
    assert!(committed.text("src/signup.rs").contains(&format!("tx.commit().await?;\n    {LINE}\n")));
    let refused = |body: &str, reason: &str| {
        let said = by_hand(&transaction(body));
        assert!(said.contains(reason), "{said}");
    };
    refused(
        "    let mut tx = state.db.begin().await?;\n    let user = users::create(&mut tx, &new).await?;\n    finish(tx).await?;\n    Ok(StatusCode::CREATED)\n",
        "committed",
    );
    refused(
        "    let mut tx = state.db.begin().await?;\n    let user = users::create(&mut tx, &new).await?;\n    tx.rollback().await?;\n    Ok(StatusCode::CREATED)\n",
        "committed",
    );
    refused(
        "    let mut tx = state.db.begin().await?;\n    let user = users::create(&mut tx, &new).await?;\n    if user.id > 0 {\n        tx.commit().await?;\n    } else {\n        tx.rollback().await?;\n    }\n    Ok(StatusCode::CREATED)\n",
        "committed",
    );
    refused(
        "    let mut tx = state.db.begin().await?;\n    let _ = users::create(&mut tx, &new).await;\n    tx.commit().await?;\n    Ok(StatusCode::CREATED)\n",
        "",
    );
    refused(
        "    let mut tx = state.db.begin().await?;\n    let user = users::create(&mut tx, &new).await?;\n    let _ = tx.commit().await;\n    Ok(StatusCode::CREATED)\n",
        "committed",
    );
    // A connection's own transaction.
    refused(
        "    let mut conn = state.db.acquire().await?;\n    let mut work = conn.begin().await?;\n    let user = users::create(&mut work, &new).await?;\n    Ok(StatusCode::CREATED)\n",
        "committed",
    );
    // One that is hidden in something else.
    let work = "\nstruct Work {\n    tx: sqlx::Transaction<'static, sqlx::Sqlite>,\n}\n\nimpl Work {\n    async fn add(&mut self, new: &NewUser) -> sqlx::Result<User> {\n        users::create(&mut self.tx, new).await\n    }\n}\n";
    let body = "    let mut work: Work = work(&state.db).await?;\n    let user = work.add(&new).await?;\n    work.finish().await?;\n    Ok(StatusCode::CREATED)\n";
    let hidden = case(body, work).replace("src/users.rs", IN_TX.0, IN_TX.1).plan();
    assert!(by_hand(&hidden).contains("committed"));
    refused(
        "    let mut tx = state.db.begin().await?;\n    let user = match users::by_email(&state.db, &new.email).await? {\n        Some(user) => user,\n        None => users::create(&mut tx, &new).await?,\n    };\n    tx.commit().await?;\n    Ok(StatusCode::CREATED)\n",
        "",
    );
}

#[test]
fn what_was_moved_away_or_shadowed_is_not_used() {
    refused(
        "    let user = users::create(&state.db, &new).await?;\n    Ok(StatusCode::CREATED)\n"
            .replace("    let user", "    service(state.db);\n    let user")
            .as_str(),
        "no database pool",
    );
    refused(
        "    tokio::spawn(async move { warm(&state).await });\n    let user = users::create(pool(), &new).await?;\n    Ok(StatusCode::CREATED)\n",
        "no database pool",
    );
    refused(
        "    let mut tx = state.db.begin().await?;\n    let user = users::create(&mut tx, &new).await?;\n    service(state);\n    tx.commit().await?;\n    Ok(StatusCode::CREATED)\n",
        "no database pool",
    );
    refused(
        "    let state = users::settings();\n    let user = users::create(pool(), &new).await?;\n    Ok(StatusCode::CREATED)\n",
        "no database pool",
    );
    refused(
        "    let mut tx = state.db.begin().await?;\n    let user = users::create(&mut tx, &new).await?;\n    let view = user.into_view();\n    tx.commit().await?;\n    Ok(StatusCode::CREATED)\n",
        "id can't be read off",
    );
}

#[test]
fn what_is_undone_later_is_refused() {
    let delete = "\nasync fn forget(db: &sqlx::SqlitePool, id: i64) {\n    let _ = sqlx::query(\"DELETE FROM users WHERE id = $1\").bind(id).execute(db).await;\n}\n";
    let planned = with_items(
        "    let user = users::create(&state.db, &new).await?;\n    if mail(&user).await.is_err() {\n        forget(&state.db, user.id).await;\n    }\n    Ok(StatusCode::CREATED)\n",
        delete,
    );
    assert!(by_hand(&planned).contains("deletes the user again"));
    refused(
        "    let user = users::create(&state.db, &new).await?;\n    if mail(&user).await.is_err() {\n        sqlx::query(\"DELETE FROM users WHERE id = $1\").bind(user.id).execute(&state.db).await?;\n    }\n    Ok(StatusCode::CREATED)\n",
        "deletes the user again",
    );
}

#[test]
fn conflicts_that_hide_whether_somebody_is_new_are_refused() {
    let body = "    let user = users::create(&state.db, &new).await?;\n    Ok(StatusCode::CREATED)\n";
    let with = |clause: &str| {
        let sql = format!("VALUES ($1, $2) {clause} RETURNING *");
        case(body, "").replace("src/users.rs", "VALUES ($1, $2) RETURNING *", &sql).plan()
    };
    assert!(
        by_hand(&with("ON CONFLICT (email) DO UPDATE SET email = excluded.email")).contains("told apart")
    );
    // `fetch_one` fails where nothing comes back.
    assert_eq!(ready(&with("ON CONFLICT DO NOTHING")), [format!("+    {LINE}")]);
}

#[test]
fn in_find_or_create_only_the_creation_is_noted() {
    let planned = handler(
        "    let user = match users::by_email(&state.db, &new.email).await? {\n        Some(user) => user,\n        None => users::create(&state.db, &new).await?,\n    };\n    greet(&user);\n    Ok(StatusCode::CREATED)\n",
    );
    assert_eq!(
        ready(&planned),
        [
            "-        None => users::create(&state.db, &new).await?,",
            "+        None => {",
            "+            let user = users::create(&state.db, &new).await?;",
            &format!("+            {LINE}"),
            "+            user",
            "+        }",
        ]
    );
    let block = handler(
        "    let user = match users::by_email(&state.db, &new.email).await? {\n        Some(user) => user,\n        None => {\n            let user = users::create(&state.db, &new).await?;\n            greet(&user);\n            user\n        }\n    };\n    Ok(StatusCode::CREATED)\n",
    );
    assert_eq!(ready(&block), [format!("+            {LINE}")]);
}

/// What finds or creates, called by a handler, must not be noted by the handler.
#[test]
fn a_function_that_finds_or_creates_is_noted_within() {
    for (function, line) in [
        (
            "    Ok(match users::by_email(db, &new.email).await? {\n        Some(user) => user,\n        None => users::create(db, new).await?,\n    })\n",
            "+            crate::cello::signed_up(db, user.id).await;",
        ),
        (
            "    if let Some(user) = users::by_email(db, &new.email).await? {\n        return Ok(user);\n    }\n    let user = users::create(db, new).await?;\n    Ok(user)\n",
            "+    crate::cello::signed_up(db, user.id).await;",
        ),
    ] {
        let items = format!(
            "\nasync fn ensure(db: &sqlx::SqlitePool, new: &NewUser) -> Result<User, anyhow::Error> {{\n{function}}}\n"
        );
        let planned = with_items(
            "    let user = ensure(&state.db, &new).await?;\n    greet(&user);\n    Ok(StatusCode::CREATED)\n",
            &items,
        );
        let lines = ready(&planned);
        assert!(lines.iter().any(|changed| changed == line), "{lines:?}");
        assert_eq!(lines.iter().filter(|changed| changed.contains("signed_up")).count(), 1);
    }
    // Here nothing tells, at any level.
    let tail = "\nasync fn ensure(db: &sqlx::SqlitePool, new: &NewUser) -> Result<User, anyhow::Error> {\n    match users::by_email(db, &new.email).await? {\n        Some(user) => Ok(user),\n        None => users::create(db, new).await.map_err(Into::into),\n    }\n}\n";
    let planned = with_items(
        "    let user = ensure(&state.db, &new).await?;\n    greet(&user);\n    Ok(StatusCode::CREATED)\n",
        tail,
    );
    by_hand(&planned);
}

#[test]
fn a_value_that_is_returned_as_it_is_is_noted_by_the_caller() {
    let items = "\nasync fn register(db: &sqlx::SqlitePool, new: &NewUser) -> sqlx::Result<User> {\n    users::create(db, new).await\n}\n";
    let planned = with_items(
        "    let user = register(&state.db, &new).await?;\n    greet(&user);\n    Ok(StatusCode::CREATED)\n",
        items,
    );
    assert_eq!(ready(&planned), [format!("+    {LINE}")]);
}

#[test]
fn an_outcome_with_a_name_becomes_the_functions_own() {
    const TRIES: &str = "\nasync fn tries(db: &sqlx::SqlitePool, new: &NewUser) -> sqlx::Result<Option<User>> {\n    let sql = \"INSERT INTO users (email) VALUES ($1) ON CONFLICT DO NOTHING RETURNING *\";\n    sqlx::query_as::<_, User>(sql).bind(&new.email).fetch_optional(db).await\n}\n";
    let handler = "    let user = register(&state.db, &new).await?;\n    tracing::info!(user.id);\n    Ok(StatusCode::CREATED)\n";
    let through = |body: &str| {
        let service = format!(
            "\nasync fn register(db: &sqlx::SqlitePool, new: &NewUser) -> Result<User, anyhow::Error> {{\n    let made = tries(db, new).await?;\n{body}}}\n{TRIES}"
        );
        case(handler, &service).any_format().plan()
    };
    for body in [
        "    made.ok_or(anyhow::anyhow!(\"taken\"))\n",
        "    Ok(made.ok_or_else(|| anyhow::anyhow!(\"taken\"))?)\n",
        "    tracing::debug!(\"tried\");\n    made.context(\"taken\")\n",
        "    match made {\n        Some(user) => Ok(user),\n        None => Err(anyhow::anyhow!(\"taken\")),\n    }\n",
        "    let user = made.ok_or(anyhow::anyhow!(\"taken\"))?;\n    Ok(user)\n",
    ] {
        let planned = through(body);
        assert_eq!(planned.state("signup:").0, Status::Ready, "{body}\n{}", planned.state("signup:").1);
        assert_eq!(ready(&planned), [format!("+    {LINE}")], "{body}");
    }
    // Somebody who was known before, or another value than what was made.
    for body in [
        "    Ok(made.unwrap_or(known(db, new).await?))\n",
        "    made.or(known(db, new).await?).ok_or(anyhow::anyhow!(\"nobody\"))\n",
        "    if made.is_none() {\n        return Ok(known(db, new).await?);\n    }\n    made.context(\"taken\")\n",
        "    let made = known(db, new).await?;\n    made.context(\"nobody\")\n",
        "    Ok(if new.email.is_empty() { known(db, new).await? } else { made.context(\"taken\")? })\n",
        "    match made {\n        Some(user) => Ok(user),\n        None => Ok(known(db, new).await?),\n    }\n",
    ] {
        let lines = through(body).changed("src/signup.rs");
        assert!(!lines.contains(&format!("+    {LINE}")), "{body}\n{lines:?}");
    }
}
