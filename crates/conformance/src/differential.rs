//! Generated calls, the same for every build of the verifier: native, Node and Chromium have to
//! give the same verdict and the same code for each.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng as _};
use serde_json::{Value, json};

use crate::scene::{Draft, Linking, NOW, Scene};

/// Calls generated from a seed, without end: whole scenes, with nothing, one or several things
/// changed.
#[derive(Debug)]
pub struct Calls(ChaCha8Rng);

impl Calls {
    /// Starts at a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }
}

impl Iterator for Calls {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        Some(call(&mut self.0).to_string())
    }
}

fn below(random: &mut ChaCha8Rng, bound: usize) -> usize {
    usize::try_from(random.next_u32()).unwrap_or(0) % bound.max(1)
}

fn call(random: &mut ChaCha8Rng) -> Value {
    match below(random, 8) {
        0 => linking(random),
        1 => token(random),
        _ => decide(random),
    }
}

/// The registration of a consent.
fn linking(random: &mut ChaCha8Rng) -> Value {
    let mut linking = if below(random, 2) == 0 {
        Linking::registered()
    } else {
        Linking::by_guardian()
    };
    for _ in 0..below(random, 3) {
        match below(random, 3) {
            0 => mutate(random, &mut linking.request),
            1 => mutate(random, &mut linking.key_statement),
            _ => mutate(random, &mut linking.consent),
        }
    }
    linking.consent()
}

/// One token by itself.
fn token(random: &mut ChaCha8Rng) -> Value {
    let scene = Scene::delegated();
    let mut drafts = vec![scene.grant, scene.trust_list];
    drafts.extend(scene.delegations);
    drafts.extend(scene.proof);
    drafts.extend(scene.marks);
    drafts.extend(scene.status);
    let mut draft = drafts.swap_remove(below(random, drafts.len()));
    let typ = draft.header["typ"].clone();
    mutate(random, &mut draft);
    let keys = ["holder", "anchor", "certifier"].map(crate::hostile::jwk);
    json!({"op": "token", "now": NOW, "token": draft.compact(), "typ": typ, "jwks": {"keys": keys}})
}

fn decide(random: &mut ChaCha8Rng) -> Value {
    let mut scene = match below(random, 5) {
        0 | 1 => Scene::permitted(),
        2 => Scene::delegated(),
        3 => Scene::delegated_twice(),
        _ => Scene::emergency([None, Some("quake-1"), Some("quake-2")][below(random, 3)]),
    };
    for _ in 0..below(random, 3) {
        change(random, &mut scene);
    }
    let mut call = scene.decide();
    match below(random, 6) {
        0 => flip_byte(random, &mut call, "authorization"),
        1 => flip_byte(random, &mut call, "proof"),
        2 => flip_byte(random, &mut call, "chain"),
        _ => {}
    }
    call
}

fn change(random: &mut ChaCha8Rng, scene: &mut Scene) {
    let which = below(random, 8);
    let pick = below(random, 64);
    match which {
        0 => mutate(random, &mut scene.grant),
        1 => {
            if let Some(draft) = scene.delegations.get_mut(0) {
                mutate(random, draft);
            }
        }
        2 => {
            if let Some(draft) = &mut scene.proof {
                mutate(random, draft);
            }
        }
        3 => mutate(random, &mut scene.trust_list),
        4 => {
            let at = pick % scene.marks.len();
            if let Some(draft) = scene.marks.get_mut(at) {
                mutate(random, draft);
            }
        }
        5 => {
            let at = pick % scene.status.len();
            if let Some(draft) = scene.status.get_mut(at) {
                mutate(random, draft);
            }
        }
        6 => scene.call["now"] = json!(NOW + i64::from(random.next_u32() % 10_000) - 5_000),
        _ => {
            let all: Vec<_> = phr_link::catalogue::Category::all().collect();
            if let Some(category) = all.get(pick % all.len()) {
                scene.call["category"] = json!(category.code());
            }
        }
    }
}

/// Replaces one member, anywhere, by a value of any type.
fn mutate(random: &mut ChaCha8Rng, draft: &mut Draft) {
    let values = [
        json!(null),
        json!(0),
        json!(-1),
        json!(NOW),
        json!(NOW * 1_000),
        json!(9_007_199_254_740_992_i64),
        json!(0.5),
        json!(""),
        json!("x"),
        json!("人"),
        json!(true),
        json!([]),
        json!({}),
        json!(["*"]),
        json!("123456789018"),
        json!("https://evil.example"),
    ];
    let value = values
        .get(below(random, values.len()))
        .cloned()
        .unwrap_or_default();
    let target = if below(random, 5) == 0 {
        &mut draft.header
    } else {
        &mut draft.claims
    };
    let pointers = pointers(target, "");
    let Some(pointer) = pointers.get(below(random, pointers.len())) else {
        return;
    };
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        return;
    };
    let remove = below(random, 3) == 0;
    match target.pointer_mut(parent) {
        Some(Value::Object(members)) if remove => {
            members.remove(name);
        }
        Some(Value::Object(members)) => {
            members.insert(name.to_owned(), value);
        }
        Some(Value::Array(items)) => {
            if let Some(item) = name.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                *item = value;
            }
        }
        _ => {}
    }
}

fn pointers(value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, child)| (name.clone(), child))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, child)| (at.to_string(), child))
            .collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        let here = format!("{at}/{name}");
        found.extend(pointers(child, &here));
        found.push(here);
    }
    found
}

fn flip_byte(random: &mut ChaCha8Rng, call: &mut Value, name: &str) {
    let Some(text) = call[name].as_str() else {
        return;
    };
    let mut bytes = text.as_bytes().to_vec();
    let at = below(random, bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << below(random, 7);
    }
    if let Ok(changed) = String::from_utf8(bytes) {
        call[name] = json!(changed);
    }
}
