//! `phr-link demo`: the whole story in one process, over real HTTP, with a holder that is thrown away.
//!
//! The browser's part, the person's key and the signing of what was shown, is played here as well; the
//! same story with real pages is `cargo xtask demo` in the source.

use std::net::{SocketAddr, TcpListener};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use phr_link::catalogue::Category;
use phr_link::delegation::{Delegation, DelegationTerms, Parent};
use phr_link::grant::Grant;
use phr_link::key::{SecretKey, Signer as _};
use phr_link::scope::{Detail, Frequency, Onward, Purpose, Retention};
use phr_link::token::{Kind, s256, sign};
use phr_link_conformance::player::{Answer, Client, Person, fresh_key, random_id};
use phr_link_server::holder::{Config, sandbox, serve};
use phr_link_server::keys::Key;
use phr_link_server::store::Address;

use crate::keys;
use crate::moment;
use crate::show::{Output, peek};

/// What the sandbox calls the app.
const APP_NAME: &str = "見本ヘルス";

const NOTICE: &str = "見本ヘルスは、あなたが選んだ記録だけを受け取り、あなたに見せます。";

pub(crate) fn run(output: &Output) -> Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(story(&Steps::new(output)))?;
    Ok(true)
}

/// Says what happens, in the language that was asked for.
struct Steps<'a> {
    output: &'a Output,
    number: std::cell::Cell<u32>,
}

impl<'a> Steps<'a> {
    const fn new(output: &'a Output) -> Self {
        Self {
            output,
            number: std::cell::Cell::new(0),
        }
    }

    fn say(&self, en: &str, ja: &str) {
        let number = self.number.get() + 1;
        self.number.set(number);
        println!("{number:>2}. {}", self.output.say(en, ja));
    }
}

pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The app's origin: all that it serves is the notice.
async fn serve_notice(port: u16) -> Result<()> {
    let app = axum::Router::new().route("/notice.txt", axum::routing::get(|| async { NOTICE }));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(())
}

async fn story(steps: &Steps<'_>) -> Result<()> {
    let started = Instant::now();
    let folder = tempfile::tempdir().context("no folder for the holder")?;
    let clinic_file = folder.path().join("clinic.key");
    let app_port = free_port()?;
    let listen = SocketAddr::from(([127, 0, 0, 1], free_port()?));
    let base = format!("http://localhost:{}", listen.port());
    let origin = format!("http://localhost:{app_port}");
    serve_notice(app_port).await?;
    let config = Config {
        listen: listen.into(),
        base: base.clone(),
        store: Address::File(folder.path().join("holder.db")),
        sdk: folder.path().to_owned(),
        app: origin.clone(),
        clinic_key: Some(clinic_file.clone()),
        ..Config::default()
    };
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    tokio::spawn(serve(config, move |_| {
        // The receiver waits below.
        let _ = ready.send(());
    }));
    is_ready.await.context("the holder did not start")?;
    steps.say(
        &format!("a holder listens at {base}, with people and records that are invented"),
        &format!("情報保有者が {base} で動きます。人と記録は作りものです"),
    );
    let verifier = format!("{}{}", random_id()?, random_id()?);
    let app = Client::new(&base, &origin, APP_NAME, fresh_key()?, &verifier)?;
    let clinic = Client::new(&base, sandbox::CLINIC, "", keys::load(&clinic_file)?, "")?;
    let outcome = tell(steps, &app, &clinic).await;
    let seconds = started.elapsed().as_secs_f32();
    println!("{} {seconds:.1} s", steps.output.say("done in", "所要時間"));
    outcome
}

