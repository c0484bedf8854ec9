//! Checks of a running holder. The suite plays the app and two people; every refusal stands between two
//! readings that have to be permitted.

use std::future::Future;

use anyhow::{Context as _, Result};
use phr_link::Day;
use phr_link::catalogue::Category;
use phr_link::key::SecretKey;
use phr_link::scope::{Detail, Frequency, Period, Purpose};

use super::Check;
use crate::criteria::Text;
use crate::outcome::Outcome;
use crate::player::{Answer, Client, Person, fresh_key, random_id};
use crate::report::{CaseResult, CheckResult};

mod linking;
mod reading;
mod surface;
mod withdrawing;

/// The checks.
pub const CHECKS: &[Check] = &[
    Check::new(
        "holder.metadata",
        "メタデータ",
        "What the holder says of itself",
    ),
    Check::new(
        "holder.headers",
        "応答ヘッダーと誤りの形",
        "Header fields, and the form of errors",
    ),
    Check::new("holder.request", "同意の求めの検証", "Consent requests"),
    Check::new(
        "holder.consent",
        "同意の登録",
        "The registration of consents",
    ),
    Check::new(
        "holder.code",
        "認可コードの引き換え",
        "The redeeming of codes",
    ),
    Check::new(
        "holder.proof",
        "要求ごとの証明",
        "The proof of each request",
    ),
    Check::new(
        "holder.narrowed",
        "同意した範囲だけを渡す",
        "Nothing beyond what was consented to",
    ),
    Check::new(
        "holder.isolation",
        "ほかの人の記録に届かない",
        "Nobody reaches another's records",
    ),
    Check::new(
        "holder.withdrawal.effective",
        "撤回がすぐに効く",
        "A withdrawal takes effect at once",
    ),
    Check::new(
        "holder.withdrawal.final",
        "撤回した許可は生き返らない",
        "What was withdrawn stays ended",
    ),
    Check::new("holder.receipts", "提供の記録", "Records of provision"),
    Check::new("holder.dashboard", "本人が見る一覧", "What the person sees"),
];

/// What is tested, and with whom.
#[derive(Clone, Debug)]
pub struct Target {
    /// The holder.
    pub base: String,
    /// The app that the suite plays: a client on devices in the holder's trust list, whose notice the
    /// suite serves.
    pub app: String,
    /// Its name in the trust list.
    pub app_name: String,
    /// The text of its notice.
    pub notice: String,
    /// Two people who can sign in there.
    pub people: [String; 2],
}

/// The app with one person's grant.
pub(crate) struct Linked {
    app: Client<SecretKey>,
    person: Person,
    grant: String,
}

impl Target {
    pub(crate) fn app(&self) -> Result<Client<SecretKey>> {
        let verifier = format!("{}{}", random_id()?, random_id()?);
        Client::new(
            &self.base,
            &self.app,
            &self.app_name,
            fresh_key()?,
            &verifier,
        )
    }

    /// One of the people comes from the app with a request.
    pub(crate) async fn arrive(&self, app: &Client<SecretKey>, person: usize) -> Result<Person> {
        let pushed = app.push(&asked()?, &self.notice).await?;
        let name = self.people.get(person).context("there are two people")?;
        Person::arrive(app, &pushed, name).await
    }

    pub(crate) async fn link(&self, person: usize) -> Result<Linked> {
        let app = self.app()?;
        let person = self.arrive(&app, person).await?;
        let grant = app.redeem(&person.sign().await?).await?;
        Ok(Linked { app, person, grant })
    }
}

impl Linked {
    async fn read(&self, category: &str, purpose: Purpose) -> Result<Answer> {
        self.app.read(category, &self.grant, None, purpose).await
    }
}

/// What is asked for, and read.
const READ: &str = "allergy";

/// What is not asked for.
const OTHER: &str = "lab-result";

fn asked() -> Result<Vec<Detail>> {
    let category = Category::parse(READ).context("the catalogue")?;
    Ok(vec![Detail {
        frequency: Frequency::Continuing,
        period: Period {
            from: Day::parse("2000-01-01"),
            to: None,
        },
        ..Detail::strictest(vec![category], Purpose::SelfView)
    }])
}

/// The cases of a check, as they are tried.
#[derive(Default)]
pub(crate) struct Cases(Vec<CaseResult>);

