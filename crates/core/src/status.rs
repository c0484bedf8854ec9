//! Status lists (Token Status List): whether a token was ended.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::claims::{StatusPointer, check_entity, check_uri};
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::identifier::{check, is_jti};
use crate::key::KeySet;
use crate::time::Timestamp;
use crate::token::{Claims, Kind, Unverified, Verified};
use crate::trust::TrustList;
use crate::wire::json::Doc;
use crate::wire::schema::{Schema, Type, optional, required};

mod bits;

pub use bits::{StatusBits, StatusValue};

/// The claims of a status list.
///
/// # Spec
/// §3.7
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct StatusListClaims {
    /// The issuer, the same as in the tokens that point here.
    pub iss: String,
    /// The address of the list.
    pub sub: String,
    /// When it was signed.
    pub iat: Timestamp,
    /// When it ends.
    pub exp: Timestamp,
    /// How long it may be used without asking again, in seconds.
    pub ttl: i64,
    /// A random identifier; may be absent, as in the standard's examples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// The list.
    pub status_list: StatusListData,
}

/// The list as it is sent.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct StatusListData {
    /// Bits an entry: 1, 2, 4 or 8.
    pub bits: i64,
    /// The bytes, compressed with zlib, in base64url.
    pub lst: String,
}

const DATA: Schema = Schema::open(&[
    required("bits", Type::Integer),
    required("lst", Type::String),
]);

impl Claims for StatusListClaims {
    const KIND: Kind = Kind::StatusList;

    const SCHEMA: &'static Schema = &Schema::open(&[
        required("iss", Type::String),
        required("sub", Type::String),
        required("iat", Type::Integer),
        required("exp", Type::Integer),
        required("ttl", Type::Integer),
        optional("jti", Type::String),
        required("status_list", Type::Object(&DATA)),
    ]);

    fn check(&self) -> Result<()> {
        check_entity(&self.iss, "/iss")?;
        check_uri(&self.sub, "/sub")?;
        check(self.ttl > 0, "/ttl")?;
        check(self.jti.as_deref().is_none_or(is_jti), "/jti")?;
        check(
            [1, 2, 4, 8].contains(&self.status_list.bits),
            "/status_list/bits",
        )
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.exp)
    }
}

/// What a caller demands of the age of lists.
#[derive(Clone, Copy, Debug)]
pub struct ListAge<'a> {
    /// The oldest list that is taken, in seconds; the list's own `ttl` may demand less.
    pub max_age: i64,
    /// The tolerance for clocks, in seconds; it is not added to an age.
    pub skew: i64,
    /// For each address the newest `iat` that was seen.
    pub floors: &'a [(String, Timestamp)],
}

/// One list, checked and inflated.
#[derive(Clone, Debug)]
struct Entry {
    uri: String,
    iss: String,
    s256: String,
    iat: Timestamp,
    exp: Timestamp,
    ttl: i64,
    is_registered: bool,
    is_too_long_lived: bool,
    bits: Result<StatusBits>,
}

/// The status lists that a verifier has.
///
/// Make the store anew with each trust list: what is kept was checked against the list of then.
#[derive(Clone, Debug, Default)]
pub struct StatusLists {
    /// By address. Lists of one issuer for one address have the same `iat`, the newest.
    entries: BTreeMap<String, Vec<Entry>>,
    /// The first fault of a list that could not be checked, by the address it claims.
    faults: BTreeMap<String, Code>,
}

/// How many faults are kept: whoever answers for an address may claim any other.
const MAX_FAULTS: usize = 1_024;

impl StatusLists {
    /// Reads lists; a bad one is kept with its fault, to name it when its address is asked for.
    pub fn new<'a>(tokens: impl IntoIterator<Item = &'a str>, trust: &TrustList) -> Self {
        let mut lists = Self::default();
        for compact in tokens {
            lists.add(compact, trust);
        }
        lists
    }

    /// Adds a list; of several by one issuer for one address the newest stays.
    ///
    /// Two lists that were signed in the same second both stay, and what either ends is ended: one
    /// of them is the older, and it must not hide what the other says.
    pub fn add(&mut self, compact: &str, trust: &TrustList) {
        match admit(compact, trust) {
            Ok(entry) => {
                let lists = self.entries.entry(entry.uri.clone()).or_default();
                let by_same = |other: &Entry| other.iss == entry.iss;
                if lists.iter().any(|other| {
                    by_same(other) && (other.iat > entry.iat || other.s256 == entry.s256)
                }) {
                    return;
                }
                lists.retain(|other| !by_same(other) || other.iat == entry.iat);
                lists.push(entry);
            }
            Err(error) if self.faults.len() < MAX_FAULTS => {
                self.faults
                    .entry(claimed_address(compact))
                    .or_insert(fault_code(error.code()));
            }
            Err(_) => {}
        }
    }

    /// Gives the status at a pointer of a token issued by `iss`.
    ///
    /// # Errors
    /// `status.unknown`, `status.untrusted`, `status.stale`, `status.malformed`,
    /// `status.too-large`, `status.index-invalid`
    ///
    /// # Spec
    /// §8.4
    pub fn value(
        &self,
        pointer: &StatusPointer,
        iss: &str,
        now: Timestamp,
        age: &ListAge<'_>,
    ) -> Result<StatusValue> {
        let mut here = self.entries.get(&pointer.uri);
        if here.is_none() && mutant!("m-status-no-sub") {
            let is_by = |lists: &&Vec<Entry>| lists.iter().any(|list| list.iss == iss);
            here = self.entries.values().find(is_by);
        }
        let mut value = None;
        let counts = |list: &&Entry| list.iss == iss || mutant!("m-status-foreign-iss");
        for list in here.into_iter().flatten().filter(counts) {
            list.check(now, age)?;
            let found = list.bits.as_ref().map_err(Clone::clone)?.get(pointer.idx)?;
            if value.is_none_or(|value| value == StatusValue::VALID) {
                value = Some(found);
            }
        }
        value.ok_or_else(|| {
            // A list for this address that does not verify, or a good one by somebody else.
            let foreign = here.map(|_| Code::StatusUntrusted);
            let faulty = self.faults.get(&pointer.uri).copied();
            Error::new(faulty.or(foreign).unwrap_or(Code::StatusUnknown))
        })
    }
}

