// The inserted module at work, against a stub of Cello's API and a real database: the story, told once for each.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

/// What the stub has seen, and which access token it accepts.
#[derive(Default)]
struct Seen {
    tokens: usize,
    valid: String,
    events: Vec<Value>,
}

type Stub = Arc<Mutex<Seen>>;

/// Answers an event as its code says.
async fn stub(address: std::net::SocketAddr) -> Stub {
    let seen = Stub::default();
    let (at_token, at_events) = (seen.clone(), seen.clone());
    let token = move |Json(keys): Json<Value>| async move {
        assert_eq!(
            keys,
            json!({ "accessKeyId": "key", "secretAccessKey": "secret key" })
        );
        // Slow enough for others to want one meanwhile.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut seen = at_token.lock().unwrap();
        seen.tokens += 1;
        seen.valid = format!("access {}", seen.tokens);
        (
            StatusCode::CREATED,
            Json(json!({ "accessToken": seen.valid, "expiresIn": 18000 })),
        )
    };
    let events = move |headers: HeaderMap, Json(event): Json<Value>| async move {
        let ucc = event["payload"]["ucc"].as_str().unwrap().to_string();
        let mut bearer = String::from("Bearer ");
        {
            let mut seen = at_events.lock().unwrap();
            bearer.push_str(&seen.valid);
            if ucc == "unauthorized" || headers["authorization"] != bearer.as_str() {
                return (
                    StatusCode::UNAUTHORIZED,
                    Json(json!({ "message": "Unauthorized" })),
                );
            }
            seen.events.push(event);
        }
        let status = match ucc.as_str() {
            "refused" => StatusCode::BAD_REQUEST,
            "limited" => StatusCode::TOO_MANY_REQUESTS,
            "broken" => StatusCode::SERVICE_UNAVAILABLE,
            "slow" => {
                tokio::time::sleep(Duration::from_secs(7)).await;
                StatusCode::OK
            }
            _ => StatusCode::OK,
        };
        (status, Json(json!({ "message": "as the test wants" })))
    };
    let router = Router::new()
        .route("/token", post(token))
        .route("/events", post(events));
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    tokio::spawn(listen(listener, router));
    seen
}

/// A local port nobody listens at, yet.
fn free_address() -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

fn set(name: &str, value: &str) {
    #[allow(unused_unsafe)]
    unsafe {
        std::env::set_var(name, value);
    }
}

/// What a handler may await.
fn sendable<F: Send>(_: F) {}

async fn soon() {
    tokio::time::sleep(Duration::from_millis(600)).await;
}

