//! `yipan serve`: the house open to browsers and other programs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::sync::watch;
use yipan_base::directory::Role;
use yipan_base::time::ManualClock;
use yipan_drill::Storm;
use yipan_platform::House;
use yipan_platform::login::Mode;
use yipan_platform::outbox::FileDrop;
use yipan_server::{DemoHint, DemoLogin, Listening, Server, ServerOptions, TlsFiles};

use crate::opened::Opened;
use crate::{Arguments, applications, chores, demo, offline, print, storm};

/// The password of every demo account: common knowledge, and good in a demo house on this machine only.
const DEMO_PASSWORD: &str = "yipanqi-2021-demo";

/// The desks that the log-in page of a demo house shows first.
const DEMO_DESKS: &[&str] = &[
    "city.calltaker1",
    "city.shiftleader",
    "city.dispatcher",
    "city.reviewer",
    "city.callback1",
    "city.supervisor",
    "city.leader",
    "rudong.urban_management.handler",
    "rudong.urban_management.signer",
    "city.audit",
];

#[derive(Args)]
pub struct Serve {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8642")]
    listen: SocketAddr,
    /// The house's certificate in PEM, followed by those that vouch for it: browsers then speak TLS.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key in PEM. Both are read at the start.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// A TLS proxy stands before this house: cookies are marked Secure, forwarded addresses believed.
    #[arg(long)]
    behind_proxy: bool,
    /// Seconds in which a leaving house still answers everybody, while /api/v1/ready tells the balancer
    /// to send them elsewhere.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=300))]
    drain: u64,
    /// Minutes from one offline file of each centre to the next; 0 writes none.
    #[arg(long, value_name = "MINUTES", default_value_t = 10, value_parser = clap::value_parser!(u64).range(..=1440))]
    offline_every: u64,
    /// A demo house: loads the demo city into an empty directory and opens its accounts to anyone here.
    #[arg(long)]
    demo: bool,
    /// In an empty directory, with a simulated clock: the storm of 30 April 2021 is played while people
    /// look on.
    #[arg(long, requires = "demo")]
    storm: bool,
    /// Simulated seconds in one real second while the storm is played.
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..))]
    speed: u32,
}

