//! The verdict: may this request have these records?
//!
//! One file a step, in the order in which the steps are taken. Everything the verdict depends on is
//! an argument, so the same input gives the same verdict everywhere.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use crate::catalogue::{Category, Mode};
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::identifier::is_entity_id;
use crate::scope::{Action, Detail, Period, Purpose};
use crate::status::{ListAge, StatusLists};
use crate::time::{DAY_SECONDS, Timestamp};
use crate::trust::{ListLimits, Marks, TrustList};

mod ask;
mod certified;
mod chain;
mod filter;
mod presented;
mod proven;
mod rules;
mod standing;

pub use filter::{RecordFilter, RecordMeta, Release, UNDELIVERED, UNINFORMED};

/// What a caller asks the verdict about.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The address of the request by the server's own configuration, not by its `Host` field.
    pub url: &'a str,
    /// The value of `Authorization`.
    pub authorization: Option<&'a str>,
    /// The value of `PHR-Chain`.
    pub chain: Option<&'a str>,
    /// The value of `DPoP`.
    pub proof: Option<&'a str>,
    /// The nonce that the proof has to carry, where the server asks for one.
    pub nonce: Option<&'a str>,
    /// The category that is read.
    pub category: Category,
    /// What is done.
    pub action: Action,
    /// The days asked for; `None` asks for all that is granted.
    pub period: Option<Period>,
    /// The purpose that the caller expects.
    pub purpose: Option<Purpose>,
    /// The mode that the caller expects.
    pub mode: Option<Mode>,
    /// The person whose records they are, as named towards this client.
    pub subject: Option<&'a str>,
    /// One record to decide about.
    pub record: Option<&'a RecordMeta>,
}

/// What a verifier knows and demands.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The time.
    pub now: Timestamp,
    /// The server's own name, which has to be the `aud`.
    pub audience: &'a str,
    /// The holders that answer for these records, normally one.
    pub issuers: &'a [&'a str],
    /// The trust list.
    pub trust: Option<&'a TrustList>,
    /// The highest `seq` of a trust list that was seen.
    pub seq_floor: Option<i64>,
    /// The trust marks.
    pub marks: &'a Marks,
    /// The status lists.
    pub status: &'a StatusLists,
    /// The newest `iat` seen of each status list, by address.
    pub iat_floors: &'a [(String, Timestamp)],
    /// Limits.
    pub policy: Policy,
    /// What was used already, of what may be used once.
    pub used: &'a [Use],
    /// The records that a member of staff has released.
    pub released: &'a [Release],
    /// Tells whether a proof was seen, by its replay key.
    pub seen: &'a dyn Fn(&str) -> bool,
}

impl core::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Context")
            .field("now", &self.now)
            .field("policy", &self.policy)
            .finish()
    }
}

/// A use of what may be used once.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Use {
    /// The consent.
    pub consent_jti: String,
    /// The category.
    pub category: Category,
    /// How often.
    pub count: u64,
}

/// Limits that a verifier sets within those of the profile, all in seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Policy {
    /// Tolerance for clocks, at most 300; it never extends `exp`.
    pub skew: i64,
    /// Oldest status list of grants and delegations, at most 3,600.
    pub status_age: i64,
    /// Oldest status list of trust marks, at most 86,400.
    pub mark_age: i64,
    /// Oldest trust list, at most 86,400.
    pub list_age: i64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            skew: 60,
            status_age: 300,
            mark_age: DAY_SECONDS,
            list_age: DAY_SECONDS,
        }
    }
}

impl Policy {
    /// Checks that no limit is looser than the profile's.
    ///
    /// # Errors
    /// `caller.policy`
    pub fn check(&self) -> Result<()> {
        let limits = [
            (self.skew, 300, "/policy/skew"),
            (self.status_age, 3_600, "/policy/status_age"),
            (self.mark_age, DAY_SECONDS, "/policy/mark_age"),
            (self.list_age, DAY_SECONDS, "/policy/list_age"),
        ];
        match limits
            .iter()
            .find(|(value, most, _)| !(0..=*most).contains(value))
        {
            Some((_, _, path)) => Err(Error::at(Code::CallerPolicy, path)),
            None => Ok(()),
        }
    }
}

/// The verdict.
#[derive(Clone, Debug)]
#[must_use]
pub enum Decision {
    /// The request may have what the permit describes, and no more.
    Permit(Box<Permit>),
    /// It may not.
    Deny(Denial),
}

impl Decision {
    /// Gives the code of a denial.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Permit(_) => None,
            Self::Deny(denial) => Some(denial.reason.code),
        }
    }

    /// Tells whether the request is permitted.
    #[must_use]
    pub const fn is_permit(&self) -> bool {
        matches!(self, Self::Permit(_))
    }
}

