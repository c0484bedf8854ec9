//! Whom the holder trusts: by its own sandbox, or by a list that others publish.

use std::sync::{Arc, Weak};
use std::time::Duration;

use phr_link::Timestamp;
use phr_link::key::{KeySet, Signer as _};
use phr_link::trust::ClientType;

use super::{Holder, Shared, sandbox};
use crate::feed::{Feed, World};
use crate::problem::Problem;

/// Where the trust list and the marks come from.
pub(super) enum Trust {
    /// A small world of parties that do not exist.
    Sandbox(Box<sandbox::World>),
    /// What others say.
    Fed(Box<Feed>),
}

impl Trust {
    /// The trust list and the marks as they are now.
    ///
    /// # Errors
    /// `trust.list-missing`, and the codes of a list that has grown old
    pub(super) fn world(&self, at: Timestamp) -> Result<Arc<World>, Problem> {
        match self {
            Self::Sandbox(world) => Ok(world.lists(at)?),
            Self::Fed(feed) => feed.world(at),
        }
    }

    /// The status lists of the marks.
    ///
    /// # Errors
    /// as [`Self::world`]
    pub(super) fn mark_status(&self, at: Timestamp) -> Result<Vec<String>, Problem> {
        match self {
            Self::Sandbox(world) => Ok(vec![world.mark_status(at)?]),
            Self::Fed(feed) => Ok(feed.world(at)?.mark_status.clone()),
        }
    }

    /// The keys of the sandbox's anchor; those of others are given by hand.
    pub(super) const fn sandbox_anchor(&self) -> Option<&KeySet> {
        match self {
            Self::Sandbox(world) => Some(&world.anchor),
            Self::Fed(_) => None,
        }
    }
}

/// Asks again for as long as the holder lives, where the list is of others.
pub(super) fn keep(holder: &Shared) {
    let Trust::Fed(feed) = &holder.trust else {
        return;
    };
    let pause = Duration::from_secs(feed.every());
    let holder: Weak<Holder> = Arc::downgrade(holder);
    tokio::spawn(async move {
        while let Some(holder) = holder.upgrade() {
            holder.refresh_trust().await;
            drop(holder);
            tokio::time::sleep(pause).await;
        }
    });
}

impl Holder {
    /// Asks for the trust list, and says so where nobody could verify what this holder signs.
    pub(super) async fn refresh_trust(&self) {
        let Trust::Fed(feed) = &self.trust else {
            return;
        };
        match feed.refresh(self.now()).await {
            Err(problem) => tracing::error!(
                code = problem.code.as_str(),
                "there is no good trust list: every request is refused"
            ),
            Ok(world) => {
                let own = world.trust.member(self.base());
                let signer = self.signer();
                let is_listed = own.zip(signer.ok()).is_some_and(|(own, signer)| {
                    let thumbprint = signer.public_key().thumbprint().clone();
                    own.keys
                        .iter()
                        .any(|key| key.admit().is_ok_and(|key| *key.thumbprint() == thumbprint))
                });
                if !is_listed {
                    tracing::error!(
                        "the trust list does not name the key that this holder signs with"
                    );
                }
            }
        }
    }

    /// Whether a page of this origin may call: that of an app of the trust list.
    pub(super) fn is_app(&self, origin: &str) -> bool {
        let Ok(world) = self.lists() else {
            return false;
        };
        world.trust.members().iter().any(|member| {
            member.client_type == ClientType::Device
                && member.redirect_uris.iter().any(|uri| {
                    let rest = uri.strip_prefix(origin);
                    rest.is_some_and(|rest| rest.starts_with('/'))
                })
        })
    }
}
