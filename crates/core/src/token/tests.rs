use super::*;
use crate::key::SecretKey;
use crate::withdrawal::Withdrawal;

fn withdrawal(key: &SecretKey) -> Withdrawal {
    Withdrawal {
        iss: key.public_key().thumbprint().uri(),
        sub: "person-1".into(),
        aud: "https://holder.example".into(),
        iat: Timestamp::from_secs(1_000),
        jti: crate::identifier::jti_from(&[1; 16]),
        ver: "1.0".into(),
        key_s256: s256("key statement"),
        consent_jti: crate::identifier::jti_from(&[2; 16]),
        arrangement_id: "arrangement-1".into(),
        erase: false,
        exp: None,
    }
}

fn compact(header: &str, payload: &str, key: &SecretKey) -> String {
    let input = format!(
        "{}.{}",
        base64url::encode(header.as_bytes()),
        base64url::encode(payload.as_bytes())
    );
    assemble(&input, &key.sign(input.as_bytes()).unwrap())
}

fn code<T>(result: Result<T>) -> Code {
    result.err().unwrap().code()
}

#[test]
fn what_is_signed_is_read_back() {
    let key = SecretKey::from_seed(&[3; 32]);
    let token = sign(&withdrawal(&key), &key).unwrap();
    let read = Unverified::read(&token, Kind::Withdrawal).unwrap();
    assert_eq!(read.kid(), Some(key.public_key().thumbprint().as_str()));
    let verified = read.verify::<Withdrawal>(key.public_key()).unwrap();
    assert_eq!(verified.claims(), &withdrawal(&key));
    assert_eq!(verified.s256(), s256(&token));
    let other = SecretKey::from_seed(&[4; 32]);
    assert_eq!(
        code(read.verify::<Withdrawal>(other.public_key())),
        Code::SignatureInvalid
    );
}

#[test]
fn the_signature_of_rfc_8037_verifies() {
    let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let (input, signature) = token.rsplit_once('.').unwrap();
    let x = base64url::decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
    let key = PublicKey::admit(&x).unwrap();
    key.verify(input.as_bytes(), &base64url::decode(signature).unwrap())
        .unwrap();
}

