//! Status lists.

use serde_json::{Value, json};

use super::Group;
use super::header::remove;
use crate::hostile::{b64, jwk};
use crate::scene::{Draft, HOLDER, NOW, OTHER_HOLDER, status_list};

pub(super) fn vectors() -> Group {
    let mut group = Group::new("status");
    let g = &mut group;
    g.grant(
        "revoked",
        "STAT-027",
        "the person withdrew",
        "grant.revoked",
        |grant| grant.claims["status"]["status_list"]["idx"] = json!(9),
    );
    g.grant("index-last", "STAT-001", "the last entry", "ok", |grant| {
        grant.claims["status"]["status_list"]["idx"] = json!(1_023)
    });
    for idx in [1_024_i64, 1_025, 2_147_483_648, 9_007_199_254_740_991] {
        g.grant(
            &format!("index-{idx}"),
            "STAT-001",
            "an entry outside the list",
            "status.index-invalid",
            |grant| grant.claims["status"]["status_list"]["idx"] = json!(idx),
        );
    }
    for (slug, idx, answer) in [
        ("negative", json!(-1), "status.index-invalid"),
        ("text", json!("3"), "status.index-invalid"),
        ("fraction", json!(1.5), "claims.number-range"),
        (
            "huge",
            json!(9_223_372_036_854_775_808_u64),
            "claims.number-range",
        ),
    ] {
        g.grant(
            &format!("index-{slug}"),
            "STAT-001",
            "an entry that is no index",
            answer,
            |grant| grant.claims["status"]["status_list"]["idx"] = idx,
        );
    }
    g.scene(
        "no-list",
        "STAT-013",
        "no list is known",
        "status.unknown",
        |scene| {
            scene.status.remove(0);
        },
    );
    g.grant(
        "other-address",
        "STAT-015",
        "an address that is not the issuer's",
        "status.unknown",
        |grant| {
            grant.claims["status"]["status_list"]["uri"] = json!("https://169.254.169.254/status")
        },
    );
    let changes: Vec<(&str, &str, &str, fn(&mut Draft))> = vec![
        ("expired", "STAT-009", "status.stale", |list| {
            list.claims["exp"] = json!(NOW)
        }),
        ("in-the-future", "STAT-009", "status.stale", |list| {
            list.claims["iat"] = json!(NOW + 61)
        }),
        ("a-little-in-the-future", "", "ok", |list| {
            list.claims["iat"] = json!(NOW + 60)
        }),
        ("ttl-edge", "", "ok", |list| {
            list.claims["iat"] = json!(NOW - 300)
        }),
        ("ttl-over", "STAT-009", "status.stale", |list| {
            list.claims["iat"] = json!(NOW - 301)
        }),
        ("short-ttl", "STAT-009", "status.stale", |list| {
            list.claims["ttl"] = json!(59)
        }),
        ("lives-too-long", "", "status.stale", |list| {
            list.claims["exp"] = json!(NOW + 86_400 * 8)
        }),
        ("typ", "STAT-011", "status.untrusted", |list| {
            list.header["typ"] = json!("JWT")
        }),
        ("alg-none", "STAT-011", "status.untrusted", |list| {
            list.header["alg"] = json!("none")
        }),
        (
            "signed-by-another",
            "STAT-011",
            "status.untrusted",
            |list| list.signer = "evil".into(),
        ),
        (
            "issuer-of-another-key",
            "STAT-011",
            "status.untrusted",
            |list| list.claims["iss"] = json!(OTHER_HOLDER),
        ),
        (
            "signed-by-a-client",
            "STAT-011",
            "status.untrusted",
            |list| {
                list.claims["iss"] = json!(crate::scene::OWNER);
                list.header["kid"] = json!(crate::hostile::jkt("owner"));
                list.signer = "owner".into();
            },
        ),
        ("without-jti", "TYP-023", "ok", |list| {
            remove(&mut list.claims, "jti")
        }),
        ("bits-3", "STAT-007", "status.malformed", |list| {
            list.claims["status_list"]["bits"] = json!(3)
        }),
        ("bits-text", "STAT-007", "status.malformed", |list| {
            list.claims["status_list"]["bits"] = json!("1")
        }),
        ("ttl-missing", "", "status.malformed", |list| {
            remove(&mut list.claims, "ttl")
        }),
        ("lst-padded", "STAT-007", "status.malformed", |list| {
            let text = list.claims["status_list"]["lst"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            list.claims["status_list"]["lst"] = json!(format!("{text}="));
        }),
    ];
    for (slug, covers, answer, change) in changes {
        g.scene(
            &format!("list-{slug}"),
            covers,
            "a list of the holder",
            answer,
            |scene| {
                if let Some(list) = scene.status.first_mut() {
                    change(list);
                }
            },
        );
    }
    for (slug, covers, bytes, answer) in compressions() {
        g.scene(
            &format!("zlib-{slug}"),
            covers,
            "the compressed bytes",
            answer,
            |scene| {
                scene.status[0].claims["status_list"]["lst"] = json!(b64(&bytes));
            },
        );
    }
    g.scene(
        "foreign-list",
        "STAT-026",
        "another holder signs a list for the victim's address",
        "status.untrusted",
        |scene| {
            let mut foreign = status_list(OTHER_HOLDER, "other holder", 1, 1_024, &[]);
            foreign.claims["sub"] = json!(format!("{HOLDER}/status/1"));
            scene.status[0] = foreign;
        },
    );
    g.scene(
        "foreign-list-beside",
        "STAT-026",
        "the foreign list changes nothing beside the right one",
        "grant.revoked",
        |scene| {
            let mut foreign = status_list(OTHER_HOLDER, "other holder", 1, 1_024, &[]);
            foreign.claims["sub"] = json!(format!("{HOLDER}/status/1"));
            scene.status.insert(0, foreign);
            scene.grant.claims["status"]["status_list"]["idx"] = json!(9);
        },
    );
    g.scene(
        "address-not-registered",
        "STAT-015",
        "a list at an address that the holder did not register",
        "status.untrusted",
        |scene| {
            let uri = json!(format!("{HOLDER}/status/99"));
            scene.status[0].claims["sub"] = uri.clone();
            scene.grant.claims["status"]["status_list"]["uri"] = uri;
        },
    );
    for (slug, order) in [("newer-last", [300, 10]), ("newer-first", [10, 300])] {
        g.scene(
            &format!("two-lists-{slug}"),
            "STAT-020",
            "of two lists the newer counts",
            "grant.revoked",
            |scene| {
                let list = |age: i64| {
                    let set: &[(i64, u8)] = if age == 10 { &[(5, 1)] } else { &[] };
                    let mut list = status_list(HOLDER, "holder", 1, 1_024, set);
                    list.claims["iat"] = json!(NOW - age);
                    list
                };
                scene.status.splice(0..1, order.map(list));
            },
        );
    }
    g.scene(
        "floor",
        "STAT-020",
        "an older list than one already seen",
        "status.stale",
        |scene| scene.call["iat_floors"] = json!({format!("{HOLDER}/status/1"): NOW - 59}),
    );
    g.scene("floor-equal", "", "the list already seen", "ok", |scene| {
        scene.call["iat_floors"] = json!({format!("{HOLDER}/status/1"): NOW - 60})
    });
    for (slug, age, answer) in [
        ("policy-3600", 3_600, "status.stale"),
        ("policy-3601", 3_601, "caller.policy"),
        ("policy-59", 59, "status.stale"),
        ("policy-60", 60, "ok"),
    ] {
        g.scene(
            slug,
            "",
            "the caller's own limit; the list's `ttl` still counts",
            answer,
            |scene| {
                scene.call["policy"] = json!({"status_age": age});
                if age == 3_600 {
                    scene.status[0].claims["iat"] = json!(NOW - 301);
                }
            },
        );
    }
    g.scene(
        "signature-before-status",
        "STAT-018",
        "a bad signature is named before the status",
        "signature.invalid",
        |scene| {
            scene.grant.signer = "evil".into();
            scene.grant.claims["status"]["status_list"]["idx"] = json!(9);
        },
    );
    widths(g);
    appendix(g);
    group
}

fn compressions() -> Vec<(&'static str, &'static str, Vec<u8>, &'static str)> {
    let plain = vec![0_u8; 128];
    let good = miniz_oxide::deflate::compress_to_vec_zlib(&plain, 6);
    let half = good.get(..good.len() / 2).unwrap_or_default().to_vec();
    let mut corrupt = good.clone();
    if let Some(last) = corrupt.last_mut() {
        *last ^= 1;
    }
    vec![
        ("good", "", good.clone(), "ok"),
        ("truncated", "STAT-007", half, "status.malformed"),
        ("corrupt", "STAT-007", corrupt, "status.malformed"),
        (
            "trailing",
            "STAT-007",
            [good, vec![0]].concat(),
            "status.malformed",
        ),
        (
            "raw-deflate",
            "STAT-007",
            miniz_oxide::deflate::compress_to_vec(&plain, 6),
            "status.malformed",
        ),
        ("empty", "STAT-007", Vec::new(), "status.malformed"),
        ("not-compressed", "STAT-007", plain, "status.malformed"),
        (
            "bomb",
            "STAT-006",
            miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 16 * 1_024 * 1_024 + 1], 9),
            "status.too-large",
        ),
    ]
}

