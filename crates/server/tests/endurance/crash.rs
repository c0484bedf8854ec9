//! Killed at a random moment under load, again and again: nothing that was acknowledged is lost, and
//! nothing that ended comes back.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::StatusCode;
use phr_link::scope::{Detail, Purpose};
use sqlx::AnyPool;

use crate::number;
use crate::process::{Process, url_of};
use crate::support::{App, Linked, Read, World, detail};

/// What one person did with one client, as far as the holder acknowledged it.
#[derive(Default)]
struct Life {
    consents: Vec<Known>,
    receipts: Vec<String>,
    /// Something was asked for and not answered: the last consent may stand either way.
    is_waiting: bool,
}

struct Known {
    app: Arc<App>,
    linked: Linked,
    grants: Vec<String>,
    /// Proofs of reads that were answered.
    used: Vec<String>,
    is_over: bool,
}

const PEOPLE: [&str; 2] = ["taro", "hanako"];

#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_holder_is_killed() {
    let rounds = number("PHR_LINK_ROUNDS", 5);
    let mut world = World::new().await;
    // A holder in another process has the machine's time.
    world.time.store(0, Ordering::SeqCst);
    world.router = axum::Router::new();
    let mut seed = u64::from(std::process::id());
    let mut checked = Checked::default();
    for round in 0.. {
        // A slow machine may need more rounds until there is something of everything to check.
        if round >= rounds && checked.is_of_everything() {
            break;
        }
        assert!(round < rounds + 100, "nothing to check: {checked:?}");
        let process = Process::start(&world);
        world.remote = Some(process.address);
        let lives: Vec<_> = PEOPLE.iter().map(|_| Arc::default()).collect();
        let tasks: Vec<_> = PEOPLE
            .iter()
            .zip(&lives)
            .map(|(person, life)| tokio::spawn(live(world.clone(), person, Arc::clone(life))))
            .collect();
        // A moment that no two rounds share.
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_millis(150 + (seed >> 33) % 450)).await;
        process.kill();
        for task in tasks {
            task.abort();
            // A task that failed by itself says why; one that was ended has nothing to say.
            if let Err(error) = task.await {
                assert!(error.is_cancelled(), "round {round}: {error}");
            }
        }
        let process = Process::start(&world);
        world.remote = Some(process.address);
        for life in &lives {
            let life = std::mem::take(&mut *life.lock().unwrap());
            check(&world, &life, &mut checked).await;
        }
        process.kill();
    }
    println!("{rounds} rounds: {checked:?}");
}

/// How much was found as it was acknowledged.
#[derive(Debug, Default)]
struct Checked {
    consents: usize,
    ended: usize,
    ended_grants: usize,
    receipts: usize,
    replays: usize,
}

impl Checked {
    const fn is_of_everything(&self) -> bool {
        self.consents > 0 && self.ended_grants > 0 && self.receipts > 0 && self.replays > 0
    }
}

fn asked() -> Vec<Detail> {
    vec![detail(&["allergy"], &[Purpose::SelfView])]
}

/// Links, reads, renews and withdraws for as long as the holder answers.
async fn live(world: World, person: &'static str, life: Arc<Mutex<Life>>) {
    let wait = |is_waiting| life.lock().unwrap().is_waiting = is_waiting;
    loop {
        let app = Arc::new(world.device());
        let screen = app.ask(&world, person, &asked()).await;
        wait(true);
        let approved = screen.approve(&world, &asked()).await;
        let linked = approved.redeem(&world, &app).await;
        {
            let mut life = life.lock().unwrap();
            // The new consent took the place of the one before.
            if let Some(last) = life.consents.last_mut() {
                last.is_over = true;
            }
            life.receipts.push(linked.receipt.clone());
            life.consents.push(Known {
                app,
                grants: vec![linked.grant.clone()],
                linked,
                used: Vec::new(),
                is_over: false,
            });
            life.is_waiting = false;
        }
        for _ in 0..3 {
            let (read, proof) = {
                let life = life.lock().unwrap();
                let known = life.consents.last().unwrap();
                let read = Read::of("allergy", &known.linked.grant, &known.app.key);
                let proof = read.proof(&world);
                (read.request(&proof), proof)
            };
            world.send(read).await.ok();
            life.lock()
                .unwrap()
                .consents
                .last_mut()
                .unwrap()
                .used
                .push(proof);
            let (renewal, consent) = {
                let life = life.lock().unwrap();
                let known = life.consents.last().unwrap();
                (known.app.clone(), known.linked.consent.clone())
            };
            let next = Linked::of(&renewal.renew(&world, &consent).await);
            life.lock()
                .unwrap()
                .consents
                .last_mut()
                .unwrap()
                .grants
                .push(next.grant);
        }
        let jti = life
            .lock()
            .unwrap()
            .consents
            .last()
            .unwrap()
            .linked
            .consent_jti();
        wait(true);
        let answer = approved.person.withdraw(&world, &jti).await;
        let mut life = life.lock().unwrap();
        life.receipts
            .push(answer.ok().json()["receipt"].as_str().unwrap().to_owned());
        life.consents.last_mut().unwrap().is_over = true;
        life.is_waiting = false;
    }
}

async fn check(world: &World, life: &Life, checked: &mut Checked) {
    sqlx::any::install_default_drivers();
    let pool = AnyPool::connect(&url_of(&world.store)).await.unwrap();
    for receipt in &life.receipts {
        let found: i64 = sqlx::query_scalar("SELECT count(*) FROM receipt WHERE token = $1")
            .bind(receipt)
            .fetch_one(&pool)
            .await
            .unwrap();
        assert_eq!(found, 1, "a receipt was lost");
        checked.receipts += 1;
    }
    pool.close().await;
    let last = life.consents.len().wrapping_sub(1);
    for (place, known) in life.consents.iter().enumerate() {
        let renewed = known.app.renew(world, &known.linked.consent).await;
        if known.is_over {
            assert_eq!(
                renewed.status,
                StatusCode::BAD_REQUEST,
                "a consent came back"
            );
            checked.ended += 1;
            for grant in &known.grants {
                let read = known.app.read(world, "allergy", grant).await;
                read.refused(401, "grant.revoked");
                checked.ended_grants += 1;
            }
        } else if !(life.is_waiting && place == last) {
            assert_eq!(
                renewed.status,
                StatusCode::OK,
                "a consent was lost: {}",
                renewed.text
            );
            checked.consents += 1;
        }
        for proof in &known.used {
            let read = Read::of("allergy", &known.linked.grant, &known.app.key);
            let again = world.send(read.request(proof)).await;
            assert_eq!(
                again.status,
                StatusCode::UNAUTHORIZED,
                "a proof was taken twice"
            );
            checked.replays += 1;
        }
    }
}
