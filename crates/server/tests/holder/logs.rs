//! What is written to the log: never a token, a key, an identifier or a record.

use std::io::Write;
use std::sync::{Arc, Mutex};

use phr_link::scope::Purpose;

use crate::support::{World, claims, detail};

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_of_a_person_a_token_or_a_key_is_logged() {
    let paper = Paper::default();
    let writer = paper.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let world = World::new().await;
    let app = world.device();
    let asked = [detail(&["allergy"], &[Purpose::SelfView])];
    let approved = app
        .ask(&world, "taro", &asked)
        .await
        .approve(&world, &asked)
        .await;
    let linked = approved.redeem(&world, &app).await;
    // Tests beside this one may have met a place that logs before anybody listened.
    tracing::callsite::rebuild_interest_cache();
    let bundle = app.read(&world, "allergy", &linked.grant).await.ok().json();
    app.read(&world, "lab-result", &linked.grant)
        .await
        .refused(403, "scope.not-granted");
    app.redeem(&world, &approved.code())
        .await
        .oauth(400, "invalid_grant", "consent.transaction");
    approved
        .person
        .withdraw(&world, &linked.consent_jti())
        .await
        .ok();
    app.read(&world, "allergy", &linked.grant)
        .await
        .refused(401, "grant.revoked");

    let log = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("records given"), "the log was read");
    let grant = claims(&linked.grant);
    let mut secrets = vec![
        approved.code(),
        linked.consent_jti(),
        approved.person.cookie.clone(),
    ];
    for token in [&linked.grant, &linked.consent, &linked.receipt] {
        secrets.extend(token.split('.').map(str::to_owned));
    }
    for name in ["sub", "jti", "arrangement_id"] {
        secrets.push(grant[name].as_str().unwrap().to_owned());
    }
    secrets.push(grant["cnf"]["jkt"].as_str().unwrap().to_owned());
    let text = bundle.pointer("/entry/0/resource/code/text").unwrap();
    secrets.push(text.as_str().unwrap().to_owned());
    secrets.extend(["見本 太郎".into(), crate::support::VERIFIER.into()]);
    for secret in secrets {
        assert!(
            !log.contains(&secret),
            "the log holds {}… of {} letters",
            &secret.chars().take(4).collect::<String>(),
            secret.len()
        );
    }
}
