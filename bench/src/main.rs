//! What `bench/run` stands the server beside: people to load, a mail sink, and the two limits measured in the same run
//! (a bare HTTPS server, a bare database loop). Nothing here ships with the product.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing))]

mod bare_commits;
mod bare_https;
mod load;
mod sink;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser, Debug)]
#[command(name = "countersign-bench", about, max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Put people into a home folder's SQLite database and print their ids, one a line.
    Load {
        /// The home folder, whose server does not run.
        #[arg(long)]
        home: PathBuf,
        /// How many there are afterwards: `user000000` and on.
        #[arg(long)]
        users: usize,
    },
    /// Take mail on 127.0.0.1 and write `address code` lines.
    Sink {
        /// Where to listen.
        #[arg(long)]
        port: u16,
        /// The file to append to.
        #[arg(long)]
        codes: PathBuf,
    },
    /// Answer a fixed JSON document over TLS: `/700`, `/7k` and `/70k`.
    BareHttps {
        /// Where to listen.
        #[arg(long)]
        port: u16,
    },
    /// Commit an update and an insert in a loop, 1, 8 and 64 a transaction, and print the rates as JSON.
    BareCommits {
        /// An empty folder for the database.
        #[arg(long)]
        folder: PathBuf,
        /// How long each of the three takes.
        #[arg(long, default_value_t = 3.0)]
        seconds: f64,
    },
}

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match Arguments::parse().command {
        Command::Load { home, users } => runtime.block_on(load::load(&home, users)),
        Command::Sink { port, codes } => runtime.block_on(sink::serve(port, &codes)),
        Command::BareHttps { port } => runtime.block_on(bare_https::serve(port)),
        Command::BareCommits { folder, seconds } => bare_commits::run(&folder, seconds),
    }
}
