//! The proof of possession.

use serde_json::json;

use super::Group;
use super::header::remove;
use crate::hostile::{jti, s256};
use crate::scene::{Draft, HOLDER, NOW, Scene};

pub(super) fn vectors() -> Group {
    let mut group = Group::new("proof");
    let g = &mut group;
    g.scene("missing", "POP-001", "no proof", "proof.missing", |scene| {
        scene.proof = None
    });
    g.scene(
        "bearer",
        "POP-002",
        "the grant as a bearer token",
        "proof.missing",
        |scene| {
            scene.call["authorization"] = json!(format!("Bearer {}", scene.leaf()));
        },
    );
    g.scene(
        "no-authorization",
        "API-001",
        "no token at all",
        "proof.missing",
        |scene| scene.call["authorization"] = json!(null),
    );
    for (slug, text, answer) in [
        ("scheme-lower", "dpop ", "ok"),
        ("scheme-upper", "DPOP ", "ok"),
        ("scheme-two-blanks", "DPoP  ", "proof.missing"),
        ("scheme-tab", "DPoP\t", "proof.missing"),
        ("scheme-none", "", "proof.missing"),
    ] {
        g.scene(
            slug,
            "POP-002",
            "the scheme, compared without case, and one blank",
            answer,
            |scene| {
                scene.call["authorization"] = json!(format!("{text}{}", scene.leaf()));
            },
        );
    }
    for (name, answer) in [
        ("typ", "header.typ-missing"),
        ("alg", "header.malformed"),
        ("jwk", "header.jwk-missing"),
    ] {
        g.proof(
            &format!("missing-{name}"),
            "POP-005",
            "a member of the header is missing",
            answer,
            |proof| remove(&mut proof.header, name),
        );
    }
    for name in ["jti", "htm", "htu", "iat"] {
        g.proof(
            &format!("missing-{name}"),
            "POP-005",
            "a claim is missing",
            "proof.claim-missing",
            |proof| remove(&mut proof.claims, name),
        );
    }
    g.proof(
        "missing-ath",
        "POP-005",
        "the hash of the token is missing",
        "proof.claim-missing",
        |proof| proof.claims["ath"] = json!(false),
    );
    g.proof(
        "typ-jwt",
        "POP-006",
        "another kind",
        "header.typ-mismatch",
        |proof| proof.header["typ"] = json!("JWT"),
    );
    for alg in ["none", "HS256", "ES256"] {
        g.proof(
            &format!("alg-{alg}").to_lowercase(),
            "POP-007",
            "another algorithm",
            "header.alg-not-allowed",
            |proof| proof.header["alg"] = json!(alg),
        );
    }
    g.proof(
        "signature-by-another-key",
        "POP-008",
        "signed by another key than the one it brings",
        "signature.invalid",
        |proof| proof.signer = "evil".into(),
    );
    g.scene(
        "other-key",
        "POP-008",
        "a good proof by a key that the grant does not name",
        "binding.mismatch",
        |scene| scene.proof = Some(crate::scene::proof("evil")),
    );
    for (slug, method, answer) in [
        ("delete", "DELETE", "proof.htm-mismatch"),
        ("lower", "get", "proof.htm-mismatch"),
        ("empty", "", "proof.claim-invalid"),
    ] {
        g.proof(
            &format!("htm-{slug}"),
            "POP-010",
            "another method",
            answer,
            |proof| proof.claims["htm"] = json!(method),
        );
    }
    for (slug, covers, address, answer) in [
        (
            "path",
            "POP-011",
            "https://holder.example/records/lab-result",
            "proof.htu-mismatch",
        ),
        (
            "host",
            "POP-011",
            "https://other-holder.example/records/allergy",
            "proof.htu-mismatch",
        ),
        (
            "scheme",
            "POP-011",
            "http://holder.example/records/allergy",
            "proof.htu-mismatch",
        ),
        (
            "slash",
            "POP-011",
            "https://holder.example/records/allergy/",
            "proof.htu-mismatch",
        ),
        (
            "query",
            "POP-012",
            "https://holder.example/records/allergy?from=2020-01-01#x",
            "ok",
        ),
        (
            "upper",
            "POP-013",
            "HTTPS://HOLDER.example:443/records/allergy",
            "ok",
        ),
        (
            "escaped-letter",
            "POP-013",
            "https://holder.example/records/%61llergy",
            "ok",
        ),
        (
            "dot",
            "POP-014",
            "https://holder.example/records/./allergy",
            "proof.htu-mismatch",
        ),
        (
            "dot-dot",
            "POP-014",
            "https://holder.example/records/x/../allergy",
            "proof.htu-mismatch",
        ),
        (
            "escaped-dots",
            "POP-014",
            "https://holder.example/records/x/%2e%2e/allergy",
            "proof.htu-mismatch",
        ),
        (
            "escaped-slash",
            "POP-014",
            "https://holder.example/records%2fallergy",
            "proof.htu-mismatch",
        ),
        (
            "user",
            "POP-011",
            "https://x@holder.example/records/allergy",
            "proof.htu-mismatch",
        ),
        ("empty", "POP-011", "", "proof.htu-mismatch"),
    ] {
        g.proof(
            &format!("htu-{slug}"),
            covers,
            "the address",
            answer,
            |proof| proof.claims["htu"] = json!(address),
        );
    }
    g.scene(
        "url-with-query",
        "POP-012",
        "a request with a query",
        "ok",
        |scene| scene.call["url"] = json!(format!("{HOLDER}/records/allergy?from=2020-01-01")),
    );
    for (slug, covers, iat, answer) in [
        ("10-seconds-old", "POP-016", NOW - 10, "ok"),
        ("10-seconds-ahead", "POP-016", NOW + 10, "ok"),
        ("60-seconds-old", "POP-016", NOW - 60, "ok"),
        ("60-seconds-ahead", "POP-016", NOW + 60, "ok"),
        ("61-seconds-old", "POP-015", NOW - 61, "proof.stale"),
        ("61-seconds-ahead", "POP-015", NOW + 61, "proof.future"),
        ("1-hour-old", "POP-015", NOW - 3_600, "proof.stale"),
        ("1-hour-ahead", "POP-015", NOW + 3_600, "proof.future"),
    ] {
        g.proof(
            &format!("iat-{slug}"),
            covers,
            "the window",
            answer,
            |proof| proof.claims["iat"] = json!(iat),
        );
    }
    g.proof(
        "ath-other",
        "",
        "the hash of another token",
        "proof.ath-mismatch",
        |proof| proof.claims["ath"] = json!(s256("another")),
    );
    g.proof(
        "ath-padded",
        "",
        "a hash that is none",
        "proof.claim-invalid",
        |proof| proof.claims["ath"] = json!(format!("{}=", s256("x"))),
    );
    g.proof(
        "jti-short",
        "",
        "an identifier too short to be random",
        "proof.claim-invalid",
        |proof| proof.claims["jti"] = json!("1"),
    );
    let key = phr_link::proof::replay_key(&crate::hostile::jkt("operator proof"), &jti("proof"));
    g.scene(
        "replayed",
        "POP-017 POP-018",
        "a proof that was used before",
        "proof.replayed",
        |scene| scene.call["seen_proofs"] = json!([key]),
    );
    g.scene(
        "other-seen",
        "POP-017",
        "other proofs were used before",
        "ok",
        |scene| scene.call["seen_proofs"] = json!([s256("x")]),
    );
    nonces(g);
    purposes(g);
    group
}