async fn tell(steps: &Steps<'_>, app: &Client<SecretKey>, clinic: &Client<Key>) -> Result<()> {
    let asked = [wanted()?];
    let request = app.push(&asked, NOTICE).await?;
    steps.say(
        "the app pushes a signed request: allergies, laboratory results and medicines, to look at and to check medicines",
        "アプリが署名した求めを送ります。アレルギー・検査結果・薬を、自分で見るためと飲み合わせの確認のために",
    );
    let person = Person::arrive(app, &request, "taro").await?;
    steps.say(
        &format!(
            "the person signs in at the holder and reads the summary, {} lines",
            person.summary.lines().count()
        ),
        &format!(
            "本人が情報保有者でサインインし、要約（{}行）を読みます",
            person.summary.lines().count()
        ),
    );
    for line in person.summary.lines() {
        println!("      {line}");
    }
    let code = person.sign().await?;
    steps.say(
        "the person's key signs exactly that text; the holder registers the consent and writes a receipt",
        "本人の鍵でその文に署名し、情報保有者が同意を登録して記録を残します",
    );
    let grant = app.redeem(&code).await?;
    let claims: Grant = peek(&grant, Kind::Grant)?;
    steps.say(
        &format!(
            "the app redeems the code with its own key: a grant of {} bytes",
            grant.len()
        ),
        &format!(
            "アプリが自分の鍵で引き換え、{}バイトの提供許可を受け取ります",
            grant.len()
        ),
    );
    for code in ["allergy", "lab-result", "medication-claims"] {
        let total = app
            .read(code, &grant, None, Purpose::SelfView)
            .await?
            .permitted()?;
        steps.say(
            &format!("GET /records/{code} → permit, {total} records"),
            &format!("GET /records/{code} → 許可、{total}件"),
        );
    }
    let answer = app
        .read("disclosed-diagnosis", &grant, None, Purpose::SelfView)
        .await?;
    refused(
        steps,
        ["", "", "GET /records/disclosed-diagnosis"],
        &answer,
        "scope.not-granted",
    )?;
    let mut narrower = claims.authorization_details.clone();
    for detail in &mut narrower {
        detail
            .datatypes
            .retain(|category| category.code() == "allergy");
        detail
            .purposes
            .retain(|purpose| *purpose == Purpose::MedicationSafety);
    }
    let terms = DelegationTerms {
        jti: random_id()?,
        at: moment::at(None)?,
        seconds: 600,
        client_id: clinic.id.clone(),
        jkt: clinic.key.public_key().thumbprint().as_str().to_owned(),
        authorization_details: narrower,
        status: None,
        nonce: None,
    };
    let delegation = Delegation::of(Parent::Grant(&claims), &s256(&grant), terms)?;
    let delegation = sign(&delegation, &app.key)?;
    let safety = Purpose::MedicationSafety;
    let total = clinic
        .read("allergy", &delegation, Some(&grant), safety)
        .await?
        .permitted()?;
    steps.say(
        &format!("the app hands allergies on to a clinic for ten minutes; the clinic proves its key and reads {total}"),
        &format!("アレルギーだけを10分間クリニックに渡し、クリニックが自分の鍵で{total}件を読みます"),
    );
    let answer = clinic
        .read("lab-result", &delegation, Some(&grant), safety)
        .await?;
    refused(
        steps,
        ["the clinic: ", "クリニック：", "GET /records/lab-result"],
        &answer,
        "scope.not-granted",
    )?;
    person.withdraw().await?;
    steps.say("the person withdraws", "本人が撤回します");
    let answer = app.read("allergy", &grant, None, Purpose::SelfView).await?;
    refused(
        steps,
        ["", "", "GET /records/allergy"],
        &answer,
        "grant.revoked",
    )?;
    let answer = clinic
        .read("allergy", &delegation, Some(&grant), safety)
        .await?;
    refused(
        steps,
        ["the clinic: ", "クリニック：", "GET /records/allergy"],
        &answer,
        "grant.revoked",
    )
}

/// `what`: who asks, in English and Japanese, and the request.
fn refused(steps: &Steps<'_>, what: [&str; 3], answer: &Answer, code: &str) -> Result<()> {
    let [en, ja, request] = what;
    ensure!(
        answer.code == code,
        "{request}: expected {code}, got {}",
        answer.code
    );
    let reason = phr_link::Code::parse(code).map_or("", |code| code.text(steps.output.lang));
    steps.say(
        &format!("{en}{request} → deny, {code}: {reason}"),
        &format!("{ja}{request} → 拒否、{code}：{reason}"),
    );
    Ok(())
}

fn wanted() -> Result<Detail> {
    let codes = ["allergy", "lab-result", "medication-claims"].map(Category::parse);
    let categories: Option<Vec<Category>> = codes.into_iter().collect();
    Ok(Detail {
        purposes: vec![Purpose::SelfView, Purpose::MedicationSafety],
        frequency: Frequency::Continuing,
        retention: Retention::Days(30),
        onward: Onward {
            to: vec![sandbox::CLINIC.to_owned()],
            roles: Vec::new(),
        },
        ..Detail::strictest(categories.context("the catalogue")?, Purpose::SelfView)
    })
}
