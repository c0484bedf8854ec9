//! Break-glass: identity alone opens records to a medical institution, and the person always learns it.

use phr_link::catalogue::{Category, Mode};
use phr_link::claims::Binding;
use phr_link::emergency::{EmergencyStatement, IdentityMethod, OralConsent, Subject};
use phr_link::proof::Proof;
use phr_link::scope::Purpose;
use phr_link::token::sign;
use phr_link::{Day, Timestamp};
use serde_json::{Value, json};

use crate::support::{
    ASSERTION, Answer, App, BASE, Person, Read, World, claims, fresh, jkt, random_id,
};

/// A statement about Taro, as the clinic makes it.
fn statement(world: &World, clinic: &App, activation: Option<&str>) -> EmergencyStatement {
    EmergencyStatement {
        iss: clinic.id.clone(),
        aud: BASE.into(),
        iat: world.now(),
        exp: world.now().plus(600),
        jti: random_id(),
        ver: "1.0".into(),
        cnf: Binding {
            jkt: jkt(&clinic.key),
        },
        activation_id: activation.map(str::to_owned),
        subject: Subject {
            name: "見本 太郎".into(),
            name_kana: Some("ミホン タロウ".into()),
            birth_date: Day::parse("1961-04-01").unwrap(),
            gender: "male".into(),
            address: Some("東京都千代田区見本町一丁目1番1号".into()),
        },
        method: IdentityMethod::FourAttributes,
        staff: "nurse-17".into(),
        place: "救急外来".into(),
        reason: "意識がない".into(),
        oral_consent: OralConsent::CouldNotBeAsked,
    }
}

async fn send(world: &World, clinic: &App, statement: &EmergencyStatement) -> Answer {
    let compact = sign(statement, &clinic.key).unwrap();
    present(world, clinic, &compact, Some(clinic.nonce(world).await)).await
}

async fn present(world: &World, clinic: &App, statement: &str, nonce: Option<String>) -> Answer {
    let proof = Proof {
        htm: "POST".into(),
        htu: format!("{BASE}/emergency"),
        iat: world.now(),
        jti: random_id(),
        ath: None,
        nonce,
        phr_pur: None,
    };
    let proof = sign(&proof, &clinic.key).unwrap();
    let assertion = clinic.assertion(world);
    let fields = [
        ("client_id", &*clinic.id),
        ("statement", statement),
        ("client_assertion_type", ASSERTION),
        ("client_assertion", &assertion),
    ];
    world.form("/emergency", &fields, &[("dpop", &proof)]).await
}

