//! A database for one journey, of each kind there is.

use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use tokio::sync::OnceCell;
use tokio_postgres::NoTls;
use toml::Table;

/// Where the server of a journey keeps its data.
pub(super) enum Database {
    /// In its home folder.
    Sqlite,
    /// On the test server, in a database of its own.
    Postgres { address: String, name: String },
}

impl Database {
    /// An empty PostgreSQL database, if `COUNTERSIGN_TEST_POSTGRES` names a server.
    pub(super) async fn postgres() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var("COUNTERSIGN_TEST_POSTGRES") else {
            static SAID: Once = Once::new();
            SAID.call_once(|| println!("skipped on PostgreSQL: COUNTERSIGN_TEST_POSTGRES is not set"));
            return None;
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("journey_{}_{number}", std::process::id());
        run(&format!("DROP DATABASE IF EXISTS {name}")).await;
        run(&format!("CREATE DATABASE {name}")).await;
        let (authority, _) = server.rsplit_once('/').unwrap();
        Some(Self::Postgres { address: format!("{authority}/{name}"), name })
    }

    /// `[database.identity_db]`.
    pub(super) fn table(&self) -> Table {
        match self {
            Self::Sqlite => toml::toml! { type = "sqlite" },
            Self::Postgres { address, .. } => {
                let mut table = toml::toml! { type = "postgresql" };
                table.insert("url".to_owned(), address.clone().into());
                table
            }
        }
    }

    /// The rows of the audit trail, in the order of their ids; `file` is where SQLite would keep them.
    pub(super) async fn audit(&self, file: &Path) -> Vec<Value> {
        const SQL: &str = "SELECT body FROM audit ORDER BY id";
        let bodies: Vec<Vec<u8>> = match self {
            Self::Sqlite => {
                let db = rusqlite::Connection::open(file).unwrap();
                let mut statement = db.prepare(SQL).unwrap();
                let rows = statement.query_map([], |row| row.get(0)).unwrap();
                rows.map(Result::unwrap).collect()
            }
            Self::Postgres { address, .. } => {
                let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
                let connection = tokio::spawn(connection);
                let rows = client.query(SQL, &[]).await.unwrap();
                drop(client);
                connection.await.unwrap().unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
        };
        bodies.iter().map(|body| serde_json::from_slice(body).unwrap()).collect()
    }

    /// Removes it; a journey that failed leaves it to be looked at.
    pub(super) async fn remove(&self) {
        if let Self::Postgres { name, .. } = self {
            run(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// One statement on the test server, at most one at a time: databases are made from a template nobody may be using.
async fn run(statement: &str) {
    static TURN: OnceCell<tokio::sync::Mutex<()>> = OnceCell::const_new();
    let _turn = TURN.get_or_init(async || tokio::sync::Mutex::new(())).await.lock().await;
    let server = std::env::var("COUNTERSIGN_TEST_POSTGRES").unwrap();
    let (client, connection) = tokio_postgres::connect(&server, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(statement).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}
