//! What a server signs with: a file of keys, of which one signs now, the next one is published already,
//! and the earlier ones still are.
//!
//! Whoever verifies learns of a key before it signs, and for as long as something that it signed is
//! verified. So a key is changed without a moment at which anything is refused.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use age::secrecy::SecretString;
use anyhow::{Context as _, Result, bail, ensure};
use phr_link::key::{PublicKey, SecretKey, Signer, Thumbprint};
use phr_link::wire::base64url;
use phr_link::{Code, Error, Timestamp};
use serde::{Deserialize, Serialize};

mod watch;

pub(crate) use watch::Keys;

/// How an encrypted file begins.
const ENCRYPTED: &[u8] = b"age-encryption.org/v1";

/// Where the keys of a server are.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The file that `phr-link keys new` made.
    pub file: PathBuf,
    /// The file of its passphrase, where it is encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passphrase_file: Option<PathBuf>,
}

/// A key that signs. It may be in memory, or in a device or a service of others: whatever implements
/// [`Signer`] is one.
///
/// # Example
/// ```
/// use phr_link::key::{SecretKey, Signer as _};
/// use phr_link_server::keys::Key;
/// let key = Key::of(SecretKey::from_seed(&[7; 32]));
/// assert!(key.sign(b"text").is_ok());
/// ```
#[derive(Clone)]
pub struct Key(Arc<dyn Signer + Send + Sync>);

impl Key {
    /// Takes whatever signs.
    pub fn of(signer: impl Signer + Send + Sync + 'static) -> Self {
        Self(Arc::new(signer))
    }
}

impl Signer for Key {
    fn public_key(&self) -> &PublicKey {
        self.0.public_key()
    }

    fn sign(&self, message: &[u8]) -> phr_link::Result<[u8; 64]> {
        self.0.sign(message)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// The keys of a server, in the order in which they sign.
#[derive(Clone, Debug)]
pub struct Keyring(Vec<Entry>);

/// A key of a ring.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// From when on it signs; before, it is published alone.
    pub signs_from: Timestamp,
}

impl Keyring {
    /// Gives a ring of one key, which has always signed.
    #[must_use]
    pub fn of(key: Key) -> Self {
        let signs_from = Timestamp::from_secs(0);
        Self(vec![Entry { key, signs_from }])
    }

    /// Gives the key that signs at a time: the last one whose time has come.
    ///
    /// # Errors
    /// `key.unknown` where none signs yet
    pub fn signer(&self, at: Timestamp) -> phr_link::Result<&Key> {
        let signs = self.0.iter().rev().find(|entry| entry.signs_from <= at);
        signs
            .map(|entry| &entry.key)
            .ok_or(Error::new(Code::KeyUnknown))
    }

    /// Gives all keys: they are published before they sign and until they are retired.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }
}

/// The file as it is written.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    keys: Vec<WrittenKey>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    seed: String,
    signs_from: i64,
}

/// A file of keys that is open, with what it takes to write it again.
pub struct KeyFile {
    path: PathBuf,
    passphrase: Option<SecretString>,
    written: Written,
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyFile({})", self.path.display())
    }
}

