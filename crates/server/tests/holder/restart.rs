//! What outlives the process.

use phr_link::scope::{Detail, Frequency, Purpose};

use crate::support::{Linked, Person, Read, World, detail, is_shared, store};

fn allergy() -> [Detail; 1] {
    [detail(&["allergy"], &[Purpose::SelfView])]
}

#[tokio::test]
async fn a_restart_loses_no_consent_no_withdrawal_and_no_proof() {
    let mut world = World::new().await;
    let app = world.device();
    let taro = app
        .ask(&world, "taro", &allergy())
        .await
        .approve(&world, &allergy())
        .await;
    let his = taro.redeem(&world, &app).await;
    let hanako = app
        .ask(&world, "hanako", &allergy())
        .await
        .approve(&world, &allergy())
        .await;
    let hers = hanako.redeem(&world, &app).await;
    let mirai = app
        .ask(&world, "jiro", &allergy())
        .await
        .approve(&world, &allergy())
        .await;
    let reading = Read::of("allergy", &his.grant, &app.key);
    let proof = reading.proof(&world);
    world.send(reading.request(&proof)).await.ok();
    hanako
        .person
        .withdraw(&world, &hers.consent_jti())
        .await
        .ok();
    let keys = world.get("/jwks").await.text;

    world.restart().await;
    assert_eq!(world.get("/jwks").await.text, keys);
    // The withdrawal, its bit and the proof that was used are there.
    app.read(&world, "allergy", &hers.grant)
        .await
        .refused(401, "grant.revoked");
    app.renew(&world, &hers.consent)
        .await
        .oauth(400, "invalid_grant", "consent.withdrawn");
    world
        .send(reading.request(&proof))
        .await
        .refused(401, "proof.replayed");
    // So are the consent, the grant, the session and the code that waits.
    app.read(&world, "allergy", &his.grant).await.ok();
    Linked::of(&app.renew(&world, &his.consent).await);
    mirai.redeem(&world, &app).await;
    // The person's key still withdraws.
    let body = taro.withdrawal(&his.consent, world.now(), |_| {});
    let path = format!("/consents/{}/withdraw", his.consent_jti());
    world.post(&path, &body, &[]).await.ok();
    app.read(&world, "allergy", &his.grant)
        .await
        .refused(401, "grant.revoked");
}

/// A copy that is restored has everything up to the moment it was made, and nothing after it.
#[tokio::test]
async fn a_backup_is_restored() {
    let mut world = World::new().await;
    let app = world.device();
    let withdrawn = world.link(&app, "hanako", &allergy()).await;
    let mut hanako = Person::new("hanako");
    hanako.sign_in(&world, "").await;
    hanako.withdraw(&world, &withdrawn.consent_jti()).await.ok();
    let kept = world.link(&app, "taro", &allergy()).await;
    app.read(&world, "allergy", &kept.grant).await.ok();
    let mut taro = Person::new("taro");
    taro.sign_in(&world, "").await;
    let receipts = taro.get(&world, "/receipts/file").await.ok().json();
    let copy = world.folder.path().join("copy");
    store::backup(&world.store, &copy).await;
    // What comes after it is not in it: here, a person who links later.
    let later = world.link(&app, "jiro", &allergy()).await;
    world.store = store::restore(&world.store, &copy).await;
    world.restart().await;
    let restored = taro.get(&world, "/receipts/file").await.ok().json();
    assert_eq!(restored["receipts"], receipts["receipts"]);
    app.read(&world, "allergy", &kept.grant).await.ok();
    app.read(&world, "allergy", &withdrawn.grant)
        .await
        .refused(401, "grant.revoked");
    app.renew(&world, &later.consent)
        .await
        .oauth(400, "invalid_grant", "consent.unknown");
    let again = world.link(&app, "jiro", &allergy()).await;
    app.read(&world, "allergy", &again.grant).await.ok();
}

#[tokio::test]
async fn a_use_that_is_spent_stays_spent() {
    let mut world = World::new().await;
    let app = world.device();
    let mut once = allergy();
    once[0].frequency = Frequency::Once;
    let linked = world.link(&app, "taro", &once).await;
    app.read(&world, "allergy", &linked.grant).await.ok();
    world.restart().await;
    world.pass(901);
    app.read(&world, "allergy", &linked.grant)
        .await
        .refused(403, "grant.use-limit");
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_on_the_machine_reads_the_store() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new().await;
    let files: &[&str] = if is_shared() {
        &["clinic.key"]
    } else {
        &["holder.db", "clinic.key"]
    };
    for name in files {
        let about = std::fs::metadata(world.folder.path().join(name)).unwrap();
        assert_eq!(about.permissions().mode() & 0o077, 0, "{name}");
    }
}
