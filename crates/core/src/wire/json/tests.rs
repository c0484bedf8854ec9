use super::*;

fn code(text: &str) -> Code {
    Doc::parse(text.as_bytes()).unwrap_err().code()
}

#[test]
fn reads_what_serde_json_reads() {
    let text =
        r#" {"a":[1,-2,{"b":null}],"c":true,"d":"\u3042\ud83d\ude00\n/","e":{},"f":[],"g":0} "#;
    let doc = Doc::parse(text.as_bytes()).unwrap();
    let ours = serde_json::to_value(doc.root()).unwrap();
    assert_eq!(
        ours,
        serde_json::from_str::<serde_json::Value>(text).unwrap()
    );
    assert_eq!(
        doc.root()
            .get("a")
            .unwrap()
            .items()
            .nth(1)
            .unwrap()
            .as_i64(),
        Some(-2)
    );
}

#[test]
fn refuses_with_the_exact_code() {
    for text in [
        "",
        "{",
        "}",
        "{}{}",
        "{} x",
        "{},",
        "[1,]",
        "{,}",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "// x\n{}",
        "NaN",
        "[Infinity]",
        "01",
        "+1",
        "1.",
        ".5",
        "1e",
        "--1",
        "\u{feff}{}",
        "[\"\t\"]",
        "\"\\x\"",
        "\"\\u12\"",
        "tru",
        "[1 2]",
        "{\"a\" 1}",
        "{\"a\"}",
        "[",
        "\"",
    ] {
        assert_eq!(code(text), Code::TokenJson, "{text}");
    }
    for text in [
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\n\"",
        "\"\\ud800\\ud800\"",
    ] {
        assert_eq!(code(text), Code::TokenUnicode, "{text}");
    }
    assert_eq!(
        Doc::parse(b"\"\xff\"").unwrap_err().code(),
        Code::TokenUnicode
    );
    assert_eq!(
        Doc::parse(b"\"\xc0\xaf\"").unwrap_err().code(),
        Code::TokenUnicode
    );
    for text in [
        "1.5",
        "1e2",
        "-0",
        "9007199254740992",
        "-9007199254740992",
        "1e400",
        "18446744073709551616",
    ] {
        assert_eq!(code(text), Code::ClaimsNumberRange, "{text}");
    }
    assert_eq!(code(&"9".repeat(100_000)), Code::ClaimsNumberRange);
    for text in [
        r#"{"a":1,"a":2}"#,
        r#"{"x":{"sub":1,"\u0073ub":2}}"#,
        r#"[{"":1,"":2}]"#,
    ] {
        assert_eq!(code(text), Code::TokenDuplicateMember, "{text}");
    }
}

#[test]
fn depth_is_counted_from_one() {
    let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert!(Doc::parse(nested(16).as_bytes()).is_ok());
    assert_eq!(code(&nested(17)), Code::TokenTooDeep);
    assert_eq!(code(&nested(100_000)), Code::TokenTooDeep);
    assert!(Doc::parse(("[".repeat(15) + "1" + &"]".repeat(15)).as_bytes()).is_ok());
    assert_eq!(
        code(&("[".repeat(16) + "1" + &"]".repeat(16))),
        Code::TokenTooDeep
    );
}

#[test]
fn finds_a_duplicate_among_many_members() {
    let mut text = String::from("{");
    for index in 0..50_000 {
        text.push_str(&format!("\"m{index}\":1,"));
    }
    let unique = format!("{text}\"z\":1}}");
    assert!(Doc::parse(unique.as_bytes()).is_ok());
    assert_eq!(
        code(&format!("{text}\"m77\":1}}")),
        Code::TokenDuplicateMember
    );
}
