//! Status lists: from the bytes to the bit, whose list counts, and how old it may be.

use phr_link::claims::StatusPointer;
use phr_link::key::{KeySet, Signer};
use phr_link::status::{
    ListAge, StatusBits, StatusListClaims, StatusListData, StatusLists, StatusValue, value_in,
};
use phr_link::token;
use phr_link::wire::base64url;
use phr_link::{Code, Timestamp};
use serde_json::{Value, json};

use crate::draft::{
    CERTIFIER, CLINIC, DAY, HOLDER, NOW, OTHER_HOLDER, OWNER, at, changed, data, header, key, kid,
    remove, sign, sign_raw, status_claims, trust,
};

const TYP: &str = "statuslist+jwt";
const AGE: ListAge<'static> = ListAge {
    max_age: 300,
    skew: 60,
    floors: &[],
};

fn uri(iss: &str) -> String {
    format!("{iss}/status/1")
}

fn pointer(idx: i64) -> StatusPointer {
    StatusPointer {
        idx,
        uri: uri(HOLDER),
    }
}

fn list(change: impl FnOnce(&mut Value)) -> String {
    sign(
        TYP,
        &changed(status_claims(HOLDER, &[(1, 1), (2, 2), (3, 3)]), change),
        "holder",
    )
}

/// The value of the holder's entry, or the code of the fault.
fn value_of(lists: &[String], idx: i64, age: &ListAge<'_>) -> Result<u8, Code> {
    StatusLists::new(lists.iter().map(String::as_str), &trust())
        .value(&pointer(idx), HOLDER, at(NOW), age)
        .map(|value| value.0)
        .map_err(|error| error.code())
}

fn code_of(token: String) -> Option<Code> {
    value_of(&[token], 0, &AGE).err()
}

fn code_with(change: impl FnOnce(&mut Value)) -> Option<Code> {
    code_of(list(change))
}

/// The answer of the function that is given one list and its keys.
fn alone(token: &str, signer: &str, idx: i64) -> Result<u8, Code> {
    let keys = KeySet::of([key(signer).public_key().clone()]).unwrap();
    value_in(token, &keys, &pointer(idx), at(NOW), &AGE)
        .map(|value| value.0)
        .map_err(|error| error.code())
}

#[test]
fn each_value_is_read_at_its_index_and_nowhere_else() {
    for (idx, value) in [(0, 0), (1, 1), (2, 2), (3, 3), (4, 0), (63, 0)] {
        assert_eq!(value_of(&[list(|_| {})], idx, &AGE), Ok(value), "{idx}");
        assert_eq!(alone(&list(|_| {}), "holder", idx), Ok(value), "{idx}");
    }
    let outside = [
        64,
        65,
        1 << 31,
        (1 << 32) + 1,
        9_007_199_254_740_991,
        i64::MAX,
        -1,
        i64::MIN,
    ];
    for idx in outside {
        assert_eq!(
            value_of(&[list(|_| {})], idx, &AGE),
            Err(Code::StatusIndexInvalid),
            "{idx}"
        );
    }
    assert_eq!(
        (StatusValue::VALID, StatusValue::INVALID),
        (StatusValue(0), StatusValue(1))
    );
}

#[test]
fn an_issuer_signs_what_a_verifier_reads() {
    let mut bits = StatusBits::new(1, 1_000).unwrap();
    assert_eq!((bits.len(), bits.is_empty()), (1_000, false));
    bits.set(999, StatusValue::INVALID).unwrap();
    let mut claims = StatusListClaims {
        iss: HOLDER.into(),
        sub: uri(HOLDER),
        iat: at(NOW),
        exp: at(NOW + 3_600),
        ttl: 300,
        jti: None,
        status_list: bits.deflate(),
    };
    let token = token::sign(&claims, &key("holder")).unwrap();
    assert_eq!(value_of(std::slice::from_ref(&token), 999, &AGE), Ok(1));
    assert_eq!(value_of(&[token], 998, &AGE), Ok(0));
    // Put back: the issuer's own choice, for a mark that was suspended.
    bits.set(999, StatusValue::VALID).unwrap();
    claims.status_list = bits.deflate();
    claims.iat = at(NOW + 1);
    let token = token::sign(&claims, &key("holder")).unwrap();
    assert_eq!(value_of(&[token], 999, &AGE), Ok(0));
    for (bits, size) in [
        (0, 8),
        (3, 8),
        (16, 8),
        (1, 0),
        (8, 16 * 1_024 * 1_024 + 1),
        (1, usize::MAX),
    ] {
        assert_eq!(
            StatusBits::new(bits, size).unwrap_err().code(),
            Code::CallerMisuse
        );
    }
    let mut bits = StatusBits::new(2, 4).unwrap();
    assert_eq!(
        bits.set(0, StatusValue(4)).unwrap_err().code(),
        Code::CallerMisuse
    );
    assert_eq!(
        bits.set(4, StatusValue(1)).unwrap_err().code(),
        Code::StatusIndexInvalid
    );
}

