use axum::{extract::State, routing::post, Json, Router};
use sqlx::SqlitePool;

#[tokio::main]
async fn main() {
    let pool = SqlitePool::connect("sqlite:../orchard.db").await.unwrap();
    let app = Router::new().route("/users", post(invite)).with_state(pool);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:9000").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}

/// Growers who don't like forms are signed up by the office.
async fn invite(State(pool): State<SqlitePool>, Json(email): Json<String>) -> String {
    let insert = sqlx::query("INSERT INTO users (email) VALUES (?)").bind(email).execute(&pool).await;
    insert.map_or_else(|error| error.to_string(), |done| done.last_insert_rowid().to_string())
}
