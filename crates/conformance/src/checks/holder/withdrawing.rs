//! The end of a consent, and what the person sees of all of it.

use anyhow::Result;
use phr_link::receipt::Receipt;
use phr_link::receipt::RecordForm;
use phr_link::scope::Purpose;
use phr_link::token::{Kind, Unverified, s256, sign};
use serde_json::Value;

use super::{Cases, READ, Target};

pub(super) async fn effective(target: &Target) -> Result<Cases> {
    let mut cases = Cases::default();
    let linked = target.link(0).await?;
    cases.status(
        "before",
        "",
        "before it, reading is permitted",
        &[200],
        linked.read(READ, Purpose::SelfView).await,
    );
    let consent = sign(&linked.person.consent, &linked.person.key)?;
    let fields = [
        (
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ),
        ("client_id", linked.app.id.as_str()),
        ("subject_token", &consent),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
    ];
    let renewed = linked.app.token(&fields).await;
    cases.status(
        "renewable",
        "",
        "and a new grant is given for the consent",
        &[200],
        renewed,
    );
    linked.person.withdraw().await?;
    for time in 1..=3 {
        cases.status(
            &format!("after-{time}"),
            "API-013",
            "after it, nothing is",
            &[401],
            linked.read(READ, Purpose::SelfView).await,
        );
    }
    let renewed = linked.app.token(&fields).await;
    cases.status(
        "renewal",
        "API-016",
        "nor is a new grant given",
        &[400, 401],
        renewed,
    );
    Ok(cases)
}

pub(super) async fn stays(target: &Target) -> Result<Cases> {
    let mut cases = Cases::default();
    let old = target.link(0).await?;
    old.person.withdraw().await?;
    let new = target.link(0).await?;
    cases.status(
        "new",
        "",
        "a new consent gives a new grant",
        &[200],
        new.read(READ, Purpose::SelfView).await,
    );
    cases.status(
        "old",
        "LIFE-008",
        "and does not revive the old one",
        &[401],
        old.read(READ, Purpose::SelfView).await,
    );
    let again = old.person.withdraw().await;
    cases.holds(
        "again",
        "",
        "withdrawing once more harms nothing",
        again.is_ok(),
        "it is refused",
    );
    cases.status(
        "still",
        "",
        "nor does it end the new one",
        &[200],
        new.read(READ, Purpose::SelfView).await,
    );
    Ok(cases)
}

/// The person's receipts, each with its hash, and the arrangement that was played.
async fn told(target: &Target) -> Result<(Vec<(String, Receipt)>, String)> {
    let linked = target.link(1).await?;
    linked.read(READ, Purpose::SelfView).await?.permitted()?;
    linked.person.withdraw().await?;
    let answer = linked.person.browser.json("/receipts/file").await?;
    let tokens = answer
        .body
        .get("receipts")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let read = |token: &Value| {
        let token = token.as_str()?;
        let unverified = Unverified::read(token, Kind::Receipt).ok()?;
        Some((s256(token), unverified.unverified_claims::<Receipt>().ok()?))
    };
    let receipts = tokens.iter().filter_map(read).collect();
    Ok((receipts, linked.person.consent.arrangement_id))
}

pub(super) async fn receipts(target: &Target) -> Result<Cases> {
    use phr_link::receipt::ReceiptEvent::{Provision, Registration, Withdrawal};
    let mut cases = Cases::default();
    let (receipts, arrangement) = told(target).await?;
    let mut own: Vec<_> = receipts
        .iter()
        .filter(|(_, receipt)| receipt.arrangement_id == arrangement)
        .collect();
    own.sort_by_key(|(_, receipt)| receipt.seq);
    for (id, event) in [
        ("registration", Registration),
        ("provision", Provision),
        ("withdrawal", Withdrawal),
    ] {
        cases.holds(
            id,
            if event == Provision { "LIFE-028" } else { "" },
            "the person gets a receipt of it",
            own.iter().any(|(_, receipt)| receipt.event == event),
            "there is none",
        );
    }
    cases.holds(
        "chain",
        "LIFE-026",
        "they are numbered without a gap, each naming the one before",
        own.windows(2).all(|pair| {
            let [(hash, left), (_, right)] = pair else {
                return false;
            };
            right.seq == left.seq.saturating_add(1) && right.prev_s256.as_ref() == Some(hash)
        }),
        "the chain is broken",
    );
    cases.holds(
        "parties",
        "",
        "each names who gave and who received",
        !own.is_empty()
            && own.iter().all(|(_, receipt)| {
                !receipt.provider.name.is_empty() && !receipt.recipient.name.is_empty()
            }),
        "a name is missing",
    );
    let is_kept = |receipt: &Receipt| {
        let years = if receipt.record_form == RecordForm::Contract {
            1
        } else {
            3
        };
        receipt.retain_until.since(receipt.at) >= years * 365 * 86_400
    };
    cases.holds(
        "retention",
        "",
        "each is kept for three years, or one where a contract takes its place",
        !own.is_empty() && own.iter().all(|(_, receipt)| is_kept(receipt)),
        "one is not",
    );
    Ok(cases)
}

pub(super) async fn dashboard(target: &Target) -> Result<Cases> {
    let mut cases = Cases::default();
    let linked = target.link(0).await?;
    let jti = &linked.person.consent.jti;
    let before = linked.person.browser.json("/consents").await?;
    cases.holds(
        "shown",
        "",
        "a consent is shown to the person who gave it",
        before.body.to_string().contains(jti),
        "it is not",
    );
    let stranger = target.link(1).await?;
    let others = stranger.person.browser.json("/consents").await?;
    cases.holds(
        "own",
        "API-006",
        "and to nobody else",
        !others.body.to_string().contains(jti),
        "it is",
    );
    let bare = target.app()?;
    let answer = bare.get("/receipts", "", None, &[]).await;
    cases.status(
        "session",
        "API-001",
        "without a session there is nothing to see",
        &[401],
        answer,
    );
    Ok(cases)
}
