//! A file of receipts, verified without asking anybody.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "what the other tests use")]
#[path = "support/desk.rs"]
mod desk;

use desk::Desk;
use phr_link::receipt::Receipt;
use phr_link::token::{s256, sign};
use phr_link_conformance::hostile::{jwk, key};
use phr_link_conformance::scene::{HOLDER, NOW, OPERATOR, trust_list};
use serde_json::{Value, json};

/// A receipt by one side, with whatever comes before it.
fn receipt(iss: &str, seq: i64, exchange: &str, before: Option<&str>) -> String {
    let party =
        |id: &str| json!({"id": id, "name": "見本", "address": "東京都", "representative": "見本"});
    let mut value = json!({
        "iss": iss, "iat": NOW - 10, "jti": format!("receipt-of-some-length-{seq}"), "ver": "1.0",
        "event": if iss == HOLDER { "provision" } else { "acquisition" },
        "exchange_id": exchange, "arrangement_id": "arrangement-1", "seq": seq, "sub": "person-1",
        "at": NOW - 10, "provider": party(HOLDER), "recipient": party(OPERATOR), "items": ["allergy"],
        "basis": {"law": "APPI", "arts": ["27-1"]}, "acquired_how": "from the holder",
        "record_form": "single", "retain_until": NOW - 10 + 3 * 366 * 86_400,
    });
    if let Some(before) = before {
        value["prev_s256"] = s256(before).into();
    }
    let made: Receipt = serde_json::from_value(value).unwrap();
    let signer = if iss == HOLDER { "holder" } else { "operator" };
    sign(&made, &key(signer)).unwrap()
}

fn file(desk: &Desk, receipts: &[&str]) -> String {
    let body = json!({"receipts": receipts, "trust_list": trust_list().compact()});
    desk.file("receipts.json", &body.to_string())
}

fn verify(desk: &Desk, code: i32) -> Value {
    let anchor = desk.file("anchor", &json!({"keys": [jwk("anchor")]}).to_string());
    let words = ["--json", "verify", "receipts.json", "--anchor", &anchor];
    let output = desk.run(&words);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(code), "{told}");
    serde_json::from_str(&told).unwrap()
}

#[test]
fn what_both_sides_recorded_is_verified_and_paired() {
    let desk = Desk::new("receipts");
    let first = receipt(HOLDER, 0, "exchange-1", None);
    let second = receipt(HOLDER, 1, "exchange-2", Some(&first));
    let other = receipt(OPERATOR, 0, "exchange-2", None);
    // In whatever order they stand.
    file(&desk, &[&second, &other, &first]);
    let told = verify(&desk, 0);
    assert_eq!(told["decision"], "accept");
    assert_eq!(told["paired"], 1);
    assert_eq!(told["chains"].as_array().unwrap().len(), 2);
    let shown = desk.ok(&[
        "--lang",
        "ja",
        "verify",
        "receipts.json",
        "--anchor",
        "anchor",
    ]);
    assert!(shown.contains("双方に記録のある授受1件"), "{shown}");
}

#[test]
fn a_receipt_that_was_changed_or_left_out_is_noticed() {
    let desk = Desk::new("receipts-bad");
    let first = receipt(HOLDER, 0, "exchange-1", None);
    let second = receipt(HOLDER, 1, "exchange-2", Some(&first));
    let third = receipt(HOLDER, 2, "exchange-3", Some(&second));
    file(&desk, &[&first, &third]);
    assert_eq!(verify(&desk, 1)["broken"], 1);
    // Only later ones: older ones may have been due, and it is said.
    file(&desk, &[&second, &third]);
    assert_eq!(verify(&desk, 0)["chains"][0]["begins_at"], 1);
    // One bit of the signature.
    let (head, signature) = second.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let forged = format!("{head}.{other}{}", signature.get(1..).unwrap());
    file(&desk, &[&first, &forged, &third]);
    let told = verify(&desk, 1);
    assert_eq!(told["refused"][0]["place"], 1);
    // By another anchor nothing is believed.
    desk.file("anchor", &json!({"keys": [jwk("app")]}).to_string());
    let said = desk.fails(2, &["verify", "receipts.json", "--anchor", "anchor"]);
    assert!(said.contains("trust list"), "{said}");
    let said = desk.fails(2, &["verify", "{}", "--anchor", "anchor"]);
    assert!(said.contains("receipts"), "{said}");
}
