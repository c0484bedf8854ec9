//! `phr-link keys`: private halves stay in files that only their owner reads.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use phr_link::Timestamp;
use phr_link::key::{Jwk, KeySet, Signer as _};
use phr_link_server::keys::{Key, KeyFile};

use crate::arguments::KeysCommand;
use crate::moment;
use crate::show::{Output, answer, ask, input, member};

/// Where the passphrase is, for commands that sign.
const PASSPHRASE_FILE: &str = "PHR_LINK_PASSPHRASE_FILE";

pub(crate) fn run(command: &KeysCommand, output: &Output, at: Timestamp) -> Result<bool> {
    match command {
        KeysCommand::New {
            file,
            passphrase_file,
        } => show(
            &KeyFile::create(file, passphrase_file.as_deref())?,
            output,
            at,
        ),
        KeysCommand::Rotate {
            file,
            passphrase_file,
            after_hours,
        } => {
            let mut file = KeyFile::open(file, passphrase_file.as_deref())?;
            file.rotate(at.plus(i64::from(*after_hours) * 3_600))?;
            show(&file, output, at)
        }
        KeysCommand::Retire {
            file,
            thumbprint,
            passphrase_file,
        } => {
            let mut file = KeyFile::open(file, passphrase_file.as_deref())?;
            file.retire(thumbprint, at)?;
            show(&file, output, at)
        }
        KeysCommand::Show {
            file,
            passphrase_file,
        } => show(
            &KeyFile::open(file, passphrase_file.as_deref())?,
            output,
            at,
        ),
        KeysCommand::Thumbprint { jwk } => {
            let jwk: serde_json::Value = serde_json::from_str(&input(jwk)?).context("the JWK")?;
            let found = ask(&serde_json::json!({"op": "thumbprint", "jwk": jwk}))?;
            match member(&found, "value").as_str() {
                Some(thumbprint) if !output.json => {
                    println!("{thumbprint}");
                    Ok(true)
                }
                _ => answer(&found, output),
            }
        }
    }
}

/// One key as a JWK; several as a JWK Set, with since when each signs on the standard error.
fn show(file: &KeyFile, output: &Output, at: Timestamp) -> Result<bool> {
    let ring = file.ring()?;
    let jwks: Vec<Jwk> = ring
        .entries()
        .iter()
        .map(|entry| entry.key.public_key().to_jwk())
        .collect();
    match jwks.as_slice() {
        [one] => println!("{}", serde_json::to_string_pretty(one)?),
        all => {
            let set = serde_json::json!({"keys": all});
            println!("{}", serde_json::to_string_pretty(&set)?);
        }
    }
    let signs = ring.signer(at)?.public_key().thumbprint();
    for entry in ring.entries().iter().filter(|_| jwks.len() > 1) {
        let thumbprint = entry.key.public_key().thumbprint();
        let says = if thumbprint == signs {
            output.say("signs now", "いま署名に使う").to_owned()
        } else if entry.signs_from > at {
            let from = phr_link::contract::DateTime(entry.signs_from).to_string();
            format!("{} {from}", output.say("signs from", "署名に使い始める:"))
        } else {
            output
                .say(
                    "has been followed; it is published still",
                    "後の鍵に替わった。公開は続く",
                )
                .to_owned()
        };
        eprintln!("{}  {says}", thumbprint.as_str());
    }
    Ok(true)
}

/// Reads a JWK Set.
pub(crate) fn set(text: &str) -> Result<KeySet> {
    Ok(KeySet::parse(input(text)?.as_bytes())?)
}

/// Reads the private key that signs now; what is in the file is never shown, not even where it is wrong.
pub(crate) fn load(file: &Path) -> Result<Key> {
    let passphrase = std::env::var_os(PASSPHRASE_FILE).map(PathBuf::from);
    let ring = KeyFile::open(file, passphrase.as_deref())?.ring()?;
    Ok(ring.signer(moment::at(None)?)?.clone())
}
