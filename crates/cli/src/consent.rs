//! `phr-link consent`: what a holder's screen does, step by step, on the command line.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::{Args, Subcommand};
use phr_link::Timestamp;
use phr_link::claims::LegalBasis;
use phr_link::consent::registration::verify_request;
use phr_link::consent::{Consent, ConsentTerms, Control, Notice, Overseas, ProvisionMode};
use phr_link::display;
use phr_link::export::Format;
use phr_link::key::KeySet;
use phr_link::key_statement::KeyStatement;
use phr_link::time::DAY_SECONDS;
use phr_link::token::{Kind, Unverified, sign};
use phr_link::trust::{ListLimits, TrustList};

use crate::keys;
use crate::moment::random_id;
use crate::narrow::Narrow;
use crate::show::{Output, ask, input, member, peek};

#[derive(Debug, Subcommand)]
pub(crate) enum ConsentCommand {
    /// Make the claims of a consent from a request; the summary to read goes to standard error
    New(Box<New>),
    /// Show the summary that the person signs, and check it against the hash in the claims
    Show {
        /// The claims as JSON, or a signed consent
        consent: String,
    },
    /// Show a consent in another format, and what that format cannot say
    View {
        /// The signed consent, or its claims as JSON
        consent: String,
        /// The format
        #[arg(long = "as", value_parser = format_of)]
        format: Format,
    },
    /// Sign claims made by `consent new`
    Sign {
        /// The claims as JSON
        claims: String,
        /// The file of the person's private key
        #[arg(long)]
        key: PathBuf,
    },
}

#[derive(Args, Debug)]
pub(crate) struct New {
    /// The recipient's signed request
    #[arg(long)]
    request: String,
    /// The holder's statement about the person's key
    #[arg(long)]
    key_statement: String,
    /// The trust list
    #[arg(long)]
    trust_list: String,
    /// The keys of the list's anchor: a JWK Set
    #[arg(long)]
    anchor: String,
    /// The holder's transaction
    #[arg(long)]
    txn: String,
    /// When the transaction was opened, in seconds since 1970; now if absent
    #[arg(long)]
    opened_at: Option<i64>,
    /// The arrangement that the holder assigned
    #[arg(long)]
    arrangement: String,
    /// The live consent of that arrangement, which this one replaces
    #[arg(long)]
    supersedes: Option<String>,
    #[command(flatten)]
    narrow: Narrow,
    /// For how many days
    #[arg(long, default_value_t = 90)]
    days: i64,
    /// The name of the notice
    #[arg(long, default_value = "notice")]
    notice_id: String,
    /// Its version
    #[arg(long, default_value = "1")]
    notice_version: String,
    /// Its language
    #[arg(long, default_value = "ja")]
    notice_lang: String,
    /// Where the person can stop it
    #[arg(long)]
    withdraw_uri: Option<String>,
    /// The articles of the APPI on which the provision rests
    #[arg(long = "article", default_values_t = ["27-1".to_owned()])]
    articles: Vec<String>,
}

pub(crate) fn run(command: &ConsentCommand, output: &Output, at: Timestamp) -> Result<bool> {
    match command {
        ConsentCommand::New(new) => make(new, output, at),
        ConsentCommand::Show { consent } => show(consent, output),
        ConsentCommand::View { consent, format } => show_as(consent, *format, output, at),
        ConsentCommand::Sign { claims, key } => sign_claims(claims, key),
    }
}

fn make(new: &New, output: &Output, at: Timestamp) -> Result<bool> {
    let opened_at = new.opened_at.map_or(at, Timestamp::from_secs);
    let anchor: KeySet = keys::set(&new.anchor)?;
    let list = TrustList::verify(
        &input(&new.trust_list)?,
        &anchor,
        at,
        &ListLimits::default(),
    )
    .context("the trust list")?;
    let statement = input(&new.key_statement)?;
    let unverified =
        Unverified::read(&statement, Kind::KeyStatement).context("the key statement")?;
    let (statement, _) = list
        .verify_token::<KeyStatement>(&unverified, |claims| &claims.iss)
        .context("the key statement")?;
    let (request, member) =
        verify_request(&input(&new.request)?, &statement.iss, &list, opened_at, 60)
            .context("the request")?;
    let supersedes = match &new.supersedes {
        Some(consent) => Some(phr_link::token::s256(&input(consent)?)),
        None => None,
    };
    ensure!(
        !member.overseas,
        "records would leave Japan: a consent to that needs what the person was told about the \
         country, which this command does not ask; write the claims and use `phr-link sign`"
    );
    let terms = ConsentTerms {
        jti: random_id()?,
        txn: new.txn.clone(),
        opened_at,
        exp: opened_at.plus(new.days.saturating_mul(DAY_SECONDS)),
        arrangement_id: new.arrangement.clone(),
        supersedes,
        authorization_details: new.narrow.apply(&request.authorization_details)?,
        notice: Notice {
            id: new.notice_id.clone(),
            ver: new.notice_version.clone(),
            uri: request.notice_uri.clone(),
            lang: new.notice_lang.clone(),
            s256: request.notice_s256.clone(),
            alt: Vec::new(),
        },
        overseas: Overseas::NONE,
        basis: LegalBasis {
            law: "APPI".into(),
            arts: new.articles.clone(),
        },
        provision_mode: ProvisionMode::OperatorProvision,
        withdraw_uri: new
            .withdraw_uri
            .clone()
            .unwrap_or_else(|| format!("{}/consents", statement.iss)),
        control: Control::UntickedCheckbox,
        lang: output.lang,
    };
    let consent = Consent::of(&request, &statement, member, terms)?;
    let summary = render(&consent)?;
    if output.json {
        let both = serde_json::json!({"claims": consent, "summary": summary});
        println!("{}", serde_json::to_string_pretty(&both)?);
    } else {
        eprintln!("{summary}");
        println!("{}", serde_json::to_string_pretty(&consent)?);
    }
    Ok(true)
}