#[test]
fn the_claims_of_a_list_are_checked() {
    let changes: Vec<(&str, Option<Code>, fn(&mut Value))> = vec![
        ("as it is", None, |_| {}),
        ("with jti", None, |list| {
            list["jti"] = json!("pcwXkZZVkmvzOJIa-uywmQ")
        }),
        ("unknown claims", None, |list| {
            list["aggregation_uri"] = json!("https://holder.example/status");
            list["status_list"]["aggregation_uri"] = json!("x");
        }),
        ("no ttl", Some(Code::StatusMalformed), |list| {
            remove(list, "ttl")
        }),
        ("ttl 0", Some(Code::StatusMalformed), |list| {
            list["ttl"] = json!(0)
        }),
        ("no exp", Some(Code::StatusMalformed), |list| {
            remove(list, "exp")
        }),
        ("no list", Some(Code::StatusMalformed), |list| {
            remove(list, "status_list")
        }),
        ("no bits", Some(Code::StatusMalformed), |list| {
            remove(&mut list["status_list"], "bits")
        }),
        ("bits 0", Some(Code::StatusMalformed), |list| {
            list["status_list"]["bits"] = json!(0)
        }),
        ("bits 3", Some(Code::StatusMalformed), |list| {
            list["status_list"]["bits"] = json!(3)
        }),
        ("bits 257", Some(Code::StatusMalformed), |list| {
            list["status_list"]["bits"] = json!(257)
        }),
        ("bits a text", Some(Code::StatusMalformed), |list| {
            list["status_list"]["bits"] = json!("1")
        }),
        ("lst a number", Some(Code::StatusMalformed), |list| {
            list["status_list"]["lst"] = json!(1)
        }),
        ("empty lst", Some(Code::StatusMalformed), |list| {
            list["status_list"]["lst"] = json!("")
        }),
        ("padded lst", Some(Code::StatusMalformed), |list| {
            list["status_list"]["lst"] = json!("eNrbuRgAAhcBXQ==");
        }),
        ("short jti", Some(Code::StatusMalformed), |list| {
            list["jti"] = json!("x")
        }),
        ("no sub", Some(Code::StatusUnknown), |list| {
            remove(list, "sub")
        }),
        ("another address", Some(Code::StatusUnknown), |list| {
            list["sub"] = json!(format!("{HOLDER}/status/1/"));
        }),
    ];
    for (what, code, change) in changes {
        assert_eq!(code_with(change), code, "{what}");
    }
}

#[test]
fn a_list_that_nobody_may_sign_is_untrusted() {
    let payload = status_claims(HOLDER, &[]).to_string();
    let code = |change: fn(&mut Value), signer| {
        code_of(sign_raw(
            &changed(header(TYP, "holder"), change),
            payload.as_bytes(),
            signer,
        ))
    };
    assert_eq!(code(|_| {}, "holder"), None);
    let untrusted = Some(Code::StatusUntrusted);
    assert_eq!(code(|_| {}, "evil"), untrusted);
    assert_eq!(
        code(|header| header["alg"] = json!("none"), "holder"),
        untrusted
    );
    assert_eq!(
        code(|header| header["typ"] = json!("JWT"), "holder"),
        untrusted
    );
    assert_eq!(code(|header| remove(header, "typ"), "holder"), untrusted);
    assert_eq!(code(|header| remove(header, "kid"), "holder"), untrusted);
    assert_eq!(
        code(
            |header| header["jwk"] = crate::draft::jwk("holder"),
            "holder"
        ),
        untrusted
    );
    assert_eq!(
        code(|header| header["kid"] = json!(kid("evil")), "evil"),
        untrusted
    );
    assert_eq!(
        code(|header| header["kid"] = json!(kid("clinic")), "clinic"),
        untrusted
    );
    assert_eq!(
        code(|header| header["zip"] = json!("DEF"), "holder"),
        Some(Code::StatusMalformed)
    );
    // A member whose role keeps no lists.
    let owners = changed(status_claims(OWNER, &[]), |list| {
        list["sub"] = json!(uri(HOLDER))
    });
    assert_eq!(code_of(sign(TYP, &owners, "owner member")), untrusted);
}