impl Entry {
    fn check(&self, now: Timestamp, age: &ListAge<'_>) -> Result<()> {
        if !self.is_registered {
            return Err(Error::at(Code::StatusUntrusted, "/sub"));
        }
        let floor = age
            .floors
            .iter()
            .find(|(uri, _)| *uri == self.uri)
            .map(|(_, floor)| *floor);
        let is_old = now.since(self.iat) > self.ttl.min(age.max_age);
        let is_early = self.iat > now.plus(age.skew);
        if mutant!("m-status-cache-forever") {
            return Ok(());
        }
        let is_rolled_back =
            floor.is_some_and(|floor| self.iat < floor) && !mutant!("m-status-rollback");
        if is_old || is_early || is_rolled_back || now >= self.exp || self.is_too_long_lived {
            return Err(Error::at(Code::StatusStale, "/iat"));
        }
        Ok(())
    }
}

fn admit(compact: &str, trust: &TrustList) -> Result<Entry> {
    let unverified = Unverified::read(compact, Kind::StatusList)?;
    let (token, member) = trust.verify_token::<StatusListClaims>(&unverified, |list| &list.iss)?;
    Ok(entry(&token, member.status_uris.contains(&token.sub)))
}

fn entry(token: &Verified<StatusListClaims>, is_registered: bool) -> Entry {
    let cap = Kind::StatusList.lifetime_cap().unwrap_or_default();
    Entry {
        uri: token.sub.clone(),
        iss: token.iss.clone(),
        s256: token.s256().into(),
        iat: token.iat,
        exp: token.exp,
        ttl: token.ttl,
        is_registered,
        is_too_long_lived: token.exp.since(token.iat) > cap,
        bits: StatusBits::inflate(&token.status_list),
    }
}

/// Gives the status in one list whose keys the caller names.
///
/// The issuer is not compared with anything: the caller knows whose keys these are.
///
/// # Errors
/// those of the token, `status.*`
///
/// # Spec
/// §11.2
pub fn value_in(
    compact: &str,
    keys: &KeySet,
    pointer: &StatusPointer,
    now: Timestamp,
    age: &ListAge<'_>,
) -> Result<StatusValue> {
    let name_fault = |error: Error| {
        let code = fault_code(error.code());
        error.with_code(code)
    };
    let unverified = Unverified::read(compact, Kind::StatusList).map_err(name_fault)?;
    let kid = unverified.kid().unwrap_or_default();
    let key = keys
        .find(kid, unverified.algorithm().as_str())
        .map_err(name_fault)?;
    let token = unverified
        .verify::<StatusListClaims>(key)
        .map_err(name_fault)?;
    if token.sub != pointer.uri {
        return Err(Error::at(Code::StatusUntrusted, "/sub"));
    }
    let list = entry(&token, true);
    list.check(now, age)?;
    list.bits?.get(pointer.idx)
}

/// Names the fault of a list token in the words of status.
const fn fault_code(code: Code) -> Code {
    match code {
        Code::TokenTooLarge | Code::StatusTooLarge => Code::StatusTooLarge,
        Code::HeaderAlgNotAllowed
        | Code::HeaderTypMismatch
        | Code::HeaderTypMissing
        | Code::HeaderKeySource
        | Code::HeaderPrivateKey
        | Code::HeaderKidMissing
        | Code::KeyUnknown
        | Code::KeyUseMismatch
        | Code::KeyAlgMismatch
        | Code::KeyIssuerMismatch
        | Code::IssuerUntrusted
        | Code::IssuerKindNotAllowed
        | Code::SignatureInvalid
        | Code::SignatureMalformed => Code::StatusUntrusted,
        _ => Code::StatusMalformed,
    }
}

/// Which address a list is for, by its own words: enough to file its fault, not to believe it.
fn claimed_address(compact: &str) -> String {
    let read = || {
        let payload = compact.split('.').nth(1)?;
        let payload = crate::wire::base64url::decode(payload).ok()?;
        let doc = Doc::parse(&payload).ok()?;
        doc.root().get("sub")?.as_str().map(String::from)
    };
    if compact.len() > Kind::StatusList.max_bytes() {
        // Nothing of an oversized text is read: its address stays unknown.
        return String::new();
    }
    read().unwrap_or_default()
}
