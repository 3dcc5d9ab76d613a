//! Lists of migrations that hold the one for sign-ups, one for each database.

use sea_orm_migration::prelude::*;

macro_rules! list {
    ($name:ident, $migration:path) => {
        pub struct $name;

        #[async_trait::async_trait]
        impl MigratorTrait for $name {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                vec![Box::new($migration)]
            }
        }
    };
}

list!(Sqlite, crate::on_sqlite::Migration);
list!(Postgres, crate::on_postgres::Migration);