#[test]
fn a_list_speaks_for_its_issuer_and_its_registered_address_alone() {
    // The certifier signs a good list for the holder's address.
    let foreign = changed(status_claims(CERTIFIER, &[]), |list| {
        list["sub"] = json!(uri(HOLDER))
    });
    let foreign = sign(TYP, &foreign, "certifier");
    assert_eq!(code_of(foreign.clone()), Some(Code::StatusUntrusted));
    // Nor does it matter beside the right one, in whatever order, however new.
    let newer = changed(status_claims(OTHER_HOLDER, &[]), |list| {
        list["sub"] = json!(uri(HOLDER));
        list["iat"] = json!(NOW);
    });
    let newer = sign(TYP, &newer, "other holder");
    let right = list(|_| {});
    for lists in [
        [foreign.clone(), right.clone(), newer.clone()],
        [newer, right, foreign],
    ] {
        assert_eq!(value_of(&lists, 1, &AGE), Ok(1));
    }
    // An address that the issuer did not register.
    let elsewhere = format!("{HOLDER}/status/2");
    let token = list(|list| list["sub"] = json!(elsewhere));
    let trust = trust();
    let lists = StatusLists::new([token.as_str()], &trust);
    let pointer = StatusPointer {
        idx: 0,
        uri: elsewhere,
    };
    let error = lists.value(&pointer, HOLDER, at(NOW), &AGE).unwrap_err();
    assert_eq!(error.code(), Code::StatusUntrusted);
    // Another issuer's token that points to the holder's list.
    let lists = StatusLists::new([list(|_| {}).as_str()], &trust);
    let error = lists
        .value(&self::pointer(0), OTHER_HOLDER, at(NOW), &AGE)
        .unwrap_err();
    assert_eq!(error.code(), Code::StatusUntrusted);
    let error = StatusLists::default()
        .value(&self::pointer(0), HOLDER, at(NOW), &AGE)
        .unwrap_err();
    assert_eq!(error.code(), Code::StatusUnknown);
    // Recipients keep lists for their delegations.
    let clinics = sign(TYP, &status_claims(CLINIC, &[(5, 1)]), "clinic");
    let lists = StatusLists::new([clinics.as_str()], &trust);
    let pointer = StatusPointer {
        idx: 5,
        uri: uri(CLINIC),
    };
    assert_eq!(
        lists.value(&pointer, CLINIC, at(NOW), &AGE),
        Ok(StatusValue::INVALID)
    );
}

#[test]
fn a_list_is_fresh_within_the_smaller_of_its_ttl_and_the_policy() {
    let stale = Some(Code::StatusStale);
    let code = |age: i64, ttl: i64, max_age: i64| {
        let token = list(|list| {
            list["iat"] = json!(NOW - age);
            list["ttl"] = json!(ttl);
        });
        value_of(&[token], 0, &ListAge { max_age, ..AGE }).err()
    };
    assert_eq!(code(300, 300, 300), None);
    assert_eq!(code(301, 300, 300), stale);
    assert_eq!(code(301, 300, 3_600), stale);
    assert_eq!(code(301, 3_600, 300), stale);
    assert_eq!(code(3_600, 7_200, 3_600), None);
    assert_eq!(code(3_601, 7_200, 3_600), stale);
    assert_eq!(code(0, 1, 0), None);
    assert_eq!(code(1, 1, 0), stale);
    // Dated ahead: age 0 up to the skew, which is added to nothing else.
    assert_eq!(code(-60, 1, 300), None);
    assert_eq!(code(-61, 1, 300), stale);

    assert_eq!(code_with(|list| list["exp"] = json!(NOW + 1)), None);
    assert_eq!(code_with(|list| list["exp"] = json!(NOW)), stale);
    assert_eq!(
        code_with(|list| list["exp"] = json!(NOW - 10 + 7 * DAY)),
        None
    );
    assert_eq!(
        code_with(|list| list["exp"] = json!(NOW - 10 + 7 * DAY + 1)),
        stale
    );

    let floor = |seconds| {
        let floors = [(uri(CERTIFIER), at(NOW)), (uri(HOLDER), at(seconds))];
        value_of(
            &[list(|_| {})],
            0,
            &ListAge {
                floors: &floors,
                ..AGE
            },
        )
        .err()
    };
    assert_eq!(floor(NOW - 10), None);
    assert_eq!(floor(NOW - 9), stale);
    let floors = [(uri(CERTIFIER), at(NOW))];
    assert_eq!(
        value_of(
            &[list(|_| {})],
            0,
            &ListAge {
                floors: &floors,
                ..AGE
            }
        ),
        Ok(0)
    );
    for now in [i64::MIN, i64::MAX] {
        let lists = StatusLists::new([list(|_| {}).as_str()], &trust());
        assert!(
            lists
                .value(&pointer(0), HOLDER, Timestamp::from_secs(now), &AGE)
                .is_err()
        );
    }
}

