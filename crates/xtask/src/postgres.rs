//! A PostgreSQL cluster that is thrown away: for tests, never for anything else.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::run::{find, output, program, run};
use crate::setup::debian;

/// A running cluster; it ends when this goes.
pub(crate) struct Cluster {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes a cluster in a folder of its own and waits until it answers.
    pub(crate) fn start() -> Result<Self> {
        let programs = programs()?;
        let folder = std::env::temp_dir().join(format!("phr-link-postgres-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).context("no folder for the database")?;
        let data = folder.join("data");
        let owner = owner(&folder)?;
        let initdb = run(
            as_owner(&programs.join("initdb"), &folder, owner.as_deref())
                .args([
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--username=phr",
                    "--no-sync",
                ])
                .arg("-D")
                .arg(&data)
                .stdout(Stdio::null()),
        );
        initdb.context("the database cannot be made")?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = as_owner(&programs.join("postgres"), &folder, owner.as_deref())
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args(["-p", &port.to_string(), "-h", "127.0.0.1"])
            // It is thrown away: what a power cut would lose does not matter here.
            .args(["-c", "fsync=off", "-c", "max_connections=300"])
            .stdout(Stdio::null())
            .stderr(Stdio::from(std::fs::File::create(folder.join("log"))?))
            .spawn()
            .context("the database does not start")?;
        let cluster = Self {
            server,
            folder,
            port,
        };
        let began = Instant::now();
        let ready = programs.join("pg_isready");
        let port = port.to_string();
        while output(&ready, &["-q", "-h", "127.0.0.1", "-p", &port]).is_none() {
            ensure!(
                began.elapsed() < Duration::from_secs(60),
                "the database does not answer"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(cluster)
    }

    /// The address of its database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://phr@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // A child of `setpriv` or of ours alike: it is the server itself that is ended.
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The folder of PostgreSQL's programs, installed if they are missing.
fn programs() -> Result<PathBuf> {
    if let Some(found) = look() {
        return Ok(found);
    }
    println!("PostgreSQL is missing");
    debian::install(&["postgresql"])?;
    look().context("PostgreSQL is still missing: put `initdb` and `postgres` on the path")
}

fn look() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").ok();
    let versions = debian.into_iter().flatten().flatten();
    let newest = versions
        .map(|version| version.path().join("bin"))
        .filter(|folder| folder.join("initdb").is_file())
        .max();
    newest.or_else(|| Some(find(&["initdb"])?.parent()?.to_owned()))
}

/// The user that owns the cluster: the server refuses to run as root.
fn owner(folder: &Path) -> Result<Option<String>> {
    if output("id", &["-u"]).as_deref() != Some("0") {
        return Ok(None);
    }
    let owner = "postgres";
    run(Command::new("chown").arg(owner).arg(folder))?;
    Ok(Some(owner.to_owned()))
}

fn as_owner(name: &Path, folder: &Path, owner: Option<&str>) -> Command {
    let Some(owner) = owner else {
        return program(name, folder);
    };
    // `setpriv` becomes the program, so that ending it ends the server.
    let mut command = program("setpriv", folder);
    command
        .args(["--reuid", owner, "--regid", owner, "--init-groups"])
        .arg(name);
    command
}
