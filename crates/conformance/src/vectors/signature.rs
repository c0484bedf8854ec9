//! Signatures and keys: public suites first, then ours.

use ed25519_dalek::hazmat::ExpandedSecretKey;
use phr_link::key::Signer as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha512};

use super::Group;
use crate::hostile::{b64, key};

pub(super) fn vectors() -> Group {
    let mut group = Group::new("signature");
    rfc8032(&mut group);
    wycheproof(&mut group);
    keys(&mut group);
    forms(&mut group);
    group
}

fn call(x: &[u8], message: &[u8], signature: &[u8]) -> Value {
    json!({
        "op": "signature", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": b64(x)},
        "message": b64(message), "signature": b64(signature),
    })
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

fn from(group: &mut Group, origin: &str) {
    if let Some(vector) = group.vectors.last_mut() {
        vector.origin = origin.to_owned();
    }
}

fn rfc8032(g: &mut Group) {
    for (name, x, message, signature) in [
        (
            "1",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "2",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "3",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ] {
        g.add(
            &format!("rfc8032-test-{name}"),
            "",
            "a known answer",
            call(&unhex(x), &unhex(message), &unhex(signature)),
            "ok",
        );
        from(g, "RFC 8032 §7.1");
    }
    let known = include_str!("../../data/ed25519-cr-yp-to.txt");
    for (at, line) in known
        .lines()
        .filter(|line| !line.starts_with('#'))
        .enumerate()
    {
        let parts: Vec<Vec<u8>> = line.split(':').map(unhex).collect();
        if let [x, message, signature] = parts.as_slice() {
            g.add(
                &format!("cr-yp-to-{at:03}"),
                "",
                "a known answer",
                call(x, message, signature),
                "ok",
            );
            from(g, "ed25519.cr.yp.to sign.input, public domain");
        }
    }
    let jws = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let input = |signature: &str| json!({"op": "signature", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": x}, "message": b64(jws.as_bytes()), "signature": signature});
    g.add(
        "rfc8037-a4",
        "",
        "the JWS of the standard",
        input(signature),
        "ok",
    );
    from(g, "RFC 8037 appendix A.4");
    g.add(
        "rfc8037-a3",
        "",
        "the thumbprint of the standard's key is computed",
        json!({"op": "thumbprint", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": x}}),
        "ok",
    );
    from(g, "RFC 8037 appendix A.3");
}

fn wycheproof(g: &mut Group) {
    use wycheproof::TestResult;
    let Ok(set) = wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519) else {
        return;
    };
    for group in set.test_groups {
        for test in group.tests {
            let answer = match (test.result, test.sig.len()) {
                (TestResult::Invalid, 64) => "signature.invalid",
                (TestResult::Invalid, _) => "signature.malformed",
                _ => "ok",
            };
            let comment = format!("{} {:?}", test.comment, test.flags);
            g.add(
                &format!("wycheproof-{:03}", test.tc_id),
                "SIG-002 SIG-005 SIG-007 SIG-008",
                comment.trim(),
                call(&group.key.pk, &test.msg, &test.sig),
                answer,
            );
            from(g, "Wycheproof ed25519_test, Apache-2.0");
        }
    }
}

/// The eight points of small order, and other keys that are refused.
fn keys(g: &mut Group) {
    let torsion = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ];
    let identity_signature = [unhex(torsion[0]), vec![0; 32]].concat();
    for (index, point) in torsion.iter().enumerate() {
        g.add(
            &format!("key-small-order-{index}"),
            "SIG-003",
            "a key for which a signature over anything can be made",
            call(&unhex(point), b"any consent", &identity_signature),
            "key.small-order",
        );
        from(
            g,
            "the torsion points of the curve, as in the Ed25519 small-order literature",
        );
    }
    for (slug, x, answer) in [
        (
            "unreduced-1",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "key.not-canonical",
        ),
        (
            "unreduced-0",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "key.not-canonical",
        ),
        (
            "identity-with-sign",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "key.not-canonical",
        ),
        (
            "off-curve",
            "0200000000000000000000000000000000000000000000000000000000000000",
            "key.invalid",
        ),
        ("short", "01", "key.invalid"),
        (
            "long",
            "010000000000000000000000000000000000000000000000000000000000000000",
            "key.invalid",
        ),
    ] {
        g.add(
            &format!("key-{slug}"),
            "SIG-006",
            "a key that is not written as one",
            call(&unhex(x), b"m", &[0; 64]),
            answer,
        );
    }
    g.add(
        "key-mixed-order",
        "SIG-004",
        "a key with a torsion component",
        call(
            &unhex("9519999999999999999999999999999999999999999999999999999999999919"),
            b"m",
            &[0; 64],
        ),
        "key.mixed-order",
    );
    for (slug, change, answer) in [
        ("ed448", json!({"crv": "Ed448"}), "key.invalid"),
        ("x25519", json!({"crv": "X25519"}), "key.invalid"),
        ("ec", json!({"kty": "EC"}), "key.invalid"),
        ("rsa", json!({"kty": "RSA"}), "key.invalid"),
        ("no-x", json!({"x": null}), "key.invalid"),
        (
            "padded",
            json!({"x": format!("{}=", b64(key("a").public_key().as_bytes()))}),
            "key.invalid",
        ),
        ("use-enc", json!({"use": "enc"}), "key.use-mismatch"),
        ("key-ops", json!({"key_ops": ["sign"]}), "key.use-mismatch"),
        (
            "use-sig",
            json!({"use": "sig", "key_ops": ["verify"]}),
            "ok",
        ),
    ] {
        let mut input = call(key("a").public_key().as_bytes(), b"m", &signature(b"m"));
        crate::scene::merge(&mut input["jwk"], &change);
        g.add(
            &format!("jwk-{slug}"),
            "JOSE-006 JOSE-032",
            "the key as JSON",
            input,
            answer,
        );
    }
}

fn signature(message: &[u8]) -> Vec<u8> {
    key("a")
        .sign(message)
        .map(|bytes| bytes.to_vec())
        .unwrap_or_default()
}

fn forms(g: &mut Group) {
    let x = *key("a").public_key().as_bytes();
    let good = signature(b"m");
    g.add(
        "control",
        "",
        "a good signature",
        call(&x, b"m", &good),
        "ok",
    );
    for length in [0_usize, 1, 32, 63, 65, 128] {
        let mut bytes = good.clone();
        bytes.resize(length, 0);
        g.add(
            &format!("length-{length}"),
            "SIG-007",
            "not 64 bytes",
            call(&x, b"m", &bytes),
            "signature.malformed",
        );
    }
    for at in [0_usize, 31, 32, 63] {
        let mut bytes = good.clone();
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1;
        }
        g.add(
            &format!("bit-in-byte-{at}"),
            "JOSE-030",
            "one bit differs",
            call(&x, b"m", &bytes),
            "signature.invalid",
        );
    }
    g.add(
        "other-message",
        "JOSE-031",
        "the signature of something else",
        call(&x, b"n", &good),
        "signature.invalid",
    );
    let mut input = call(&x, b"m", &good);
    input["signature"] = json!(format!("{}=", b64(&good)));
    g.add(
        "padded",
        "ENC-001",
        "base64url with padding",
        input,
        "token.base64",
    );
    // The same secret signs the hash of the message: Ed25519ph is another scheme.
    let seed: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(b"phr-link test key a").into();
    let expanded = ExpandedSecretKey::from(&seed);
    let verifying = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
    let prehashed = Sha512::new_with_prefix(b"m");
    if let Ok(signature) = ed25519_dalek::hazmat::raw_sign_byupdate::<Sha512, _>(
        &expanded,
        |hash| {
            use sha2::Digest as _;
            hash.update(b"SigEd25519 no Ed25519 collisions\x01\x00");
            hash.update(prehashed.clone().finalize());
            Ok(())
        },
        &verifying,
    ) {
        g.add(
            "ed25519ph",
            "SIG-009",
            "a signature over the hash",
            call(&x, b"m", &signature.to_bytes()),
            "signature.invalid",
        );
    }
    g.grant(
        "grant-bit-flipped",
        "JOSE-030",
        "one bit of the claims differs after signing",
        "signature.invalid",
        |grant| {
            let token = grant.compact();
            let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
            if let Some(payload) = parts.get_mut(1) {
                let changed = grant
                    .claims
                    .to_string()
                    .replace("arrangement-1", "arrangement-3");
                *payload = b64(changed.as_bytes());
            }
            grant.raw = Some(parts.join("."));
        },
    );
    g.grant(
        "grant-signature-spliced",
        "JOSE-031",
        "the signature of another grant",
        "signature.invalid",
        |grant| {
            let mut other = grant.clone();
            other.claims["jti"] = json!(crate::hostile::jti("another"));
            let signature = other
                .compact()
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .to_owned();
            let token = grant.compact();
            let input = token
                .rsplit_once('.')
                .map(|(input, _)| input.to_owned())
                .unwrap_or_default();
            grant.raw = Some(format!("{input}.{signature}"));
        },
    );
    g.grant(
        "grant-signature-empty",
        "SIG-007",
        "no signature",
        "signature.malformed",
        |grant| {
            let token = grant.compact();
            grant.raw = token.rsplit_once('.').map(|(input, _)| format!("{input}."));
        },
    );
}
