//! A scene: one request with every token around it, ready to be broken in one place.

use serde_json::{Value, json};

use crate::hostile::{jkt, jti, jwk, s256, sign};
use phr_link::status::{StatusBits, StatusValue};

/// The time of every scene: 2026-11-18T03:06:40Z.
pub const NOW: i64 = 1_795_000_000;
/// The holder whose server is asked.
pub const HOLDER: &str = "https://holder.example";
/// Another holder, trusted for its own records.
pub const OTHER_HOLDER: &str = "https://other-holder.example";
/// An app without a server.
pub const APP: &str = "https://app.example";
/// An operator with a server.
pub const OPERATOR: &str = "https://operator.example";
/// A clinic.
pub const CLINIC: &str = "https://clinic.example";
/// A pharmacy.
pub const PHARMACY: &str = "https://pharmacy.example";
/// A care provider.
pub const CARE: &str = "https://care.example";
/// A researcher.
pub const RESEARCHER: &str = "https://researcher.example";
/// A public health centre.
pub const CENTRE: &str = "https://centre.example";
/// A clinic that is listed but has no mark.
pub const UNCERTIFIED: &str = "https://uncertified.example";
/// The certification body.
pub const CERTIFIER: &str = "https://certifier.example";
/// The owner of the certification scheme.
pub const OWNER: &str = "https://scheme.example";
/// The type of the trust marks.
pub const MARK_TYPE: &str = "https://scheme.example/marks/phr";
/// The person, as named towards the client.
pub const PERSON: &str = "person-7f3a";

/// A token as header, claims and the name of the key that signs it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The header.
    pub header: Value,
    /// The claims.
    pub claims: Value,
    /// Whose key signs.
    pub signer: String,
    /// The compact form, where it is not made of the above.
    pub raw: Option<String>,
}

impl Draft {
    /// A token whose key is found by `kid`.
    #[must_use]
    pub fn by_kid(typ: &str, claims: Value, signer: &str) -> Self {
        let header = json!({"alg": "EdDSA", "typ": typ, "kid": jkt(signer)});
        Self {
            header,
            claims,
            signer: signer.to_owned(),
            raw: None,
        }
    }

    /// A token that brings its key.
    #[must_use]
    pub fn by_jwk(typ: &str, claims: Value, signer: &str) -> Self {
        let header = json!({"alg": "EdDSA", "typ": typ, "jwk": jwk(signer)});
        Self {
            header,
            claims,
            signer: signer.to_owned(),
            raw: None,
        }
    }

    /// The compact form.
    #[must_use]
    pub fn compact(&self) -> String {
        self.raw
            .clone()
            .unwrap_or_else(|| sign(&self.header, &self.claims, &self.signer))
    }
}

/// One request with everything around it.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The grant.
    pub grant: Draft,
    /// The delegations, root first.
    pub delegations: Vec<Draft>,
    /// The proof; its `ath` is filled in unless it is there already.
    pub proof: Option<Draft>,
    /// The trust list.
    pub trust_list: Draft,
    /// The trust marks.
    pub marks: Vec<Draft>,
    /// The status lists.
    pub status: Vec<Draft>,
    /// Further members of the call; they replace those made of the above.
    pub call: Value,
}

/// Details of an ordinary grant: allergies and laboratory results of some years, for treatment.
#[must_use]
pub fn detail() -> Value {
    json!({
        "type": "phr-records",
        "actions": ["list", "read"],
        "datatypes": ["allergy", "lab-result"],
        "datatypes_ver": "2026.1",
        "period": {"from": "2020-01-01", "to": "2026-11-30"},
        "purposes": ["care", "medication-safety"],
        "handling": "query",
        "frequency": "continuing",
        "retention": {"days": 30},
        "on_end": "anonymise",
        "onward": {"to": [CLINIC, CARE, UNCERTIFIED], "roles": ["pharmacy", "medical-institution"]},
        "deident": "none",
        "exclude": ["mental"],
    })
}

