//! The engine for JavaScript: one call with plain data, one answer with plain data.
//!
//! No logic and no types live here: `phr_link::adapter` has them. Nothing is thrown; an answer says
//! what is wrong.

use std::cell::RefCell;

use phr_link::adapter::Engine;
use phr_link::key::{SecretKey, Signer as _};
use phr_link::wire::json::Doc;
use serde::Serialize as _;
use wasm_bindgen::prelude::*;
use zeroize::Zeroize as _;

mod text;

/// How deep an answer may be nested.
const ANSWER_DEPTH: usize = 64;

/// Answers one call of the adapter protocol.
///
/// The call is a plain object with `op`; the answer is one with `decision` and `code`.
#[wasm_bindgen]
pub fn call(input: JsValue) -> JsValue {
    let text = match serde_wasm_bindgen::from_value::<text::Json>(input) {
        Ok(text) => text.0,
        // The adapter names what is wrong with a call that is no JSON.
        Err(_) => String::new(),
    };
    let answer = answer(&text);
    let plain = serde_wasm_bindgen::Serializer::json_compatible();
    Doc::parse_to_depth(answer.as_bytes(), ANSWER_DEPTH)
        .ok()
        .and_then(|doc| doc.root().serialize(&plain).ok())
        .unwrap_or(JsValue::NULL)
}

/// Answers one call given as text, with text.
///
/// For callers that hold JSON already, such as the vectors.
#[wasm_bindgen(js_name = callText)]
pub fn call_text(input: &str) -> String {
    answer(input)
}

thread_local! {
    /// Remembers lists and keys that were read, in this instance alone.
    static ENGINE: RefCell<Engine> = RefCell::default();
}

fn answer(call: &str) -> String {
    ENGINE.with(|engine| match engine.try_borrow_mut() {
        Ok(mut engine) => engine.answer(call),
        // No call is made inside a call; if one were, it would be answered without a memory.
        Err(_) => phr_link::adapter::answer(call),
    })
}

/// Gives 32 random bytes for a key, or nothing where the platform has no generator.
#[wasm_bindgen(js_name = generateSeed)]
pub fn generate_seed() -> Vec<u8> {
    let mut seed = vec![0; 32];
    match getrandom::fill(&mut seed) {
        Ok(()) => seed,
        Err(_) => Vec::new(),
    }
}

/// Gives the member `x` of the public key of a seed, or nothing if the seed has not 32 bytes.
#[wasm_bindgen(js_name = publicKey)]
pub fn public_key(mut seed: Vec<u8>) -> String {
    let x = secret(&seed)
        .map(|key| key.public_key().x().to_owned())
        .unwrap_or_default();
    seed.zeroize();
    x
}

/// Signs with a seed, the explicit fallback where WebCrypto has no Ed25519; 64 bytes, or nothing if
/// the seed has not 32.
#[wasm_bindgen]
pub fn sign(mut seed: Vec<u8>, message: &[u8]) -> Vec<u8> {
    let signature = secret(&seed).and_then(|key| key.sign(message).ok());
    seed.zeroize();
    signature.map(|bytes| bytes.to_vec()).unwrap_or_default()
}

fn secret(seed: &[u8]) -> Option<SecretKey> {
    let mut seed: [u8; 32] = seed.try_into().ok()?;
    let key = SecretKey::from_seed(&seed);
    seed.zeroize();
    Some(key)
}
