//! The engine as JavaScript sees it, in Node and in a browser: every vector, and the edges of the
//! boundary.
#![cfg(target_arch = "wasm32")]

use phr_link_wasm::{call, call_text, generate_seed, public_key, sign};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

#[cfg(feature = "browser")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const VECTORS: &str = include_str!(concat!(env!("OUT_DIR"), "/vectors.json"));

fn get(value: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(value, &name.into()).unwrap()
}

fn object(text: &str) -> JsValue {
    js_sys::JSON::parse(text).unwrap()
}

#[wasm_bindgen_test]
fn every_vector_gets_its_exact_code() {
    let vectors = js_sys::Array::from(&object(VECTORS));
    assert!(vectors.length() >= 200);
    for vector in vectors.iter() {
        let answer = call(get(&vector, "input"));
        let expect = get(&vector, "expect");
        for name in ["decision", "code"] {
            assert_eq!(
                get(&answer, name),
                get(&expect, name),
                "{:?} {name}",
                get(&vector, "id")
            );
        }
    }
}

#[wasm_bindgen_test]
fn a_seed_signs_what_its_key_verifies() {
    let seed = generate_seed();
    assert_eq!(seed.len(), 32);
    assert_ne!(seed, generate_seed());
    let x = public_key(seed.clone());
    let signature = sign(seed, b"message");
    let input = format!(
        r#"{{"op":"signature","jwk":{{"kty":"OKP","crv":"Ed25519","x":"{x}"}},"message":"bWVzc2FnZQ","signature":"{}"}}"#,
        phr_link::wire::base64url::encode(&signature)
    );
    assert!(call_text(&input).contains("\"accept\""));
    assert!(sign(vec![1, 2, 3], b"x").is_empty() && public_key(Vec::new()).is_empty());
}

#[wasm_bindgen_test]
fn whatever_is_passed_gets_an_answer() {
    let odd = [
        "null",
        "7",
        "\"x\"",
        "[]",
        "{}",
        "{\"op\":7}",
        "{\"op\":\"hello\",\"id\":0.5}",
        "{\"op\":\"token\",\"now\":1e300}",
    ];
    for text in odd {
        let answer = call(object(text));
        assert!(
            get(&answer, "code")
                .as_string()
                .unwrap()
                .starts_with("caller."),
            "{text}"
        );
    }
    for value in [
        JsValue::UNDEFINED,
        JsValue::symbol(None),
        js_sys::Function::new_no_args("").into(),
        js_sys::BigInt::from(7_u64).into(),
    ] {
        assert!(get(&call(value), "code").is_string());
    }
}