/// The claims of an ordinary grant to the operator with a server.
#[must_use]
pub fn grant_claims() -> Value {
    json!({
        "iss": HOLDER, "sub": PERSON, "aud": HOLDER, "client_id": OPERATOR,
        "iat": NOW - 600, "exp": NOW + 3_000, "jti": jti("grant"), "ver": "1.0",
        "cnf": {"jkt": jkt("operator proof")},
        "arrangement_id": "arrangement-1",
        "consent_s256": s256("the consent"), "consent_jti": jti("consent"),
        "authorization_details": [detail()],
        "dlg": {"max_depth": 2},
        "status": {"status_list": {"idx": 5, "uri": format!("{HOLDER}/status/1")}},
    })
}

/// A delegation under a parent to a listed member.
#[must_use]
pub fn delegation(parent: &Draft, recipient: &str, name: &str, signer: &str) -> Draft {
    let up = &parent.claims;
    let mut detail = up["authorization_details"][0].clone();
    detail["actions"] = json!(["read"]);
    detail["datatypes"] = json!(["allergy"]);
    detail["onward"] = json!({"to": up["authorization_details"][0]["onward"]["to"], "roles": []});
    let claims = json!({
        "iss": up["client_id"], "sub": up["sub"], "aud": up["aud"], "client_id": recipient,
        "iat": NOW - 300, "exp": NOW + 1_800, "jti": jti(name), "ver": "1.0",
        "cnf": {"jkt": jkt(name)},
        "arrangement_id": up["arrangement_id"],
        "consent_s256": up["consent_s256"], "consent_jti": up["consent_jti"],
        "par_s256": s256(&parent.compact()),
        "depth": up["depth"].as_i64().unwrap_or(0) + 1,
        "authorization_details": [detail],
    });
    Draft::by_jwk("phr-delegation+jwt", claims, signer)
}

fn member(id: &str, role: &str, keys: &[&str]) -> Value {
    let name = id
        .trim_start_matches("https://")
        .trim_end_matches(".example");
    json!({
        "id": id, "name": format!("見本 {name}"), "name#en": format!("Sample {name}"),
        "address": "東京都千代田区1-1", "representative": "見本 太郎", "country": "JP",
        "overseas": false, "roles": [role], "client_type": "server",
        "keys": keys.iter().map(|name| jwk(name)).collect::<Vec<_>>(),
        "redirect_uris": [format!("{id}/callback")], "notice_origins": [id],
        "status_uris": [format!("{id}/status/1")],
    })
}

/// The trust list of every scene.
#[must_use]
pub fn trust_list() -> Draft {
    let mut app = member(APP, "operator", &[]);
    app["client_type"] = json!("device");
    let mut clinic = member(CLINIC, "medical-institution", &["clinic", "clinic 2"]);
    clinic["area"] = json!("13101");
    let claims = json!({
        "iss": "https://anchor.example", "iat": NOW - 3_600, "exp": NOW + 86_400 * 7,
        "jti": jti("trust list"), "ver": "1.0", "seq": 42,
        "members": [
            member(HOLDER, "holder", &["holder"]),
            member(OTHER_HOLDER, "holder", &["other holder"]),
            app,
            member(OPERATOR, "operator", &["operator"]),
            clinic,
            member(PHARMACY, "pharmacy", &["pharmacy"]),
            member(CARE, "care-provider", &["care"]),
            member(RESEARCHER, "researcher", &["researcher"]),
            member(CENTRE, "public-health-centre", &["centre"]),
            member(UNCERTIFIED, "medical-institution", &["uncertified"]),
            member(CERTIFIER, "certification-body", &["certifier"]),
            member(OWNER, "scheme-owner", &["owner"]),
        ],
        "trust_mark_issuers": {MARK_TYPE: [CERTIFIER]},
        "trust_mark_owners": {MARK_TYPE: {"sub": OWNER, "jwks": {"keys": [jwk("owner mark")]}}},
        "activations": [
            {"id": "quake-1", "kind": "disaster", "areas": ["13101"], "from": NOW - 3_600, "until": NOW + 7_200},
            {"id": "quake-2", "kind": "disaster", "areas": ["01100"], "from": NOW - 3_600, "until": NOW + 7_200},
            {"id": "quake-0", "kind": "disaster", "areas": ["13101"], "from": NOW - 7_200, "until": NOW},
        ],
    });
    Draft::by_kid("phr-trust-list+jwt", claims, "anchor")
}

