//! Applications that keep their users in MySQL, with sqlx: keys, migrations, the number that is given back.

use super::harness::SIGNS_UP;
use super::{Case, Planned};
use crate::plan::{Status, Verdict};

const USERS: &str = "CREATE TABLE users (\n    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,\n    email VARCHAR(255) NOT NULL,\n    password_hash TEXT NOT NULL\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n";
const INSERT: &str = "INSERT INTO users (email, password_hash) VALUES (?, ?)";

/// The application on MySQL, with this table of users.
fn app(users: &str) -> Case {
    let mut case =
        Case::new().replace("Cargo.toml", "\"sqlite\"", "\"mysql\"").file("migrations/0001_users.sql", users);
    for file in ["src/main.rs", "src/users.rs"] {
        case = case.replace(file, "SqlitePool", "MySqlPool");
    }
    let create = "let sql = \"INSERT INTO users (email, password_hash) VALUES ($1, $2) RETURNING *\";\n    sqlx::query_as::<_, User>(sql)\n        .bind(&new.email)\n        .bind(&new.password_hash)\n        .fetch_one(db)\n        .await";
    case.replace(
        "src/users.rs",
        create,
        &format!(
            "let sql = \"{INSERT}\";\n    let done = sqlx::query(sql)\n        .bind(&new.email)\n        .bind(&new.password_hash)\n        .execute(db)\n        .await?;\n    Ok(User {{\n        id: done.last_insert_id() as i64,\n        email: new.email.clone(),\n        name: String::new(),\n    }})"
        ),
    )
    .replace("src/users.rs", "email = $1", "email = ?")
    .file("src/signup.rs", SIGNS_UP)
}

/// A sign-up that inserts by itself.
fn inserting(users: &str, body: &str) -> Case {
    let handler = format!(
        "use axum::extract::State;\nuse axum::http::StatusCode;\nuse axum::Json;\n\nuse crate::users::NewUser;\nuse crate::AppState;\n\npub async fn signup(\n    State(state): State<AppState>,\n    Json(new): Json<NewUser>,\n) -> Result<StatusCode, anyhow::Error> {{\n{body}    Ok(StatusCode::CREATED)\n}}\n"
    );
    app(users).file("src/signup.rs", &handler).any_format()
}

/// The same where ids are of another type in the code.
fn with_ids(users: &str, ty: &str) -> Case {
    let id = if ty == "uuid::Uuid" { "new_id()" } else { "new_id().to_string()" };
    app(users)
        .replace("src/users.rs", "pub id: i64", &format!("pub id: {ty}"))
        .replace("src/auth.rs", "pub id: i64", &format!("pub id: {ty}"))
        .replace("src/users.rs", INSERT, "INSERT INTO users (id, email, password_hash) VALUES (?, ?, ?)")
        .replace("src/users.rs", "id: done.last_insert_id() as i64", &format!("id: {id}"))
        .replace("src/users.rs", "    let done = ", "    ")
        .any_format()
}

