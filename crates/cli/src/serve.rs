//! `phr-link serve`

use std::path::Path;

use anyhow::{Context as _, Result};
use phr_link_server::{holder, operator, sidecar};
use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use crate::arguments::{Common, ServeCommand};
use crate::{settings, telemetry};

pub(crate) fn run(command: ServeCommand) -> Result<bool> {
    match command {
        ServeCommand::Holder {
            common,
            records,
            sdk,
            app,
            operator,
            operator_key,
            clinic_key,
        } => {
            let mut table = common.table();
            set(&mut table, "records", path(records.as_deref()));
            set(&mut table, "sdk", path(sdk.as_deref()));
            set(&mut table, "app", app.map(Value::String));
            set(&mut table, "clinic_key", path(clinic_key.as_deref()));
            if let (Some(base), Some(key)) = (operator, path(operator_key.as_deref())) {
                let mut inner = Table::new();
                inner.insert("base".to_owned(), Value::String(base));
                inner.insert("key".to_owned(), key);
                table.insert("operator".to_owned(), Value::Table(inner));
            }
            let Some(config) = read::<holder::Config>(&common, table)? else {
                return Ok(true);
            };
            let base = config.base.clone();
            served("holder", base, |ready| holder::serve(config, ready))
        }
        ServeCommand::Verifier { common } => {
            let Some(config) = read::<sidecar::Config>(&common, common.table())? else {
                return Ok(true);
            };
            let base = config.base.clone();
            served("verifier", base, |ready| sidecar::serve(config, ready))
        }
        ServeCommand::Operator {
            common,
            holder,
            key,
        } => {
            let mut table = common.table();
            set(&mut table, "holder", holder.map(Value::String));
            if let Some(file) = path(key.as_deref()) {
                let mut inner = Table::new();
                inner.insert("file".to_owned(), file);
                table.insert("keys".to_owned(), Value::Table(inner));
            }
            let Some(config) = read::<operator::Config>(&common, table)? else {
                return Ok(true);
            };
            let base = config.base.clone();
            served("operator", base, |ready| operator::serve(config, ready))
        }
    }
}

/// The settings; none where they were to be shown only.
fn read<T: DeserializeOwned + Serialize>(common: &Common, arguments: Table) -> Result<Option<T>> {
    let config: T = settings::read(common.config.as_deref(), std::env::vars(), arguments)?;
    if common.print_config {
        print!("{}", settings::show(&config)?);
        return Ok(None);
    }
    Ok(Some(config))
}

fn served<F: Future<Output = Result<()>>>(
    what: &'static str,
    base: String,
    serve: impl FnOnce(Box<dyn FnOnce(std::net::SocketAddr)>) -> F,
) -> Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let telemetry = telemetry::start(what)?;
        let ready = move |address| println!("the {what} listens on {address} as {base}");
        let outcome = serve(Box::new(ready)).await;
        telemetry.end();
        outcome.with_context(|| format!("the {what} ended"))
    })?;
    Ok(true)
}

impl Common {
    /// What the arguments say, as a file would say it.
    fn table(&self) -> Table {
        let mut table = Table::new();
        if let Some(address) = self.listen {
            let mut listen = Table::new();
            listen.insert("address".to_owned(), Value::String(address.to_string()));
            table.insert("listen".to_owned(), Value::Table(listen));
            // On this machine the address is enough to know the name.
            if self.base.is_none() && self.config.is_none() {
                let base = format!("http://localhost:{}", address.port());
                table.insert("base".to_owned(), Value::String(base));
            }
        }
        set(&mut table, "base", self.base.clone().map(Value::String));
        set(&mut table, "store", self.store.clone().map(Value::String));
        let admin = self.admin.map(|address| Value::String(address.to_string()));
        set(&mut table, "admin", admin);
        table
    }
}

fn set(table: &mut Table, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        table.insert(name.to_owned(), value);
    }
}

fn path(path: Option<&Path>) -> Option<Value> {
    path.map(|path| Value::String(path.to_string_lossy().into_owned()))
}
