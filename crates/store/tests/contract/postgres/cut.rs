//! The answer to a commit is lost on the way (REL-4): a proxy between store and server cuts at the worst moments.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use countersign_store::{Clock, Commit, CommitError, Store, UserStep};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

use super::on_postgres;
use crate::builder::profile;
use crate::database::House;

/// When the connection is cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum Cut {
    Never,
    /// COMMIT never reaches the server.
    BeforeCommit,
    /// COMMIT reaches it, and nobody waits for the answer.
    AfterCommitIsSent,
    /// It has answered, and the answer is lost.
    AfterCommitIsAnswered,
}

/// Cuts the next connection that commits.
struct Proxy {
    folder: tempfile::TempDir,
    next: Arc<AtomicU8>,
}

const PORT: u16 = 1;
/// The end of a simple query's message; what stands before it is a tag and a length.
const COMMIT: &[u8] = b"COMMIT\0";
const HEADER: usize = 5;

impl Proxy {
    fn start(server: PathBuf) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(format!(".s.PGSQL.{PORT}"))).unwrap();
        let next = Arc::new(AtomicU8::new(Cut::Never as u8));
        let armed = Arc::clone(&next);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&server).await.unwrap();
                tokio::spawn(forward(client, server, Arc::clone(&armed)));
            }
        });
        Self { folder, next }
    }

    fn address(&self, database: &str) -> String {
        let folder = self.folder.path().to_str().unwrap().replace('/', "%2F");
        format!("postgresql://postgres@{folder}:{PORT}/{database}")
    }

    fn cut_next(&self, cut: Cut) {
        self.next.store(cut as u8, Ordering::SeqCst);
    }
}

/// Carries bytes both ways until one side ends, or the cut falls.
async fn forward(mut client: UnixStream, mut server: UnixStream, armed: Arc<AtomicU8>) {
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let asked = &asked[..length];
                let commit = asked.windows(COMMIT.len()).position(|window| window == COMMIT);
                let cut = commit.map_or(Cut::Never as u8, |_| armed.swap(Cut::Never as u8, Ordering::SeqCst));
                if cut == Cut::BeforeCommit as u8 {
                    let _ = server.write_all(&asked[..commit.unwrap() - HEADER]).await;
                    return;
                }
                if server.write_all(asked).await.is_err() || cut == Cut::AfterCommitIsSent as u8 {
                    return;
                }
                if cut == Cut::AfterCommitIsAnswered as u8 {
                    swallow_answer(&mut server).await;
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn swallow_answer(server: &mut UnixStream) {
    let mut answer = Vec::new();
    while !answer.windows(COMMIT.len()).any(|window| window == COMMIT) {
        if server.read_buf(&mut answer).await.unwrap_or(0) == 0 {
            return;
        }
    }
}

/// The socket of the server the cases run on.
fn socket() -> PathBuf {
    let address = std::env::var("COUNTERSIGN_TEST_POSTGRES").unwrap();
    let config: tokio_postgres::Config = address.parse().unwrap();
    let [tokio_postgres::config::Host::Unix(folder)] = config.get_hosts() else {
        panic!("these cases need a server on a unix socket: tools/postgres start");
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    Path::new(folder).join(format!(".s.PGSQL.{port}"))
}

/// Commits 40 times, each time cut; after each the effect must be what the answer said. Returns how many landed.
async fn landed(house: &House, through: &Store, proxy: &Proxy, cut: Cut) -> u64 {
    let user = house.user(profile(&format!("{cut:?}"))).await;
    let mut landed = 0;
    for round in 0..40 {
        let seen = house.snapshot(user).await;
        let step = UserStep::Update(Box::new(crate::builder::updating(&seen)));
        proxy.cut_next(cut);

        let outcome = through.commit(Commit { user: step, ..house.nothing() }).await;

        let moved = house.snapshot(user).await.user.revision - seen.user.revision;
        match outcome {
            Ok(()) => assert_eq!(moved, 1, "round {round}: answered, but lost"),
            Err(CommitError::Fault(fault)) => {
                assert!(fault.passing, "{fault:?}");
                assert_eq!(moved, 0, "round {round}: refused, but done");
            }
            Err(other) => panic!("{other:?}"),
        }
        landed += moved;
    }
    landed
}

/// REL-4: never tried again blindly, so nothing happens twice; settled, so no answer is a lie.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_is_settled_before_it_is_answered() {
    on_postgres(async |house, database| {
        let proxy = Proxy::start(socket());
        let name = database.address.rsplit_once('/').unwrap().1;
        let through =
            Store::open_postgres(&proxy.address(name), Clock::Manual(house.clock.clone())).await.unwrap();

        assert_eq!(landed(house, &through, &proxy, Cut::Never).await, 40);
        assert_eq!(landed(house, &through, &proxy, Cut::AfterCommitIsAnswered).await, 40);
        assert_eq!(landed(house, &through, &proxy, Cut::BeforeCommit).await, 0);
        // The server may notice the cut before it comes to COMMIT, or after.
        landed(house, &through, &proxy, Cut::AfterCommitIsSent).await;
    })
    .await;
}
