//! A small world of members, and tokens made by hand so that they can be wrong in one place.

use phr_link::Timestamp;
use phr_link::key::{KeySet, SecretKey, Signer};
use phr_link::status::{StatusBits, StatusValue};
use phr_link::token::assemble;
use phr_link::trust::{ListLimits, TrustList};
use phr_link::wire::base64url;
use serde_json::{Value, json};

pub(crate) const NOW: i64 = 1_795_500_000;
pub(crate) const DAY: i64 = 86_400;

pub(crate) const HOLDER: &str = "https://holder.example";
pub(crate) const OTHER_HOLDER: &str = "https://other-holder.example";
pub(crate) const OPERATOR: &str = "https://phr.example";
pub(crate) const CLINIC: &str = "https://clinic.example";
pub(crate) const CERTIFIER: &str = "https://certifier.example";
pub(crate) const RIVAL: &str = "https://rival-certifier.example";
pub(crate) const OWNER: &str = "https://scheme.example";
pub(crate) const OWNED_TYPE: &str = "https://scheme.example/marks/phr";
pub(crate) const FREE_TYPE: &str = "https://free.example/marks/phr";

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(seconds)
}

/// The key of a name: the same name, the same key.
pub(crate) fn key(name: &str) -> SecretKey {
    let mut seed = [7; 32];
    for (byte, letter) in seed.iter_mut().zip(name.bytes()) {
        *byte ^= letter;
    }
    SecretKey::from_seed(&seed)
}

pub(crate) fn kid(name: &str) -> String {
    key(name).public_key().thumbprint().as_str().to_owned()
}

pub(crate) fn jwk(name: &str) -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "x": key(name).public_key().x()})
}

/// Signs any bytes under any header.
pub(crate) fn sign_raw(header: &Value, payload: &[u8], signer: &str) -> String {
    let header = base64url::encode(header.to_string().as_bytes());
    let input = format!("{header}.{}", base64url::encode(payload));
    assemble(&input, &key(signer).sign(input.as_bytes()).unwrap())
}

pub(crate) fn header(typ: &str, signer: &str) -> Value {
    json!({"alg": "EdDSA", "typ": typ, "kid": kid(signer)})
}

pub(crate) fn sign(typ: &str, claims: &Value, signer: &str) -> String {
    sign_raw(&header(typ, signer), claims.to_string().as_bytes(), signer)
}

/// Changes the claims before they are signed.
pub(crate) fn changed(mut claims: Value, change: impl FnOnce(&mut Value)) -> Value {
    change(&mut claims);
    claims
}

pub(crate) fn remove(claims: &mut Value, member: &str) {
    claims.as_object_mut().unwrap().remove(member).unwrap();
}

pub(crate) fn member(id: &str, roles: &[&str], key_name: &str) -> Value {
    json!({
        "id": id, "name": "見本", "name#en": "Mihon", "address": "東京都千代田区見本町1-2-3",
        "representative": "見本 太郎", "country": "JP", "overseas": false, "roles": roles,
        "client_type": "server", "keys": [jwk(key_name)], "redirect_uris": [],
        "notice_origins": [], "status_uris": [format!("{id}/status/1")],
    })
}

/// The members in the order of the list: holder 0, other holder 1, operator 2, clinic 3,
/// certifier 4, rival certifier 5, owner 6.
pub(crate) fn list_claims() -> Value {
    json!({
        "iss": "https://anchor.example", "iat": NOW - 3_600, "exp": NOW + 7 * DAY,
        "jti": "DoSrzidHtiTQmiTdZuFo6Q", "ver": "1.0", "seq": 42,
        "members": [
            member(HOLDER, &["holder"], "holder"),
            member(OTHER_HOLDER, &["holder"], "other holder"),
            member(OPERATOR, &["operator"], "operator"),
            changed(member(CLINIC, &["medical-institution"], "clinic"), |it| it["area"] = json!("13101")),
            member(CERTIFIER, &["certification-body"], "certifier"),
            member(RIVAL, &["certification-body"], "rival"),
            member(OWNER, &["scheme-owner"], "owner member"),
        ],
        "trust_mark_issuers": {OWNED_TYPE: [CERTIFIER], FREE_TYPE: [CERTIFIER]},
        "trust_mark_owners": {OWNED_TYPE: {"sub": OWNER, "jwks": {"keys": [jwk("owner")]}}},
        "activations": [{
            "id": "quake-1", "kind": "disaster", "areas": ["13101"],
            "from": NOW - 60, "until": NOW + 60,
        }],
    })
}

pub(crate) fn anchor() -> KeySet {
    KeySet::of([key("anchor").public_key().clone()]).unwrap()
}

pub(crate) fn verify_list(claims: &Value) -> phr_link::Result<TrustList> {
    let compact = sign("phr-trust-list+jwt", claims, "anchor");
    TrustList::verify(&compact, &anchor(), at(NOW), &ListLimits::default())
}

pub(crate) fn trust() -> TrustList {
    verify_list(&list_claims()).unwrap()
}

pub(crate) fn data(bits: u8, size: usize, set: &[(i64, u8)]) -> Value {
    let mut list = StatusBits::new(bits, size).unwrap();
    for (index, value) in set {
        list.set(*index, StatusValue(*value)).unwrap();
    }
    serde_json::to_value(list.deflate()).unwrap()
}

/// The claims of a list of `iss` for its registered address.
pub(crate) fn status_claims(iss: &str, set: &[(i64, u8)]) -> Value {
    json!({
        "iss": iss, "sub": format!("{iss}/status/1"), "iat": NOW - 10, "exp": NOW + DAY, "ttl": 300,
        "status_list": data(2, 64, set),
    })
}