/// What stands in the new table's migration, as far as the key goes.
fn table(planned: &Planned) -> String {
    let text = planned.text("migrations/0002_cello_signups.sql");
    let lines = text.lines().filter(|line| line.contains("user_id") || line.starts_with("-- No"));
    lines.map(str::trim).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn line(planned: &Planned, arguments: &str) {
    let (status, reason) = planned.state("signup:");
    assert_eq!(status, Status::Ready, "{reason}");
    let lines = planned.changed("src/signup.rs");
    assert_eq!(lines, [format!("+    crate::cello::signed_up({arguments}).await;")]);
}

#[track_caller]
fn refused(planned: &Planned, why: &str) {
    let (status, reason) = planned.state("signup:");
    assert_eq!(status, Status::ByHand, "{reason} {:?}", planned.changed("src/signup.rs"));
    assert!(reason.contains(why), "{reason}");
}

#[test]
fn a_pool_of_mysql_is_a_store() {
    let planned = app(USERS).plan();
    line(&planned, "&state.db, user.id");
    let module = planned.text("src/cello.rs");
    assert!(
        module.contains("db: &sqlx::MySqlPool") && module.contains("ON DUPLICATE KEY UPDATE"),
        "{module}"
    );
    assert!(module.contains("user_id = CAST(? AS SIGNED)"), "{module}");
    for foreign in ["RETURNING", "$1", "now()", "ON CONFLICT", "IGNORE"] {
        assert!(!module.contains(foreign), "{foreign}: {module}");
    }
    assert_eq!(
        table(&planned),
        "user_id BIGINT PRIMARY KEY,\nFOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE"
    );
    assert!(planned.text("migrations/0002_cello_signups.sql").ends_with("\n) ENGINE=InnoDB;\n"));
}

#[test]
fn the_pool_under_other_names() {
    for ty in ["sqlx::Pool<sqlx::MySql>", "std::sync::Arc<sqlx::MySqlPool>"] {
        let planned = app(USERS)
            .replace("src/main.rs", "pub db: MySqlPool", &format!("pub db: {ty}"))
            .any_format()
            .plan();
        line(&planned, "&state.db, user.id");
        assert!(planned.text("src/cello.rs").contains("db: &sqlx::MySqlPool"));
    }
    let alias = app(USERS)
        .replace(
            "src/main.rs",
            "#[derive(Clone)]\n",
            "pub type Db = sqlx::Pool<sqlx::MySql>;\n\n#[derive(Clone)]\n",
        )
        .replace("src/main.rs", "pub db: MySqlPool", "pub db: Db")
        .any_format()
        .plan();
    line(&alias, "&state.db, user.id");
    assert!(alias.text("src/cello.rs").contains("db: &Db"));
}

/// Whose database it is can't be told of these.
#[test]
fn another_database_than_the_users_is_none() {
    let any = app(USERS)
        .replace("src/main.rs", "pub db: MySqlPool", "pub db: sqlx::AnyPool")
        .replace("src/main.rs", "use sqlx::MySqlPool;\n", "")
        .replace("src/main.rs", "MySqlPool::connect", "sqlx::AnyPool::connect")
        .replace("src/users.rs", "use sqlx::MySqlPool;", "use sqlx::AnyPool as MySqlPool;")
        .any_format()
        .plan();
    assert_eq!(any.state("module").0, Status::ByHand, "{}", any.state("module").1);
    assert_ne!(any.state("signup:").0, Status::Ready);
    let legacy = Case::new()
        .file("src/signup.rs", SIGNS_UP)
        .replace(
            "src/main.rs",
            "    pub db: SqlitePool,\n",
            "    pub db: SqlitePool,\n    pub legacy: sqlx::MySqlPool,\n",
        )
        .replace("src/main.rs", "AppState { db, stripe }", "AppState { db, legacy, stripe }")
        .any_format()
        .plan();
    assert_ne!(legacy.state("signup:").0, Status::Ready);
    assert_ne!(legacy.state("module").0, Status::Ready, "{}", legacy.state("module").1);
}

#[test]
fn numbers_are_of_the_same_size_and_sign() {
    let of = |ty: &str| table(&app(&USERS.replace("BIGINT NOT NULL", ty)).plan());
    let refers = "FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE";
    assert_eq!(of("INT(11) NOT NULL"), format!("user_id INT PRIMARY KEY,\n{refers}"));
    assert_eq!(of("INTEGER UNSIGNED NOT NULL"), format!("user_id INTEGER UNSIGNED PRIMARY KEY,\n{refers}"));
    assert_eq!(of("bigint(20) unsigned NOT NULL"), format!("user_id BIGINT UNSIGNED PRIMARY KEY,\n{refers}"));
    let unsigned = app(&USERS.replace("BIGINT NOT NULL", "INT UNSIGNED NOT NULL")).plan();
    assert!(unsigned.text("src/cello.rs").contains("user_id = CAST(? AS UNSIGNED)"));
    let quoted = app(&USERS.replace("TABLE users", "TABLE `users`").replace("    id ", "    `id` ")).plan();
    assert!(table(&quoted).contains("REFERENCES `users`(`id`) ON"), "{}", table(&quoted));
    let named = app(&USERS.replace("TABLE users", "TABLE Users")).plan();
    assert!(
        table(&named).contains("REFERENCES Users(id) ON"),
        "names differ by case there: {}",
        table(&named)
    );
    let old = app(&USERS.replace("InnoDB", "MyISAM")).plan();
    assert_eq!(
        table(&old),
        "-- No foreign key: users is a table of the engine myisam.\nuser_id BIGINT PRIMARY KEY,"
    );
}

/// A foreign key between two collations is refused, and then no migration runs any more.
#[test]
fn texts_refer_only_where_their_collation_is_said() {
    let own = "user_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY,";
    let keyed = |ty: &str| USERS.replace("BIGINT NOT NULL AUTO_INCREMENT", ty);
    let silent = with_ids(&keyed("CHAR(36)"), "String").plan();
    assert_eq!(
        table(&silent),
        format!(
            "-- No foreign key: no migration says which collation users.id has, and both sides need the same.\n{own}"
        )
    );
    let refers = "FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE";
    let said = with_ids(&keyed("CHAR(36) CHARACTER SET ascii COLLATE ascii_bin"), "String").plan();
    assert_eq!(
        table(&said),
        format!("user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,\n{refers}")
    );
    assert!(said.text("src/cello.rs").contains("WHERE user_id = ? AND"));
    let of_table =
        keyed("VARCHAR(36)").replace("CHARSET=utf8mb4", "CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci");
    let of_table = with_ids(&of_table, "uuid::Uuid").plan();
    assert_eq!(
        table(&of_table),
        format!(
            "user_id VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci PRIMARY KEY,\n{refers}"
        )
    );
    // Without the hyphens it would not be the same text.
    let simple = with_ids(&keyed("CHAR(32) COLLATE ascii_bin"), "uuid::Uuid").plan();
    assert!(table(&simple).ends_with(own) && table(&simple).starts_with("-- No"), "{}", table(&simple));
}

#[test]
fn bytes_are_a_key_only_of_uuids() {
    let users = USERS.replace("BIGINT NOT NULL AUTO_INCREMENT", "BINARY(16)");
    let planned = with_ids(&users, "uuid::Uuid").plan();
    assert_eq!(
        table(&planned),
        "user_id BINARY(16) PRIMARY KEY,\nFOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE"
    );
    assert!(planned.text("src/cello.rs").contains("user_id = UNHEX(REPLACE(?, '-', ''))"));
    let other = with_ids(&users, "String").plan();
    assert!(
        table(&other).contains("VARCHAR(255)") && table(&other).contains("No foreign key"),
        "{}",
        table(&other)
    );
}

#[test]
fn the_number_that_is_given_back() {
    let run = format!("sqlx::query(\"{INSERT}\").bind(&new.email).bind(\"\").execute(&state.db).await?");
    let done = format!("    let done = {run};\n");
    line(&inserting(USERS, &done).plan(), "&state.db, done.last_insert_id()");
    line(
        &inserting(USERS, &format!("    let user_id = {run}.last_insert_id();\n")).plan(),
        "&state.db, user_id",
    );
    // Its own name for a number of another type.
    let unsigned = USERS.replace("BIGINT", "INT UNSIGNED");
    line(&inserting(&unsigned, &done).plan(), "&state.db, done.last_insert_id()");
    let set = done.replace(INSERT, "INSERT INTO users SET email = ?, password_hash = ?");
    line(&inserting(USERS, &set).plan(), "&state.db, done.last_insert_id()");

    let text = USERS.replace("BIGINT NOT NULL AUTO_INCREMENT", "CHAR(36) DEFAULT (UUID())");
    refused(&inserting(&text, &done).plan(), "no number that the database counts");
    let uncounted = USERS.replace(" AUTO_INCREMENT", "");
    refused(&inserting(&uncounted, &done).plan(), "no number that the database counts");
    for (sql, why) in [
        ("INSERT INTO users VALUES (?, ?)", "id can't be read off"),
        ("INSERT IGNORE INTO users (email, password_hash) VALUES (?, ?)", "may create nothing"),
    ] {
        refused(&inserting(USERS, &done.replace(INSERT, sql)).plan(), why);
    }
    let upsert = format!("{INSERT} ON DUPLICATE KEY UPDATE email = email");
    let (verdict, reason) = {
        let planned = inserting(USERS, &done.replace(INSERT, &upsert)).plan();
        let (verdict, reason) = planned.verdict("signup:signup::signup");
        (verdict, reason.to_string())
    };
    assert!(verdict == Verdict::ByHand && reason.contains("can't be told apart"), "{reason}");
}

/// The note is written on the pool once the transaction is through.
#[test]
fn a_transaction_comes_first() {
    let body = format!(
        "    let mut tx = state.db.begin().await?;\n    let done = sqlx::query(\"{INSERT}\").bind(&new.email).bind(\"\").execute(&mut *tx).await?;\n    tx.commit().await?;\n"
    );
    let planned = inserting(USERS, &body).plan();
    line(&planned, "&state.db, done.last_insert_id()");
    let text = planned.text("src/signup.rs");
    assert!(text.find("commit()") < text.find("signed_up("), "{text}");
}

#[test]
fn migrations_in_pairs_are_continued_in_pairs() {
    let main = "    sqlx::migrate!().run(&db).await.unwrap();\n    let stripe";
    let planned = app(USERS)
        .without("migrations/0001_users.sql")
        .file("migrations/20240102030405_users.up.sql", USERS)
        .file("migrations/20240102030405_users.down.sql", "DROP TABLE users;\n")
        .replace("src/main.rs", "    let stripe", main)
        .plan();
    let up = planned.text("migrations/20240102030406_cello_signups.up.sql");
    assert!(up.contains("FOREIGN KEY (user_id) REFERENCES users(id)"), "{up}");
    assert!(planned.text("migrations/20240102030406_cello_signups.down.sql").contains("DROP TABLE"));
    assert!(planned.state("migration").1.contains("runs them when it starts"));
}

/// Where no migration is known, a person makes the table, in the same SQL.
#[test]
fn a_table_made_by_hand_is_written_for_mysql() {
    let planned = app(USERS).without("migrations/0001_users.sql").plan();
    let (status, _) = planned.state("migration");
    assert_eq!(status, Status::ByHand);
    let text = &planned.step("migration").by_hand[0].text;
    assert!(text.contains("utf8mb4_bin PRIMARY KEY") && text.contains("ENGINE=InnoDB"), "{text}");
}