/// The owner's delegation to the certification body.
#[must_use]
pub fn mark_delegation() -> Draft {
    let claims = json!({
        "iss": OWNER, "sub": CERTIFIER, "trust_mark_type": MARK_TYPE,
        "iat": NOW - 86_400, "exp": NOW + 86_400 * 30,
    });
    Draft::by_kid("trust-mark-delegation+jwt", claims, "owner mark")
}

/// A good mark for a member in a role.
#[must_use]
pub fn mark(member: &str, role: &str, idx: i64) -> Draft {
    let claims = json!({
        "iss": CERTIFIER, "sub": member, "trust_mark_type": MARK_TYPE,
        "iat": NOW - 86_400, "exp": NOW + 86_400 * 200,
        "status": {"status_list": {"idx": idx, "uri": format!("{CERTIFIER}/status/1")}},
        "delegation": mark_delegation().compact(),
        "criteria": "phr-jp 1.0", "suite": "phr-link 0.1", "report_s256": s256("report"),
        "roles": [role], "product": "Sample product",
    });
    Draft::by_kid("trust-mark+jwt", claims, "certifier")
}

/// A status list in which the entries given have the values given.
#[must_use]
pub fn status_list(iss: &str, signer: &str, bits: u8, size: usize, set: &[(i64, u8)]) -> Draft {
    let list = StatusBits::new(bits, size).ok().map(|mut list| {
        for (index, value) in set {
            // An index outside would leave the list as it is: the scenes set only what exists.
            let _ = list.set(*index, StatusValue(*value));
        }
        list.deflate()
    });
    let list = list.map_or(
        Value::Null,
        |data| json!({"bits": data.bits, "lst": data.lst}),
    );
    let claims = json!({
        "iss": iss, "sub": format!("{iss}/status/1"), "iat": NOW - 60, "exp": NOW + 86_400,
        "ttl": 300, "jti": jti("status"), "status_list": list,
    });
    Draft::by_kid("statuslist+jwt", claims, signer)
}

impl Scene {
    /// A request by the operator, which is permitted.
    #[must_use]
    pub fn permitted() -> Self {
        let grant = Draft::by_kid("phr-grant+jwt", grant_claims(), "holder");
        Self {
            grant,
            delegations: Vec::new(),
            proof: Some(proof("operator proof")),
            trust_list: trust_list(),
            marks: vec![
                mark(OPERATOR, "operator", 1),
                mark(APP, "operator", 2),
                mark(CLINIC, "medical-institution", 3),
                mark(PHARMACY, "pharmacy", 4),
                mark(CARE, "care-provider", 5),
                mark(RESEARCHER, "researcher", 6),
            ],
            status: vec![
                status_list(HOLDER, "holder", 1, 1_024, &[(9, 1)]),
                status_list(CERTIFIER, "certifier", 2, 64, &[(11, 1), (12, 2), (13, 3)]),
            ],
            call: json!({}),
        }
    }

    /// A request by the clinic to which the operator delegated, which is permitted.
    #[must_use]
    pub fn delegated() -> Self {
        let mut scene = Self::permitted();
        scene.delegations = vec![delegation(&scene.grant, CLINIC, "clinic", "operator proof")];
        scene.proof = Some(proof("clinic"));
        scene
    }

    /// A request by the care provider to which the clinic delegated again, which is permitted.
    #[must_use]
    pub fn delegated_twice() -> Self {
        let mut scene = Self::delegated();
        if let Some(parent) = scene.delegations.first() {
            let second = delegation(parent, CARE, "care", "clinic");
            scene.delegations.push(second);
        }
        scene.proof = Some(proof("care"));
        scene
    }

    /// A request by a clinic in an emergency, without a consent.
    #[must_use]
    pub fn emergency(activation: Option<&str>) -> Self {
        let mut scene = Self::permitted();
        let claims = &mut scene.grant.claims;
        claims["client_id"] = json!(CLINIC);
        claims["cnf"] = json!({"jkt": jkt("clinic proof")});
        claims["dlg"] = json!({"max_depth": 0});
        claims["emg"] = json!({"statement_s256": s256("statement")});
        if let Some(id) = activation {
            claims["emg"]["activation_id"] = json!(id);
        }
        if let Some(claims) = claims.as_object_mut() {
            claims.remove("consent_s256");
            claims.remove("consent_jti");
        }
        let detail = &mut claims["authorization_details"][0];
        detail["handling"] = json!("view");
        detail["purposes"] = json!(["emergency-care"]);
        detail["datatypes"] = json!(["allergy"]);
        detail["onward"] = json!({"to": [], "roles": []});
        scene.proof = Some(proof("clinic proof"));
        if let Some(proof) = &mut scene.proof {
            proof.claims["phr_pur"] = json!("emergency-care");
        }
        scene
    }

