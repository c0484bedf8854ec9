//! When a token counts.

use serde_json::json;

use super::Group;
use crate::scene::NOW;

pub(super) fn vectors() -> Group {
    let mut group = Group::new("time");
    let g = &mut group;
    let cases: [(&str, &str, &str, Option<i64>, Option<i64>, Option<i64>); 17] = [
        (
            "exp-one-second-late",
            "TIME-001",
            "grant.expired",
            None,
            None,
            Some(NOW - 1),
        ),
        (
            "exp-long-past",
            "TIME-001",
            "grant.expired",
            None,
            None,
            Some(NOW - 75),
        ),
        (
            "exp-now",
            "TIME-003",
            "grant.expired",
            None,
            None,
            Some(NOW),
        ),
        (
            "exp-in-one-second",
            "TIME-002",
            "ok",
            None,
            None,
            Some(NOW + 1),
        ),
        (
            "exp-in-five-seconds",
            "TIME-002",
            "ok",
            None,
            None,
            Some(NOW + 5),
        ),
        (
            "exp-milliseconds",
            "TIME-008",
            "token.lifetime-exceeded",
            None,
            None,
            Some(NOW * 1_000),
        ),
        (
            "lifetime-at-cap",
            "TIME-013",
            "ok",
            Some(NOW - 10),
            None,
            Some(NOW - 10 + 86_400),
        ),
        (
            "lifetime-over-cap",
            "TIME-013",
            "token.lifetime-exceeded",
            Some(NOW - 10),
            None,
            Some(NOW - 10 + 86_401),
        ),
        (
            "lifetime-ten-years",
            "TIME-014",
            "token.lifetime-exceeded",
            Some(NOW - 315_360_000),
            None,
            Some(NOW + 60),
        ),
        (
            "iat-within-skew",
            "",
            "ok",
            Some(NOW + 60),
            None,
            Some(NOW + 600),
        ),
        (
            "iat-beyond-skew",
            "",
            "grant.issued-in-future",
            Some(NOW + 61),
            None,
            Some(NOW + 600),
        ),
        (
            "nbf-in-8-seconds",
            "TIME-010",
            "ok",
            None,
            Some(NOW + 8),
            None,
        ),
        ("nbf-at-skew", "TIME-009", "ok", None, Some(NOW + 60), None),
        (
            "nbf-beyond-skew",
            "TIME-009",
            "grant.not-yet-valid",
            None,
            Some(NOW + 61),
            None,
        ),
        (
            "nbf-after-exp",
            "TIME-011",
            "claims.inconsistent",
            None,
            Some(NOW + 4_000),
            None,
        ),
        (
            "nbf-equals-exp",
            "TIME-011",
            "claims.inconsistent",
            None,
            Some(NOW + 3_000),
            None,
        ),
        (
            "iat-equals-exp",
            "",
            "claims.inconsistent",
            Some(NOW),
            None,
            Some(NOW),
        ),
    ];
    for (slug, covers, answer, iat, nbf, exp) in cases {
        g.grant(
            slug,
            covers,
            "the edges of a grant's time",
            answer,
            |grant| {
                for (name, value) in [("iat", iat), ("nbf", nbf), ("exp", exp)] {
                    if let Some(value) = value {
                        grant.claims[name] = json!(value);
                    }
                }
            },
        );
    }
    for (slug, now) in [
        ("clock-100-years-ahead", NOW + 3_155_760_000),
        ("clock-100-years-behind", NOW - 3_155_760_000),
        ("clock-1970", 0),
        ("clock-before-1970", -5),
    ] {
        g.scene(
            slug,
            "",
            "a verifier whose clock is off gets a denial, not a crash",
            if now > NOW {
                "trust.list-expired"
            } else {
                "trust.list-stale"
            },
            |scene| {
                scene.call["now"] = json!(now);
            },
        );
    }
    for (slug, skew, iat, answer) in [
        ("skew-300", 300, NOW + 300, "ok"),
        ("skew-301", 301, NOW, "caller.policy"),
        ("skew-negative", -1, NOW, "caller.policy"),
        ("skew-zero", 0, NOW + 1, "grant.issued-in-future"),
    ] {
        g.scene(
            slug,
            "",
            "the tolerance is the caller's, within the profile's",
            answer,
            |scene| {
                scene.call["policy"] = json!({"skew": skew});
                scene.grant.claims["iat"] = json!(iat);
            },
        );
    }
    g.scene(
        "agent-one-hour",
        "",
        "an agent's grant lives an hour at most",
        "ok",
        |scene| agent(scene, 3_600),
    );
    g.scene(
        "agent-over-one-hour",
        "CHAIN-025",
        "an agent's grant lives an hour at most",
        "token.lifetime-exceeded",
        |scene| agent(scene, 3_601),
    );
    group
}

fn agent(scene: &mut crate::scene::Scene, seconds: i64) {
    scene.call["category"] = json!("specific-checkup");
    let claims = &mut scene.grant.claims;
    claims["iat"] = json!(NOW - 10);
    claims["exp"] = json!(NOW - 10 + seconds);
    claims["act"] = json!({"sub": "agent-1", "role": "proxy", "basis": {"kind": "power-of-attorney", "ref": "r-1", "until": NOW + 9_000}});
    claims["authorization_details"][0]["datatypes"] = json!(["specific-checkup"]);
}
