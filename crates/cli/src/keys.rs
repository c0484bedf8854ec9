//! `phr-link keys`: private halves stay in files that only their owner reads.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use phr_link::key::{Jwk, KeySet, SecretKey, Signer as _};
use phr_link::wire::base64url;

use crate::arguments::KeysCommand;
use crate::show::{Output, answer, ask, input, member};

pub(crate) fn run(command: &KeysCommand, output: &Output) -> Result<bool> {
    match command {
        KeysCommand::New { file } => {
            let mut seed = [0; 32];
            getrandom::fill(&mut seed).context("this machine has no random generator")?;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut opened = options
                .open(file)
                .with_context(|| format!("cannot make {}", file.display()))?;
            writeln!(opened, "{}", base64url::encode(&seed))?;
            show(&SecretKey::from_seed(&seed))
        }
        KeysCommand::Show { file } => show(&load(file)?),
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

fn show(key: &SecretKey) -> Result<bool> {
    let jwk: Jwk = key.public_key().to_jwk();
    println!("{}", serde_json::to_string_pretty(&jwk)?);
    Ok(true)
}

/// Reads a JWK Set.
pub(crate) fn set(text: &str) -> Result<KeySet> {
    Ok(KeySet::parse(input(text)?.as_bytes())?)
}

/// Reads a private key; what is in the file is never shown, not even where it is wrong.
pub(crate) fn load(file: &Path) -> Result<SecretKey> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let seed = base64url::decode_array::<32>(text.trim()).map_err(|_| {
        anyhow::anyhow!(
            "{} holds no key made by `phr-link keys new`",
            file.display()
        )
    })?;
    Ok(SecretKey::from_seed(&seed))
}