impl KeyFile {
    /// Makes a file with one key, which signs at once.
    ///
    /// # Errors
    /// if the file exists, or cannot be written
    pub fn create(path: &Path, passphrase_file: Option<&Path>) -> Result<Self> {
        let first = WrittenKey {
            seed: seed()?,
            signs_from: 0,
        };
        let file = Self {
            path: path.to_owned(),
            passphrase: passphrase_file.map(passphrase).transpose()?,
            written: Written {
                version: 1,
                keys: vec![first],
            },
        };
        let mut opened = private()
            .create_new(true)
            .open(path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        std::io::Write::write_all(&mut opened, &file.bytes()?)?;
        Ok(file)
    }

    /// Opens a file. One that holds a bare seed is a file of one key.
    ///
    /// # Errors
    /// if it cannot be read or decrypted; what is in it is never told
    pub fn open(path: &Path, passphrase_file: Option<&Path>) -> Result<Self> {
        let bytes =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let none = || {
            format!(
                "{} holds no keys made by `phr-link keys new`",
                path.display()
            )
        };
        let passphrase = passphrase_file.map(passphrase).transpose()?;
        let plain = match (&passphrase, bytes.starts_with(ENCRYPTED)) {
            (_, false) => bytes,
            (None, true) => bail!(
                "{} is encrypted: name the file of its passphrase",
                path.display()
            ),
            (Some(passphrase), true) => {
                age::decrypt(&age::scrypt::Identity::new(passphrase.clone()), &bytes).map_err(
                    // Its text might tell which part of the passphrase's work failed.
                    |_| anyhow::anyhow!("{} cannot be decrypted", path.display()),
                )?
            }
        };
        let text = String::from_utf8(plain).ok().with_context(none)?;
        let written = match base64url::decode_array::<32>(text.trim()) {
            Ok(_) => Written {
                version: 1,
                keys: vec![WrittenKey {
                    seed: text.trim().to_owned(),
                    signs_from: 0,
                }],
            },
            // A text of an error of serde could repeat what is in the file.
            Err(_) => serde_json::from_str(&text).ok().with_context(none)?,
        };
        ensure!(written.version == 1 && !written.keys.is_empty(), none());
        Ok(Self {
            path: path.to_owned(),
            passphrase,
            written,
        })
    }

    /// Adds a key that signs from a time on.
    ///
    /// # Errors
    /// if the file cannot be written, or a later key is in it already
    pub fn rotate(&mut self, signs_from: Timestamp) -> Result<()> {
        let signs_from = signs_from.as_secs();
        let is_last = self
            .written
            .keys
            .iter()
            .all(|key| key.signs_from < signs_from);
        ensure!(is_last, "a key that signs later is in the file already");
        let seed = seed()?;
        self.written.keys.push(WrittenKey { seed, signs_from });
        self.save()
    }

    /// Takes a key out: it is published no more, and what it signed is refused from then on by whoever
    /// learns of it.
    ///
    /// # Errors
    /// if it is not there, is the only one, or signs now or later
    pub fn retire(&mut self, thumbprint: &str, at: Timestamp) -> Result<()> {
        let ring = self.ring()?;
        let place = ring
            .entries()
            .iter()
            .position(|entry| entry.key.public_key().thumbprint().as_str() == thumbprint)
            .context("the file has no such key")?;
        let signs = ring.signer(at).map(|key| thumbprint_of(key).clone());
        let signs_before = ring.entries().iter().position(|entry| {
            signs
                .as_ref()
                .is_ok_and(|signs| signs == thumbprint_of(&entry.key))
        });
        ensure!(
            signs_before.is_some_and(|signs| place < signs),
            "only a key that has been followed by another one can be retired"
        );
        self.written.keys.remove(place);
        self.save()
    }

    /// Gives the keys.
    ///
    /// # Errors
    /// if one is no key
    pub fn ring(&self) -> Result<Keyring> {
        let keys = self.written.keys.iter().map(|written| {
            let seed = base64url::decode_array::<32>(&written.seed)
                .map_err(|_| anyhow::anyhow!("{} holds no key", self.path.display()))?;
            Ok(Entry {
                key: Key::of(SecretKey::from_seed(&seed)),
                signs_from: Timestamp::from_secs(written.signs_from),
            })
        });
        Ok(Keyring(keys.collect::<Result<_>>()?))
    }

    fn bytes(&self) -> Result<Vec<u8>> {
        let text = serde_json::to_string(&self.written)?;
        match &self.passphrase {
            None => Ok(text.into_bytes()),
            Some(passphrase) => {
                let recipient = age::scrypt::Recipient::new(passphrase.clone());
                age::encrypt(&recipient, text.as_bytes()).context("the keys cannot be encrypted")
            }
        }
    }

    /// Written beside and put in its place: a server that reads it meanwhile reads the one or the other.
    fn save(&self) -> Result<()> {
        let beside = self.path.with_extension("new");
        let failed = || format!("cannot write {}", beside.display());
        let mut opened = private()
            .create(true)
            .truncate(true)
            .open(&beside)
            .with_context(failed)?;
        std::io::Write::write_all(&mut opened, &self.bytes()?).with_context(failed)?;
        opened.sync_all().with_context(failed)?;
        std::fs::rename(&beside, &self.path).with_context(failed)
    }
}

fn thumbprint_of(key: &Key) -> &Thumbprint {
    key.public_key().thumbprint()
}

fn seed() -> Result<String> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).context("this machine has no random generator")?;
    Ok(base64url::encode(&seed))
}

/// Nobody else on the machine reads it.
fn private() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn passphrase(file: &Path) -> Result<SecretString> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the passphrase in {}", file.display()))?;
    let text = text.trim_end_matches(['\r', '\n']);
    ensure!(
        text.len() >= 12,
        "the passphrase has fewer than 12 characters"
    );
    Ok(SecretString::from(text.to_owned()))
}

#[cfg(test)]
mod tests;
