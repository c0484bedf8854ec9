//! Testing a running holder, or the reference in this process.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use phr_link_conformance::checks::holder::{self, Target};
use phr_link_conformance::report::CheckResult;
use phr_link_server::holder::{Config, serve};
use phr_link_server::store::Address;

const NOTICE: &str = "適合検査のためのお知らせです。作りものの記録だけを読みます。";

#[derive(Args, Debug)]
pub(crate) struct HolderTarget {
    /// The holder's address
    #[arg(long, conflicts_with = "reference")]
    base: Option<String>,
    /// Test the reference, which is started for it on this machine
    #[arg(long)]
    reference: bool,
    /// The origin of the app that the suite plays: a device client of the holder's trust list, on a free
    /// port of this machine
    #[arg(long, default_value = "http://localhost:8788")]
    app: String,
    /// Its name in the trust list
    #[arg(long, default_value = "見本ヘルス")]
    app_name: String,
    /// Two people who can sign in at the holder
    #[arg(long, num_args = 2, default_values = ["taro", "hanako"])]
    people: Vec<String>,
}

impl HolderTarget {
    /// Where the target is, in words.
    pub(super) fn place(&self) -> String {
        self.base.clone().unwrap_or_else(|| "reference".to_owned())
    }

    /// Runs every check.
    pub(super) fn run(&self, progress: impl FnMut(&CheckResult)) -> Result<Vec<CheckResult>> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        runtime.block_on(self.test(progress))
    }

    async fn test(&self, progress: impl FnMut(&CheckResult)) -> Result<Vec<CheckResult>> {
        ensure!(
            self.base.is_some() || self.reference,
            "name the holder with --base, or test the --reference"
        );
        let folder = tempfile::tempdir()?;
        let (base, app) = match &self.base {
            Some(base) => (base.trim_end_matches('/').to_owned(), self.app.clone()),
            None => reference(folder.path().to_owned()).await?,
        };
        serve_notice(&app).await?;
        let [first, second] = self.people.as_slice() else {
            anyhow::bail!("name two people");
        };
        let target = Target {
            base,
            app,
            app_name: self.app_name.clone(),
            notice: NOTICE.to_owned(),
            people: [first.clone(), second.clone()],
        };
        holder::run(&target, progress).await
    }
}

/// Starts the reference holder; gives its address and that of the app it knows.
async fn reference(folder: PathBuf) -> Result<(String, String)> {
    let listen = SocketAddr::from(([127, 0, 0, 1], crate::demo::free_port()?));
    let base = format!("http://localhost:{}", listen.port());
    let app = format!("http://localhost:{}", crate::demo::free_port()?);
    let config = Config {
        listen: listen.into(),
        base: base.clone(),
        store: Address::File(folder.join("holder.db")),
        sdk: folder,
        app: app.clone(),
        ..Config::default()
    };
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    tokio::spawn(serve(config, move |_| {
        // The receiver waits below.
        let _ = ready.send(());
    }));
    is_ready.await.context("the reference did not start")?;
    Ok((base, app))
}

/// Serves the notice at the app's origin: holders fetch it when a request comes.
async fn serve_notice(app: &str) -> Result<()> {
    let url = reqwest::Url::parse(app).with_context(|| format!("{app} is no origin"))?;
    let port = url
        .port_or_known_default()
        .context("the app's origin has no port")?;
    let router = axum::Router::new().route("/notice.txt", axum::routing::get(|| async { NOTICE }));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .with_context(|| format!("the app's port {port} is not free on this machine"))?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}