#[test]
fn headers_are_refused_in_the_documented_order() {
    let key = SecretKey::from_seed(&[3; 32]);
    let kid = key.public_key().thumbprint().as_str().to_owned();
    let read = |header: &str| {
        let token = compact(header, "{}", &key);
        Unverified::read(&token, Kind::Withdrawal)
            .map(|_| ())
            .map_err(|error| error.code())
    };
    let typ = "\"typ\":\"phr-withdrawal+jwt\"";
    assert_eq!(
        read(&format!(r#"{{"alg":"EdDSA",{typ},"kid":"{kid}"}}"#)),
        Ok(())
    );
    assert_eq!(
        read(&format!(
            r#"{{"alg":"Ed25519","typ":"Application/PHR-withdrawal+jwt","kid":"{kid}"}}"#
        )),
        Ok(())
    );
    for (header, code) in [
        (r#"[]"#.to_owned(), Code::HeaderMalformed),
        (format!(r#"{{{typ}}}"#), Code::HeaderMalformed),
        (
            format!(r#"{{"alg":["EdDSA"],{typ}}}"#),
            Code::HeaderMalformed,
        ),
        (
            format!(r#"{{"alg":"none",{typ}}}"#),
            Code::HeaderAlgNotAllowed,
        ),
        (
            format!(r#"{{"alg":"eddsa",{typ}}}"#),
            Code::HeaderAlgNotAllowed,
        ),
        (r#"{"alg":"EdDSA"}"#.to_owned(), Code::HeaderTypMissing),
        (
            r#"{"alg":"EdDSA","typ":7}"#.to_owned(),
            Code::HeaderMalformed,
        ),
        (
            r#"{"alg":"EdDSA","typ":"JWT"}"#.to_owned(),
            Code::HeaderTypMismatch,
        ),
        (
            format!(r#"{{"alg":"EdDSA",{typ},"crit":[]}}"#),
            Code::HeaderCritInvalid,
        ),
        (
            format!(r#"{{"alg":"EdDSA",{typ},"crit":["exp"],"exp":1}}"#),
            Code::HeaderCritInvalid,
        ),
        (
            format!(r#"{{"alg":"EdDSA",{typ},"crit":["absent"]}}"#),
            Code::HeaderCritInvalid,
        ),
        (
            format!(r#"{{"alg":"EdDSA",{typ},"crit":["x"],"x":1}}"#),
            Code::HeaderCritUnsupported,
        ),
        (
            format!(r#"{{"alg":"EdDSA",{typ},"b64":false}}"#),
            Code::HeaderB64,
        ),
        (
            format!(r#"{{"alg":"EdDSA",{typ},"zip":"DEF"}}"#),
            Code::HeaderZip,
        ),
        (
            format!(r#"{{"alg":"EdDSA",{typ},"jku":"x"}}"#),
            Code::HeaderKeySource,
        ),
        (
            format!(r#"{{"alg":"EdDSA",{typ},"jwk":{{"d":"x"}}}}"#),
            Code::HeaderPrivateKey,
        ),
        (
            format!(r#"{{"alg":"EdDSA",{typ},"jwk":{{}}}}"#),
            Code::HeaderKeySource,
        ),
        (
            format!(r#"{{"alg":"EdDSA",{typ}}}"#),
            Code::HeaderKidMissing,
        ),
        (
            format!(r#"{{"alg":"EdDSA",{typ},"kid":1}}"#),
            Code::HeaderMalformed,
        ),
    ] {
        assert_eq!(read(&header), Err(code), "{header}");
    }
}

#[test]
fn forms_are_refused_before_headers() {
    let read = |token: &str| code(Unverified::read(token, Kind::Grant));
    for token in [
        "",
        ".",
        "a.b",
        "a.b.c.d",
        "a.b.c.d.e",
        ".a.b",
        "{\"payload\":\"\"}",
    ] {
        assert_eq!(read(token), Code::TokenNotJws, "{token}");
    }
    for token in [
        "a=.a.a",
        "a.a.a",
        "AB.AA.AA",
        "A+.AA.AA",
        "ＡＡ.AA.AA",
        "A\u{0}.AA.AA",
        " AA.AA.AA",
    ] {
        assert_eq!(read(token), Code::TokenBase64, "{token}");
    }
    assert_eq!(read(&"A".repeat(16 * 1024 + 1)), Code::TokenTooLarge);
}

#[test]
fn claims_are_refused_in_the_order_missing_type_value() {
    let key = SecretKey::from_seed(&[3; 32]);
    let kid = key.public_key().thumbprint().as_str();
    let header = format!(r#"{{"alg":"EdDSA","typ":"phr-withdrawal+jwt","kid":"{kid}"}}"#);
    let good = json::write(&withdrawal(&key)).unwrap();
    let read = |payload: &str| {
        let token = compact(&header, payload, &key);
        let read = Unverified::read(&token, Kind::Withdrawal).unwrap();
        read.verify::<Withdrawal>(key.public_key())
            .map(|_| ())
            .map_err(|error| error.code())
    };
    assert_eq!(read(&good), Ok(()));
    assert_eq!(
        read(&good.replacen('{', "{\"unknown\":{\"deep\":[]},", 1)),
        Ok(())
    );
    assert_eq!(read("[]"), Err(Code::ClaimsMalformed));
    assert_eq!(read("{}{}"), Err(Code::TokenJson));
    assert_eq!(
        read(
            &good
                .replace("\"sub\"", "\"Sub\"")
                .replace("1000", "\"1000\"")
        ),
        Err(Code::ClaimsMissing)
    );
    assert_eq!(
        read(
            &good
                .replace(":1000", ":\"1000\"")
                .replace("\"1.0\"", "\"2.0\"")
        ),
        Err(Code::ClaimsType)
    );
    assert_eq!(
        read(&good.replace("\"1.0\"", "\"2.0\"").replace("person-1", "人")),
        Err(Code::ClaimsVersionUnsupported)
    );
    assert_eq!(
        read(&good.replace("person-1", "人")),
        Err(Code::ClaimsInvalid)
    );
    assert_eq!(
        read(&good.replace("person-1", "123456789018")),
        Err(Code::ClaimsMyNumber)
    );
    assert_eq!(
        read(&good.replacen('{', "{\"exp\":5,", 1)),
        Err(Code::ClaimsInvalid)
    );
    assert_eq!(
        read(&good.replace(":1000", ":1000.0")),
        Err(Code::ClaimsNumberRange)
    );
}