/// What a permitted request may have.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Permit {
    /// The mode, computed.
    pub mode: Mode,
    /// The one purpose.
    pub purpose: Purpose,
    /// The person, as named towards the grant's client.
    pub sub: String,
    /// Who reads: the last on the path.
    pub client_id: String,
    /// The lasting relation between person, holder and recipient.
    pub arrangement_id: String,
    /// The consent; absent in an emergency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_jti: Option<String>,
    /// The grant.
    pub grant_jti: String,
    /// How many delegations lie between the grant and the reader.
    pub depth: usize,
    /// Whether an agent gave the consent.
    pub by_agent: bool,
    /// The detail that covers the request: handling, retention and the other duties.
    pub detail: Detail,
    /// Which records of the category may be shown.
    pub filter: RecordFilter,
    /// Under which key the server remembers the proof; it does so last, and atomically.
    pub replay_key: String,
    /// Until when it has to remember it.
    pub replay_until: Timestamp,
    /// Whether this use of the category is the only one.
    pub once: bool,
}

/// Why a request is denied.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Denial {
    /// The first thing that failed, in the documented order.
    pub reason: Reason,
}

/// One reason.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reason {
    /// The code.
    pub code: Code,
    /// The token of the path that is at fault, the grant being 0; none if it is no token.
    pub token: Option<usize>,
    /// A JSON pointer into that token.
    pub path: Option<String>,
}

impl Reason {
    fn new(error: &Error, token: Option<usize>) -> Self {
        Self {
            code: error.code(),
            token,
            path: error.path().map(String::from),
        }
    }
}

/// The result of a step: what it found, or why the request is denied.
type Step<T> = Result<T, Reason>;

impl From<Error> for Reason {
    /// A reason about no token in particular.
    fn from(error: Error) -> Self {
        Self::new(&error, None)
    }
}

/// Turns an error into a reason about a token of the path.
fn about(token: usize) -> impl Fn(Error) -> Reason {
    move |error| Reason::new(&error, Some(token))
}

fn deny(code: Code) -> Reason {
    Reason {
        code,
        token: None,
        path: None,
    }
}

/// Decides.
///
/// The answer names the first thing that fails in the documented order. A caller that gets `Err`
/// treats it as a denial.
///
/// # Errors
/// `caller.policy`, `caller.misuse`: the caller's own configuration cannot be used
///
/// # Spec
/// §8
pub fn decide(request: &Request<'_>, context: &Context<'_>) -> Result<Decision> {
    context.policy.check()?;
    if !is_entity_id(context.audience) || context.issuers.is_empty() {
        return Err(Error::new(Code::CallerMisuse));
    }
    Ok(match run(request, context) {
        Ok(permit) => Decision::Permit(Box::new(permit)),
        Err(reason) => Decision::Deny(Denial { reason }),
    })
}

fn run(request: &Request<'_>, context: &Context<'_>) -> Step<Permit> {
    let trust = context.trust.filter(|_| !mutant!("m-deny-all"));
    let trust = trust.ok_or_else(|| deny(Code::TrustListMissing))?;
    trust.recheck(context.now, &context.list_limits())?;
    let presented = presented::read(request)?;
    let path = chain::read(&presented, request, context, trust)?;
    let proven = proven::read(&path, request, context)?;
    chain::check_links(&path, trust)?;
    chain::check_scope(&path, trust)?;
    let asked = ask::check(&path, request, context, proven.purpose)?;
    let ruled = rules::check(&path, request, context, trust, &asked)?;
    standing::check(&path, context)?;
    certified::check(&path, context, trust)?;
    let grant = &path.grant;
    Ok(Permit {
        mode: ruled.mode,
        purpose: asked.purpose,
        sub: grant.sub.clone(),
        client_id: path.reader().into(),
        arrangement_id: grant.arrangement_id.clone(),
        consent_jti: grant.consent_jti.clone(),
        grant_jti: grant.jti.clone(),
        depth: path.delegations.len(),
        by_agent: grant.act.is_some(),
        detail: asked.detail.clone(),
        filter: ruled.filter,
        replay_key: proven.replay_key,
        replay_until: proven.replay_until,
        once: asked.is_once,
    })
}

impl Context<'_> {
    const fn list_limits(&self) -> ListLimits {
        ListLimits {
            max_age: self.policy.list_age,
            skew: self.policy.skew,
            seq_floor: self.seq_floor,
        }
    }

    const fn age(&self, max_age: i64) -> ListAge<'_> {
        ListAge {
            max_age,
            skew: self.policy.skew,
            floors: self.iat_floors,
        }
    }
}

/// The grant's and the delegations' details, root first.
fn details_of<'p>(path: &'p chain::Path) -> Vec<&'p [Detail]> {
    let mut details: Vec<&'p [Detail]> =
        Vec::with_capacity(path.delegations.len().saturating_add(1));
    details.push(&path.grant.authorization_details);
    details.extend(
        path.delegations
            .iter()
            .map(|token| token.authorization_details.as_slice()),
    );
    details
}
