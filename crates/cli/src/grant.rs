//! `phr-link grant`, `delegate` and `withdraw`: tokens that rest on a token.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use clap::{Args, Subcommand};
use phr_link::Timestamp;
use phr_link::claims::{Status, StatusPointer};
use phr_link::consent::Consent;
use phr_link::delegation::{Delegation, DelegationTerms, Parent};
use phr_link::grant::{Grant, GrantTerms};
use phr_link::key::Signer as _;
use phr_link::key_statement::KeyStatement;
use phr_link::time::DAY_SECONDS;
use phr_link::token::{Kind, Unverified, s256, sign};
use phr_link::withdrawal::Withdrawal;

use crate::keys;
use crate::moment::random_id;
use crate::narrow::Narrow;
use crate::show::{input, peek};

#[derive(Debug, Subcommand)]
pub(crate) enum GrantCommand {
    /// Issue the grant of a consent, as the holder; the consent is verified first
    Issue(Issue),
}

#[derive(Args, Debug)]
pub(crate) struct Issue {
    /// The signed consent
    #[arg(long)]
    consent: String,
    /// The key statement that the consent names
    #[arg(long)]
    key_statement: String,
    /// The file of the holder's private key
    #[arg(long)]
    key: PathBuf,
    /// The address of the holder's status list
    #[arg(long)]
    status_uri: String,
    /// The grant's entry in it: random, and not used for another grant
    #[arg(long)]
    status_index: i64,
    /// How long it lives, in hours
    #[arg(long, default_value_t = 24)]
    hours: i64,
    /// How many delegations may follow
    #[arg(long, default_value_t = 1)]
    max_depth: i64,
}

#[derive(Args, Debug)]
pub(crate) struct Delegate {
    /// The grant or delegation to pass on
    parent: String,
    /// The file of the private key to which it is bound
    #[arg(long)]
    key: PathBuf,
    /// The recipient's id in the trust list
    #[arg(long)]
    to: String,
    /// The thumbprint of one of the recipient's listed keys
    #[arg(long)]
    to_key: String,
    #[command(flatten)]
    narrow: Narrow,
    /// How long it lives, in minutes; over 60 it needs a status
    #[arg(long, default_value_t = 60)]
    minutes: i64,
    /// The address of a status list of the delegator
    #[arg(long, requires = "status_index")]
    status_uri: Option<String>,
    /// The delegation's entry in it
    #[arg(long, requires = "status_uri")]
    status_index: Option<i64>,
    /// The one-time number of the recipient's QR code
    #[arg(long)]
    nonce: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Withdraw {
    /// The signed consent
    consent: String,
    /// The file of the person's private key
    #[arg(long)]
    key: PathBuf,
    /// The statement about that key, where it is not the one that signed the consent
    #[arg(long)]
    key_statement: Option<String>,
    /// Ask the recipient to erase what it received
    #[arg(long)]
    erase: bool,
}

pub(crate) fn run(command: &GrantCommand, at: Timestamp) -> Result<bool> {
    let GrantCommand::Issue(issue) = command;
    let key = keys::load(&issue.key)?;
    let statement = input(&issue.key_statement)?;
    let statement = Unverified::read(&statement, Kind::KeyStatement)
        .and_then(|token| token.verify::<KeyStatement>(key.public_key()))
        .context("the key statement is not one of this holder's key")?;
    statement.check_time(at, 60)?;
    let token = input(&issue.consent)?;
    let consent = Unverified::read(&token, Kind::Consent)
        .and_then(|token| token.verify::<Consent>(&statement.cnf.jwk.admit()?))
        .context("the consent is not signed by the key of the key statement")?;
    consent.check_time(at, 60)?;
    ensure!(
        consent.key_s256 == statement.s256() && consent.aud == statement.iss,
        "the consent names another key statement or another holder"
    );
    let terms = GrantTerms {
        jti: random_id()?,
        at,
        seconds: issue.hours.saturating_mul(3_600).min(DAY_SECONDS),
        jkt: consent.recipient.jkt.clone(),
        max_depth: issue.max_depth,
        status: StatusPointer {
            idx: issue.status_index,
            uri: issue.status_uri.clone(),
        },
    };
    println!(
        "{}",
        sign(&Grant::of(&consent, consent.s256(), terms), &key)?
    );
    Ok(true)
}

pub(crate) fn delegate(wanted: &Delegate, at: Timestamp) -> Result<bool> {
    let token = input(&wanted.parent)?;
    let key = keys::load(&wanted.key)?;
    let (mut grant, mut delegation) = (None, None);
    if Unverified::read(&token, Kind::Delegation).is_ok() {
        delegation = Some(peek::<Delegation>(&token, Kind::Delegation)?);
    } else {
        grant = Some(peek::<Grant>(&token, Kind::Grant)?);
    }
    let (parent, jkt, details) = match (&grant, &delegation) {
        (Some(of), _) => (Parent::Grant(of), &of.cnf.jkt, &of.authorization_details),
        (_, Some(of)) => (
            Parent::Delegation(of),
            &of.cnf.jkt,
            &of.authorization_details,
        ),
        _ => bail!("the parent is neither a grant nor a delegation"),
    };
    ensure!(
        jkt == key.public_key().thumbprint().as_str(),
        "the parent is bound to another key than the one in the file"
    );
    let status = wanted.status_uri.clone().zip(wanted.status_index);
    let terms = DelegationTerms {
        jti: random_id()?,
        at,
        seconds: wanted.minutes.saturating_mul(60),
        client_id: wanted.to.clone(),
        jkt: wanted.to_key.clone(),
        authorization_details: wanted.narrow.apply(details)?,
        status: status.map(|(uri, idx)| Status {
            status_list: StatusPointer { idx, uri },
        }),
        nonce: wanted.nonce.clone(),
    };
    println!(
        "{}",
        sign(&Delegation::of(parent, &s256(&token), terms)?, &key)?
    );
    Ok(true)
}

pub(crate) fn withdraw(wanted: &Withdraw, at: Timestamp) -> Result<bool> {
    let consent: Consent = peek(&input(&wanted.consent)?, Kind::Consent)?;
    let key = keys::load(&wanted.key)?;
    let mut withdrawal = Withdrawal::of(&consent, random_id()?, at, wanted.erase);
    if let Some(statement) = &wanted.key_statement {
        withdrawal.key_s256 = s256(&input(statement)?);
        withdrawal.iss = key.public_key().thumbprint().uri();
    }
    ensure!(
        withdrawal.iss == key.public_key().thumbprint().uri(),
        "the consent was signed by another key than the one in the file; \
         name the statement of this one with `--key-statement`"
    );
    println!("{}", sign(&withdrawal, &key)?);
    Ok(true)
}