#[test]
fn of_several_lists_the_newest_counts_whatever_the_order() {
    let signed = |age: i64, set: &[(i64, u8)]| {
        let set = data(2, 64, set);
        list(|list| {
            list["iat"] = json!(NOW - age);
            list["status_list"] = set;
        })
    };
    let (old, new) = (signed(200, &[]), signed(5, &[(0, 1)]));
    for lists in [[old.clone(), new.clone()], [new.clone(), old.clone()]] {
        assert_eq!(value_of(&lists, 0, &AGE), Ok(1));
    }
    // The newest counts also where it is over, and does not give way to an older one.
    let over = list(|list| {
        list["iat"] = json!(NOW - 5);
        list["exp"] = json!(NOW);
    });
    for lists in [[old.clone(), over.clone()], [over, old.clone()]] {
        assert_eq!(value_of(&lists, 0, &AGE), Err(Code::StatusStale));
    }
    // So does one whose bytes are bad: what it would have said is unknown.
    let bad = list(|list| list["status_list"]["lst"] = json!("AAAA"));
    for lists in [[old.clone(), bad.clone()], [bad, old.clone()]] {
        assert_eq!(value_of(&lists, 0, &AGE), Err(Code::StatusMalformed));
    }
    // Of the same second: what either ends is ended.
    let twin = signed(5, &[(7, 1)]);
    for lists in [[new.clone(), twin.clone()], [twin, new]] {
        assert_eq!(value_of(&lists, 0, &AGE), Ok(1));
        assert_eq!(value_of(&lists, 7, &AGE), Ok(1));
        assert_eq!(value_of(&lists, 8, &AGE), Ok(0));
    }
    // A forged list hides nothing.
    let forged = sign_raw(
        &header(TYP, "holder"),
        status_claims(HOLDER, &[(0, 1)]).to_string().as_bytes(),
        "evil",
    );
    for lists in [[old.clone(), forged.clone()], [forged, old]] {
        assert_eq!(value_of(&lists, 0, &AGE), Ok(0));
    }
}

#[test]
fn a_store_is_added_to_and_does_not_grow_with_what_is_refused() {
    let trust = trust();
    let mut lists = StatusLists::default();
    let value = |lists: &StatusLists| lists.value(&pointer(1), HOLDER, at(NOW), &AGE);
    lists.add("not a token", &trust);
    assert_eq!(value(&lists).unwrap_err().code(), Code::StatusUnknown);
    for number in 0..2_000 {
        let claims = json!({"sub": format!("https://flood.example/{number}")});
        lists.add(
            &sign_raw(&header(TYP, "evil"), claims.to_string().as_bytes(), "evil"),
            &trust,
        );
    }
    assert!(format!("{lists:?}").matches("flood.example").count() <= 1_024);
    lists.add(&list(|_| {}), &trust);
    assert_eq!(value(&lists), Ok(StatusValue::INVALID));
}

fn inflate(bytes: &[u8]) -> Result<usize, Code> {
    let data = StatusListData {
        bits: 1,
        lst: base64url::encode(bytes),
    };
    StatusBits::inflate(&data)
        .map(|bits| bits.len() / 8)
        .map_err(|error| error.code())
}

#[test]
fn the_compressed_bytes_are_one_whole_zlib_stream() {
    let malformed = Err(Code::StatusMalformed);
    let plain: Vec<u8> = (0..5_000_u32)
        .map(|number| (number * number % 251) as u8)
        .collect();
    let good = miniz_oxide::deflate::compress_to_vec_zlib(&plain, 6);
    assert_eq!(inflate(&good), Ok(5_000));
    for length in 0..good.len() {
        assert_eq!(inflate(&good[..length]), malformed, "{length}");
    }
    for tail in [&[0][..], b"garbage", &good] {
        assert_eq!(inflate(&[&good, tail].concat()), malformed);
    }
    assert_eq!(
        inflate(&miniz_oxide::deflate::compress_to_vec(&plain, 6)),
        malformed
    );
    assert_eq!(inflate(&plain), malformed);
    assert_eq!(
        inflate(&miniz_oxide::deflate::compress_to_vec_zlib(&[], 6)),
        malformed
    );
    // gzip, another window size without its check bits, a preset dictionary, a wrong checksum.
    for header in [[0x1f, 0x8b], [0x79, 0x9c], [0x78, 0x9d], [0x78, 0xbb]] {
        assert_eq!(
            inflate(&[&header[..], &good[2..]].concat()),
            malformed,
            "{header:02x?}"
        );
    }
    for at in good.len() - 4..good.len() {
        let mut corrupt = good.clone();
        corrupt[at] ^= 0x10;
        assert_eq!(inflate(&corrupt), malformed);
    }
    // Flip any bit: it is refused, or it is the same list (the bits that fill up the last byte).
    for at in 0..good.len() * 8 {
        let mut corrupt = good.clone();
        corrupt[at / 8] ^= 1 << (at % 8);
        let data = StatusListData {
            bits: 1,
            lst: base64url::encode(&corrupt),
        };
        if let Ok(read) = StatusBits::inflate(&data) {
            let same = StatusBits::inflate(&StatusListData {
                bits: 1,
                lst: base64url::encode(&good),
            });
            assert!(
                (0..read.len()).all(|entry| same
                    .as_ref()
                    .is_ok_and(|same| read.get(entry as i64) == same.get(entry as i64))),
                "{at}"
            );
            assert!(at / 8 >= good.len() - 5, "{at}");
        }
    }
}