fn show(consent: &str, output: &Output) -> Result<bool> {
    let consent = claims_of(consent)?;
    let summary = render(&consent)?;
    let checked = display::check(&consent);
    if output.json {
        let matches = checked.is_ok();
        let both = serde_json::json!({"summary": summary, "matches": matches});
        println!("{}", serde_json::to_string_pretty(&both)?);
        return Ok(matches);
    }
    if let Err(error) = &checked {
        println!("{}", error.code().text(output.lang));
    }
    println!("{summary}");
    Ok(checked.is_ok())
}

fn format_of(word: &str) -> Result<Format, String> {
    Format::parse(word).ok_or_else(|| "the formats are fhir, smart and ts27560".to_owned())
}

/// The document goes to standard output, what it cannot say to standard error.
fn show_as(consent: &str, format: Format, output: &Output, at: Timestamp) -> Result<bool> {
    let claims = claims_of(consent)?;
    let token = input(consent)?;
    let s256 = (!token.starts_with('{')).then(|| phr_link::token::s256(&token));
    let mut call = serde_json::json!({
        "op": "view", "as": format, "consent": claims, "now": at.as_secs(),
    });
    if let (Some(s256), Some(call)) = (s256, call.as_object_mut()) {
        call.insert("consent_s256".to_owned(), s256.into());
    }
    let found = ask(&call)?;
    let value = member(&found, "value");
    if output.json || value.is_null() {
        println!("{}", serde_json::to_string_pretty(&found)?);
        return Ok(!value.is_null());
    }
    let report = member(value, "report");
    if member(report, "is_wider") == true {
        eprintln!(
            "{}",
            output.say(
                "read alone, this document allows more than the consent",
                "この文書だけを読むと、同意より広く許していることになります"
            )
        );
    }
    for loss in member(report, "losses").as_array().into_iter().flatten() {
        let path = member(loss, "path").as_str().unwrap_or_default();
        let text = member(member(loss, "text"), output.lang.as_str());
        let kind = member(loss, "kind").as_str().unwrap_or_default();
        eprintln!("  {kind} {path}: {}", text.as_str().unwrap_or_default());
    }
    println!(
        "{}",
        serde_json::to_string_pretty(member(value, "document"))?
    );
    Ok(true)
}

/// Refuses to sign what the summary does not say: what you see is what you sign.
fn sign_claims(claims: &str, key: &Path) -> Result<bool> {
    let consent = claims_of(claims)?;
    display::check(&consent)?;
    let key = keys::load(key)?;
    ensure!(
        consent.iss == phr_link::key::Signer::public_key(&key).thumbprint().uri(),
        "`iss` names another key than the one in the file"
    );
    println!("{}", sign(&consent, &key)?);
    Ok(true)
}

fn claims_of(text: &str) -> Result<Consent> {
    let text = input(text)?;
    if text.starts_with('{') {
        let value: serde_json::Value =
            serde_json::from_str(&text).context("the claims are no JSON")?;
        // What `consent new --json` wrote has them beside the summary.
        let claims = value.get("claims").unwrap_or(&value).clone();
        return serde_json::from_value(claims).context("these are not the claims of a consent");
    }
    peek(&text, Kind::Consent)
}

fn render(consent: &Consent) -> Result<String> {
    let lang = match consent.display.lang {
        phr_link::consent::DisplayLang::En => phr_link::Lang::En,
        phr_link::consent::DisplayLang::Ja => phr_link::Lang::Ja,
    };
    let display = &consent.display;
    Ok(display::render(
        consent,
        lang,
        &display.tmpl,
        &display.tmpl_ver,
    )?)
}
