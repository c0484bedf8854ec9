//! The verdict against bare signature checks, as ratios of interleaved runs: `cargo bench`.
//!
//! Absolute times depend on the machine and drift; the ratios of one run hardly do. Every round does
//! each job once, in turn; the figures are medians over the rounds. Nothing passes or fails here.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench fails by panicking"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use ed25519_dalek::{Signature, VerifyingKey};
use phr_link::Timestamp;
use phr_link::catalogue::Category;
use phr_link::decide::{Context, Policy, Request, decide};
use phr_link::grant::Grant;
use phr_link::key::KeySet;
use phr_link::key::Signer as _;
use phr_link::scope::Action;
use phr_link::status::{StatusBits, StatusLists};
use phr_link::token::{Kind, Unverified};
use phr_link::trust::{ListLimits, Marks, TrustList};
use phr_link_conformance::hostile::{key, sign_input};
use phr_link_conformance::scene::{HOLDER, NOW, Scene, status_list};

const ROUNDS: usize = 400;

struct Job<'a> {
    name: &'static str,
    run: Box<dyn FnMut() + 'a>,
    times: Vec<Duration>,
}

fn job<'a>(name: &'static str, run: impl FnMut() + 'a) -> Job<'a> {
    Job {
        name,
        run: Box::new(run),
        times: Vec::with_capacity(ROUNDS),
    }
}

/// A scene's tokens, ready for the typed verdict.
struct Ready {
    authorization: String,
    chain: Option<String>,
    proof: String,
    trust: TrustList,
    marks: Marks,
    status: StatusLists,
}

fn ready(scene: &Scene) -> Ready {
    let call = scene.decide();
    let text = |name: &str| call[name].as_str().map(ToOwned::to_owned);
    let anchor = KeySet::of([key("anchor").public_key().clone()]).unwrap();
    let limits = ListLimits {
        max_age: 86_400,
        skew: 60,
        seq_floor: None,
    };
    let now = Timestamp::from_secs(NOW);
    let trust = TrustList::verify(&scene.trust_list.compact(), &anchor, now, &limits).unwrap();
    let marks: Vec<_> = scene.marks.iter().map(|draft| draft.compact()).collect();
    let status: Vec<_> = scene.status.iter().map(|draft| draft.compact()).collect();
    Ready {
        authorization: text("authorization").unwrap(),
        chain: text("chain"),
        proof: text("proof").unwrap(),
        marks: Marks::new(marks.iter().map(String::as_str), &trust),
        status: StatusLists::new(status.iter().map(String::as_str), &trust),
        trust,
    }
}

fn judge(ready: &Ready) -> bool {
    let request = Request {
        method: "GET",
        url: "https://holder.example/records/allergy",
        authorization: Some(&ready.authorization),
        chain: ready.chain.as_deref(),
        proof: Some(&ready.proof),
        nonce: None,
        category: Category::parse("allergy").unwrap(),
        action: Action::Read,
        period: None,
        purpose: None,
        mode: None,
        subject: None,
        record: None,
    };
    let context = Context {
        now: Timestamp::from_secs(NOW),
        audience: HOLDER,
        issuers: &[HOLDER],
        trust: Some(&ready.trust),
        seq_floor: None,
        marks: &ready.marks,
        status: &ready.status,
        iat_floors: &[],
        policy: Policy::default(),
        used: &[],
        released: &[],
        seen: &|_| false,
    };
    decide(&request, &context).unwrap().is_permit()
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}

fn main() {
    let grant = Scene::permitted();
    let token = grant.grant.compact();
    let (input, _) = token.rsplit_once('.').unwrap();
    let signed = sign_input(input, "holder");
    let signature = phr_link::wire::base64url::decode(signed.rsplit_once('.').unwrap().1).unwrap();
    let signature = Signature::from_slice(&signature).unwrap();
    let holder = key("holder").public_key().clone();
    let x = phr_link::wire::base64url::decode(holder.x()).unwrap();
    let bare = VerifyingKey::from_bytes(x.as_slice().try_into().unwrap()).unwrap();
    let check = |times: usize| {
        for _ in 0..times {
            bare.verify_strict(black_box(input.as_bytes()), black_box(&signature))
                .unwrap();
        }
    };
    let loose = |times: usize| {
        for _ in 0..times {
            ed25519_dalek::Verifier::verify(&bare, black_box(input.as_bytes()), &signature)
                .unwrap();
        }
    };
    let (one, chain, three) = (
        ready(&grant),
        ready(&Scene::delegated()),
        ready(&Scene::delegated_twice()),
    );
    assert!(judge(&one) && judge(&chain) && judge(&three));
    let list = status_list(
        HOLDER,
        "holder",
        1,
        1_000_000,
        &[(123_456, 1), (999_999, 1)],
    )
    .compact();
    let bits = StatusBits::new(1, 1_000_000).unwrap();
    let mut jobs = [
        job("verify, once", || loose(1)),
        job("verify_strict, once", || check(1)),
        job("one grant to typed claims", || {
            let read = Unverified::read(black_box(&token), Kind::Grant).unwrap();
            black_box(read.verify::<Grant>(&holder).unwrap());
        }),
        job("verdict: grant + proof", || assert!(judge(black_box(&one)))),
        job("verdict: grant + delegation + proof", || {
            assert!(judge(black_box(&chain)))
        }),
        job("verdict: grant + 2 delegations + proof", || {
            assert!(judge(black_box(&three)))
        }),
        job("a status list of 1,000,000 entries", || {
            black_box(StatusLists::new([black_box(list.as_str())], &one.trust));
        }),
        job("one lookup in it", || {
            black_box(black_box(&bits).get(black_box(123_456)).unwrap());
        }),
    ];
    for round in 0..ROUNDS + 20 {
        for job in &mut jobs {
            let started = Instant::now();
            (job.run)();
            // The first rounds warm up.
            if round >= 20 {
                job.times.push(started.elapsed());
            }
        }
    }
    let times: Vec<f64> = jobs.iter_mut().map(|job| median(&mut job.times)).collect();
    println!(
        "{:<42} {:>9} {:>9} {:>9} {:>7}",
        "", "µs", "/verify", "/strict", "allocs"
    );
    for (job, time) in jobs.iter_mut().zip(&times) {
        let count = allocation_counter::measure(&mut job.run).count_total;
        println!(
            "{:<42} {time:>9.1} {:>9.2} {:>9.2} {count:>7}",
            job.name,
            time / times[0],
            time / times[1]
        );
    }
    println!(
        "\nverdict: grant + proof = {:.2} × two verify, {:.2} × two verify_strict",
        times[3] / times[0] / 2.0,
        times[3] / times[1] / 2.0
    );
    println!(
        "verdict: grant + delegation + proof = {:.2} × three verify",
        times[4] / times[0] / 3.0
    );
    println!(
        "verdict: grant + 2 delegations + proof = {:.2} × four verify",
        times[5] / times[0] / 4.0
    );
    let started = Instant::now();
    let alone = (0..400).filter(|_| judge(&one)).count();
    let single = started.elapsed();
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| assert!((0..400).all(|_| judge(&one))));
        }
    });
    let double = started.elapsed();
    println!(
        "two cores = {:.2} × one core ({alone} verdicts each)",
        2.0 * single.as_secs_f64() / double.as_secs_f64()
    );
}