/// The story, once for each database.
macro_rules! story {
    ($cello:path, $serve:path, $pool:expr, $user:expr, $migration:expr, $ago:expr, $seconds:expr) => {{
        use $cello as cello;
        let address = free_address();
        set("CELLO_API_BASE_URL", &format!("http://{address}/"));
        let db = $pool;
        for sql in ["DROP TABLE IF EXISTS cello_signups", "DROP TABLE IF EXISTS users"] {
            sqlx::query(sql).execute(&db).await.unwrap();
        }
        sqlx::query("CREATE TABLE users (id BIGINT PRIMARY KEY)").execute(&db).await.unwrap();
        sqlx::query($migration).execute(&db).await.unwrap();
        for user in 1..=20_i64 {
            sqlx::query($user).bind(user).execute(&db).await.unwrap();
        }
        let app = $serve(db.clone()).await;
        let http = reqwest::Client::new();
        let get = |user: i64, query: &str| {
            let url = format!("{app}/api/cello/token{query}");
            let request = http.get(url).header("x-user", user.to_string());
            async move {
                let reply = request.send().await.unwrap();
                let body: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap();
                assert_eq!(body["enabled"], true, "{body}");
                soon().await;
            }
        };
        // Code, attempts, seconds to the next attempt, whether reported.
        let row = |user: i64| {
            let db = db.clone();
            async move {
                let row: (Option<String>, i32, i64, bool) = sqlx::query_as($seconds)
                    .bind(user)
                    .fetch_one(&db)
                    .await
                    .unwrap();
                row
            }
        };
        let move_clock = |user: i64| {
            let db = db.clone();
            async move {
                sqlx::query($ago).bind(user).execute(&db).await.unwrap();
            }
        };
        let (minute, day) = (50..=60_i64, 86_390..=86_400_i64);
        let code = |text: &str| Some(text.to_string());

        sendable(cello::signed_up(&db, 1));
        sendable(cello::customer_metadata(&db, &"1"));

        // Cello can't be reached: put off for a minute, and meanwhile left alone.
        cello::signed_up(&db, 1).await;
        cello::signed_up(&db, 1).await;
        get(1, "").await;
        assert_eq!(row(1).await, (None, 0, -1, false));
        get(1, "?ucc=first").await;
        let unreachable = row(1).await;
        assert_eq!((&unreachable.0, unreachable.1, unreachable.3), (&code("first"), 0, false));
        assert!(minute.contains(&unreachable.2), "{unreachable:?}");
        tokio::time::sleep(Duration::from_secs(1)).await;
        get(1, "?ucc=other").await;
        assert!(row(1).await.2 < unreachable.2);

        // Reachable again, it is sent with the first code and the time of the sign-up.
        let seen = stub(address).await;
        let count = || seen.lock().unwrap().events.len();
        get(1, "").await;
        assert_eq!(count(), 0);
        move_clock(1).await;
        get(1, "").await;
        assert_eq!(count(), 1);
        assert_eq!(row(1).await.1, 1);
        assert!(row(1).await.3);
        let event = seen.lock().unwrap().events[0].clone();
        assert_eq!(event["payload"], json!({ "ucc": "first", "newUserId": "1" }));
        let new_user = json!({ "id": "1", "email": "ada@example.com", "name": "Ada Lovelace" });
        assert_eq!(event["context"]["newUser"], new_user);
        let time = event["context"]["event"]["timestamp"].as_str().unwrap();
        assert!(time.len() == 20 && time.ends_with('Z') && time.contains('T'), "{time}");
        get(1, "?ucc=first").await;
        assert_eq!(count(), 1);

        // One sender among four requests at once, with one access token.
        seen.lock().unwrap().valid = "withdrawn".to_string();
        for user in 2..=3 {
            cello::signed_up(&db, user.to_string()).await;
        }
        tokio::join!(
            get(2, "?ucc=a"), get(2, "?ucc=b"), get(2, "?ucc=c"), get(2, "?ucc=d"),
            get(3, "?ucc=a"), get(3, "?ucc=b"), get(3, "?ucc=c"), get(3, "?ucc=d"),
        );
        assert_eq!(count(), 3);
        assert!(row(2).await.3 && row(3).await.3);
        assert_eq!(seen.lock().unwrap().tokens, 2, "a refused token is renewed once for all");

        // 5xx is ambiguous: once more after a day, and that's it.
        cello::signed_up(&db, 4).await;
        get(4, "?ucc=broken").await;
        let broken = row(4).await;
        assert!((broken.1, broken.3) == (1, false) && day.contains(&broken.2), "{broken:?}");
        get(4, "").await;
        assert_eq!(count(), 4);
        for sent in [5, 5] {
            move_clock(4).await;
            get(4, "").await;
            assert_eq!(count(), sent);
        }
        assert_eq!(row(4).await.1, 2);

        // A refusal is final.
        cello::signed_up(&db, 5).await;
        get(5, "?ucc=refused").await;
        assert!(row(5).await.3);
        move_clock(5).await;
        get(5, "").await;
        assert_eq!(count(), 6);

        // Too many requests, and no authorization even with a new token: put off for a minute.
        for (user, ucc) in [(6, "limited"), (7, "unauthorized")] {
            cello::signed_up(&db, user).await;
            get(user, &format!("?ucc={ucc}")).await;
            let put_off = row(user).await;
            assert!((put_off.1, put_off.3) == (0, false) && minute.contains(&put_off.2), "{put_off:?}");
        }
        assert_eq!((count(), seen.lock().unwrap().tokens), (7, 3));

        // No answer in time is ambiguous.
        cello::signed_up(&db, 8).await;
        get(8, "?ucc=slow").await;
        assert_eq!(row(8).await.1, 1, "claimed before it is sent");
        tokio::time::sleep(Duration::from_secs(6)).await;
        let slow = row(8).await;
        assert!((slow.1, slow.3) == (1, false) && day.contains(&slow.2), "{slow:?}");

        // Codes of yesterday's users, and of those who never signed up here, are not ours.
        cello::signed_up(&db, 9).await;
        move_clock(9).await;
        get(9, "?ucc=late").await;
        get(10, "?ucc=early").await;
        assert_eq!((row(9).await.0, count()), (None, 8));

        // The cookie does as well.
        cello::signed_up(&db, 11).await;
        let request = http.get(format!("{app}/api/cello/token")).header("x-user", "11");
        let request = request.header("cookie", "a=b").header("cookie", "cello-referral=cookie");
        request.send().await.unwrap();
        soon().await;
        assert_eq!((row(11).await.0, count()), (code("cookie"), 9));

        // Stripe is told the id always and the code where there is one.
        let metadata = cello::customer_metadata(&db, 11).await;
        assert_eq!((metadata.len(), metadata["new_user_id"].as_str()), (2, "11"));
        assert_eq!(metadata["cello_ucc"], "cookie");
        assert_eq!(cello::customer_metadata(&db, 9).await.len(), 1);
        assert_eq!(cello::customer_metadata(&db, 10).await["new_user_id"], "10");

        // Nobody, and calls from other sites.
        let reply = http.get(format!("{app}/api/cello/token")).send().await.unwrap();
        assert_eq!(reply.headers()["cache-control"], "no-store");
        assert_eq!(reply.headers()["vary"], "cookie, authorization, sec-fetch-site");
        assert_eq!(reply.status().as_u16(), 200);
        assert_eq!(reply.text().await.unwrap(), "{\"enabled\":false}");
        let request = http.get(format!("{app}/api/cello/token")).header("x-user", "1");
        let reply = request.header("sec-fetch-site", "cross-site").send().await.unwrap();
        assert_eq!(reply.status().as_u16(), 403);
        assert_eq!(reply.text().await.unwrap(), "{\"enabled\":false}");

        // The script, and its tag.
        let script = http.get(format!("{app}/api/cello/client.js"));
        let reply = script.try_clone().unwrap().send().await.unwrap();
        assert_eq!(reply.headers()["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(reply.headers()["cache-control"], "no-cache");
        let tag = reply.headers()["etag"].clone();
        assert!(reply.text().await.unwrap().contains("'https://assets.sandbox.cello.so'"));
        let reply = script.header("if-none-match", tag).send().await.unwrap();
        assert_eq!(reply.status().as_u16(), 304);
        assert_eq!(reply.text().await.unwrap(), "");

        // Without the table nothing fails.
        sqlx::query("DROP TABLE cello_signups").execute(&db).await.unwrap();
        cello::signed_up(&db, 12).await;
        get(12, "?ucc=none").await;
        assert_eq!(cello::customer_metadata(&db, 12).await.len(), 1);
        assert_eq!(count(), 9);
    }};
}

/// All settings.
fn switch_on() {
    for (name, value) in [
        ("CELLO_ENV", "sandbox"),
        ("CELLO_PRODUCT_ID", "product"),
        ("CELLO_PRODUCT_SECRET", "product secret"),
        ("CELLO_ACCESS_KEY_ID", "key"),
        ("CELLO_SECRET_ACCESS_KEY", "secret key"),
    ] {
        set(name, value);
    }
}
