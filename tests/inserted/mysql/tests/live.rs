use with_mysql as host;

include!("../../host/listen.rs");
include!("../../host/story.rs");

mod serve {
    use super::host;

    pub async fn mysql(db: sqlx::MySqlPool) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = host::mysql::routes().with_state(host::app::AppState { db });
        tokio::spawn(super::listen(listener, router));
        url
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_is_reported_once() {
    switch_on();
    let url = std::env::var("TEST_MYSQL").expect("tests/with-mariadb.sh sets TEST_MYSQL");
    story!(
        host::mysql,
        serve::mysql,
        sqlx::MySqlPool::connect(&url).await.unwrap(),
        "INSERT INTO users VALUES (?)",
        include_str!("../src/variants/b_mysql_hmac_stderr/migration.sql"),
        "UPDATE cello_signups SET created_at = UTC_TIMESTAMP() - INTERVAL 2 DAY, \
         next_attempt_at = UTC_TIMESTAMP() WHERE user_id = ?",
        "SELECT ucc, attempts, COALESCE(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), next_attempt_at), -1), \
         reported_at IS NOT NULL FROM cello_signups WHERE user_id = ?"
    );
}
