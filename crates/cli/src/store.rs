//! `phr-link store`: looking after a store.

use anyhow::Result;
use phr_link_server::store::Store;

use crate::arguments::StoreCommand;

pub(crate) fn run(command: &StoreCommand) -> Result<bool> {
    let StoreCommand::Backup { store, to } = command;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(Store::backup(&store.parse()?, to))?;
    println!("{}", to.display());
    Ok(true)
}