#[test]
fn a_list_is_inflated_under_its_cap() {
    const MAX: usize = 16 * 1_024 * 1_024;
    for size in [1, 65_535, 65_536, 65_537, 131_072, MAX - 1, MAX] {
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; size], 1);
        assert_eq!(inflate(&packed), Ok(size));
    }
    for size in [MAX + 1, 4 * MAX] {
        let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; size], 9);
        assert_eq!(inflate(&bomb), Err(Code::StatusTooLarge));
    }
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; MAX + 1], 9);
    let bomb = list(|list| list["status_list"]["lst"] = json!(base64url::encode(&bomb)));
    assert_eq!(
        value_of(std::slice::from_ref(&bomb), 0, &AGE),
        Err(Code::StatusTooLarge)
    );
    assert_eq!(alone(&bomb, "holder", 0), Err(Code::StatusTooLarge));
    let large = "A".repeat(8 * 1_024 * 1_024 + 1);
    assert_eq!(alone(&large, "holder", 0), Err(Code::StatusTooLarge));
    // Nobody looks for whom an oversized text would be.
    assert_eq!(value_of(&[large], 0, &AGE), Err(Code::StatusUnknown));
}

#[test]
fn the_lists_of_the_standard_are_read_as_it_says() {
    let one = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1];
    let two = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3];
    for (bits, lst, values) in [
        (1, "eNrbuRgAAhcBXQ", &one[..]),
        (2, "eNo76fITAAPfAgc", &two[..]),
    ] {
        let token = list(|list| list["status_list"] = json!({"bits": bits, "lst": lst}));
        for (idx, value) in (0_i64..).zip(values) {
            assert_eq!(alone(&token, "holder", idx), Ok(*value), "{bits} {idx}");
        }
        let outside = i64::try_from(values.len()).unwrap();
        assert_eq!(
            alone(&token, "holder", outside),
            Err(Code::StatusIndexInvalid)
        );
    }
    // The bytes of the text: b9 a3, and c9 44 f9.
    let data = StatusListData {
        bits: 8,
        lst: "eNrbuRgAAhcBXQ".into(),
    };
    let bytes = StatusBits::inflate(&data).unwrap();
    assert_eq!(
        [bytes.get(0).unwrap().0, bytes.get(1).unwrap().0],
        [0xb9, 0xa3]
    );
}

#[test]
fn one_list_can_be_asked_alone_by_whoever_knows_its_keys() {
    let good = list(|_| {});
    assert_eq!(alone(&good, "holder", 1), Ok(1));
    assert_eq!(alone(&good, "evil", 1), Err(Code::StatusUntrusted));
    assert_eq!(alone("x", "holder", 1), Err(Code::StatusMalformed));
    // The issuer is compared with nothing, the address is.
    let foreign = changed(status_claims(CERTIFIER, &[]), |list| {
        list["sub"] = json!(uri(HOLDER))
    });
    assert_eq!(
        alone(&sign(TYP, &foreign, "certifier"), "certifier", 0),
        Ok(0)
    );
    let elsewhere = list(|list| list["sub"] = json!(format!("{HOLDER}/status/2")));
    assert_eq!(alone(&elsewhere, "holder", 1), Err(Code::StatusUntrusted));
    assert_eq!(
        alone(&list(|list| list["exp"] = json!(NOW)), "holder", 1),
        Err(Code::StatusStale)
    );
    assert_eq!(
        alone(&list(|list| list["ttl"] = json!(9)), "holder", 1),
        Err(Code::StatusStale)
    );
}
