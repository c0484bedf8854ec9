use super::*;

#[test]
fn a_second_meta_does_not_take_a_mark_away() {
    // After a decimal too, at which the reader of tokens would stop.
    let twice = br#"{"value": 1.5, "meta": {"tag": []}, "meta": {}}"#;
    assert!(serde_json::from_slice::<strict::Strict>(twice).is_err());
    let once = br#"{"value": 1.5, "inner": {"a": [null, true, -1, "x"]}}"#;
    let strict::Strict(value) = serde_json::from_slice(once).unwrap();
    assert_eq!(value, serde_json::from_slice::<Value>(once).unwrap());
}
