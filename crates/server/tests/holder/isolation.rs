//! Two people, two clients, every category and every call: nobody learns anything of anybody else, not
//! what there is, not how much, not whether there is any.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use phr_link::catalogue::{Category, Gate, Mode};
use phr_link::contract::{Caller, Method, Place, Side, calls_of};
use phr_link::scope::{Detail, Purpose};
use serde_json::json;

use crate::sources::call;
use crate::support::{Answer, App, BASE, Linked, Person, Read, World, claims, detail, random_id};

const PEOPLE: [&str; 2] = ["taro", "hanako"];

/// What a client may ask for, each category that its mode and the catalogue open to it.
fn everything(mode: Mode, purpose: Purpose) -> Vec<Detail> {
    Category::all()
        .filter(|category| category.allows(mode) && category.gate() != Gate::HumanRelease)
        .map(|category| detail(&[category.code()], &[purpose]))
        .collect()
}

/// The names of the records on every page, and the total that each page tells.
async fn names(
    world: &World,
    app: &App,
    grant: &str,
    code: &str,
    purpose: Purpose,
) -> BTreeSet<String> {
    let (mut found, mut query) = (BTreeSet::new(), String::new());
    loop {
        let read = Read {
            purpose: Some(purpose),
            query: &query,
            ..Read::of(code, grant, &app.key)
        };
        let page = read.send(world).await.ok().json();
        let entries = page["entry"].as_array().cloned().unwrap_or_default();
        found.extend(
            entries
                .iter()
                .map(|entry| format!("{code}/{}", entry["resource"]["id"].as_str().unwrap())),
        );
        let links = page["link"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else {
            assert_eq!(page["total"], found.len(), "{code}");
            return found;
        };
        query = next["url"]
            .as_str()
            .unwrap()
            .split_once('?')
            .unwrap()
            .1
            .to_owned();
    }
}

/// API-006: each of four arrangements reads its own person's records in every category, no grant works in
/// another's hands, and what is refused says the same whoever the person is.
#[tokio::test]
async fn api_006_every_category_is_ones_own() {
    let world = World::new().await;
    let clients = [
        (world.device(), Mode::Phr, Purpose::SelfView),
        (world.clinic(), Mode::Med, Purpose::Care),
    ];
    for (number, (app, mode, purpose)) in clients.iter().enumerate() {
        let other = &clients[1 - number].0;
        let mut tried = 0;
        for asked in everything(*mode, *purpose) {
            // Minutes pass: so many requests at one time would be too many.
            world.pass(600);
            let code = asked.datatypes.first().unwrap().code().to_owned();
            let details = [asked];
            let mut theirs = Vec::new();
            let mut refused = BTreeSet::new();
            for person in PEOPLE {
                let linked = world.link(app, person, &details).await;
                theirs.push(names(&world, app, &linked.grant, &code, *purpose).await);
                let stolen = Read {
                    purpose: Some(*purpose),
                    ..Read::of(&code, &linked.grant, &other.key)
                };
                let answer = stolen.send(&world).await;
                refused.insert((answer.status.as_u16(), answer.code(), answer.text.len()));
            }
            assert!(!theirs[0].is_empty() && !theirs[1].is_empty(), "{code}");
            assert!(theirs[0].is_disjoint(&theirs[1]), "{code}");
            assert_eq!(refused.len(), 1, "{code}: {refused:?}");
            assert_eq!(refused.first().unwrap().0, 401, "{code}");
            tried += 1;
        }
        assert!(tried > 10, "{tried}");
    }
}

/// What one person has at the holder, by which a stranger could name it.
struct Known {
    linked: Linked,
    retrieval: String,
    agent: String,
}

impl Known {
    async fn of(world: &World, app: &App, person: &Person, details: &[Detail]) -> Self {
        let linked = world.link(app, &person.id, details).await;
        let begun = call(
            world,
            app,
            &linked.grant,
            "POST",
            "/retrievals",
            Some(&json!({"category": "allergy"})),
            None,
        )
        .await;
        let until = phr_link::contract::DateTime(world.now().plus(86_400));
        let agent = json!({"agent": "jiro", "role": "proxy", "basis": "power-of-attorney", "reference": "poa-1", "until": until});
        let agent = person.post(world, "/agents", &agent).await;
        Self {
            retrieval: begun.json()["id"].as_str().unwrap().to_owned(),
            agent: agent.json()["id"].as_str().unwrap().to_owned(),
            linked,
        }
    }

    /// What must never be seen in an answer to anybody else.
    fn canaries(&self) -> Vec<String> {
        let grant = claims(&self.linked.grant);
        let mut canaries = vec![
            self.retrieval.clone(),
            self.agent.clone(),
            self.linked.consent_jti(),
        ];
        canaries.extend(
            ["sub", "jti"]
                .iter()
                .map(|name| grant[*name].as_str().unwrap().to_owned()),
        );
        canaries
    }

    /// What a stranger would write for a parameter in a path.
    fn parameter(&self, id: &str, name: &str) -> String {
        match (id, name) {
            ("end-agent", "id") => self.agent.clone(),
            (_, "id") => self.retrieval.clone(),
            (_, "jti") => self.linked.consent_jti(),
            (_, "category") => "allergy".to_owned(),
            (_, "list") => "1".to_owned(),
            _ => panic!("say how {name} of {id} is kept apart"),
        }
    }
}

/// What can be told from an answer, but for names that are made anew each time.
fn told(answer: &Answer) -> (u16, Vec<String>, String) {
    let names = answer.headers.keys().map(ToString::to_string).collect();
    (answer.status.as_u16(), names, answer.text.clone())
}

/// API-006: every call of the contract, by everybody else who may make it: what is another's is answered
/// as what does not exist, byte for byte, and nothing of the other is in any answer.
#[tokio::test]
async fn api_006_every_call_is_ones_own() {
    let world = World::new().await;
    let details = [detail(&["allergy"], &[Purpose::SelfView])];
    let (app, clinic) = (world.device(), world.clinic());
    let mut taro = Person::new("taro");
    taro.sign_in(&world, "").await;
    let his = Known::of(&world, &app, &taro, &details).await;
    let mut hanako = Person::new("hanako");
    hanako.sign_in(&world, "").await;
    let hers = world.link(&app, "hanako", &details).await;
    let its = [detail(&["allergy"], &[Purpose::Care])];
    let clinics = world.link(&clinic, "taro", &its).await;
    let canaries = his.canaries();
    let strangers = [(&app, &hers.grant), (&clinic, &clinics.grant)];
    let (mut named, mut asked) = (0, 0);
    for one in calls_of(Side::Holder) {
        world.pass(20);
        let method = if one.method == Method::Get {
            "GET"
        } else {
            "POST"
        };
        let mut own = one.path.to_owned();
        let mut none = one.path.to_owned();
        let mut names_something = false;
        for parameter in one.parameters.iter().filter(|one| one.place == Place::Path) {
            let value = his.parameter(one.id, parameter.name);
            let is_public = ["category", "list"].contains(&parameter.name);
            names_something |= !is_public;
            let other = if is_public {
                value.clone()
            } else {
                random_id()
            };
            let slot = format!("{{{}}}", parameter.name);
            own = own.replace(&slot, &value);
            none = none.replace(&slot, &other);
        }
        let body = (one.method == Method::Post).then(|| json!({}));
        let mut answers: Vec<(Answer, Answer)> = Vec::new();
        if one.callers.contains(&Caller::Grant) {
            for (client, grant) in strangers {
                answers.push((
                    call(&world, client, grant, method, &own, body.as_ref(), None).await,
                    call(&world, client, grant, method, &none, body.as_ref(), None).await,
                ));
            }
        }
        if one.callers.contains(&Caller::Person) && one.method == Method::Post {
            let body = json!({});
            answers.push((
                hanako.post(&world, &own, &body).await,
                hanako.post(&world, &none, &body).await,
            ));
        }
        if one.method == Method::Get && !one.callers.contains(&Caller::Grant) {
            answers.push((
                hanako.get(&world, &own).await,
                hanako.get(&world, &none).await,
            ));
        }
        // And whoever proves nothing at all.
        let bare = async |path: &str| {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("origin", BASE);
            world.send(request.body(Body::empty()).unwrap()).await
        };
        answers.push((bare(&own).await, bare(&none).await));
        for (theirs, nobodys) in &answers {
            asked += 1;
            let is_own = canaries
                .iter()
                .find(|canary| theirs.text.contains(*canary) || nobodys.text.contains(*canary));
            assert_eq!(is_own, None, "{}: {}", one.id, theirs.text);
            if names_something {
                named += 1;
                assert_eq!(told(theirs), told(nobodys), "{}", one.id);
                assert!(
                    theirs.status.is_client_error(),
                    "{}: {}",
                    one.id,
                    theirs.status
                );
            }
        }
    }
    assert!(named >= 15 && asked > 40, "{named} of {asked}");
    // Whose they are still has them.
    let path = format!("/retrievals/{}", his.retrieval);
    call(&world, &app, &his.linked.grant, "GET", &path, None, None)
        .await
        .ok();
    app.read(&world, "allergy", &his.linked.grant).await.ok();
    let agents = taro.get(&world, "/agents").await.ok().json();
    assert!(agents.to_string().contains(&his.agent), "{agents}");
}

/// API-008: what the holder names, nobody can guess: ten of a kind have no order and share no beginning.
#[tokio::test]
async fn api_008_names_cannot_be_guessed() {
    let world = World::new().await;
    let details = [detail(&["allergy"], &[Purpose::SelfView])];
    let app = world.device();
    let mut kinds: [Vec<String>; 4] = Default::default();
    for _ in 0..10 {
        world.pass(60);
        let linked = world.link(&app, "taro", &details).await;
        let grant = claims(&linked.grant);
        kinds[0].push(grant["jti"].as_str().unwrap().to_owned());
        let index = &grant["status"]["status_list"]["idx"];
        kinds[1].push(format!("{index:0>12}"));
        let begun = call(
            &world,
            &app,
            &linked.grant,
            "POST",
            "/retrievals",
            Some(&json!({"category": "allergy"})),
            None,
        )
        .await;
        kinds[2].push(begun.json()["id"].as_str().unwrap().to_owned());
        kinds[3].push(claims(&linked.receipt)["jti"].as_str().unwrap().to_owned());
    }
    for names in &kinds {
        let mut sorted = names.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(sorted.len(), 10, "{names:?}");
        // One in 3.6 million by chance.
        assert_ne!(&sorted, names, "in order");
    }
    let step = |pair: &[String]| pair[1].parse::<i64>().unwrap() - pair[0].parse::<i64>().unwrap();
    let steps: BTreeSet<_> = kinds[1].windows(2).map(step).collect();
    assert!(steps.len() > 5, "{steps:?}");
}

/// LIFE-028: the person sees who received what, when and for what; API-031, LIFE-005: a consent that has ended
/// is used no more, and nothing changes what was signed.
#[tokio::test]
async fn life_028_api_031_life_005_the_history_tells_and_what_ended_stays_ended() {
    let world = World::new().await;
    let details = [detail(&["allergy"], &[Purpose::SelfView])];
    let app = world.device();
    let mut taro = Person::new("taro");
    taro.sign_in(&world, "").await;
    let linked = world.link(&app, "taro", &details).await;
    app.read(&world, "allergy", &linked.grant).await.ok();
    let headers = [("cookie", &*taro.cookie), ("accept", "application/json")];
    let get = async |path: &str| {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        world.send(request.body(Body::empty()).unwrap()).await
    };
    let listed = get("/receipts").await.ok().json();
    let tokens = listed["receipts"].as_array().unwrap();
    let provision = tokens
        .iter()
        .map(|one| one["claims"].clone())
        .find(|receipt| receipt["event"] == "provision")
        .unwrap_or_else(|| panic!("{listed}"));
    for name in ["iat", "recipient", "items", "basis"] {
        assert!(!provision[name].is_null(), "{name}: {provision}");
    }
    let jti = linked.consent_jti();
    for method in ["PATCH", "PUT", "DELETE"] {
        let request = Request::builder()
            .method(method)
            .uri(format!("/consents/{jti}/withdraw"))
            .header("origin", BASE)
            .header("cookie", &taro.cookie);
        let answer = world.send(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(answer.status.as_u16(), 405, "{method}");
    }
    taro.withdraw(&world, &jti).await.ok();
    app.read(&world, "allergy", &linked.grant)
        .await
        .refused(401, "grant.revoked");
    let card = get("/consents").await.ok().json();
    assert!(card.to_string().contains(&jti), "{card}");
}
