//! Registration of a consent.

use serde_json::{Value, json};

use super::Group;
use super::header::remove;
use crate::hostile::{jkt, jwk, s256};
use crate::scene::{APP, CENTRE, Linking, NOW, OPERATOR, OTHER_HOLDER};

pub(super) fn vectors() -> Group {
    let mut group = Group::new("consent");
    let g = &mut group;
    g.linking("control", "", "a consent that is registered", "ok", |_| {});
    g.add(
        "control-guardian",
        "",
        "a guardian consents for a child",
        Linking::by_guardian().consent(),
        "ok",
    );
    g.linking("control-english", "", "shown in English", "ok", |linking| {
        linking.consent.claims["display"]["lang"] = json!("en")
    });
    requests(g);
    statements(g);
    consents(g);
    group
}

fn requests(g: &mut Group) {
    let changes: Vec<(&str, &str, &str, fn(&mut Linking))> = vec![
        ("expired-when-pushed", "", "request.expired", |l| {
            l.request.claims["exp"] = json!(NOW - 60)
        }),
        ("expired-since", "", "ok", |l| {
            l.request.claims["exp"] = json!(NOW - 59)
        }),
        ("over-10-minutes", "", "token.lifetime-exceeded", |l| {
            l.request.claims["exp"] = json!(NOW - 120 + 601)
        }),
        ("for-another-holder", "", "audience.mismatch", |l| {
            l.request.claims["aud"] = json!(OTHER_HOLDER)
        }),
        ("unknown-claim", "", "claims.unknown", |l| {
            l.request.claims["discount"] = json!("10 %")
        }),
        ("other-name", "", "request.name-mismatch", |l| {
            l.request.claims["client_name"] = json!("厚生労働省")
        }),
        ("name-with-override", "", "claims.invalid", |l| {
            l.request.claims["client_name"] = json!("見本\u{202e}app")
        }),
        ("redirect-not-registered", "", "request.redirect-uri", |l| {
            l.request.claims["redirect_uri"] = json!(format!("{APP}/callback/x"))
        }),
        ("redirect-prefix", "", "request.redirect-uri", |l| {
            l.request.claims["redirect_uri"] = json!(format!("{APP}/callbac"))
        }),
        ("redirect-http", "", "claims.invalid", |l| {
            l.request.claims["redirect_uri"] = json!("http://app.example/callback")
        }),
        (
            "notice-elsewhere",
            "LINK-022",
            "request.notice-origin",
            |l| l.request.claims["notice_uri"] = json!("https://evil.example/notice.txt"),
        ),
        (
            "notice-origin-as-prefix",
            "LINK-022",
            "request.notice-origin",
            |l| l.request.claims["notice_uri"] = json!("https://app.example.evil/notice.txt"),
        ),
        (
            "server-client-with-header-key",
            "LINK-024",
            "request.client-key",
            |l| {
                l.request.claims["iss"] = json!(OPERATOR);
                l.request.claims["client_id"] = json!(OPERATOR);
            },
        ),
        (
            "header-key-is-not-the-proof-key",
            "LINK-024",
            "request.client-key",
            |l| {
                l.request = crate::scene::Draft::by_jwk(
                    "oauth-authz-req+jwt",
                    l.request.claims.clone(),
                    "evil",
                );
            },
        ),
        ("plain-pkce", "", "claims.invalid", |l| {
            l.request.claims["code_challenge_method"] = json!("plain")
        }),
        ("onward-role", "", "scope.onward-wider", |l| {
            l.request.claims["authorization_details"][0]["onward"]["roles"] = json!(["pharmacy"])
        }),
        (
            "category-not-for-operators",
            "",
            "catalogue.mode-not-allowed",
            |l| {
                l.request.claims["authorization_details"][0]["datatypes"] =
                    json!(["infection-result"])
            },
        ),
        ("health-centre", "", "request.client-key", |l| {
            l.request.claims["iss"] = json!(CENTRE);
            l.request.claims["client_id"] = json!(CENTRE);
        }),
        ("unknown-client", "", "issuer.untrusted", |l| {
            l.request.claims["iss"] = json!("https://nobody.example");
            l.request.claims["client_id"] = json!("https://nobody.example");
        }),
    ];
    for (slug, covers, answer, change) in changes {
        g.linking(
            &format!("request-{slug}"),
            covers,
            "the request",
            answer,
            change,
        );
    }
    let mut by_server = Linking::registered();
    by_server.request = crate::scene::Draft::by_kid(
        "oauth-authz-req+jwt",
        by_server.request.claims.clone(),
        "operator",
    );
    for name in ["iss", "client_id"] {
        by_server.request.claims[name] = json!(CENTRE);
    }
    by_server.request.header["kid"] = json!(jkt("centre"));
    by_server.request.signer = "centre".into();
    by_server.request.claims["client_name"] = json!("見本 centre");
    g.add(
        "request-health-centre-signed",
        "",
        "who has data by statute asks no consent",
        by_server.consent(),
        "catalogue.mode-not-allowed",
    );
}

