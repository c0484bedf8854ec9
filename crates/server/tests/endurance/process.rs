//! The holder in a process of its own: this program again, with one test that serves.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use phr_link_server::holder::{Config, serve};
use phr_link_server::store::Address;

use crate::support::{BASE, UNLIMITED, World};

/// A holder that can be killed.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
}

const SETTINGS: &str = "PHR_LINK_ENDURANCE_HOLDER";
const READY: &str = "the holder listens on ";

impl Process {
    /// Starts a holder on the world's store, and waits until it listens.
    pub(crate) fn start(world: &World) -> Self {
        let settings = [
            text(&world.store),
            world.app.clone(),
            world.folder.path().to_str().unwrap().to_owned(),
        ];
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["process::serves", "--exact", "--ignored", "--nocapture"])
            .env(SETTINGS, settings.join("\n"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| {
            let line = line.ok()?;
            line.split_once(READY)?.1.parse().ok()
        });
        let Some(address) = address else {
            child.wait().unwrap();
            panic!("the holder did not start")
        };
        Self { child, address }
    }

    /// Ends it as a power cut would: nothing of its own runs any more.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[tokio::test]
#[ignore = "the other process of the tests beside it"]
async fn serves() {
    let Ok(settings) = std::env::var(SETTINGS) else {
        return;
    };
    let mut settings = settings.lines().map(str::to_owned);
    let store = settings.next().unwrap().parse().unwrap();
    let app = settings.next().unwrap();
    let folder: std::path::PathBuf = settings.next().unwrap().into();
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        base: BASE.into(),
        store,
        sdk: folder.clone(),
        app,
        limits: UNLIMITED,
        clinic_key: Some(folder.join("clinic.key")),
        ..Config::default()
    };
    serve(config, |address| println!("\n{READY}{address}"))
        .await
        .unwrap();
}

/// The address as a configuration has it.
pub(crate) fn text(store: &Address) -> String {
    match store {
        Address::Postgres(url) => url.clone(),
        other => other.to_string(),
    }
}

/// The address as the driver takes it.
pub(crate) fn url_of(store: &Address) -> String {
    match store {
        Address::File(path) => format!("sqlite://{}", path.display()),
        Address::Memory => panic!("a store in memory has no address"),
        Address::Postgres(url) => url.clone(),
    }
}
