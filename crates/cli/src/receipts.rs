//! `phr-link verify` of a file of receipts: what a person downloaded, checked without asking anybody.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use phr_link::key::KeySet;
use phr_link::receipt::{Receipt, ReceiptEvent};
use phr_link::token::{Kind, Unverified, Verified};
use phr_link::trust::{ListLimits, TrustList};
use phr_link::{Code, Lang, Timestamp};
use serde::Deserialize;
use serde_json::json;

use crate::show::{Output, input};

/// A receipt of a file: bare, or beside what it says, which is not believed.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Bare(String),
    Told { token: String },
}

impl Entry {
    fn text(&self) -> &str {
        match self {
            Self::Bare(token) | Self::Told { token } => token,
        }
    }
}

/// A file of receipts, as a holder or an operator gives it.
#[derive(Deserialize)]
struct File {
    receipts: Vec<Entry>,
    trust_list: String,
}

/// One chain: by whom, and of which arrangement.
type Chain = (String, String);

/// What was found.
#[derive(Default)]
struct Found {
    refused: Vec<(usize, phr_link::Error)>,
    chains: BTreeMap<Chain, Vec<Verified<Receipt>>>,
    broken: Vec<(Chain, phr_link::Error)>,
}

pub(crate) fn verify(text: &str, anchor: &str, output: &Output, at: Timestamp) -> Result<bool> {
    let file: File = serde_json::from_str(&input(text)?)
        .context("it is no file of receipts: `receipts` and `trust_list` are looked for")?;
    let anchor = KeySet::parse(input(anchor)?.as_bytes()).context("the anchor's keys")?;
    let trust = trust_list(&file.trust_list, &anchor, at).context("the trust list")?;
    let found = check(&file, &trust);
    let is_good = found.refused.is_empty() && found.broken.is_empty();
    if output.json {
        println!("{}", serde_json::to_string_pretty(&told(&found, is_good))?);
    } else {
        say(&found, output);
    }
    Ok(is_good)
}

/// The list may be old: the receipts are as old as it, or older.
fn trust_list(compact: &str, anchor: &KeySet, at: Timestamp) -> Result<TrustList> {
    let limits = ListLimits {
        max_age: i64::MAX,
        ..ListLimits::default()
    };
    let issued = Unverified::read(compact, Kind::TrustList)?
        .unverified_claims::<phr_link::trust::TrustListClaims>()?
        .iat;
    Ok(TrustList::verify(compact, anchor, issued.min(at), &limits)?)
}

fn check(file: &File, trust: &TrustList) -> Found {
    let mut found = Found::default();
    for (place, token) in file.receipts.iter().enumerate() {
        let read = Unverified::read(token.text(), Kind::Receipt).and_then(|unverified| {
            trust.verify_token::<Receipt>(&unverified, |receipt| &receipt.iss)
        });
        match read {
            Ok((receipt, _)) => {
                let chain = (receipt.iss.clone(), receipt.arrangement_id.clone());
                found.chains.entry(chain).or_default().push(receipt);
            }
            Err(error) => found.refused.push((place, error)),
        }
    }
    for (chain, receipts) in &mut found.chains {
        receipts.sort_by_key(|receipt| receipt.seq);
        let links = receipts.iter().zip(receipts.iter().skip(1));
        for (before, after) in links {
            if let Err(error) = after.check_follows(Some(before)) {
                found.broken.push((chain.clone(), error));
            }
        }
    }
    found
}

/// The exchanges that both sides have recorded.
fn pairs(found: &Found) -> usize {
    let mut issuers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for receipt in found.chains.values().flatten() {
        let by = issuers.entry(&receipt.exchange_id).or_default();
        by.insert(&receipt.iss);
    }
    issuers.values().filter(|by| by.len() > 1).count()
}

fn told(found: &Found, is_good: bool) -> serde_json::Value {
    let chains: Vec<_> = found
        .chains
        .iter()
        .map(|((iss, _), receipts)| {
            json!({
                "iss": iss, "receipts": receipts.len(),
                "begins_at": receipts.first().map(|receipt| receipt.seq),
            })
        })
        .collect();
    let refused: Vec<_> = found
        .refused
        .iter()
        .map(|(place, error)| json!({"place": place, "code": error.code()}))
        .collect();
    json!({
        "decision": if is_good { "accept" } else { "reject" },
        "chains": chains, "refused": refused, "broken": found.broken.len(), "paired": pairs(found),
    })
}

fn say(found: &Found, output: &Output) {
    for ((iss, _), receipts) in &found.chains {
        let count = receipts.len();
        println!(
            "{}",
            match output.lang {
                Lang::En => format!("{iss}: a chain of {count}"),
                Lang::Ja => format!("{iss}：{count}件の連なり"),
            }
        );
        // A chain that begins later had older receipts that were due to be deleted, or that are not
        // in the file.
        if let Some(first) = receipts.first().filter(|first| first.seq > 0) {
            println!(
                "{}",
                match output.lang {
                    Lang::En => format!(
                        "  it begins at number {}: the ones before are not in the file",
                        first.seq
                    ),
                    Lang::Ja => format!(
                        "  {}番から始まります（それより前はこのファイルにありません）",
                        first.seq
                    ),
                }
            );
        }
        for receipt in receipts {
            let items: Vec<_> = receipt
                .items
                .iter()
                .map(|item| item.label(output.lang))
                .collect();
            println!(
                "  {:>4}  {}  {}  {}  {}",
                receipt.seq,
                phr_link::Day::of(receipt.at),
                event(receipt.event, output.lang),
                receipt.recipient.name.escape_debug(),
                items.join(", ")
            );
        }
    }
    for (place, error) in &found.refused {
        complain(&format!("#{place}"), error.code(), output);
    }
    for ((iss, _), error) in &found.broken {
        complain(iss, error.code(), output);
    }
    let receipts: usize = found.chains.values().map(Vec::len).sum();
    let bad = found.refused.len() + found.broken.len();
    println!(
        "{}",
        match output.lang {
            Lang::En => format!(
                "{receipts} receipts verified, {} exchanges recorded by both sides, {bad} faults",
                pairs(found)
            ),
            Lang::Ja => format!(
                "{receipts}件を検証しました。双方に記録のある授受{}件、誤り{bad}件",
                pairs(found)
            ),
        }
    );
}

const fn event(event: ReceiptEvent, lang: Lang) -> &'static str {
    let (en, ja) = match event {
        ReceiptEvent::Acquisition => ("acquisition", "取得"),
        ReceiptEvent::Emergency => ("emergency access", "緊急時閲覧"),
        ReceiptEvent::Erasure => ("erasure", "消去"),
        ReceiptEvent::Provision => ("provision", "提供"),
        ReceiptEvent::Registration => ("registration", "同意の登録"),
        ReceiptEvent::Withdrawal => ("withdrawal", "撤回"),
    };
    match lang {
        Lang::En => en,
        Lang::Ja => ja,
    }
}

fn complain(about: &str, code: Code, output: &Output) {
    println!("  {about}: {code} {}", code.text(output.lang));
    println!("    → {}", code.hint(output.lang));
}
