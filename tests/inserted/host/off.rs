// The inserted module without settings: the application as before. The database is never asked.

use host::{at_signup, sqlite};

#[tokio::test]
async fn off_without_settings() {
    let db = sqlx::SqlitePool::connect("sqlite::memory:").await.unwrap();
    sqlite::signed_up(&db, 1).await;
    assert!(sqlite::customer_metadata(&db, 1).await.is_empty());
    assert!(at_signup::customer_metadata(1).is_empty());

    let app = format!("{}/api/cello", serve::sqlite(db).await);
    let get = |path| {
        reqwest::Client::new()
            .get(format!("{app}/{path}"))
            .header("x-user", "1")
    };
    let reply = get("token").send().await.unwrap();
    assert_eq!(reply.text().await.unwrap(), "{\"enabled\":false}");
    let reply = get("client.js").send().await.unwrap();
    assert_eq!(reply.status().as_u16(), 200);
    assert_eq!(reply.text().await.unwrap(), "");
}