/// Lists of every width, and values without a meaning here.
fn widths(g: &mut Group) {
    for (bits, value, answer) in [
        (1_u8, 1_u8, "grant.revoked"),
        (2, 1, "grant.revoked"),
        (2, 2, "grant.revoked"),
        (2, 3, "status.unknown"),
        (4, 4, "status.unknown"),
        (4, 11, "status.unknown"),
        (4, 12, "status.unknown"),
        (8, 255, "status.unknown"),
        (8, 0, "ok"),
    ] {
        g.scene(
            &format!("width-{bits}-value-{value}"),
            "STAT-002 STAT-004",
            "a value in a list of this width",
            answer,
            |scene| {
                scene.status[0] = status_list(HOLDER, "holder", bits, 1_024, &[(5, value)]);
            },
        );
        g.scene(
            &format!("width-{bits}-neighbour-{value}"),
            "STAT-002",
            "the entry beside it",
            "ok",
            |scene| {
                scene.status[0] =
                    status_list(HOLDER, "holder", bits, 1_024, &[(4, value), (6, value)]);
            },
        );
    }
}

/// The two short lists of the Token Status List specification, entry by entry.
fn appendix(g: &mut Group) {
    for (bits, lst, values) in [
        (
            1,
            "eNrbuRgAAhcBXQ",
            &[1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1][..],
        ),
        (
            2,
            "eNo76fITAAPfAgc",
            &[1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3][..],
        ),
    ] {
        let mut list = status_list(HOLDER, "holder", 1, 8, &[]);
        list.claims["status_list"] = json!({"bits": bits, "lst": lst});
        let call = |index: Value| {
            json!({
                "op": "status", "now": NOW, "list": list.compact(), "jwks": {"keys": [jwk("holder")]},
                "uri": format!("{HOLDER}/status/1"), "index": index,
            })
        };
        for (index, value) in values.iter().enumerate() {
            let answer = match value {
                0 => "status.valid",
                1 => "status.revoked",
                2 => "status.suspended",
                _ => "status.unknown",
            };
            g.add(
                &format!("appendix-{bits}-bit-{index:02}"),
                "STAT-002",
                "a list of the standard",
                call(json!(index)),
                answer,
            );
            if let Some(vector) = g.vectors.last_mut() {
                vector.origin =
                    "Token Status List, section on the byte array of the status list".to_owned();
            }
        }
        g.add(
            &format!("appendix-{bits}-bit-outside"),
            "STAT-001",
            "one entry further",
            call(json!(values.len())),
            "status.index-invalid",
        );
        g.add(
            &format!("appendix-{bits}-bit-text"),
            "STAT-001",
            "an index that is no integer",
            call(json!("3")),
            "status.index-invalid",
        );
    }
}