    /// The last token of the path.
    #[must_use]
    pub fn leaf(&self) -> String {
        self.delegations.last().unwrap_or(&self.grant).compact()
    }

    /// The call for the adapter's `decide`.
    #[must_use]
    pub fn decide(&self) -> Value {
        let leaf = self.leaf();
        let mut call = json!({
            "op": "decide", "now": NOW, "method": "GET", "url": format!("{HOLDER}/records/allergy"),
            "authorization": format!("DPoP {leaf}"), "category": "allergy",
            "audience": HOLDER, "issuers": [HOLDER],
            "trust": {
                "jwks": {"keys": [jwk("anchor")]},
                "trust_list": self.trust_list.compact(),
                "marks": self.marks.iter().map(Draft::compact).collect::<Vec<_>>(),
            },
            "status": self.status.iter().map(Draft::compact).collect::<Vec<_>>(),
        });
        if !self.delegations.is_empty() {
            let parents = self.delegations.len() - 1;
            let chain: Vec<_> = core::iter::once(&self.grant)
                .chain(self.delegations.iter().take(parents))
                .map(Draft::compact)
                .collect();
            call["chain"] = json!(chain.join(","));
        }
        if let Some(proof) = &self.proof {
            let mut proof = proof.clone();
            if proof.claims.is_object() && proof.claims.get("ath").is_none() {
                proof.claims["ath"] = json!(s256(&leaf));
            }
            // `false` stands for "leave it out": the mutators cannot remove what is filled in.
            if let Some(claims) = proof.claims.as_object_mut()
                && claims.get("ath") == Some(&Value::Bool(false))
            {
                claims.remove("ath");
            }
            call["proof"] = json!(proof.compact());
        }
        merge(&mut call, &self.call);
        call
    }
}

/// A fresh proof for the ordinary request.
#[must_use]
pub fn proof(signer: &str) -> Draft {
    let claims = json!({
        "htm": "GET", "htu": format!("{HOLDER}/records/allergy"), "iat": NOW - 1,
        "jti": jti("proof"), "phr_pur": "care",
    });
    Draft::by_jwk("dpop+jwt", claims, signer)
}

/// Replaces members; `null` removes one, and a member that is an object is merged into.
pub fn merge(into: &mut Value, from: &Value) {
    let (Some(into), Some(from)) = (into.as_object_mut(), from.as_object()) else {
        return;
    };
    for (name, value) in from {
        if value.is_null() {
            into.remove(name);
        } else if value.is_object() && into.get(name).is_some_and(Value::is_object) {
            if let Some(inner) = into.get_mut(name) {
                merge(inner, value);
            }
        } else {
            into.insert(name.clone(), value.clone());
        }
    }
}

/// A consent with its request and key statement, ready to be registered.
#[derive(Clone, Debug)]
pub struct Linking {
    /// The request.
    pub request: Draft,
    /// The key statement.
    pub key_statement: Draft,
    /// The consent; its hashes and its summary are filled in.
    pub consent: Draft,
    /// Whether the summary is rendered anew from the claims.
    pub render: bool,
    /// Further members of the call.
    pub call: Value,
}

