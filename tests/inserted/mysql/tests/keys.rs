//! The module and its table beside users of every type of key.

use sqlx::mysql::MySqlPoolOptions;
use sqlx::{Connection, MySqlPool};
use with_mysql::keys;

const UUID: &str = "6f1c1f3e-8c1b-4c5e-9a53-0f6f3a1b2c3d";

/// A database of its own, so that the tests don't meet, in a session whose time isn't UTC.
async fn database(name: &str) -> MySqlPool {
    let url = std::env::var("TEST_MYSQL").expect("tests/with-mariadb.sh sets TEST_MYSQL");
    let mut server = sqlx::MySqlConnection::connect(&url).await.unwrap();
    for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
        sqlx::raw_sql(&sql).execute(&mut server).await.unwrap();
    }
    let own_zone = MySqlPoolOptions::new().after_connect(|connection, _| {
        Box::pin(async move {
            sqlx::query("SET time_zone = '-05:00'").execute(connection).await?;
            Ok(())
        })
    });
    own_zone.connect(&url.replace("/test", &format!("/{name}"))).await.unwrap()
}

fn configure() {
    for (name, value) in [
        ("CELLO_ENV", "sandbox"),
        ("CELLO_PRODUCT_ID", "product"),
        ("CELLO_PRODUCT_SECRET", "product secret"),
        ("CELLO_ACCESS_KEY_ID", "key"),
        ("CELLO_SECRET_ACCESS_KEY", "secret key"),
    ] {
        // SAFETY: every test sets the same, before it starts anything else.
        unsafe { std::env::set_var(name, value) };
    }
}

/// Notes a user twice, finds the code, and deletes the user: `gone` says whether the note goes with them.
macro_rules! noted {
    ($variant:ident, $users:literal, $insert:literal, $id:expr, $gone:literal) => {{
        use keys::$variant::cello;
        configure();
        let db = database(concat!("keys_", stringify!($variant))).await;
        sqlx::raw_sql($users).execute(&db).await.unwrap();
        let migration = include_str!(concat!("../src/variants/", stringify!($variant), "/migration.sql"));
        sqlx::raw_sql(migration).execute(&db).await.unwrap();
        sqlx::raw_sql($insert).execute(&db).await.unwrap();
        cello::signed_up(&db, $id).await;
        cello::signed_up(&db, $id).await;
        let count = || async {
            let sql = "SELECT COUNT(*) FROM cello_signups \
                       WHERE ABS(TIMESTAMPDIFF(SECOND, created_at, UTC_TIMESTAMP())) < 60";
            sqlx::query_scalar::<_, i64>(sql).fetch_one(&db).await.unwrap()
        };
        assert_eq!(count().await, 1, "noted once");
        sqlx::query("UPDATE cello_signups SET ucc = 'abc'").execute(&db).await.unwrap();
        let metadata = cello::customer_metadata(&db, $id).await;
        assert_eq!(metadata["new_user_id"], $id.to_string());
        assert_eq!(metadata["cello_ucc"], "abc", "found by the same key");
        sqlx::raw_sql("DELETE FROM users").execute(&db).await.unwrap();
        assert_eq!(count().await, if $gone { 0 } else { 1 });
    }};
}

#[tokio::test]
async fn a_counted_number() {
    noted!(
        unsigned,
        "CREATE TABLE users (id INT(10) UNSIGNED NOT NULL AUTO_INCREMENT, PRIMARY KEY (id))",
        "INSERT INTO users VALUES (4294967295)",
        4_294_967_295_u64,
        true
    );
}

#[tokio::test]
async fn a_uuid_as_text() {
    noted!(
        hyphenated,
        "CREATE TABLE users (id CHAR(36) PRIMARY KEY) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci",
        "INSERT INTO users VALUES ('6f1c1f3e-8c1b-4c5e-9a53-0f6f3a1b2c3d')",
        UUID,
        true
    );
}

#[tokio::test]
async fn a_uuid_as_bytes() {
    noted!(
        bytes,
        "CREATE TABLE users (id BINARY(16) PRIMARY KEY)",
        "INSERT INTO users VALUES (X'6f1c1f3e8c1b4c5e9a530f6f3a1b2c3d')",
        UUID,
        true
    );
}

#[tokio::test]
async fn a_name_with_its_own_collation() {
    noted!(
        named,
        "CREATE TABLE `Users` (id INT); DROP TABLE `Users`; \
         CREATE TABLE users (`Name` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY)",
        "INSERT INTO users VALUES ('ada')",
        "ada",
        true
    );
}

/// Whatever the users' key is, the module's own text holds it, case by case.
#[tokio::test]
async fn a_text_that_refers_to_nothing() {
    noted!(
        apart,
        "CREATE TABLE users (id VARCHAR(21) PRIMARY KEY)",
        "INSERT INTO users VALUES ('V1StGXR8_Z5jdHi6B-myT')",
        "V1StGXR8_Z5jdHi6B-myT",
        false
    );
    let db = database("keys_case").await;
    let migration = include_str!("../src/variants/apart/migration.sql");
    sqlx::raw_sql(migration).execute(&db).await.unwrap();
    for id in ["aB", "Ab"] {
        keys::apart::cello::signed_up(&db, id).await;
    }
    let all: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM cello_signups").fetch_one(&db).await.unwrap();
    assert_eq!(all, 2);
}
