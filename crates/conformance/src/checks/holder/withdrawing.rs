//! The end of a consent, and what the person sees of all of it.

use anyhow::Result;
use phr_link::receipt::Receipt;
use phr_link::scope::Purpose;
use phr_link::token::{Kind, Unverified};
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
    let consent = phr_link::token::sign(&linked.person.consent, &linked.person.key)?;
    let renewed = linked
        .app
        .token(&[
            (
                "grant_type",
                "urn:ietf:params:oauth:grant-type:token-exchange",
            ),
            ("client_id", &linked.app.id),
            ("subject_token", &consent),
            ("subject_token_type", "urn:phr-link:token-type:consent"),
        ])
        .await;
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
        "STAT-022",
        "nor does it end the new one",
        &[200],
        new.read(READ, Purpose::SelfView).await,
    );
    Ok(cases)
}

/// What the person's receipts say, as JSON.
async fn told(target: &Target) -> Result<(Vec<Receipt>, String)> {
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
        let unverified = Unverified::read(token.as_str()?, Kind::Receipt).ok()?;
        unverified.unverified_claims::<Receipt>().ok()
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
        .filter(|receipt| receipt.arrangement_id == arrangement)
        .collect();
    own.sort_by_key(|receipt| receipt.seq);
    for (id, event) in [
        ("registration", Registration),
        ("provision", Provision),
        ("withdrawal", Withdrawal),
    ] {
        cases.holds(
            id,
            "LIFE-028",
            "the person gets a receipt of it",
            own.iter().any(|receipt| receipt.event == event),
            "there is none",
        );
    }
    cases.holds(
        "chain",
        "LIFE-026",
        "they are numbered without a gap",
        own.windows(2)
            .all(|pair| matches!(pair, [left, right] if right.seq == left.seq.saturating_add(1))),
        "a number is missing",
    );
    cases.holds(
        "parties",
        "",
        "each names who gave and who received",
        !own.is_empty()
            && own.iter().all(|receipt| {
                !receipt.provider.name.is_empty() && !receipt.recipient.name.is_empty()
            }),
        "a name is missing",
    );
    let year = 365 * 86_400;
    cases.holds(
        "retention",
        "",
        "each is kept for a year at least",
        own.iter()
            .all(|receipt| receipt.retain_until.since(receipt.at) >= year),
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
        "LIFE-028",
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
