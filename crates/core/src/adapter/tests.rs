use super::*;

#[test]
fn every_call_gets_json_whatever_it_is() {
    for call in [
        "",
        "{",
        "[]",
        "null",
        "{\"op\":1}",
        "{\"op\":\"fly\",\"id\":{\"a\":[1]}}",
        "\u{0}",
        "{\"op\":\"decide\"}",
        "{\"op\":\"token\"}",
        "{\"op\":\"status\",\"index\":1.5}",
    ] {
        let answer = answer(call);
        let value: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert!(
            value["code"].as_str().unwrap().starts_with("caller."),
            "{call} {answer}"
        );
    }
    assert!(answer("{\"op\":\"fly\",\"id\":{\"a\":[1]}}").starts_with("{\"id\":{\"a\":[1]},"));
    for op in OPERATIONS.iter().filter(|op| **op != "codes") {
        let answer = answer(&format!("{{\"op\":\"{op}\"}}"));
        assert!(!answer.contains("caller.unknown-op"), "{op}");
    }
}