impl Cases {
    /// One case: the answer has to have one of these statuses.
    fn status(
        &mut self,
        id: &str,
        covers: &str,
        comment: &str,
        wanted: &[u16],
        answer: Result<Answer>,
    ) {
        let words: Vec<_> = wanted.iter().map(u16::to_string).collect();
        let expected = words.join(" or ");
        let (outcome, observed) = match answer {
            Ok(answer) if wanted.contains(&answer.status) => (Outcome::Pass, expected.clone()),
            Ok(answer) => (Outcome::Fail, format!("{} {}", answer.status, answer.code)),
            // What it said is not repeated: it may be anything.
            Err(_) => (Outcome::Error, "no answer".to_owned()),
        };
        self.push(id, covers, comment, outcome, expected, &observed);
    }

    /// One case: something has to hold.
    fn holds(&mut self, id: &str, covers: &str, comment: &str, holds: bool, otherwise: &str) {
        let outcome = if holds { Outcome::Pass } else { Outcome::Fail };
        let observed = if holds { "so" } else { otherwise };
        self.push(id, covers, comment, outcome, "so".to_owned(), observed);
    }

    fn push(
        &mut self,
        id: &str,
        covers: &str,
        comment: &str,
        outcome: Outcome,
        expected: String,
        observed: &str,
    ) {
        self.0.push(CaseResult {
            id: id.to_owned(),
            comment: comment.to_owned(),
            covers: covers.split_whitespace().map(str::to_owned).collect(),
            outcome,
            expected,
            observed: observed.trim_end().to_owned(),
            sent: None,
        });
    }
}

/// Runs every check, one after another; `progress` hears of each check's end.
///
/// # Errors
/// if an honest person cannot link and read: then the target, or what was said of it, has to be set right
/// before anything can be tested
pub async fn run(
    target: &Target,
    mut progress: impl FnMut(&CheckResult),
) -> Result<Vec<CheckResult>> {
    let first = target
        .link(0)
        .await
        .context("the first person cannot link the app")?;
    first
        .read(READ, Purpose::SelfView)
        .await?
        .permitted()
        .context("the first person's records cannot be read")?;
    let mut results = Vec::new();
    macro_rules! tried {
        ($id:literal, $family:path) => {{
            let result = one(target, $id, $family(target)).await;
            progress(&result);
            results.push(result);
        }};
    }
    tried!("holder.metadata", surface::metadata);
    tried!("holder.headers", surface::headers);
    tried!("holder.request", linking::request);
    tried!("holder.consent", linking::consent);
    tried!("holder.code", linking::code);
    tried!("holder.proof", reading::proof);
    tried!("holder.narrowed", reading::narrowed);
    tried!("holder.isolation", reading::isolation);
    tried!("holder.withdrawal.effective", withdrawing::effective);
    tried!("holder.withdrawal.final", withdrawing::stays);
    tried!("holder.receipts", withdrawing::receipts);
    tried!("holder.dashboard", withdrawing::dashboard);
    Ok(results)
}

/// What went wrong, in our own words and codes: what a target says may be anything.
fn plain(error: &anyhow::Error) -> String {
    let is_plain = |sign: &char| sign.is_ascii_alphanumeric() || " .:-".contains(*sign);
    error
        .to_string()
        .chars()
        .filter(is_plain)
        .take(120)
        .collect()
}

/// Whether an honest person links the app, and it reads.
async fn is_sound(target: &Target) -> bool {
    let Ok(linked) = target.link(0).await else {
        return false;
    };
    matches!(linked.read(READ, Purpose::SelfView).await, Ok(answer) if answer.status == 200)
}

/// One check between two honest readings.
async fn one(
    target: &Target,
    id: &str,
    family: impl Future<Output = Result<Cases>>,
) -> CheckResult {
    let before = is_sound(target).await;
    let tried = family.await;
    let after = is_sound(target).await;
    let mut cause = String::new();
    let (mut outcome, cases) = match tried {
        Ok(cases) => (
            Outcome::of_all(cases.0.iter().map(|case| case.outcome)),
            cases.0,
        ),
        Err(error) => {
            cause = plain(&error);
            (Outcome::Inconclusive, Vec::new())
        }
    };
    let mut note = None;
    if outcome == Outcome::Inconclusive {
        note = Some(Text::new(
            &format!("準備の途中で断られたため、試せませんでした（{cause}）。"),
            &format!("It could not be tried, since preparing it failed ({cause})."),
        ));
    } else if !(before && after) && outcome < Outcome::Fail {
        outcome = Outcome::Inconclusive;
        note = Some(Text::new(
            "正しい読み取りが通らなかったため、拒否からは何も言えません。",
            "An honest reading was not permitted, so nothing can be said from refusals.",
        ));
    }
    let meta = CHECKS.iter().find(|check| check.id == id);
    CheckResult {
        id: id.to_owned(),
        title: meta.map(Check::title).unwrap_or_default(),
        outcome,
        note,
        cases,
    }
}
