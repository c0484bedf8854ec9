use super::*;

const RFC8037_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

#[test]
fn thumbprint_is_the_one_of_rfc_8037() {
    assert_eq!(
        Thumbprint::of_x(RFC8037_X).as_str(),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
}

#[test]
fn admission_names_what_is_wrong_with_a_key() {
    use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
    for (index, point) in EIGHT_TORSION.iter().enumerate() {
        let code = PublicKey::admit(&point.compress().0).unwrap_err().code();
        assert_eq!(code, Code::KeySmallOrder, "{index}");
        let mixed = (ED25519_BASEPOINT_POINT + point).compress().0;
        match index {
            0 => assert!(PublicKey::admit(&mixed).is_ok()),
            _ => assert_eq!(
                PublicKey::admit(&mixed).unwrap_err().code(),
                Code::KeyMixedOrder
            ),
        }
    }
    // y = p + 1: the identity, written with a y that is not reduced.
    let mut unreduced = [0xff; 32];
    unreduced[0] = 0xee;
    unreduced[31] = 0x7f;
    assert_eq!(
        PublicKey::admit(&unreduced).unwrap_err().code(),
        Code::KeyNotCanonical
    );
    let mut off_curve = [0; 32];
    off_curve[0] = 2;
    assert_eq!(
        PublicKey::admit(&off_curve).unwrap_err().code(),
        Code::KeyInvalid
    );
    for length in [0, 31, 33] {
        assert_eq!(
            PublicKey::admit(&vec![9; length]).unwrap_err().code(),
            Code::KeyInvalid
        );
    }
}

#[test]
fn sets_refuse_private_and_repeated_keys_and_skip_other_types() {
    let entry = |more: &str| format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{RFC8037_X}"{more}}}"#);
    let set = |entries: &[String]| {
        KeySet::parse(format!(r#"{{"keys":[{}]}}"#, entries.join(",")).as_bytes())
    };
    let kid = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
    let rsa = r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#.to_string();
    assert!(
        set(&[rsa, entry(r#","kid":"not-believed""#)])
            .unwrap()
            .find(kid, "EdDSA")
            .is_ok()
    );
    let code = |entries: &[String]| set(entries).unwrap_err().code();
    assert_eq!(code(&[entry(""), entry("")]), Code::KeyDuplicate);
    assert_eq!(code(&[entry(r#","d":"AAAA""#)]), Code::KeyPrivate);
    let find = |more, alg| {
        set(&[entry(more)])
            .unwrap()
            .find(kid, alg)
            .map(|_| ())
            .map_err(|e| e.code())
    };
    assert_eq!(find(r#","use":"enc""#, "EdDSA"), Err(Code::KeyUseMismatch));
    assert_eq!(
        find(r#","key_ops":["encrypt"]"#, "EdDSA"),
        Err(Code::KeyUseMismatch)
    );
    assert_eq!(
        find(r#","alg":"Ed25519""#, "EdDSA"),
        Err(Code::KeyAlgMismatch)
    );
    assert_eq!(
        find(r#","alg":"EdDSA""#, "Ed25519"),
        Err(Code::KeyAlgMismatch)
    );
    assert_eq!(find(r#","alg":"EdDSA""#, "EdDSA"), Ok(()));
    assert_eq!(find("", "Ed25519"), Ok(()));
    assert_eq!(
        KeySet::parse(b"{}").unwrap_err().code(),
        Code::KeySetMalformed
    );
}

#[test]
fn nothing_of_a_key_is_shown() {
    let secret = SecretKey::from_seed(&[7; 32]);
    assert_eq!(
        format!("{secret:?} {:?}", secret.public_key()),
        "SecretKey(..) PublicKey(..)"
    );
}

/// Signatures built backwards, so that the equation holds for an `R` of small order.
#[test]
fn signatures_are_judged_as_by_the_strict_equation() {
    use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
    use curve25519_dalek::scalar::Scalar;
    use sha2::{Digest as _, Sha512};
    let secret = Scalar::from(0x5eed_u64);
    let public = (ED25519_BASEPOINT_POINT * secret).compress().0;
    let key = PublicKey::admit(&public).unwrap();
    let strict = VerifyingKey::from_bytes(&public).unwrap();
    let mut encodings: Vec<[u8; 32]> = EIGHT_TORSION
        .iter()
        .map(|point| point.compress().0)
        .collect();
    // The same points written otherwise: the sign bit where x is 0, and y + p.
    for at in 0..EIGHT_TORSION.len() {
        let mut signed = encodings[at];
        signed[31] ^= 0x80;
        encodings.push(signed);
    }
    for low in 0xed..=0xff_u8 {
        let mut unreduced = [0xff; 32];
        unreduced[0] = low;
        encodings.push(unreduced);
        unreduced[31] = 0x7f;
        encodings.push(unreduced);
    }
    encodings.push((ED25519_BASEPOINT_POINT * Scalar::from(9_u64)).compress().0);
    for nonce in encodings {
        for message in [&b""[..], b"message", b"another"] {
            let hash = Sha512::new()
                .chain_update(nonce)
                .chain_update(public)
                .chain_update(message);
            let challenge = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
            // With s = k·a the equation asks for the identity, with 9 more for nine times the base.
            for more in [0_u64, 9] {
                let s = challenge * secret + Scalar::from(more);
                let bytes = [nonce, s.to_bytes()].concat();
                let signature = Signature::from_slice(&bytes).unwrap();
                let expected = strict.verify_strict(message, &signature).is_ok();
                assert_eq!(
                    key.verify(message, &bytes).is_ok(),
                    expected,
                    "{nonce:02x?} {more}"
                );
            }
        }
    }
}
