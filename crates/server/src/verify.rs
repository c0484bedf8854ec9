//! The verdict over HTTP: for this holder, and for any axum server that protects routes of its own.
//!
//! [`Protect`] is a tower layer that answers before a handler runs. [`Judge`] is the same in one call,
//! for servers that have more to say between the verdict and the records.

use std::sync::Arc;

use axum::http::HeaderMap;
use phr_link::catalogue::Category;
use phr_link::decide::{Context, Decision, Permit, Policy, Release, Request, decide};
use phr_link::grant::Grant;
use phr_link::scope::{Action, Period};
use phr_link::status::StatusLists;
use phr_link::token::{Kind, Unverified};
use phr_link::trust::{Marks, TrustList};
use phr_link::{Code, Timestamp};

use crate::problem::Problem;

mod layer;
mod ledger;
mod verifier;

pub use layer::{Guard, Protect};
pub use ledger::{InMemory, Ledger, Pending, RETRY_SECONDS, Taken, Taking};
pub use verifier::Verifier;

/// The three fields of a request by which it is judged.
#[derive(Clone)]
pub struct Presented {
    authorization: Option<String>,
    chain: Option<String>,
    proof: Option<String>,
}

impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Tokens and proofs are never written anywhere.
        f.debug_struct("Presented").finish_non_exhaustive()
    }
}

impl Presented {
    /// Reads the fields; one that stands twice is refused.
    ///
    /// # Errors
    /// `proof.missing` for two `Authorization` or `DPoP` fields, `chain.form` for two `PHR-Chain`
    pub fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let one = |name: &str, code: Code| -> Result<Option<String>, Problem> {
            let mut values = headers.get_all(name).iter();
            let value = values.next();
            if values.next().is_some() {
                return Err(code.into());
            }
            value
                .map(|value| value.to_str().map(str::to_owned).map_err(|_| code.into()))
                .transpose()
        };
        Ok(Self {
            authorization: one("authorization", Code::ProofMissing)?,
            chain: one("phr-chain", Code::ChainForm)?,
            proof: one("dpop", Code::ProofMissing)?,
        })
    }

    /// The grant that is shown, or from which what is shown was passed on; nothing is believed of it.
    pub(crate) fn grant(&self) -> Option<Grant> {
        let token = self.authorization.as_deref()?.split_whitespace().nth(1)?;
        // With a chain the grant is its first link, and what is shown the last.
        let chain = self.chain.as_deref().unwrap_or_default();
        let first = chain.split(',').find(|part| !part.is_empty());
        let root = Unverified::read(first.unwrap_or(token), Kind::Grant).ok()?;
        root.unverified_claims::<Grant>().ok()
    }

    /// The thumbprint of the key that made the proof, once the proof was found good.
    fn proof_key(&self) -> phr_link::Result<String> {
        let proof = self.proof.as_deref().unwrap_or_default();
        let key = Unverified::read(proof, Kind::Proof)?.header_key()?;
        Ok(key.thumbprint().as_str().to_owned())
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The address by the server's own configuration.
    pub url: &'a str,
    /// The query; pages and retries of one query are one use.
    pub query: &'a str,
    /// The category.
    pub category: Category,
    /// The days; `None` asks for all that is granted.
    pub period: Option<Period>,
}

/// What a server demands; it does not change while it runs.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The server's own name, which has to be the `aud`.
    pub audience: String,
    /// The holders that answer for these records, normally one.
    pub issuers: Vec<String>,
    /// Limits.
    pub policy: Policy,
}

/// What a server knows of the world; it is made anew as lists come in.
#[derive(Clone, Debug)]
pub struct Known {
    /// The trust list.
    pub trust: Arc<TrustList>,
    /// The highest `seq` of a trust list that was seen.
    pub seq_floor: Option<i64>,
    /// The trust marks.
    pub marks: Arc<Marks>,
    /// The status lists.
    pub status: Arc<StatusLists>,
    /// The newest `iat` seen of each status list, by address.
    pub iat_floors: Vec<(String, Timestamp)>,
    /// The records that a member of staff has released.
    pub released: Vec<Release>,
}

