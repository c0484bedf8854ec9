//! Properties of the verdict: what may never change it, what may never pass, what may never leak.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use phr_link::adapter::{Engine, answer};
use phr_link_conformance::differential::Calls;
use phr_link_conformance::hostile::sign_bytes;
use phr_link_conformance::scene::{Draft, NOW, Scene};
use phr_link_conformance::vectors::all;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

const SEED: u64 = 0x5048_522d_4c69_6e6b;

fn ask(call: &Value) -> Value {
    serde_json::from_str(&answer(&call.to_string())).unwrap()
}

fn verdict(call: &Value) -> (Value, Value) {
    let answer = ask(call);
    (answer["decision"].clone(), answer["code"].clone())
}

fn is_permit(call: &Value) -> bool {
    ask(call)["decision"] == "permit"
}

#[test]
fn one_changed_letter_of_what_is_presented_never_permits() {
    let scene = Scene::delegated_twice();
    let call = scene.decide();
    assert!(is_permit(&call));
    for name in ["authorization", "chain", "proof"] {
        let text = call[name].as_str().unwrap().to_owned();
        let skip = if name == "authorization" {
            "DPoP ".len()
        } else {
            0
        };
        for at in skip..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let mut changed = call.clone();
            changed[name] = json!(String::from_utf8(bytes).unwrap());
            assert!(!is_permit(&changed), "{name} {at}");
        }
    }
}

#[test]
fn one_flipped_bit_anywhere_never_permits() {
    let scene = Scene::delegated_twice();
    let call = scene.decide();
    assert!(is_permit(&call));
    // The marks of those on the path; the others are not looked at.
    let marks = [0, 2, 4].map(|at| format!("/trust/marks/{at}"));
    let mut places = vec![
        "/trust/trust_list".to_owned(),
        "/status/0".into(),
        "/status/1".into(),
    ];
    places.extend(marks);
    places.extend([
        "/authorization".to_owned(),
        "/chain".into(),
        "/proof".into(),
    ]);
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    for place in places {
        let text = call.pointer(&place).unwrap().as_str().unwrap().to_owned();
        let skip = if place == "/authorization" {
            "DPoP ".len()
        } else {
            0
        };
        for _ in 0..250 {
            let at = skip + random.next_u32() as usize % (text.len() - skip);
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1 << (random.next_u32() % 7);
            let mut changed = call.clone();
            *changed.pointer_mut(&place).unwrap() = json!(String::from_utf8(bytes).unwrap());
            assert!(!is_permit(&changed), "seed {SEED}: {place} at {at}");
        }
    }
}

/// Writes JSON with the members of every object the other way round.
fn reversed(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .rev()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), reversed(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(reversed).collect();
            format!("[{}]", items.join(","))
        }
        other => other.to_string(),
    }
}

fn turned(draft: &Draft) -> Draft {
    let raw = sign_bytes(
        reversed(&draft.header).as_bytes(),
        reversed(&draft.claims).as_bytes(),
        &draft.signer,
    );
    Draft {
        raw: Some(raw),
        ..draft.clone()
    }
}

#[test]
fn no_order_of_members_or_lists_changes_the_verdict() {
    for (name, scene) in [
        ("permitted", Scene::permitted()),
        ("emergency", Scene::emergency(Some("quake-1"))),
        ("ended activation", Scene::emergency(Some("quake-0"))),
    ] {
        let mut other = scene.clone();
        other.grant = turned(&other.grant);
        if let Some(members) = other.trust_list.claims["members"].as_array_mut() {
            members.reverse();
        }
        other.trust_list = turned(&other.trust_list);
        other.marks = other.marks.iter().rev().map(turned).collect();
        other.status = other.status.iter().rev().map(turned).collect();
        if let Some(proof) = &mut other.proof {
            proof.claims["ath"] =
                json!(phr_link_conformance::hostile::s256(&other.grant.compact()));
            *proof = turned(proof);
        }
        assert_eq!(verdict(&scene.decide()), verdict(&other.decide()), "{name}");
    }
    let call = Scene::delegated().decide();
    assert_eq!(answer(&reversed(&call)), answer(&call.to_string()));
}

#[test]
fn a_clock_that_is_far_off_denies_with_a_reason() {
    let century = 100 * 366 * 86_400;
    for scene in [
        Scene::permitted(),
        Scene::delegated_twice(),
        Scene::emergency(None),
    ] {
        for now in [
            NOW - century,
            NOW + century,
            NOW - 86_400 * 400,
            NOW + 86_400 * 400,
            0,
            -1,
            9_007_199_254_740_991,
            -9_007_199_254_740_991,
        ] {
            let mut call = scene.decide();
            call["now"] = json!(now);
            let answer = ask(&call);
            assert_eq!(answer["decision"], "deny", "{now}");
            assert!(
                answer["reasons"][0]["hint"]["ja"]
                    .as_str()
                    .is_some_and(|hint| !hint.is_empty())
            );
        }
    }
}

#[test]
fn more_time_never_turns_a_denial_for_age_into_a_permit() {
    let call = Scene::permitted().decide();
    let mut was_permitted = true;
    for step in 0..600 {
        let mut later = call.clone();
        later["now"] = json!(NOW + step * 10);
        let is_permitted = is_permit(&later);
        assert!(
            was_permitted || !is_permitted,
            "permitted again after {step}"
        );
        was_permitted = is_permitted;
    }
    assert!(!was_permitted);
}

