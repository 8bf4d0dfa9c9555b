//! `serve` and `demo`.

use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::Context as _;

use super::{Failed, Place, open};
use crate::config::Settings;
use crate::first_start::{self, AdminAccount};
use crate::home::Home;
use crate::server::Server;
use crate::wire::{Ambient, wire};
use crate::{demo, log};

/// Runs the server until it is told to stop.
pub(super) fn serve(place: &Place) -> Result<ExitCode, Failed> {
    open::runtime()?.block_on(async {
        let (settings, first) = open::configuration(place)?;
        log::start(&settings);
        let _lock = place.home.lock()?;
        let (server, account) = start(&place.home, &settings).await?;
        println!("{}", welcome(&place.home, &settings, &server, &account, first)?);
        run_until_told(server).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Runs a server in a home of its own that is thrown away, with the people of the documents in it.
pub(super) fn demo() -> Result<ExitCode, Failed> {
    let folder = demo::Folder::create()?;
    let place = Place { home: Home::new(folder.path()), lenient: false };
    demo::prepare(&place.home)?;
    open::runtime()?.block_on(async {
        let settings = open::read(&place)?;
        log::start(&settings);
        let (server, _) = start(&place.home, &settings).await?;
        let token = demo::populate(&server.app).await?;
        println!("{}", demo::script(&server.public_url, &token));
        run_until_told(server).await?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn start(home: &Home, settings: &Settings) -> anyhow::Result<(Server, AdminAccount)> {
    let mut ambient = Ambient::machine();
    let wired = wire(home, settings, ambient.clone()).await?;
    let account = first_start::super_admin(&wired.app, settings, &mut ambient.entropy).await?;
    let address = (settings.https.address, settings.port());
    let listener = TcpListener::bind(address).with_context(|| {
        format!("cannot listen on {}:{}; is another server running there?", address.0, address.1)
    })?;
    let server = Server::start(home, settings, wired, listener, &ambient, false).await?;
    Ok((server, account))
}

async fn run_until_told(mut server: Server) -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        ended = server.ended() => return ended,
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    println!("Stopping.");
    server.stop().await
}

/// What the terminal shows once the server answers.
fn welcome(
    home: &Home,
    settings: &Settings,
    server: &Server,
    account: &AdminAccount,
    first: bool,
) -> anyhow::Result<String> {
    let url = &server.public_url;
    let admin = &settings.super_admin.username;
    let mut lines = vec![
        format!("Countersign is ready: {url}  (listening on {})", server.address),
        format!("  Home             {}", home.root().display()),
    ];
    match account {
        AdminAccount::Generated(password) => lines.push(first_start::show_password(home, admin, password)?),
        AdminAccount::Configured => {
            lines.push(format!("  Administrator    {admin}, password from deployment.toml"))
        }
        AdminAccount::Untouched => {}
    }
    lines.extend(server.delivery.described());
    if first {
        lines.push(String::new());
        lines.push("Try (give the password when asked):".to_owned());
        lines.extend(demo::first_lines(url, admin));
        lines.push(String::new());
        lines.push(format!(
            "To go beyond this machine: set [server] hostname and [transport.https.properties] address in\n{}\n\
             put your certificate into {} as server.crt and server.key, then ask\n\
             `countersign config check` what else is missing.",
            home.deployment_toml().display(),
            home.security().display()
        ));
    }
    Ok(lines.join("\n"))
}