fn nonces(g: &mut Group) {
    let nonce = jti("server nonce");
    let with = |given: Option<&str>, iat: i64| {
        let mut scene = Scene::permitted();
        scene.call["nonce"] = json!(jti("server nonce"));
        if let Some(proof) = &mut scene.proof {
            proof.claims["iat"] = json!(iat);
            if let Some(given) = given {
                proof.claims["nonce"] = json!(given);
            }
        }
        scene.decide()
    };
    g.add(
        "nonce-missing",
        "POP-025",
        "the server asks for its nonce",
        with(None, NOW),
        "proof.nonce-required",
    );
    g.add(
        "nonce-other",
        "POP-025",
        "another client's nonce",
        with(Some("other"), NOW),
        "proof.nonce-required",
    );
    g.add(
        "nonce-good",
        "",
        "the server's nonce",
        with(Some(&nonce), NOW),
        "ok",
    );
    g.add(
        "nonce-good-300-seconds-old",
        "",
        "a fresh nonce widens the window to the past",
        with(Some(&nonce), NOW - 300),
        "ok",
    );
    g.add(
        "nonce-good-301-seconds-old",
        "",
        "but not further",
        with(Some(&nonce), NOW - 301),
        "proof.stale",
    );
    g.add(
        "nonce-other-100-seconds-old",
        "",
        "a foreign nonce widens nothing",
        with(Some("other"), NOW - 100),
        "proof.stale",
    );
}

fn purposes(g: &mut Group) {
    g.proof(
        "purpose-missing",
        "",
        "two purposes are granted and none is named",
        "request.purpose-missing",
        |proof| remove(&mut proof.claims, "phr_pur"),
    );
    g.scene(
        "purpose-only-one",
        "",
        "the one purpose granted needs no name",
        "ok",
        |scene| {
            scene.grant.claims["authorization_details"][0]["purposes"] = json!(["care"]);
            if let Some(proof) = &mut scene.proof {
                remove(&mut proof.claims, "phr_pur");
            }
        },
    );
    g.proof(
        "purpose-not-granted",
        "CHAIN-019 CHAIN-003 LIFE-030",
        "a purpose that the person did not allow",
        "scope.purpose-not-granted",
        |proof| proof.claims["phr_pur"] = json!("marketing"),
    );
    g.proof(
        "purpose-unknown",
        "CHAIN-019",
        "a purpose that the profile does not know",
        "proof.claim-invalid",
        |proof| proof.claims["phr_pur"] = json!("fun"),
    );
    for (slug, purpose, answer) in [
        ("same", "care", "ok"),
        ("other", "medication-safety", "request.purpose-mismatch"),
    ] {
        g.scene(
            &format!("purpose-named-{slug}"),
            "",
            "the purpose that the caller expects",
            answer,
            |scene| scene.call["purpose"] = json!(purpose),
        );
    }
    g.scene(
        "mode-named-same",
        "LINK-016",
        "the mode that the caller expects",
        "ok",
        |scene| scene.call["mode"] = json!("phr"),
    );
    g.scene(
        "mode-named-med",
        "LINK-016",
        "a mode that the client does not have",
        "request.mode-mismatch",
        |scene| scene.call["mode"] = json!("med"),
    );
    g.scene(
        "unreadable",
        "",
        "bytes that are no token",
        "token.not-jws",
        |scene| {
            scene.proof = Some(Draft {
                raw: Some("\u{0}\u{1}".into()),
                ..crate::scene::proof("x")
            });
        },
    );
}