impl Linking {
    /// A linking that a holder registers.
    #[must_use]
    pub fn registered() -> Self {
        let request = Draft::by_jwk(
            "oauth-authz-req+jwt",
            json!({
                "iss": APP, "client_id": APP, "aud": HOLDER, "iat": NOW - 120, "exp": NOW + 300,
                "jti": jti("request"), "response_type": "code", "redirect_uri": format!("{APP}/callback"),
                "state": jti("state"), "nonce": jti("nonce"), "code_challenge": s256("verifier"),
                "code_challenge_method": "S256", "dpop_jkt": jkt("app proof"),
                "authorization_details": [app_detail()],
                "notice_uri": format!("{APP}/notice.txt"), "notice_s256": s256("notice"),
                "client_name": "見本 app",
            }),
            "app proof",
        );
        let key_statement = Draft::by_kid(
            "phr-key+jwt",
            json!({
                "iss": HOLDER, "sub": PERSON, "iat": NOW - 30, "exp": NOW + 86_400 * 365,
                "jti": jti("key statement"), "ver": "1.0", "cnf": {"jwk": jwk("person")},
                "rcp": APP, "role": "self", "acr": "aal3", "amr": ["hwk"], "auth_time": NOW - 60,
            }),
            "holder",
        );
        let consent = Draft::by_kid(
            "phr-consent+jwt",
            json!({
                "iss": format!("urn:ietf:params:oauth:jwk-thumbprint:sha-256:{}", jkt("person")),
                "sub": PERSON, "aud": HOLDER, "iat": NOW - 40, "exp": NOW - 40 + 86_400 * 90,
                "jti": jti("consent"), "ver": "1.0", "txn": "txn-1", "arrangement_id": "arrangement-1",
                "recipient": {
                    "id": APP, "jkt": jkt("app proof"), "name": "見本 app", "name#en": "Sample app",
                    "address": "東京都千代田区1-1", "representative": "見本 太郎", "country": "JP", "role": "operator",
                },
                "authorization_details": [app_detail()],
                "notice": {"id": "notice", "ver": "1", "uri": format!("{APP}/notice.txt"), "lang": "ja", "s256": s256("notice")},
                "display": {"lang": "ja", "tmpl": "phr-consent-summary", "tmpl_ver": "1", "s256": s256("")},
                "jur": "JP", "basis": {"law": "APPI", "arts": ["20-2", "27-1"]},
                "provision_mode": "operator-provision", "overseas": {"transfer": false},
                "withdraw_uri": format!("{HOLDER}/consents"), "ui": {"control": "unticked-checkbox", "unbundled": true},
            }),
            "person",
        );
        Self {
            request,
            key_statement,
            consent,
            render: true,
            call: json!({}),
        }
    }

    /// A linking in which a guardian signs for a child.
    #[must_use]
    pub fn by_guardian() -> Self {
        let mut linking = Self::registered();
        let basis = json!({"kind": "parental-authority", "ref": "registration-9", "until": NOW + 86_400 * 400});
        let statement = &mut linking.key_statement.claims;
        statement["sub"] = json!("guardian-1");
        statement["for"] = json!(PERSON);
        statement["role"] = json!("guardian");
        statement["basis"] = basis.clone();
        linking.consent.claims["act"] =
            json!({"sub": "guardian-1", "role": "guardian", "basis": basis});
        for draft in [&mut linking.request, &mut linking.consent] {
            draft.claims["authorization_details"][0]["datatypes"] =
                json!(["infant-checkup", "routine-vaccination-a"]);
        }
        linking
    }

    /// The call for the adapter's `consent`.
    #[must_use]
    pub fn consent(&self) -> Value {
        let mut consent = self.consent.clone();
        let request = self.request.compact();
        let statement = self.key_statement.compact();
        if consent.raw.is_none() {
            let claims = &mut consent.claims;
            fill(claims, "req_s256", &s256(&request));
            fill(claims, "key_s256", &s256(&statement));
            if self.render {
                let call =
                    json!({"op": "render", "lang": claims["display"]["lang"], "consent": claims});
                let answer: Value =
                    serde_json::from_str(&phr_link::adapter::answer(&call.to_string()))
                        .unwrap_or_default();
                if let Some(hash) = answer["value"]["s256"].as_str() {
                    claims["display"]["s256"] = json!(hash);
                }
            }
        }
        let mut call = json!({
            "op": "consent", "now": NOW, "request": request, "key_statement": statement,
            "consent": consent.compact(),
            "trust": {"jwks": {"keys": [jwk("anchor")]}, "trust_list": trust_list().compact()},
            "txn": {"id": "txn-1", "holder": HOLDER, "opened_at": NOW - 40, "pushed_at": NOW - 60, "arrangement_id": "arrangement-1"},
        });
        merge(&mut call, &self.call);
        call
    }
}

fn fill(claims: &mut Value, name: &str, text: &str) {
    if claims.is_object() && claims.get(name).is_none() {
        claims[name] = json!(text);
    }
}

fn app_detail() -> Value {
    let mut detail = detail();
    detail["onward"] = json!({"to": [CLINIC], "roles": []});
    detail
}
