// The story, beside SQLite and PostgreSQL. `TEST_POSTGRES` has the URL of an empty database.

include!("story.rs");

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_is_reported_once() {
    switch_on();
    let file = std::env::temp_dir().join(format!("cello-{}.db", std::process::id()));
    let url = format!("sqlite://{}?mode=rwc", file.display());
    story!(
        host::sqlite,
        serve::sqlite,
        sqlx::SqlitePool::connect(&url).await.unwrap(),
        "INSERT INTO users VALUES ($1)",
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/variants/b_sqlite_hmac_stderr/migration.sql"
        )),
        "UPDATE cello_signups SET created_at = datetime('now', '-2 days'), \
         next_attempt_at = datetime('now') WHERE user_id = $1",
        "SELECT ucc, attempts, COALESCE(strftime('%s', next_attempt_at) - strftime('%s', 'now'), -1), \
         reported_at IS NOT NULL FROM cello_signups WHERE user_id = $1"
    );
    std::fs::remove_file(file).unwrap();

    let url = std::env::var("TEST_POSTGRES").expect("tests/with-postgres.sh sets TEST_POSTGRES");
    story!(
        host::postgres,
        serve::postgres,
        sqlx::PgPool::connect(&url).await.unwrap(),
        "INSERT INTO users VALUES ($1)",
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/variants/b_postgres_jsonwebtoken_tracing/migration.sql"
        )),
        "UPDATE cello_signups SET created_at = now() - interval '2 days', \
         next_attempt_at = now() WHERE user_id = $1",
        "SELECT ucc, attempts, COALESCE(CAST(extract(epoch FROM next_attempt_at - now()) AS bigint), -1), \
         reported_at IS NOT NULL FROM cello_signups WHERE user_id = $1"
    );
}

#[tokio::test]
async fn a_customer_made_at_sign_up_gets_the_code_of_that_request() {
    use host::at_signup::customer_metadata;

    for (name, value) in [
        ("CELLO_ENV", "sandbox"),
        ("CELLO_PRODUCT_ID", "product"),
        ("CELLO_PRODUCT_SECRET", "product secret"),
    ] {
        set(name, value);
    }
    assert_eq!(customer_metadata(7).len(), 1);
    let app = serve::at_signup().await;
    let request = reqwest::Client::new().post(format!("{app}/signup"));
    for (cookie, expected) in [
        (
            "a=b; cello-referral=abc",
            json!({ "new_user_id": "7", "cello_ucc": "abc" }),
        ),
        ("a=b", json!({ "new_user_id": "7" })),
    ] {
        let reply = request
            .try_clone()
            .unwrap()
            .header("cookie", cookie)
            .send()
            .await
            .unwrap();
        let metadata: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap();
        assert_eq!(metadata, expected);
    }
}
