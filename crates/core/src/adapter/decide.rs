//! `decide`: the verdict on one request.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use super::{Answer, Engine, malformed, now, optional_text, text, texts, typed};
use crate::catalogue::{Category, Mode};
use crate::decide::{Context, Decision, Policy, RecordMeta, Release, Request, Use, decide};
use crate::error::Result;
use crate::scope::{Action, Period, Purpose};
use crate::status::StatusLists;
use crate::time::Timestamp;
use crate::trust::{ListLimits, Marks};
use crate::wire::json::{self, Node};

/// Limits as a call writes them; what is absent keeps the default.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PolicyCall {
    skew: Option<i64>,
    status_age: Option<i64>,
    mark_age: Option<i64>,
    list_age: Option<i64>,
}

impl PolicyCall {
    fn policy(&self) -> Policy {
        let default = Policy::default();
        Policy {
            skew: self.skew.unwrap_or(default.skew),
            status_age: self.status_age.unwrap_or(default.status_age),
            mark_age: self.mark_age.unwrap_or(default.mark_age),
            list_age: self.list_age.unwrap_or(default.list_age),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UseCall {
    consent_jti: String,
    category: Category,
    count: u64,
}

pub(super) fn run(engine: &mut Engine, call: Node<'_, '_>) -> Result<Answer> {
    // A call that cannot be read is the caller's fault, and a denial all the same.
    match evaluate(engine, call) {
        Ok(answer) => Ok(answer),
        Err(error) => Ok(Answer::deny(&error, None)),
    }
}

fn evaluate(engine: &mut Engine, call: Node<'_, '_>) -> Result<Answer> {
    let now = now(call)?;
    let policy = typed::<PolicyCall>(call, "policy")?
        .unwrap_or_default()
        .policy();
    policy.check()?;
    let seq_floor = typed(call, "seq_floor")?;
    let issuers = texts(call.get("issuers"), "issuers")?;
    let period: Option<Period> = typed(call, "period")?;
    let record: Option<RecordMeta> = typed(call, "record")?;
    let released: Vec<Release> = typed(call, "released")?.unwrap_or_default();
    let used: Vec<UseCall> = typed(call, "used")?.unwrap_or_default();
    let used: Vec<Use> = used
        .into_iter()
        .map(|used| Use {
            consent_jti: used.consent_jti,
            category: used.category,
            count: used.count,
        })
        .collect();
    let iat_floors = floors(call)?;
    let seen = texts(call.get("seen_proofs"), "seen_proofs")?;
    let category = text(call, "category")?;
    let request = Request {
        method: text(call, "method")?,
        url: text(call, "url")?,
        authorization: optional_text(call, "authorization")?,
        chain: optional_text(call, "chain")?,
        proof: optional_text(call, "proof")?,
        nonce: optional_text(call, "nonce")?,
        category: Category::parse(category).ok_or_else(|| malformed("category"))?,
        action: typed::<Action>(call, "action")?.unwrap_or(Action::Read),
        period,
        purpose: typed::<Purpose>(call, "purpose")?,
        mode: typed::<Mode>(call, "mode")?,
        subject: optional_text(call, "subject")?,
        record: record.as_ref(),
    };
    let trust = call.get("trust").filter(|trust| trust.is_object());
    let trust = trust.ok_or_else(|| malformed("trust"))?;
    let compact = optional_text(trust, "trust_list")?;
    match compact {
        // The anchor's keys are read in any case: what is wrong with them is told.
        None => engine.keys(trust, "jwks").map(|_| ())?,
        Some(compact) => {
            let limits = ListLimits {
                max_age: policy.list_age,
                skew: policy.skew,
                seq_floor,
            };
            if let Err(error) = engine.trust(trust, compact, now, &limits) {
                return Ok(Answer::deny(&error, None));
            }
        }
    }
    let marks = texts(trust.get("marks"), "trust/marks")?;
    let lists = texts(call.get("status"), "status")?;
    let (no_marks, no_status) = (Marks::default(), StatusLists::default());
    let known = compact.and_then(|_| engine.with(&marks, &lists));
    let (list, marks, status) = match known {
        Some((list, marks, status)) => (Some(list), marks, status),
        None => (None, &no_marks, &no_status),
    };
    let context = Context {
        now,
        audience: text(call, "audience")?,
        issuers: &issuers,
        trust: list,
        seq_floor,
        marks,
        status,
        iat_floors: &iat_floors,
        policy,
        used: &used,
        released: &released,
        seen: &|key| seen.contains(&key),
    };
    Ok(match decide(&request, &context)? {
        Decision::Permit(permit) => Answer {
            decision: "permit",
            code: None,
            reasons: Vec::new(),
            value: Some(json::write(&permit)?),
        },
        Decision::Deny(denial) => {
            let reason = denial.reason;
            Answer {
                decision: "deny",
                code: Some(reason.code),
                reasons: [super::explain(reason.code, reason.token, reason.path)].into(),
                value: None,
            }
        }
    })
}

fn floors(call: Node<'_, '_>) -> Result<Vec<(String, Timestamp)>> {
    let Some(node) = call.get("iat_floors") else {
        return Ok(Vec::new());
    };
    node.members()
        .map(|(uri, iat)| {
            let iat = iat.as_i64().ok_or_else(|| malformed("iat_floors"))?;
            Ok((uri.into(), Timestamp::from_secs(iat)))
        })
        .collect()
}