#[test]
fn less_trust_never_permits_more() {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    for text in Calls::new(SEED).take(400) {
        let call: Value = serde_json::from_str(&text).unwrap();
        if call["op"] != "decide" || is_permit(&call) {
            continue;
        }
        // Without one of the marks or status lists what was denied stays denied.
        for list in ["/trust/marks", "/status"] {
            let mut less = call.clone();
            let items = less.pointer_mut(list).unwrap().as_array_mut().unwrap();
            if !items.is_empty() {
                items.remove(random.next_u32() as usize % items.len());
                assert!(!is_permit(&less), "seed {SEED}");
            }
        }
    }
}

#[test]
fn whatever_comes_in_an_answer_goes_out() {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let call = Scene::delegated().decide().to_string();
    let mut inputs: Vec<String> = (0..call.len())
        .step_by(37)
        .filter_map(|at| call.get(..at).map(ToOwned::to_owned))
        .collect();
    inputs.extend([
        "[".repeat(100_000),
        "{\"a\":".repeat(50_000),
        "\"".repeat(9),
        String::new(),
    ]);
    inputs.push(format!(
        "{{\"op\":\"token\",\"token\":\"{}\"}}",
        "A".repeat(2_000_000)
    ));
    for _ in 0..2_000 {
        let mut bytes = call.clone().into_bytes();
        for _ in 0..=random.next_u32() % 4 {
            let at = random.next_u32() as usize % bytes.len();
            bytes[at] = random.next_u32().to_le_bytes()[0];
        }
        inputs.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    for op in phr_link::adapter::OPERATIONS {
        for value in [
            json!(null),
            json!([]),
            json!({}),
            json!(-1),
            json!("x"),
            json!("\u{0}"),
            json!([[[]]]),
        ] {
            let mut call = json!({"op": op});
            for name in [
                "now",
                "token",
                "typ",
                "jwks",
                "jwk",
                "message",
                "signature",
                "list",
                "uri",
                "index",
                "trust",
                "status",
                "txn",
                "consent",
                "bundle",
                "claims",
                "kind",
                "child",
                "parent",
                "lang",
            ] {
                call[name] = value.clone();
            }
            inputs.push(call.to_string());
        }
    }
    let codes: Vec<_> = phr_link::Code::ALL
        .iter()
        .map(|code| code.as_str())
        .collect();
    for input in &inputs {
        let answer: Value = serde_json::from_str(&answer(input)).unwrap();
        let decision = answer["decision"].as_str().unwrap();
        assert!(["permit", "deny", "accept", "reject"].contains(&decision));
        if let Some(code) = answer["code"].as_str() {
            assert!(codes.contains(&code));
            assert_ne!(code, "internal");
        }
    }
}

#[test]
fn nothing_of_a_token_or_a_person_is_in_an_answer_but_in_its_value() {
    let mut texts = Vec::new();
    for vector in all() {
        let mut answer = ask(&vector.input);
        let members = answer.as_object_mut().unwrap();
        members.remove("value");
        members.remove("id");
        let shown = answer.to_string();
        texts.clear();
        collect(&vector.input, &mut texts);
        for text in &texts {
            for part in text.split(['.', ',', ' ']).filter(|part| part.len() >= 20) {
                assert!(
                    !shown.contains(part),
                    "{} repeats what it was given",
                    vector.id
                );
            }
        }
        for canary in ["person-7f3a", "arrangement-1", "見本", "staff-12"] {
            assert!(!shown.contains(canary), "{} says {canary}", vector.id);
        }
    }
}

fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        Value::Object(members) => members.values().for_each(|member| collect(member, into)),
        _ => {}
    }
}

#[test]
fn an_engine_that_remembers_answers_as_one_that_does_not() {
    let mut engine = Engine::default();
    for vector in all() {
        let call = vector.input.to_string();
        assert_eq!(engine.answer(&call), answer(&call), "{}", vector.id);
    }
    println!("seed {SEED}");
    for call in Calls::new(SEED).take(1_500) {
        assert_eq!(engine.answer(&call), answer(&call), "{call}");
    }
}

#[test]
fn what_is_remembered_still_ends_grows_old_and_is_rolled_back() {
    let mut engine = Engine::default();
    let call = Scene::delegated().decide();
    let mut code = |change: &dyn Fn(&mut Value)| {
        let mut call = call.clone();
        change(&mut call);
        let answer: Value = serde_json::from_str(&engine.answer(&call.to_string())).unwrap();
        answer["code"].clone()
    };
    assert_eq!(code(&|_| {}), Value::Null);
    assert_eq!(
        code(&|call| call["now"] = json!(NOW + 86_400 * 8)),
        "trust.list-expired"
    );
    assert_eq!(
        code(&|call| call["now"] = json!(NOW + 86_400 * 2)),
        "trust.list-stale"
    );
    assert_eq!(
        code(&|call| call["seq_floor"] = json!(43)),
        "trust.list-rollback"
    );
    assert_eq!(code(&|call| call["now"] = json!(NOW + 600)), "proof.stale");
    let other = phr_link_conformance::hostile::jwk("holder");
    assert_eq!(
        code(&|call| call["trust"]["jwks"]["keys"][0] = other.clone()),
        "trust.list-signature"
    );
    assert_eq!(code(&|call| call["status"] = json!([])), "status.unknown");
    assert_eq!(
        code(&|call| call["trust"]["marks"] = json!([])),
        "trust.not-certified"
    );
    assert_eq!(
        code(&|call| call["trust"]["trust_list"] = Value::Null),
        "trust.list-missing"
    );
    assert_eq!(code(&|_| {}), Value::Null);
}
