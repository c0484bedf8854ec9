//! `phr-link serve`

use anyhow::{Context as _, Result};
use phr_link_server::holder::{Config, serve};
use phr_link_server::limit::Limits;

use crate::arguments::ServeCommand;

pub(crate) fn run(command: ServeCommand) -> Result<bool> {
    let ServeCommand::Holder {
        listen,
        base,
        store,
        records,
        sdk,
        app,
        clinic_key,
    } = command;
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("PHR_LINK_LOG")
                .unwrap_or_else(|_| "warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let base = base.unwrap_or_else(|| format!("http://localhost:{}", listen.port()));
    let config = Config {
        listen,
        base: base.clone(),
        store,
        records,
        sdk,
        app,
        operator: None,
        limits: Limits::default(),
        clinic_key,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime
        .block_on(serve(config, |address| {
            println!("the holder listens on {address} as {base}")
        }))
        .context("the holder ended")?;
    Ok(true)
}
