//! diesel's pools, of every kind.

use std::sync::OnceLock;
use std::time::Duration;

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use diesel::r2d2::{ConnectionManager, CustomizeConnection};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;

pub type BlockingPool = diesel::r2d2::Pool<ConnectionManager<SqliteConnection>>;
pub type ThreadedPool = deadpool_diesel::sqlite::Pool;
pub type AsyncPool = diesel_async::pooled_connection::bb8::Pool<AsyncPgConnection>;

#[derive(Clone)]
pub struct BlockingState {
    pub db: BlockingPool,
}

#[derive(Clone)]
pub struct ThreadedState {
    pub db: ThreadedPool,
}

#[derive(Clone)]
pub struct AsyncState {
    pub db: AsyncPool,
}

/// Several connections write to one file here.
#[derive(Debug)]
struct Patient;

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Patient {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        let set = connection.batch_execute("PRAGMA busy_timeout = 5000");
        set.map_err(diesel::r2d2::Error::QueryError)
    }
}

/// A pool for the file that the story is told about.
///
/// # Panics
/// If the file can't be opened.
pub fn blocking() -> &'static BlockingPool {
    static POOL: OnceLock<BlockingPool> = OnceLock::new();
    POOL.get_or_init(|| {
        let file = std::env::temp_dir().join(format!("cello-{}.db", std::process::id()));
        let manager = ConnectionManager::new(file.display().to_string());
        BlockingPool::builder()
            .connection_customizer(Box::new(Patient))
            .build(manager)
            .expect("the story's file is there")
    })
}

/// That pool in a state.
pub fn blocking_state() -> BlockingState {
    BlockingState {
        db: blocking().clone(),
    }
}

/// A pool for the story's server.
///
/// # Panics
/// If `TEST_POSTGRES` is not set.
pub fn asynchronous() -> &'static AsyncPool {
    static POOL: OnceLock<AsyncPool> = OnceLock::new();
    POOL.get_or_init(|| {
        let url = std::env::var("TEST_POSTGRES").expect("the story asks for it");
        AsyncPool::builder().build_unchecked(AsyncDieselConnectionManager::new(url))
    })
}

/// Until a note that nobody waits for is surely written.
pub async fn settle() {
    tokio::time::sleep(Duration::from_millis(200)).await;
}
