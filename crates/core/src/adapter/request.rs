//! `request`: who asks, and who certified them, before anything is shown to the person.

use serde::Serialize;

use super::{Answer, Engine, malformed, now, text, texts};
use crate::claims::Party;
use crate::codes::Code;
use crate::consent::registration::verify_request;
use crate::decide::Policy;
use crate::error::{Error, Result};
use crate::request::ConsentRequest;
use crate::status::ListAge;
use crate::time::Timestamp;
use crate::trust::ListLimits;
use crate::wire::json::{self, Node};

#[derive(Serialize)]
struct Checked<'a> {
    claims: &'a ConsentRequest,
    /// As the trust list names it, never as the request does.
    recipient: Party,
    role: &'static str,
    overseas: bool,
    mark: Shown<'a>,
}

/// What a person is told of the mark.
#[derive(Serialize)]
struct Shown<'a> {
    issuer: &'a str,
    name: &'a str,
    #[serde(rename = "name#en")]
    name_en: &'a str,
    exp: Timestamp,
    criteria: &'a str,
    product: &'a str,
    report_s256: &'a str,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
}

/// `{now, pushed_at?, request, holder, trust: {jwks, trust_list, marks}, status}` → claims, recipient, mark.
pub(super) fn run(engine: &mut Engine, call: Node<'_, '_>) -> Result<Answer> {
    let now = now(call)?;
    let policy = Policy::default();
    let trust = call.get("trust").ok_or_else(|| malformed("trust"))?;
    let compact = text(trust, "trust_list")?;
    let marks = texts(trust.get("marks"), "trust/marks")?;
    let lists = texts(call.get("status"), "status")?;
    engine.trust(trust, compact, now, &ListLimits::default())?;
    let known = engine.with(&marks, &lists);
    let (list, marks, status) = known.ok_or_else(|| malformed("trust"))?;
    // A request is judged at the time at which it was pushed, its sender at the time of the question.
    let pushed_at = call.get("pushed_at").and_then(Node::as_i64);
    let (request, member) = verify_request(
        text(call, "request")?,
        text(call, "holder")?,
        list,
        pushed_at.map_or(now, Timestamp::from_secs),
        policy.skew,
    )?;
    member.check_not_suspended(now)?;
    let role = member
        .recipient_role()
        .ok_or_else(|| Error::new(Code::CatalogueModeNotAllowed))?;
    let age = ListAge {
        max_age: policy.mark_age,
        skew: policy.skew,
        floors: &[],
    };
    let mark = marks.good(&member.id, role, now, list, status, &age)?;
    // A mark was admitted because its issuer is in the list.
    let issuer = list.member(&mark.iss);
    let issuer = issuer.ok_or_else(|| Error::at(Code::MarkUntrusted, "/iss"))?;
    Ok(Answer::accept(Some(json::write(&Checked {
        claims: request.claims(),
        recipient: member.as_party(),
        role: role.as_str(),
        overseas: member.overseas,
        mark: Shown {
            issuer: &mark.iss,
            name: &issuer.name,
            name_en: &issuer.name_en,
            exp: mark.exp,
            criteria: &mark.criteria,
            product: &mark.product,
            report_s256: &mark.report_s256,
            reference: mark.reference.as_deref(),
        },
    })?)))
}
