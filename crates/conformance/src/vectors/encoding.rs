//! How a token is written: parts, base64url, JSON, sizes.

use serde_json::json;

use super::Group;
use crate::hostile::{b64, sign_bytes};
use crate::scene::{NOW, Scene, grant_claims};

pub(super) fn vectors() -> Group {
    let mut group = Group::new("encoding");
    forms(&mut group);
    base64url(&mut group);
    payloads(&mut group);
    group
}

fn forms(g: &mut Group) {
    let good = Scene::permitted().grant.compact();
    let parts: Vec<&str> = good.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else {
        return;
    };
    for (slug, covers, raw) in [
        ("two-parts", "JOSE-027", format!("{header}.{payload}")),
        ("four-parts-empty", "JOSE-028", format!("{good}.")),
        ("five-parts-empty", "JOSE-028", format!("{good}..")),
        ("jwe", "JOSE-023", format!("{}.{}.{}.{}.{}", b64(br#"{"alg":"dir","enc":"A256GCM"}"#), "", b64(b"iv"), b64(b"x"), b64(b"tag"))),
        ("jwe-pbes2", "JOSE-024", format!("{}.{}.{}.{}.{}", b64(br#"{"alg":"PBES2-HS256+A128KW","p2c":2147483647,"enc":"A128GCM"}"#), b64(b"k"), b64(b"iv"), b64(b"x"), b64(b"tag"))),
        ("json-serialisation", "JOSE-022", json!({"payload": payload, "signatures": [{"protected": header, "signature": signature}, {"protected": header, "signature": "AA"}]}).to_string()),
        ("json-serialisation-swapped", "JOSE-022", json!({"payload": payload, "signatures": [{"protected": header, "signature": "AA"}, {"protected": header, "signature": signature}]}).to_string().replace(' ', "")),
        ("empty-header", "", format!(".{payload}.{signature}")),
    ] {
        let answer = if raw.contains(',') { "proof.missing" } else { "token.not-jws" };
        g.grant(slug, covers, "not three parts", answer, |grant| grant.raw = Some(raw));
    }
    g.grant(
        "nested-jwt",
        "JOSE-025",
        "a token as the payload of a token",
        "token.json",
        |grant| {
            let inner = format!(
                "{}.{}.",
                b64(br#"{"alg":"none"}"#),
                b64(grant_claims().to_string().as_bytes())
            );
            let mut header = grant.header.clone();
            header["cty"] = json!("JWT");
            grant.raw = Some(sign_bytes(
                header.to_string().as_bytes(),
                inner.as_bytes(),
                "holder",
            ));
        },
    );
    for (slug, bytes) in [
        ("16-kib-and-1", 16 * 1_024 + 1),
        ("64-kib", 65_536),
        ("1-mib", 1_048_576),
    ] {
        g.grant(
            &format!("too-large-{slug}"),
            "ENC-022",
            "larger than anything that is read",
            "token.too-large",
            |grant| {
                let filler = "A".repeat(bytes - good.len().min(bytes) - 1);
                grant.raw = Some(format!("{good}.{filler}"));
            },
        );
    }
    let mut token =
        json!({"op": "token", "now": NOW, "typ": "phr-grant+jwt", "jwks": {"keys": []}});
    token["token"] = json!("A".repeat(16 * 1_024 + 1));
    g.add(
        "too-large-token",
        "ENC-022",
        "one byte over the limit of a token",
        token.clone(),
        "token.too-large",
    );
    token["token"] = json!("A".repeat(16 * 1_024));
    g.add(
        "at-the-limit-token",
        "ENC-022",
        "at the limit, so read, and found to be no JWS",
        token,
        "token.not-jws",
    );
    g.grant(
        "many-claims",
        "ENC-023",
        "100,000 unknown claims",
        "token.too-large",
        |grant| {
            for index in 0..100_000 {
                grant.claims[format!("c{index}")] = json!(1);
            }
        },
    );
}

fn base64url(g: &mut Group) {
    let good = Scene::permitted().grant.compact();
    let parts: Vec<String> = good.split('.').map(str::to_owned).collect();
    let names = ["header", "payload", "signature"];
    let laxities: [(&str, &str, fn(&str) -> String); 7] = [
        ("padding", "ENC-001", |part| format!("{part}=")),
        ("standard-alphabet", "ENC-003", |part| {
            format!("{}+/", part.get(2..).unwrap_or_default())
        }),
        ("newline", "ENC-001", |part| format!("{part}\\n")),
        ("homoglyph", "ENC-005", |part| {
            format!("\u{ff21}{}", part.get(1..).unwrap_or_default())
        }),
        ("nul", "ENC-005", |part| {
            format!("\u{0}{}", part.get(1..).unwrap_or_default())
        }),
        ("one-letter-over", "ENC-006", |part| {
            let keep = part.len() - part.len() % 4;
            format!("{}A", part.get(..keep).unwrap_or_default())
        }),
        ("percent", "ENC-005", |part| {
            format!("%41{}", part.get(3..).unwrap_or_default())
        }),
    ];
    for (slug, covers, lax) in laxities {
        for (at, name) in names.iter().enumerate() {
            let mut changed = parts.clone();
            if let Some(part) = changed.get_mut(at) {
                *part = lax(part);
            }
            g.grant(
                &format!("base64-{slug}-{name}"),
                covers,
                "base64url that is not strict",
                "token.base64",
                |grant| {
                    grant.raw = Some(changed.join("."));
                },
            );
        }
    }
    // 64 bytes leave four bits in the last of 86 characters, all of which have to be zero.
    let mut trailing = good;
    let last = trailing.pop().unwrap_or('A');
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let next = alphabet
        .find(last)
        .and_then(|at| alphabet.get(at + 1..at + 2))
        .unwrap_or("B");
    trailing.push_str(next);
    g.grant(
        "base64-trailing-bits",
        "ENC-002",
        "the same bytes, written in another way",
        "token.base64",
        |grant| {
            grant.raw = Some(trailing);
        },
    );
}

fn payloads(g: &mut Group) {
    let text = grant_claims().to_string();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let inner = text.trim_start_matches('{').to_owned();
    let utf32: Vec<u8> = text
        .chars()
        .flat_map(|letter| u32::from(letter).to_le_bytes())
        .collect();
    let mut bad_byte = text.clone().into_bytes();
    if let Some(at) = text.find("person")
        && let Some(byte) = bad_byte.get_mut(at)
    {
        *byte = 0xff;
    }
    let deep = format!("{{\"x\":{}{},{inner}", "[".repeat(2_500), "]".repeat(2_500));
    let cases: Vec<(&str, &str, &str, Vec<u8>)> = vec![
        (
            "duplicate-claim",
            "ENC-009",
            "token.duplicate-member",
            format!("{{\"sub\":\"x\",{inner}").into_bytes(),
        ),
        (
            "duplicate-by-escape",
            "ENC-009",
            "token.duplicate-member",
            format!("{{\"\\u0073ub\":\"x\",{inner}").into_bytes(),
        ),
        (
            "duplicate-deep",
            "ENC-009",
            "token.duplicate-member",
            format!("{{\"x\":{{\"y\":[{{\"a\":1,\"a\":2}}]}},{inner}").into_bytes(),
        ),
        (
            "bom",
            "ENC-011",
            "token.json",
            [b"\xef\xbb\xbf".to_vec(), text.clone().into_bytes()].concat(),
        ),
        ("utf-16", "ENC-012", "token.json", utf16),
        ("utf-32", "ENC-012", "token.json", utf32),
        ("bad-byte", "ENC-013", "token.unicode", bad_byte),
        (
            "overlong",
            "ENC-013",
            "token.unicode",
            text.clone()
                .into_bytes()
                .into_iter()
                .chain([0xc0, 0xaf])
                .collect(),
        ),
        (
            "lone-surrogate",
            "ENC-013",
            "token.unicode",
            format!("{{\"x\":\"\\ud800\",{inner}").into_bytes(),
        ),
        (
            "trailing-object",
            "ENC-018",
            "token.json",
            format!("{text}{{}}").into_bytes(),
        ),
        (
            "trailing-text",
            "ENC-018",
            "token.json",
            format!("{text} x").into_bytes(),
        ),
        (
            "trailing-comma",
            "ENC-018",
            "token.json",
            format!("{text},").into_bytes(),
        ),
        (
            "comment",
            "ENC-019",
            "token.json",
            format!("/* x */{text}").into_bytes(),
        ),
        (
            "single-quotes",
            "ENC-019",
            "token.json",
            text.replace('"', "'").into_bytes(),
        ),
        (
            "comma-before-end",
            "ENC-019",
            "token.json",
            format!("{},}}", text.trim_end_matches('}')).into_bytes(),
        ),
        (
            "nan",
            "ENC-019",
            "token.json",
            format!("{{\"x\":NaN,{inner}").into_bytes(),
        ),
        (
            "infinity",
            "ENC-019",
            "token.json",
            format!("{{\"x\":-Infinity,{inner}").into_bytes(),
        ),
        (
            "leading-zero",
            "ENC-019",
            "token.json",
            format!("{{\"x\":01,{inner}").into_bytes(),
        ),
        ("array", "ENC-020", "claims.malformed", b"[]".to_vec()),
        ("string", "ENC-020", "claims.malformed", b"\"x\"".to_vec()),
        ("number", "ENC-020", "claims.malformed", b"7".to_vec()),
        ("null", "ENC-020", "claims.malformed", b"null".to_vec()),
        ("empty", "ENC-020", "token.json", Vec::new()),
        ("deep-2500", "ENC-021", "token.too-deep", deep.into_bytes()),
        (
            "depth-17",
            "ENC-021",
            "token.too-deep",
            format!("{{\"x\":{}{},{inner}", "[".repeat(16), "]".repeat(16)).into_bytes(),
        ),
        (
            "depth-16",
            "",
            "ok",
            format!("{{\"x\":{}{},{inner}", "[".repeat(15), "]".repeat(15)).into_bytes(),
        ),
        (
            "digits-1000",
            "ENC-024",
            "claims.number-range",
            text.replace(
                &format!("\"iat\":{}", NOW - 600),
                &format!("\"iat\":{}", "1".repeat(1_000)),
            )
            .into_bytes(),
        ),
        (
            "fraction",
            "TIME-006",
            "claims.number-range",
            text.replace(
                &format!("\"exp\":{}", NOW + 3_000),
                &format!("\"exp\":{}.5", NOW + 3_000),
            )
            .into_bytes(),
        ),
        (
            "exponent",
            "TIME-006",
            "claims.number-range",
            text.replace(&format!("\"exp\":{}", NOW + 3_000), "\"exp\":1e400")
                .into_bytes(),
        ),
        (
            "minus-zero",
            "TIME-006",
            "claims.number-range",
            text.replace(&format!("\"exp\":{}", NOW + 3_000), "\"exp\":-0")
                .into_bytes(),
        ),
        (
            "unknown-fraction",
            "",
            "claims.number-range",
            format!("{{\"x\":0.5,{inner}").into_bytes(),
        ),
        (
            "escaped-claim",
            "",
            "ok",
            text.replace("\"sub\"", "\"\\u0073ub\"").into_bytes(),
        ),
        (
            "blanks",
            "",
            "ok",
            text.replace(':', " :\t")
                .replace(',', " ,\r\n ")
                .replace("https :\t", "https:")
                .into_bytes(),
        ),
    ];
    for (slug, covers, answer, payload) in cases {
        g.grant(
            &format!("json-{slug}"),
            covers,
            "how the claims are written",
            answer,
            |grant| {
                let header = grant.header.to_string();
                grant.raw = Some(sign_bytes(header.as_bytes(), &payload, "holder"));
            },
        );
    }
    g.grant(
        "json-duplicate-alg",
        "ENC-007",
        "the algorithm twice in the header",
        "token.duplicate-member",
        |grant| {
            let header = grant
                .header
                .to_string()
                .replacen('{', "{\"alg\":\"none\",", 1);
            grant.raw = Some(sign_bytes(
                header.as_bytes(),
                grant.claims.to_string().as_bytes(),
                "holder",
            ));
        },
    );
    g.grant(
        "json-case-variants",
        "ENC-010",
        "claims whose names differ in case are unknown ones",
        "ok",
        |grant| {
            grant.claims["Sub"] = json!("somebody");
            grant.claims["EXP"] = json!(1);
            grant.claims["Aud"] = json!(["x"]);
        },
    );
}
