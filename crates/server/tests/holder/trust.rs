//! A holder whose trust list is of others: fetched, verified by an anchor that was given by hand, kept beyond a
//! restart, and never used beyond its time.

use std::time::Duration;

use phr_link::scope::Purpose;
use phr_link_server::feed::Settings;
use phr_link_server::holder::{Config, router};
use serde_json::{Value, json};

use crate::support::{App, Linked, World, detail};
use crate::upstream::Upstream;

/// What the sandbox's parties say now.
async fn told(sandbox: &World) -> (String, Value) {
    let list = sandbox.get("/trust-list").await.ok().text.clone();
    let mut marks = sandbox.get("/marks").await.ok().json();
    marks.as_object_mut().unwrap().remove("sandbox_anchor");
    (list, marks)
}

fn publish(upstream: &Upstream, (list, marks): &(String, Value)) {
    upstream.say("/list", &[(200, None, json!(list))]);
    upstream.say("/marks", &[(200, None, marks.clone())]);
}

struct Fed {
    sandbox: World,
    world: World,
    upstream: Upstream,
    app: App,
    linked: Linked,
}

/// A sandbox plays the anchor and the certification body; another holder at the same store believes them.
async fn fed() -> Fed {
    let sandbox = World::new().await;
    let upstream = Upstream::start().await;
    publish(&upstream, &told(&sandbox).await);
    let anchor = sandbox.folder.path().join("anchor.jwks");
    let keys = sandbox.get("/marks").await.json()["sandbox_anchor"].to_string();
    std::fs::write(&anchor, keys).unwrap();
    let mut world = sandbox.replica().await;
    world.trust = Some(Settings {
        list: format!("{}/list", upstream.address),
        marks: format!("{}/marks", upstream.address),
        anchor: Some(anchor),
        every: 1,
    });
    world.restart().await;
    let app = world.device();
    let asked = [detail(&["allergy"], &[Purpose::SelfView])];
    let linked = world.link(&app, "taro", &asked).await;
    Fed {
        sandbox,
        world,
        upstream,
        app,
        linked,
    }
}

/// Waits until the holder has asked again.
async fn asked_again(upstream: &Upstream) {
    let before = upstream.asked("/marks");
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if upstream.asked("/marks") > before + 1 {
            return;
        }
    }
    panic!("it does not ask again");
}

/// SIG-015: a feed that is away or wrong opens nothing.
#[tokio::test]
async fn sig_015_a_fetched_list_is_used_kept_and_never_used_beyond_its_time() {
    let Fed {
        sandbox,
        mut world,
        upstream,
        app,
        linked,
    } = fed().await;
    app.read(&world, "allergy", &linked.grant).await.ok();
    // What it publishes is the anchor's list, and no anchor of its own.
    let marks = world.get("/marks").await.ok().json();
    assert_eq!(marks.get("sandbox_anchor"), None);
    assert_eq!(world.get("/trust-list").await.text, told(&sandbox).await.0);
    // The feed is away: the last good list goes on, beyond a restart as well.
    upstream.say("/list", &[(500, None, Value::Null)]);
    world.restart().await;
    app.read(&world, "allergy", &linked.grant).await.ok();
    // LINK-025: a day later it is too old, though it has not expired.
    world.pass(86_401);
    let refused = app.renew(&world, &linked.consent).await;
    assert!(refused.code().starts_with("trust."), "{}", refused.text);
    assert_eq!(world.get("/trust-list").await.status, 503);
    // It lives, and no traffic should come to it.
    assert_eq!(world.get("/healthz").await.status, 200);
    world
        .get("/readyz")
        .await
        .refused(503, "trust.list-missing");
    // It comes back.
    publish(&upstream, &told(&sandbox).await);
    asked_again(&upstream).await;
    world.get("/readyz").await.ok();
    let linked = Linked::of(&app.renew(&world, &linked.consent).await);
    app.read(&world, "allergy", &linked.grant).await.ok();
}

/// LINK-013: neither an older list nor one of another anchor takes the place of a good one.
#[tokio::test]
async fn link_013_an_older_list_and_a_forged_one_change_nothing() {
    let Fed {
        sandbox,
        mut world,
        upstream,
        app,
        linked,
    } = fed().await;
    let old = told(&sandbox).await;
    world.pass(50_000);
    let new = told(&sandbox).await;
    assert_ne!(old.0, new.0);
    publish(&upstream, &new);
    asked_again(&upstream).await;
    let mut forged = new.clone();
    forged.0 = old.0.replace("eyJ", "eyK");
    for bad in [&old, &forged] {
        publish(&upstream, bad);
        asked_again(&upstream).await;
        assert_eq!(world.get("/trust-list").await.text, new.0);
        // Nor after a restart: the number that was seen is kept.
        world.restart().await;
        assert_eq!(world.get("/trust-list").await.text, new.0);
    }
    app.read(&world, "allergy", &linked.grant).await.ok();
}

/// A feed that cannot be used is named when the holder starts.
#[tokio::test]
async fn a_feed_without_an_anchor_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.jwks");
    std::fs::write(&bad, "{}").unwrap();
    for (list, anchor) in [
        ("https://anchor.example/list", folder.path().join("none")),
        ("https://anchor.example/list", bad.clone()),
        ("http://anchor.example/list", bad),
        ("no address", folder.path().join("none")),
    ] {
        let config = Config {
            trust: Some(Settings {
                list: list.into(),
                marks: "https://anchor.example/marks".into(),
                anchor: Some(anchor),
                every: 60,
            }),
            ..Config::default()
        };
        let clock = phr_link_server::clock::Clock::system();
        assert!(router(config, clock).await.is_err(), "{list}");
    }
}
