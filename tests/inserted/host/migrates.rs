// The migration for SeaORM, there and back.

use host::migrations::{Postgres, Sqlite};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use sea_orm_migration::{MigratorTrait, SchemaManager};

async fn there_and_back<M: MigratorTrait>(db: &DatabaseConnection) {
    db.execute_unprepared("DROP TABLE IF EXISTS cello_signups").await.unwrap();
    db.execute_unprepared("DROP TABLE IF EXISTS seaql_migrations").await.unwrap();
    db.execute_unprepared("DROP TABLE IF EXISTS users").await.unwrap();
    db.execute_unprepared("CREATE TABLE users (id INTEGER PRIMARY KEY)").await.unwrap();
    let is_there = || async { SchemaManager::new(db).has_table("cello_signups").await.unwrap() };
    M::up(db, None).await.unwrap();
    assert!(is_there().await);
    // Rows go with their user.
    if db.get_database_backend() == sea_orm::DbBackend::Postgres {
        for sql in ["INSERT INTO users VALUES (7)", "INSERT INTO cello_signups (user_id) VALUES (7)", "DELETE FROM users"] {
            db.execute_unprepared(sql).await.unwrap();
        }
        let left = db.execute_unprepared("DELETE FROM cello_signups").await.unwrap();
        assert_eq!(left.rows_affected(), 0);
    }
    M::down(db, None).await.unwrap();
    assert!(!is_there().await);
    db.execute_unprepared("DROP TABLE users").await.unwrap();
}

#[tokio::test]
async fn the_table_comes_and_goes() {
    there_and_back::<Sqlite>(&Database::connect("sqlite::memory:").await.unwrap()).await;
    let url = std::env::var("TEST_POSTGRES").expect("tests/with-postgres.sh sets TEST_POSTGRES");
    there_and_back::<Postgres>(&Database::connect(&url).await.unwrap()).await;
}