/// Everything that a verdict takes.
#[derive(Clone, Copy)]
pub struct Judge<'a> {
    /// What is demanded.
    pub rules: &'a Rules,
    /// What is known; without it every request is refused.
    pub known: Option<&'a Known>,
    /// What was taken before.
    pub ledger: &'a dyn Ledger,
    /// The time.
    pub now: Timestamp,
}

impl std::fmt::Debug for Judge<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Judge")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// A permit that waits for its last step: it is good for nothing until it was taken.
#[derive(Debug)]
#[must_use]
pub struct Pledge {
    permit: Permit,
    reader_key: String,
}

impl Pledge {
    /// What would be permitted.
    #[must_use]
    pub const fn permit(&self) -> &Permit {
        &self.permit
    }

    /// The thumbprint of the reader's key.
    pub(crate) fn reader_key(&self) -> &str {
        &self.reader_key
    }
}

impl Judge<'_> {
    /// Asks the core for the verdict.
    ///
    /// # Errors
    /// the code of the denial; an unusable configuration is a denial too
    pub async fn decide(
        &self,
        presented: &Presented,
        asked: &Asked<'_>,
    ) -> Result<Pledge, Problem> {
        // The core asks last of all of a proof whether it was seen, and this store answers late:
        // the question is kept, and a refusal for a later reason yields to a replay.
        let (verdict, replay_key) = self.verdict(presented, asked)?;
        match verdict {
            Decision::Permit(permit) => Ok(Pledge {
                permit: *permit,
                reader_key: presented.proof_key()?,
            }),
            Decision::Deny(denial) => {
                if let Some(key) = replay_key
                    && self.ledger.knows(&key).await?
                {
                    return Err(Code::ProofReplayed.into());
                }
                Err(Problem::at(denial.reason.code, denial.reason.path))
            }
        }
    }

    /// Takes a permit: the proof is remembered and the use counted, both or neither.
    ///
    /// # Errors
    /// `proof.replayed`, `grant.use-limit`, and what the ledger refuses
    pub async fn take(
        &self,
        pledge: Pledge,
        asked: &Asked<'_>,
    ) -> Result<(Permit, Taken), Problem> {
        let taking = Taking {
            permit: &pledge.permit,
            reader_key: &pledge.reader_key,
            category: asked.category,
            query: asked.query,
            now: self.now,
        };
        let taken = self.ledger.take(&taking).await?;
        Ok((pledge.permit, taken))
    }

    fn verdict(
        &self,
        presented: &Presented,
        asked: &Asked<'_>,
    ) -> Result<(Decision, Option<String>), Problem> {
        let known = self.known.ok_or(Code::TrustListMissing)?;
        let issuers: Vec<&str> = self.rules.issuers.iter().map(String::as_str).collect();
        let asked_about = std::cell::RefCell::new(None);
        let seen = |key: &str| {
            *asked_about.borrow_mut() = Some(key.to_owned());
            false
        };
        let context = Context {
            now: self.now,
            audience: &self.rules.audience,
            issuers: &issuers,
            trust: Some(&known.trust),
            seq_floor: known.seq_floor,
            marks: &known.marks,
            status: &known.status,
            iat_floors: &known.iat_floors,
            policy: self.rules.policy,
            // What may be used once is counted by the ledger, after the verdict and atomically.
            used: &[],
            released: &known.released,
            seen: &seen,
        };
        let request = Request {
            method: asked.method,
            url: asked.url,
            authorization: presented.authorization.as_deref(),
            chain: presented.chain.as_deref(),
            proof: presented.proof.as_deref(),
            nonce: None,
            category: asked.category,
            action: Action::Read,
            period: asked.period,
            purpose: None,
            mode: None,
            subject: None,
            record: None,
        };
        let verdict = decide(&request, &context)?;
        Ok((verdict, asked_about.into_inner()))
    }
}