fn token(answer: &Answer) -> String {
    answer.ok().json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn read(world: &World, clinic: &App, category: &str, grant: &str) -> Answer {
    let mut read = Read::of(category, grant, &clinic.key);
    read.purpose = Some(Purpose::EmergencyCare);
    read.send(world).await
}

async fn board(world: &World, person: &str) -> Value {
    let mut person = Person::new(person);
    person.sign_in(world, "").await;
    let page = person.get(world, "/consents").await;
    crate::support::data(&page.ok().text)
}

async fn wish(world: &World, wish: &str) -> Answer {
    let mut taro = Person::new("taro");
    taro.sign_in(world, "").await;
    taro.post(world, "/emergency-wish", &json!({"wish": wish}))
        .await
}

/// Every category in the two modes: what the catalogue opens is read, the rest is refused.
#[tokio::test]
async fn identity_opens_what_the_catalogue_opens_and_nothing_else() {
    for (activation, mode) in [
        (None, Mode::Emergency),
        (Some("sandbox-here"), Mode::Disaster),
    ] {
        let world = World::new().await;
        let clinic = world.clinic();
        let answer = send(&world, &clinic, &statement(&world, &clinic, activation)).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        let body = answer.ok().json();
        assert_eq!(
            (&body["token_type"], &body["expires_in"]),
            (&json!("DPoP"), &json!(86_400))
        );
        let grant = token(&answer);
        let told = claims(&grant);
        assert_eq!(told["dlg"]["max_depth"], 0);
        assert_eq!(told["emg"]["activation_id"].as_str(), activation);
        assert!(told.get("consent_jti").is_none());
        assert_eq!(told["authorization_details"][0]["handling"], "view");
        let mut opened = 0;
        for category in Category::all() {
            let answer = read(&world, &clinic, category.code(), &grant).await;
            let gated = category.gate() == phr_link::catalogue::Gate::HumanRelease;
            match (category.allows(mode), gated) {
                (true, false) => {
                    assert_eq!(answer.status, 200, "{} {}", category.code(), answer.text);
                    opened += 1;
                }
                (true, true) => answer.refused(403, "scope.release-required"),
                (false, _) => answer.refused(403, "scope.not-granted"),
            }
        }
        assert!(opened > 0);
        // The day is over.
        world.pass(86_400);
        read(&world, &clinic, "allergy", &grant)
            .await
            .refused(401, "grant.expired");
    }
}

/// LIFE-022: the person sees it at once, with a receipt in a chain of its own.
#[tokio::test]
async fn the_person_is_told_and_a_receipt_is_written() {
    let world = World::new().await;
    let clinic = world.clinic();
    let answer = send(&world, &clinic, &statement(&world, &clinic, None)).await;
    let grant = token(&answer);
    let receipt = claims(answer.json()["phr_receipt"].as_str().unwrap());
    assert_eq!(
        (&receipt["event"], &receipt["seq"]),
        (&json!("emergency"), &json!(0))
    );
    assert_eq!(receipt["basis"]["arts"], json!(["27-1-2"]));
    assert_eq!(receipt["arrangement_id"], claims(&grant)["arrangement_id"]);
    let messages = board(&world, "taro").await["messages"].clone();
    assert_eq!(messages[0]["kind"], "emergency");
    assert_eq!(messages[0]["name"], "見本クリニック");
    assert_eq!(board(&world, "hanako").await["messages"], json!([]));
    read(&world, &clinic, "allergy", &grant).await.ok();
}

/// LIFE-034: which attribute was wrong, that nobody is there, that the area is another one, that the
/// person refuses: one answer, to the byte.
#[tokio::test]
async fn no_match_and_not_permitted_are_one_answer() {
    let world = World::new().await;
    let clinic = world.clinic();
    let own = statement(&world, &clinic, None);
    type Change = fn(&mut EmergencyStatement);
    let changes: [(&str, Change); 10] = [
        ("name", |made| made.subject.name = "見本 次郎".into()),
        ("kana", |made| {
            made.subject.name_kana = Some("ミホン ジロウ".into())
        }),
        ("birth date", |made| {
            made.subject.birth_date = Day::parse("1961-04-02").unwrap()
        }),
        ("gender", |made| made.subject.gender = "female".into()),
        ("address", |made| {
            made.subject.address = Some("東京都千代田区見本町一丁目1番2号".into())
        }),
        ("no address", |made| made.subject.address = None),
        ("elsewhere", |made| {
            made.activation_id = Some("sandbox-elsewhere".into())
        }),
        ("over", |made| {
            made.activation_id = Some("sandbox-over".into())
        }),
        ("unknown", |made| {
            made.activation_id = Some("no-such-activation".into())
        }),
        ("refused orally", |made| {
            made.oral_consent = OralConsent::Refused
        }),
    ];
    let mut answers = Vec::new();
    for (what, change) in changes {
        let mut made = EmergencyStatement {
            jti: random_id(),
            ..own.clone()
        };
        change(&mut made);
        let answer = send(&world, &clinic, &made).await;
        answer.oauth(403, "access_denied", "emergency.refused");
        answers.push((what, answer));
    }
    wish(&world, "deny").await.ok();
    let denied = EmergencyStatement {
        jti: random_id(),
        ..own
    };
    answers.push(("wish", send(&world, &clinic, &denied).await));
    let (_, first) = &answers[0];
    for (what, answer) in &answers {
        assert_eq!(
            (answer.status, &answer.text),
            (first.status, &first.text),
            "{what}"
        );
        assert_eq!(answer.headers, first.headers, "{what}");
    }
    assert_eq!(board(&world, "taro").await["messages"], json!([]));
}

#[tokio::test]
async fn the_persons_wish_decides() {
    let world = World::new().await;
    let clinic = world.clinic();
    assert_eq!(board(&world, "taro").await["emergency_wish"], "notify");
    wish(&world, "deny").await.ok();
    let refused = send(&world, &clinic, &statement(&world, &clinic, None)).await;
    refused.oauth(403, "access_denied", "emergency.refused");
    // Allowed, and told when it is over.
    wish(&world, "allow").await.ok();
    token(&send(&world, &clinic, &statement(&world, &clinic, None)).await);
    assert_eq!(board(&world, "taro").await["messages"], json!([]));
    world.pass(86_400);
    assert_eq!(
        board(&world, "taro").await["messages"][0]["kind"],
        "emergency"
    );
    // It is nobody else's to set.
    wish(&world, "perhaps").await.refused(400, "caller.misuse");
    let stranger = world
        .post(
            "/emergency-wish",
            &json!({"wish": "allow"}),
            &[("origin", BASE)],
        )
        .await;
    stranger.refused(401, "session.missing");
    assert_eq!(board(&world, "taro").await["emergency_wish"], "allow");
}

#[tokio::test]
async fn a_statement_is_the_institutions_own_for_this_holder_and_good_once() {
    let world = World::new().await;
    let clinic = world.clinic();
    let good = statement(&world, &clinic, None);
    let compact = sign(&good, &clinic.key).unwrap();
    // Without our nonce.
    present(&world, &clinic, &compact, None).await.oauth(
        400,
        "use_dpop_nonce",
        "proof.nonce-required",
    );
    let nonce = clinic.nonce(&world).await;
    present(&world, &clinic, &compact, Some(nonce.clone()))
        .await
        .ok();
    let again = present(&world, &clinic, &compact, Some(nonce)).await;
    assert_eq!(again.code(), "claims.jti-reused");
    type Change = fn(&mut EmergencyStatement);
    let changes: [(&str, Change); 4] = [
        ("audience.mismatch", |made| {
            made.aud = "https://other.example".into()
        }),
        ("binding.mismatch", |made| made.cnf.jkt = jkt(&fresh())),
        ("emergency.expired", |made| {
            made.iat = Timestamp::from_secs(made.iat.as_secs() - 700);
            made.exp = Timestamp::from_secs(made.exp.as_secs() - 700);
        }),
        ("token.lifetime-exceeded", |made| {
            made.exp = made.iat.plus(901)
        }),
    ];
    for (code, change) in changes {
        let mut made = statement(&world, &clinic, None);
        change(&mut made);
        assert_eq!(send(&world, &clinic, &made).await.code(), code);
    }
    // Somebody else's key, and an app without a server.
    let mut thief = world.clinic();
    thief.key = fresh();
    let answer = send(&world, &thief, &statement(&world, &thief, None)).await;
    answer.oauth(401, "invalid_client", "key.unknown");
    let mut app = world.device();
    let answer = send(&world, &app, &statement(&world, &app, None)).await;
    answer.oauth(401, "invalid_client", "request.client-key");
    app.is_server = true;
    let answer = send(&world, &app, &statement(&world, &app, None)).await;
    answer.oauth(401, "invalid_client", "request.client-key");
}

#[tokio::test]
async fn attempts_are_counted_by_staff_and_come_back_after_an_hour() {
    let world = World::new().await;
    let clinic = world.clinic();
    let wrong = |staff: &str| {
        let mut made = statement(&world, &clinic, None);
        made.subject.name = "見本 次郎".into();
        made.staff = staff.into();
        made
    };
    for _ in 0..20 {
        let refused = send(&world, &clinic, &wrong("nurse-1")).await;
        refused.oauth(403, "access_denied", "emergency.refused");
    }
    let limited = send(&world, &clinic, &wrong("nurse-1")).await;
    limited.oauth(429, "temporarily_unavailable", "server.rate-limited");
    assert!(!limited.header("retry-after").is_empty());
    send(&world, &clinic, &wrong("nurse-2"))
        .await
        .oauth(403, "access_denied", "emergency.refused");
    world.pass(3_600);
    send(&world, &clinic, &wrong("nurse-1"))
        .await
        .oauth(403, "access_denied", "emergency.refused");
}