pub async fn run(serve: &Serve, arguments: &Arguments) -> anyhow::Result<bool> {
    let (opened, storm) = open(serve, arguments).await?;
    let house = opened.house.clone();
    if serve.demo {
        load_demo(serve, &opened).await?;
    } else if house.mode().await? == Mode::Demo {
        anyhow::bail!(
            "the data directory {} holds a demo house, or a copy of one, whose accounts anyone can use: say --demo \
             and listen on 127.0.0.1",
            arguments.data.display()
        );
    }
    // Before the demo accounts have passwords: a house in which nobody can log in makes a link.
    let link = house.administrator_link().await?;
    let hint = if serve.demo { Some(open_accounts(&house).await?) } else { None };
    let tls = serve.tls_cert.clone().zip(serve.tls_key.clone());
    let tls = tls.map(|(certificates, key)| TlsFiles { certificates, key });
    let options = ServerOptions {
        behind_proxy: serve.behind_proxy,
        encrypted: serve.behind_proxy || tls.is_some(),
        simulated: opened.simulation.is_some(),
        demo: hint,
    };
    let listening = Listening::at(serve.listen, tls.as_ref(), serve.behind_proxy, &arguments.data).await?;
    let address = listening.address()?;
    let (leave, leaving) = watch::channel(false);
    let server = Server::new(house.clone(), options).leaving(leaving.clone());
    let assembled = server.assemble(applications::ALL);
    let scheme = if tls.is_some() { "https" } else { "http" };
    print(&format!("Yipan listens at {scheme}://{address}"));
    if house.city().directory.city().is_none() {
        print(
            "this house has no city yet: stop it, load one by `yipan city load FOLDER` (see scenarios/README.md), start it again",
        );
    }
    if let Some(token) = link {
        let city = house.city();
        let first =
            city.directory.all_staff().find(|s| s.roles.contains(&Role::SystemAdministrator) && !s.disabled);
        print(&format!("the system administrator logs in as {}", first.map_or("-", |s| s.login.as_str())));
        print(&format!("one-time administrator link, good for a day: {scheme}://{address}/first#{token}"));
    }
    if serve.demo {
        print(&format!(
            "demo accounts, in this demo house only: {} with {DEMO_PASSWORD}",
            DEMO_DESKS.join(", ")
        ));
    }
    let drop = FileDrop { dir: arguments.data.join("outbox") };
    std::fs::create_dir_all(&drop.dir)?;
    let (leads, leading) = watch::channel(false);
    let lead = tokio::spawn(chores::lead(house.clone(), leads, leaving.clone()));
    let follow = tokio::spawn(chores::follow(house.clone(), leaving.clone()));
    let rounds = tokio::spawn(chores::rounds(house.clone(), leading.clone(), leaving.clone()));
    let post = tokio::spawn(chores::post(house.clone(), drop, leading.clone(), leaving.clone()));
    let offline = (serve.offline_every > 0).then(|| {
        let every = Duration::from_secs(serve.offline_every * 60);
        tokio::spawn(offline::keep(
            house.clone(),
            arguments.data.clone(),
            every,
            leading.clone(),
            leaving.clone(),
        ))
    });
    if serve.storm && storm.is_none() {
        print(&format!(
            "this directory has had its storm, as far as {}; remove it to see the storm from the beginning",
            house.now()
        ));
    }
    if storm.is_some() {
        print(&format!("the storm of 30 April 2021 is played at {} simulated seconds a second", serve.speed));
    }
    let clockwork = tokio::spawn(chores::clockwork(
        house,
        storm.zip(opened.simulation.clone()),
        opened.simulation.clone(),
        serve.speed,
        leading.clone(),
        leaving.clone(),
    ));
    tokio::spawn(async move {
        told_to_leave().await;
        let _ = leave.send(true);
    });
    let notice = Duration::from_secs(serve.drain);
    listening.serve(assembled, notice).await?;
    lead.await?;
    follow.await?;
    clockwork.await?;
    post.await?;
    rounds.await?;
    if let Some(offline) = offline {
        offline.await?;
    }
    opened.close().await;
    Ok(true)
}

/// Loads the demo city where there is none.
async fn load_demo(serve: &Serve, opened: &Opened) -> anyhow::Result<()> {
    if !serve.listen.ip().is_loopback() {
        anyhow::bail!("a demo house opens its accounts to anyone: listen on 127.0.0.1 only");
    }
    demo::load(opened).await?;
    opened.house.declare_mode(Mode::Demo).await?;
    Ok(())
}

/// Opens the accounts of a demo house.
async fn open_accounts(house: &House) -> anyhow::Result<DemoHint> {
    house.demo_accounts(DEMO_PASSWORD).await?;
    let city = house.city();
    let desks = DEMO_DESKS.iter().filter_map(|login| city.directory.staff_by_login(login));
    let logins = desks
        .map(|staff| DemoLogin {
            login: staff.login.clone(),
            unit: city.directory.unit(&staff.unit).map(|u| u.name.clone()).unwrap_or_default(),
            roles: staff.roles.iter().map(role).collect(),
        })
        .collect();
    Ok(DemoHint { password: DEMO_PASSWORD.to_owned(), logins })
}

fn role(role: &Role) -> String {
    serde_json::to_value(role).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Opens the directory; with a storm to play if it is new and one was asked for.
async fn open(serve: &Serve, arguments: &Arguments) -> anyhow::Result<(Opened, Option<Storm>)> {
    if serve.storm && storm::empty(&arguments.data).is_ok() {
        let storm = storm::scenario()?;
        let clock = Arc::new(ManualClock::at(storm.opens));
        return Ok((Opened::with_clock(&arguments.data, clock).await?, Some(storm)));
    }
    let opened = Opened::at_or_new(&arguments.data).await?;
    anyhow::ensure!(
        !serve.storm || opened.simulation.is_some(),
        "the data directory {} goes by the real clock; the storm wants a directory of its own",
        arguments.data.display()
    );
    Ok((opened, None))
}

/// Waits for the terminal's interrupt or the machine's request to end.
async fn told_to_leave() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