fn statements(g: &mut Group) {
    let changes: Vec<(&str, &str, fn(&mut Linking))> = vec![
        ("expired", "key-statement.expired", |l| {
            l.key_statement.claims["exp"] = json!(NOW)
        }),
        ("in-the-future", "key-statement.issued-in-future", |l| {
            l.key_statement.claims["iat"] = json!(NOW + 61)
        }),
        ("over-400-days", "token.lifetime-exceeded", |l| {
            l.key_statement.claims["exp"] = json!(NOW - 30 + 86_400 * 401)
        }),
        ("by-an-operator", "issuer.kind-not-allowed", |l| {
            l.key_statement.claims["iss"] = json!(OPERATOR);
            l.key_statement.header["kid"] = json!(jkt("operator"));
            l.key_statement.signer = "operator".into();
        }),
        ("by-another-holder", "key-statement.mismatch", |l| {
            l.key_statement.claims["iss"] = json!(OTHER_HOLDER);
            l.key_statement.header["kid"] = json!(jkt("other holder"));
            l.key_statement.signer = "other holder".into();
        }),
        ("for-another-key", "key-statement.mismatch", |l| {
            l.key_statement.claims["cnf"] = json!({"jwk": jwk("somebody")})
        }),
        ("for-another-person", "key-statement.mismatch", |l| {
            l.key_statement.claims["sub"] = json!("person-0000")
        }),
        ("for-another-recipient", "consent.recipient-mismatch", |l| {
            l.key_statement.claims["rcp"] = json!(OPERATOR)
        }),
        ("small-order-key", "key.small-order", |l| {
            l.key_statement.claims["cnf"]["jwk"]["x"] =
                json!("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        }),
        ("guardian-without-basis", "claims.missing", |l| {
            l.key_statement.claims["role"] = json!("guardian");
            l.key_statement.claims["for"] = json!("person-1");
        }),
        ("person-with-for", "claims.invalid", |l| {
            l.key_statement.claims["for"] = json!("person-1")
        }),
    ];
    for (slug, answer, change) in changes {
        g.linking(
            &format!("key-statement-{slug}"),
            "",
            "the key statement",
            answer,
            change,
        );
    }
    let guardian: Vec<(&str, &str, fn(&mut Linking))> = vec![
        ("without-act", "consent.actor-mismatch", |l| {
            remove(&mut l.consent.claims, "act")
        }),
        ("another-agent", "consent.actor-mismatch", |l| {
            l.consent.claims["act"]["sub"] = json!("guardian-2")
        }),
        ("outlives-registration", "claims.inconsistent", |l| {
            l.key_statement.claims["basis"]["until"] = json!(NOW + 86_400)
        }),
        (
            "category-not-for-agents",
            "catalogue.mode-not-allowed",
            |l| {
                for draft in [&mut l.request, &mut l.consent] {
                    draft.claims["authorization_details"][0]["datatypes"] =
                        json!(["maternal-checkup"]);
                }
            },
        ),
    ];
    for (slug, answer, change) in guardian {
        let mut linking = Linking::by_guardian();
        change(&mut linking);
        g.add(
            &format!("guardian-{slug}"),
            "CHAIN-025",
            "a guardian's consent",
            linking.consent(),
            answer,
        );
    }
}

fn consents(g: &mut Group) {
    let changes: Vec<(&str, &str, &str, fn(&mut Linking))> = vec![
        ("other-transaction", "", "consent.transaction", |l| {
            l.consent.claims["txn"] = json!("txn-2")
        }),
        ("other-time", "LINK-011", "consent.transaction", |l| {
            l.consent.claims["iat"] = json!(NOW - 41)
        }),
        ("other-request", "", "consent.request-mismatch", |l| {
            l.consent.claims["req_s256"] = json!(s256("x"))
        }),
        ("other-statement", "", "key-statement.mismatch", |l| {
            l.consent.claims["key_s256"] = json!(s256("x"))
        }),
        ("other-holder", "", "audience.mismatch", |l| {
            l.consent.claims["aud"] = json!(OTHER_HOLDER)
        }),
        ("other-person", "", "key-statement.mismatch", |l| {
            l.consent.claims["sub"] = json!("person-0000")
        }),
        ("act-of-nobody", "", "consent.actor-mismatch", |l| {
            l.consent.claims["act"] = json!({"sub": "agent-1", "role": "proxy", "basis": {"kind": "power-of-attorney", "ref": "r", "until": NOW + 99}})
        }),
        ("acr-claim", "LINK-011", "claims.unknown", |l| {
            l.consent.claims["acr"] = json!("aal3")
        }),
        ("unknown-claim", "", "claims.unknown", |l| {
            l.consent.claims["bonus"] = json!(true)
        }),
        ("unknown-recipient-claim", "", "claims.unknown", |l| {
            l.consent.claims["recipient"]["logo"] = json!("x")
        }),
        ("other-arrangement", "", "consent.transaction", |l| {
            l.consent.claims["arrangement_id"] = json!("arrangement-2")
        }),
        (
            "supersedes-nothing",
            "LINK-012",
            "consent.supersedes",
            |l| l.consent.claims["supersedes"] = json!(s256("x")),
        ),
        (
            "recipient-other-id",
            "",
            "consent.recipient-mismatch",
            |l| l.consent.claims["recipient"]["id"] = json!(OPERATOR),
        ),
        (
            "recipient-other-key",
            "",
            "consent.recipient-mismatch",
            |l| l.consent.claims["recipient"]["jkt"] = json!(jkt("evil")),
        ),
        (
            "recipient-other-name",
            "",
            "consent.recipient-mismatch",
            |l| l.consent.claims["recipient"]["name"] = json!("見本 病院"),
        ),
        (
            "recipient-other-role",
            "",
            "consent.recipient-mismatch",
            |l| l.consent.claims["recipient"]["role"] = json!("medical-institution"),
        ),
        ("recipient-other-country", "", "claims.invalid", |l| {
            l.consent.claims["recipient"]["country"] = json!("US")
        }),
        ("bundled", "LIFE-001", "claims.invalid", |l| {
            l.consent.claims["ui"]["unbundled"] = json!(false)
        }),
        ("control-pre-ticked", "LIFE-001", "claims.invalid", |l| {
            l.consent.claims["ui"]["control"] = json!("ticked-checkbox")
        }),
        ("no-purpose", "LIFE-002", "claims.missing", |l| {
            remove(
                &mut l.consent.claims["authorization_details"][0],
                "purposes",
            )
        }),
        ("no-withdrawal-address", "LIFE-002", "claims.missing", |l| {
            remove(&mut l.consent.claims, "withdraw_uri")
        }),
        ("no-recipient", "LIFE-002", "claims.missing", |l| {
            remove(&mut l.consent.claims, "recipient")
        }),
        ("other-notice", "", "consent.notice-mismatch", |l| {
            l.consent.claims["notice"]["s256"] = json!(s256("x"))
        }),
        ("template-unknown", "", "consent.display-template", |l| {
            l.render = false;
            l.consent.claims["display"]["tmpl"] = json!("short");
        }),
        (
            "template-version-unknown",
            "",
            "consent.display-template",
            |l| {
                l.render = false;
                l.consent.claims["display"]["tmpl_ver"] = json!("2");
            },
        ),
        (
            "display-of-something-else",
            "CHAIN-024",
            "consent.display-mismatch",
            |l| {
                l.render = false;
                l.consent.claims["display"]["s256"] = json!(s256("a nicer text"));
            },
        ),
        (
            "display-in-the-other-language",
            "CHAIN-024",
            "consent.display-mismatch",
            |l| {
                let call: Value = l.consent();
                let token = call["consent"].as_str().unwrap_or_default().to_owned();
                l.consent.claims["display"]["s256"] = display_hash(&token);
                l.consent.claims["display"]["lang"] = json!("en");
                l.render = false;
            },
        ),
        ("day-91", "LINK-018", "token.lifetime-exceeded", |l| {
            l.consent.claims["exp"] = json!(NOW - 40 + 86_400 * 90 + 1)
        }),
        ("expired", "LIFE-004", "consent.expired", |l| {
            l.consent.claims["exp"] = json!(NOW)
        }),
        ("overseas-not-said", "", "claims.missing", |l| {
            remove(&mut l.consent.claims, "overseas")
        }),
        ("overseas-without-country", "", "claims.invalid", |l| {
            l.consent.claims["overseas"] = json!({"transfer": true})
        }),
        (
            "overseas-told",
            "",
            "ok",
            |l| l.consent.claims["overseas"] = json!({"transfer": true, "country": "US", "regime_uri": format!("{APP}/us-law"), "measures_uri": format!("{APP}/measures")}),
        ),
        (
            "overseas-reason",
            "",
            "ok",
            |l| {
                l.consent.claims["overseas"] =
                    json!({"transfer": true, "reason": "the country is not known yet"})
            },
        ),
        ("signed-by-another-key", "", "signature.invalid", |l| {
            l.consent.signer = "evil".into()
        }),
        ("kid-of-another-key", "", "key-statement.mismatch", |l| {
            l.consent.header["kid"] = json!(jkt("evil"))
        }),
    ];
    for (slug, covers, answer, change) in changes {
        g.linking(slug, covers, "the consent", answer, change);
    }
    for (slug, live, said, answer) in [
        ("supersedes-the-live-one", Some("live"), Some("live"), "ok"),
        (
            "supersedes-another",
            Some("live"),
            Some("other"),
            "consent.supersedes",
        ),
        (
            "supersedes-not-said",
            Some("live"),
            None,
            "consent.supersedes",
        ),
    ] {
        g.linking(
            slug,
            "LINK-012",
            "the consent that is replaced",
            answer,
            |l| {
                l.call = json!({"txn": {"live": live.map(s256)}});
                if let Some(said) = said {
                    l.consent.claims["supersedes"] = json!(s256(said));
                }
            },
        );
    }
    let axes: [(&str, fn(&mut Value)); 12] = [
        ("actions", |d| d["actions"] = json!(["list", "read"])),
        ("datatypes", |d| {
            d["datatypes"] = json!(["allergy", "lab-result", "lifelog"])
        }),
        ("period", |d| d["period"]["from"] = json!(null)),
        ("purposes", |d| {
            d["purposes"] = json!(["care", "medication-safety", "marketing"])
        }),
        ("handling", |d| d["handling"] = json!("store")),
        ("frequency", |d| d["frequency"] = json!("continuing")),
        ("retention", |d| d["retention"] = json!({"days": 31})),
        ("on-end", |d| d["on_end"] = json!("keep-required-by-law")),
        ("onward", |d| {
            d["onward"]["to"] = json!([crate::scene::CLINIC, crate::scene::PHARMACY])
        }),
        ("deident", |d| d["deident"] = json!("none")),
        ("exclude", |d| d["exclude"] = json!([])),
        ("narrower", |d| d["datatypes"] = json!(["allergy"])),
    ];
    for (axis, change) in axes {
        let answer = if axis == "narrower" {
            "ok".to_owned()
        } else {
            format!("scope.{axis}-wider")
        };
        g.linking(
            &format!("wider-{axis}"),
            "LINK-008",
            "the consent against the request, on one axis",
            &answer,
            |l| {
                for draft in [&mut l.request, &mut l.consent] {
                    let detail = &mut draft.claims["authorization_details"][0];
                    detail["actions"] = json!(["read"]);
                    detail["frequency"] = json!("once");
                    detail["deident"] = json!("pseudonymous");
                }
                change(&mut l.consent.claims["authorization_details"][0]);
            },
        );
    }
}

/// The hash of the summary in a consent that was made already.
fn display_hash(token: &str) -> Value {
    let call = json!({"op": "inspect", "token": token});
    let answer: Value =
        serde_json::from_str(&phr_link::adapter::answer(&call.to_string())).unwrap_or_default();
    answer["value"]["claims"]["display"]["s256"].clone()
}
