//! The keys of a running server: the file is read again when it changes.

use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::{Duration, SystemTime};

use anyhow::Result;
use phr_link::Timestamp;

use super::{Key, KeyFile, Keyring, Settings};

/// How often the file is looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// The keys as they are now.
pub(crate) struct Keys(RwLock<Arc<Keyring>>);

impl Keys {
    /// Keys that stay as they are.
    pub(crate) fn of(ring: Keyring) -> Arc<Self> {
        Arc::new(Self(RwLock::new(Arc::new(ring))))
    }

    /// Opens the file, and looks at it for as long as somebody has these keys.
    ///
    /// # Errors
    /// if it cannot be read
    pub(crate) fn open(settings: &Settings) -> Result<Arc<Self>> {
        let used = changed_at(settings);
        let keys = Self::of(read(settings)?);
        tokio::spawn(keep(Arc::downgrade(&keys), settings.clone(), used));
        Ok(keys)
    }

    pub(crate) fn ring(&self) -> Arc<Keyring> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The key that signs now.
    ///
    /// # Errors
    /// `key.unknown` where none signs yet
    pub(crate) fn signer(&self, at: Timestamp) -> phr_link::Result<Key> {
        self.ring().signer(at).cloned()
    }
}

fn read(settings: &Settings) -> Result<Keyring> {
    KeyFile::open(&settings.file, settings.passphrase_file.as_deref())?.ring()
}

fn changed_at(settings: &Settings) -> Option<SystemTime> {
    std::fs::metadata(&settings.file).ok()?.modified().ok()
}

async fn keep(keys: Weak<Keys>, settings: Settings, mut used: Option<SystemTime>) {
    loop {
        tokio::time::sleep(LOOK_AGAIN).await;
        let Some(keys) = keys.upgrade() else { return };
        let now = changed_at(&settings);
        if now.is_none() || now == used {
            continue;
        }
        let settings = settings.clone();
        // To decrypt takes a second on purpose: others are served meanwhile.
        let fresh = tokio::task::spawn_blocking(move || read(&settings)).await;
        match fresh {
            Ok(Ok(ring)) => {
                *keys.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
                used = now;
                tracing::info!("the keys were read again");
            }
            _ => tracing::error!("the changed file of keys cannot be used; the old keys are kept"),
        }
    }
}
