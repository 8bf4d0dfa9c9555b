//! `serve` and `demo`.

use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

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
        let first = first_start::prepare(&place.home)?;
        let open::Read { settings, warnings } = open::load(place)?;
        let _log = log::start(&settings);
        if let Some(warnings) = &warnings {
            log::configuration_warnings(&settings, warnings);
        }
        let _lock = place.home.lock()?;
        let (server, account) = start(&place.home, &settings).await?;
        server.warned(warnings.as_deref().unwrap_or_default());
        println!("{}", welcome(&place.home, &settings, &server, &account, first)?);
        run_until_told(server).await?;
        Ok(ExitCode::SUCCESS)
    })
}

#[derive(Args, Debug)]
pub(super) struct DemoArguments {
    /// The port to listen on, on this machine only; 0 takes any that is free.
    #[arg(long, default_value_t = 9443)]
    port: u16,
}

/// Runs a server in a home of its own that is thrown away, with the people of the documents in it.
pub(super) fn demo(arguments: &DemoArguments) -> Result<ExitCode, Failed> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).with_context(|| {
        format!(
            "port {} cannot be used; choose another one with --port, or any with --port 0",
            arguments.port
        )
    })?;
    let port = listener.local_addr().context("the listener has no address")?.port();
    let folder = demo::Folder::create()?;
    let place = Place { home: Home::new(folder.path()), lenient: false };
    demo::prepare(&place.home, port)?;
    open::runtime()?.block_on(async {
        // What it would warn of is what makes it a demo.
        let settings = open::load(&place)?.settings;
        let _log = log::start(&settings);
        let ambient = Ambient::machine();
        let (server, _) = serve_on(listener, &place.home, &settings, ambient).await?;
        let token = demo::populate(&server.app).await?;
        println!("{}", demo::script(&server.public_url, &place.home, &token));
        run_until_told(server).await?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn start(home: &Home, settings: &Settings) -> anyhow::Result<(Server, AdminAccount)> {
    let address = (settings.https.address, settings.port());
    let listener = TcpListener::bind(address).with_context(|| {
        format!("cannot listen on {}:{}; is another server running there?", address.0, address.1)
    })?;
    serve_on(listener, home, settings, Ambient::machine()).await
}

async fn serve_on(
    listener: TcpListener,
    home: &Home,
    settings: &Settings,
    mut ambient: Ambient,
) -> anyhow::Result<(Server, AdminAccount)> {
    let wired = wire(home, settings, ambient.clone()).await?;
    let account = first_start::super_admin(&wired.app, settings, &mut ambient.entropy).await?;
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
        format!("  Pages            {url}/myaccount/ and {url}/console/"),
        format!("  Home             {}", home.root().display()),
    ];
    match account {
        AdminAccount::Generated(password) => lines.push(first_start::show_password(home, admin, password)?),
        AdminAccount::Configured => {
            lines.push(format!("  Administrator    {admin}, password from deployment.toml"));
        }
        AdminAccount::Untouched => {}
    }
    lines.extend(server.delivery.described());
    if server.inbox.is_some() {
        lines.push(format!("  Dev inbox        {url}/console/dev-inbox"));
    }
    if first {
        lines.push(String::new());
        lines.push("Try it in another terminal (curl asks for the password; put the code that appears here in place of CODE):".to_owned());
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
