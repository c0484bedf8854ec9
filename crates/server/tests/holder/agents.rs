//! Agents: who may act for whom, what they may do, and what they are told when they may not any more.

use phr_link::key::Signer as _;
use phr_link::scope::{Detail, Purpose};
use phr_link_server::holder::desk::{Desk, Guardianship};
use phr_link_server::store::Address;
use serde_json::{Value, json};

use crate::support::{
    Answer, App, Approved, BASE, Linked, Person, Screen, World, claims, data, detail, random_id,
};

fn asked() -> Vec<Detail> {
    vec![detail(&["specific-checkup"], &[Purpose::SelfView])]
}

async fn signed_in(world: &World, id: &str) -> Person {
    let mut person = Person::new(id);
    person.sign_in(world, "").await;
    person
}

/// What a person sends to make `agent` their proxy.
fn proxy(world: &World, agent: &str, days: i64) -> Value {
    let until = phr_link::contract::DateTime(world.now().plus(days * 86_400));
    json!({"agent": agent, "role": "proxy", "basis": "power-of-attorney", "reference": "poa-1", "until": until})
}

async fn register(world: &World, person: &Person, body: &Value) -> Answer {
    let headers = [("origin", BASE), ("cookie", &*person.cookie)];
    world.post("/agents", body, &headers).await
}

