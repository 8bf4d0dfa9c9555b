//! A database for one journey, of each kind there is.

use std::collections::BTreeMap;
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

    /// The rows of every table as text, in an order of their own; `file` is where SQLite would keep them. Without the names
    /// of commits, which PostgreSQL keeps whatever was in them (REL-4).
    pub(super) async fn contents(&self, file: &Path) -> BTreeMap<String, Vec<String>> {
        let Self::Postgres { address, .. } = self else { return contents_of(file) };
        let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        let named = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' \
                     AND table_name <> 'operation'";
        let mut contents = BTreeMap::new();
        for table in client.query(named, &[]).await.unwrap() {
            let table: String = table.get(0);
            let rows = client.query(&format!("SELECT t::text FROM {table} t ORDER BY 1"), &[]).await.unwrap();
            contents.insert(table, rows.iter().map(|row| row.get(0)).collect());
        }
        drop(client);
        connection.await.unwrap().unwrap();
        contents
    }

    /// Removes it; a journey that failed leaves it to be looked at.
    pub(super) async fn remove(&self) {
        if let Self::Postgres { name, .. } = self {
            run(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// The same of a SQLite file.
fn contents_of(file: &Path) -> BTreeMap<String, Vec<String>> {
    let db = rusqlite::Connection::open(file).unwrap();
    let mut named = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables = named.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
    let rows_of = |table: &str| {
        let mut statement = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            (0..columns).map(|at| row.get::<_, rusqlite::types::Value>(at)).collect::<Result<Vec<_>, _>>()
        };
        let rows = statement.query_map([], row).unwrap().map(|row| format!("{:?}", row.unwrap()));
        let mut rows: Vec<_> = rows.collect();
        rows.sort();
        rows
    };
    tables.map(|table| (table.clone(), rows_of(&table))).collect()
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