/// The agency's name, as the agent's page of choices has it.
async fn agency(world: &World, app: &App, agent: &str, number: usize) -> Option<String> {
    let request = app.sign(&app.request(world, &asked()));
    let uri = app.push(world, &request).await.json()["request_uri"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut person = Person::new(agent);
    let answer = person.sign_in(world, &uri).await;
    let place = answer.header("location").to_owned();
    if !place.starts_with("/acting") {
        return None;
    }
    let page = person.get(world, &place).await;
    let mut values = page.ok().text.split("name=\"agency\" value=\"");
    let value = values.nth(number + 2)?;
    Some(value.split('"').next().unwrap().to_owned())
}

/// The agent comes from the app, and says for whom.
async fn arrive(world: &World, app: &App, agent: &str, agency: &str) -> Result<Screen, Answer> {
    let request = app.sign(&app.request(world, &asked()));
    let uri = app.push(world, &request).await.json()["request_uri"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut person = Person::new(agent);
    person.sign_in(world, &uri).await;
    let answer = person.act(world, &uri, agency).await;
    if answer.status != 303 {
        return Err(answer);
    }
    let page = person.get(world, answer.header("location")).await;
    Ok(Screen {
        data: data(&page.ok().text),
        person,
        key: crate::support::fresh(),
    })
}

/// Registers the consent as an agent does: it says who acted, and by which title.
async fn approve(world: &World, app: &App, screen: Screen) -> (Approved, Linked) {
    let statement = screen.make_key(world).await;
    let said = claims(&statement);
    let consent = screen.consent(&statement, &asked(), |consent| {
        consent["act"] = json!({"sub": said["sub"], "role": said["role"], "basis": said["basis"]});
    });
    let answer = screen.register(world, &consent).await;
    let redirect: reqwest::Url = answer.ok().json()["redirect"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let code = redirect.query_pairs().find(|(name, _)| name == "code");
    let answer = app.redeem(world, &code.unwrap().1).await;
    let linked = Linked::of(&answer);
    let approved = Approved {
        redirect,
        statement,
        key: screen.key,
        person: screen.person,
    };
    (approved, linked)
}

struct Acting {
    app: App,
    agency: String,
    taro: Person,
    linked: Linked,
    approved: Approved,
}

/// Jiro acts for Taro by a power of attorney.
async fn acting(world: &World) -> Acting {
    let app = world.device();
    let taro = signed_in(world, "taro").await;
    let registered = register(world, &taro, &proxy(world, "jiro", 30)).await;
    assert_eq!(registered.status, 201, "{}", registered.text);
    let agency = agency(world, &app, "jiro", 0).await.unwrap();
    assert_eq!(registered.json()["id"], *agency);
    let screen = arrive(world, &app, "jiro", &agency).await.ok().unwrap();
    let (approved, linked) = approve(world, &app, screen).await;
    Acting {
        app,
        agency,
        taro,
        linked,
        approved,
    }
}

async fn desk(world: &World) -> Desk {
    Desk::open(&world.store, "desk-7").await.unwrap()
}

/// A proxy consents for the person: the consent says who acted, the grant lives an hour, and the person
/// sees all of it.
#[tokio::test]
async fn link_018_a_proxy_consents_for_the_person() {
    let world = World::new().await;
    let acting = acting(&world).await;
    let statement = claims(&acting.approved.statement);
    assert_eq!(statement["for"], claims(&acting.linked.grant)["sub"]);
    assert_ne!(statement["sub"], statement["for"]);
    assert_eq!(statement["basis"]["kind"], "power-of-attorney");
    let consent = claims(&acting.linked.consent);
    assert_eq!(consent["act"]["sub"], statement["sub"]);
    assert!(consent["exp"].as_i64() <= consent["act"]["basis"]["until"].as_i64());
    let grant = claims(&acting.linked.grant);
    let life = grant["exp"].as_i64().unwrap() - grant["iat"].as_i64().unwrap();
    assert_eq!((life, &grant["act"]), (3_600, &consent["act"]));
    let records = acting
        .app
        .read(&world, "specific-checkup", &acting.linked.grant)
        .await;
    assert!(records.ok().json()["total"].as_i64().unwrap() > 0);
    let page = acting.taro.get(&world, "/consents").await;
    let shown = data(&page.text);
    let shown_consent = claims(shown["consents"][0]["consent"].as_str().unwrap());
    assert_eq!(shown_consent["act"]["role"], "proxy");
    let kinds: Vec<_> = shown["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].clone())
        .collect();
    assert!(kinds.contains(&json!("agent-registered")) && kinds.contains(&json!("consent")));
    // The agent's own page knows nothing of it.
    let jiro = signed_in(&world, "jiro").await;
    let own = data(&jiro.get(&world, "/consents").await.text);
    assert_eq!(
        (&own["consents"], &own["messages"]),
        (&json!([]), &json!([]))
    );
    // What the person arranges with the same app is apart from it.
    let his = world.link(&acting.app, "taro", &asked()).await;
    assert_ne!(
        claims(&his.grant)["arrangement_id"],
        grant["arrangement_id"]
    );
    acting
        .app
        .read(&world, "specific-checkup", &acting.linked.grant)
        .await
        .ok();
}

/// Whom a person may entrust, and with what.
#[tokio::test]
async fn a_title_that_gives_no_right_is_refused() {
    let world = World::new().await;
    let taro = signed_in(&world, "taro").await;
    let good = proxy(&world, "jiro", 30);
    for (change, code) in [
        (json!({"agent": "nobody"}), "caller.misuse"),
        (json!({"agent": "taro"}), "caller.misuse"),
        (json!({"until": "2020-01-01T00:00:00Z"}), "caller.misuse"),
        (json!({"agent": "mirai"}), "agent.authority"),
        (json!({"role": "guardian"}), "agent.authority"),
        (json!({"basis": "parental-authority"}), "agent.authority"),
        (
            json!({"basis": "court-order", "role": "guardian"}),
            "agent.authority",
        ),
    ] {
        let mut body = good.clone();
        crate::support::merge(&mut body, &change);
        let answer = register(&world, &taro, &body).await;
        assert_eq!(answer.code(), code, "{change}");
    }
    assert_eq!(register(&world, &taro, &good).await.status, 201);
    assert_eq!(register(&world, &taro, &good).await.code(), "caller.misuse");
    // A child entrusts nobody, and nobody does it from elsewhere or long after signing in.
    let mirai = signed_in(&world, "mirai").await;
    assert_eq!(
        register(&world, &mirai, &good).await.code(),
        "agent.authority"
    );
    let elsewhere = [
        ("origin", "https://evil.example"),
        ("cookie", &*taro.cookie),
    ];
    let answer = world
        .post("/agents", &proxy(&world, "hanako", 1), &elsewhere)
        .await;
    answer.refused(403, "session.cross-origin");
    world.pass(301);
    let answer = register(&world, &taro, &proxy(&world, "hanako", 1)).await;
    answer.refused(401, "session.step-up-required");
}

/// LIFE-031: to the agent it is all one whether the agency ended, ran out, was never there, or whether
/// somebody protects the person; the status list is the same, too, where it is a protection.
#[tokio::test]
async fn life_031_all_ends_are_one_answer() {
    let mut answers: Vec<(&str, Vec<(u16, Value, String)>)> = Vec::new();
    for end in ["ended", "all ended", "ran out", "protected"] {
        let world = World::new().await;
        let acting = acting(&world).await;
        let before = world.get("/status/1").await.text;
        match end {
            "ended" => {
                let path = format!("/agents/{}/end", acting.agency);
                let answer = acting.taro.post(&world, &path, &json!({})).await;
                assert_eq!(answer.ok().json()["state"], "ended");
            }
            "all ended" => {
                let answer = acting.taro.post(&world, "/agents/end", &json!({})).await;
                assert_eq!(answer.ok().json()["ended"], 1);
            }
            "ran out" => world.pass(30 * 86_400),
            _ => {
                let desk = desk(&world).await;
                desk.protect("taro", "court-2026-1", world.now())
                    .await
                    .unwrap();
                assert_eq!(world.get("/status/1").await.text, before, "a bit tells it");
            }
        }
        let told = |answer: &Answer| {
            let mut body = answer.json();
            // OAuth's answers and ours say the same.
            body.as_object_mut().unwrap().remove("dpop-nonce");
            (
                answer.status.as_u16(),
                body,
                answer.header("retry-after").to_owned(),
            )
        };
        let mut all = Vec::new();
        if end != "ran out" {
            let read = acting
                .app
                .read(&world, "specific-checkup", &acting.linked.grant)
                .await;
            read.refused(503, "source.unavailable");
            all.push(told(&read));
        }
        let renewed = acting.app.renew(&world, &acting.linked.consent).await;
        assert_eq!(renewed.code(), "source.unavailable", "{end}");
        all.push(told(&renewed));
        let chosen = arrive(&world, &acting.app, "jiro", &acting.agency).await;
        all.push(told(&chosen.err().unwrap()));
        let never = arrive(&world, &acting.app, "jiro", &random_id()).await;
        assert_eq!(told(&never.err().unwrap()), *all.last().unwrap(), "{end}");
        // No choice is offered any more: signing in is as for somebody who acts for nobody.
        assert_eq!(agency(&world, &acting.app, "jiro", 0).await, None);
        answers.push((end, all));
    }
    let (_, first) = &answers[0];
    for (end, all) in &answers {
        let skipped = first.len() - all.len();
        assert_eq!(all[..], first[skipped..], "{end}");
    }
}

/// The person sees which it is; a protection that is lifted leaves everything as it was.
#[tokio::test]
async fn a_protection_suspends_and_is_lifted() {
    let world = World::new().await;
    let acting = acting(&world).await;
    let desk = desk(&world).await;
    desk.protect("taro", "court-2026-1", world.now())
        .await
        .unwrap();
    let state = async || {
        let list = acting.taro.get(&world, "/agents").await.ok().json();
        list["agents"][0]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state().await, "suspended");
    // The person's own use goes on.
    let his = world.link(&acting.app, "taro", &asked()).await;
    acting
        .app
        .read(&world, "specific-checkup", &his.grant)
        .await
        .ok();
    assert!(
        desk.lift("taro", "court-2026-2", world.now())
            .await
            .unwrap()
    );
    assert!(
        !desk
            .lift("taro", "court-2026-2", world.now())
            .await
            .unwrap()
    );
    assert_eq!(state().await, "active");
    acting
        .app
        .read(&world, "specific-checkup", &acting.linked.grant)
        .await
        .ok();
    assert!(desk.protect("nobody", "x", world.now()).await.is_err());
    assert!(Desk::open(&Address::Memory, " ").await.is_err());
}

/// LIFE-033, LIFE-035: an agent ends what that agent signed and nothing else, and erases nothing.
#[tokio::test]
async fn life_033_life_035_an_agent_ends_only_what_it_signed() {
    let world = World::new().await;
    let acting = acting(&world).await;
    let his = world.link(&acting.app, "taro", &asked()).await;
    let withdrawal = |consent: &str, erase: bool| {
        let path = format!(
            "/consents/{}/withdraw",
            claims(consent)["jti"].as_str().unwrap()
        );
        let body = acting
            .approved
            .withdrawal(consent, world.now(), |withdrawal| {
                withdrawal.iss = acting.approved.key.public_key().thumbprint().uri();
                withdrawal.erase = erase;
            });
        (path, body)
    };
    let send = async |(path, body): (String, Value)| world.post(&path, &body, &[]).await;
    send(withdrawal(&his.consent, false))
        .await
        .refused(403, "withdrawal.not-allowed");
    send(withdrawal(&acting.linked.consent, true))
        .await
        .refused(403, "agent.authority");
    acting
        .app
        .read(&world, "specific-checkup", &his.grant)
        .await
        .ok();
    send(withdrawal(&acting.linked.consent, false)).await.ok();
    let read = acting
        .app
        .read(&world, "specific-checkup", &acting.linked.grant)
        .await;
    read.refused(503, "source.unavailable");
    acting
        .app
        .read(&world, "specific-checkup", &his.grant)
        .await
        .ok();
    // The session of the agent is none of the person.
    let jiro = signed_in(&world, "jiro").await;
    let jti = claims(&his.consent)["jti"].as_str().unwrap().to_owned();
    jiro.withdraw(&world, &jti)
        .await
        .refused(404, "consent.unknown");
}

/// A mother acts for her child until the child comes of age; the child alone consents to nothing.
#[tokio::test]
async fn a_guardian_acts_for_a_child_until_majority() {
    let world = World::new().await;
    let app = world.device();
    let screen = app.ask(&world, "mirai", &asked()).await;
    let answer = screen
        .person
        .post(&world, "/keys", &screen.key_body())
        .await;
    answer.refused(403, "agent.minor");
    let id = agency(&world, &app, "hanako", 0).await.unwrap();
    let screen = arrive(&world, &app, "hanako", &id).await.ok().unwrap();
    assert_eq!(screen.data["acting"]["role"], "guardian");
    assert_eq!(screen.data["personName"], "見本 みらい");
    let (approved, linked) = approve(&world, &app, screen).await;
    // Born on 7 July 2019, of age with the first moment of 7 July 2037 in Japan.
    let until = phr_link::Timestamp::parse("2037-07-06T15:00:00Z").unwrap();
    assert_eq!(
        claims(&approved.statement)["basis"]["until"],
        until.as_secs()
    );
    app.read(&world, "specific-checkup", &linked.grant)
        .await
        .ok();
    let desk = desk(&world).await;
    let title = |guardian: &str, by_court| Guardianship {
        person: "taro".into(),
        guardian: guardian.into(),
        by_court,
        reference: "court-1".into(),
        until: world.now().plus(86_400),
    };
    // Nobody has parental authority over a grown man; a court may appoint a guardian, but no child.
    assert!(
        desk.register(&title("hanako", false), world.now())
            .await
            .is_err()
    );
    assert!(
        desk.register(&title("mirai", true), world.now())
            .await
            .is_err()
    );
    let made = desk
        .register(&title("hanako", true), world.now())
        .await
        .unwrap();
    assert_eq!(made.name, "見本 花子");
    let second = agency(&world, &app, "hanako", 1).await;
    assert!(second.is_some());
    // A child does not send the mother away; the desk may, and then it is an outage to her.
    let mirai = signed_in(&world, "mirai").await;
    let path = format!("/agents/{id}/end");
    mirai
        .post(&world, &path, &json!({}))
        .await
        .refused(403, "agent.authority");
    let all = mirai.post(&world, "/agents/end", &json!({})).await;
    assert_eq!(all.ok().json()["ended"], 0);
    app.read(&world, "specific-checkup", &linked.grant)
        .await
        .ok();
    assert!(desk.end(&id, "court-2", world.now()).await.unwrap());
    assert!(!desk.end(&id, "court-2", world.now()).await.unwrap());
    assert!(desk.end("nobody", "x", world.now()).await.is_err());
    let ended = app.read(&world, "specific-checkup", &linked.grant).await;
    ended.refused(503, "source.unavailable");
    // The mother does not see what she does not act for, and nobody ends another's agency.
    let taro = signed_in(&world, "taro").await;
    taro.post(&world, &format!("/agents/{id}/end"), &json!({}))
        .await
        .refused(404, "scope.not-disclosed");
}

/// All agents at once, durably: what they arranged is over with the answer, and only that.
#[tokio::test]
async fn all_agents_end_with_the_answer() {
    let mut world = World::new().await;
    let acting = acting(&world).await;
    let his = world.link(&acting.app, "taro", &asked()).await;
    register(&world, &acting.taro, &proxy(&world, "hanako", 5)).await;
    let answer = acting.taro.post(&world, "/agents/end", &json!({})).await;
    assert_eq!(answer.ok().json()["ended"], 2);
    let again = acting.taro.post(&world, "/agents/end", &json!({})).await;
    assert_eq!(again.ok().json()["ended"], 0);
    world.restart().await;
    let shown = data(&acting.taro.get(&world, "/consents").await.text);
    let consents = shown["consents"].as_array().unwrap();
    let state = |jti: &Value| {
        let one = consents.iter().find(|one| one["jti"] == *jti);
        one.unwrap()["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(&claims(&acting.linked.consent)["jti"]), "withdrawn");
    assert_eq!(state(&claims(&his.consent)["jti"]), "active");
    acting
        .app
        .read(&world, "specific-checkup", &his.grant)
        .await
        .ok();
}

/// An agent sees the person's dashboard where the person says so, and only while they may act.
#[tokio::test]
async fn an_agent_sees_the_dashboard_that_the_person_shows() {
    let world = World::new().await;
    let taro = signed_in(&world, "taro").await;
    let mut asked = proxy(&world, "jiro", 30);
    let shown = register(&world, &taro, &asked).await.json()["id"].clone();
    asked["agent"] = json!("hanako");
    asked["sees_dashboard"] = json!(true);
    let hers = register(&world, &taro, &asked).await.json()["id"].clone();
    let app = world.device();
    world.link(&app, "taro", &super::agents::asked()).await;
    let path = |id: &Value| format!("/consents?for={}", id.as_str().unwrap());
    let hanako = signed_in(&world, "hanako").await;
    let page = hanako.get(&world, &path(&hers)).await;
    let seen = data(&page.ok().text);
    assert_eq!(
        (&seen["is_own"], seen["consents"].as_array().unwrap().len()),
        (&json!(false), 1)
    );
    let own = data(&hanako.get(&world, "/consents").await.text);
    let names: Vec<_> = own["acts_for"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].clone())
        .collect();
    assert!(names.contains(&json!("見本 太郎")) && own["consents"] == json!([]));
    let jiro = signed_in(&world, "jiro").await;
    let refused = [
        jiro.get(&world, &path(&shown)).await,
        jiro.get(&world, &path(&hers)).await,
        jiro.get(&world, &path(&json!(random_id()))).await,
    ];
    for answer in &refused {
        assert_eq!(
            (answer.status.as_u16(), &answer.text),
            (404, &refused[0].text)
        );
    }
    taro.post(&world, "/agents/end", &json!({})).await.ok();
    assert_eq!(hanako.get(&world, &path(&hers)).await.text, refused[0].text);
}
