// Made by `npm run build` out of the engine.

/** Every stable code. */
export type Code =
  /** the token, or the chain together with it, is larger than the limit. */
  | "token.too-large"
  /** the token is not a JWS in compact form. */
  | "token.not-jws"
  /** a part of the token is not strict base64url. */
  | "token.base64"
  /** a part of the token is not strict JSON. */
  | "token.json"
  /** the JSON is not well-formed UTF-8 or has a lone surrogate. */
  | "token.unicode"
  /** an object names a member twice. */
  | "token.duplicate-member"
  /** the JSON is nested deeper than 16 values. */
  | "token.too-deep"
  /** the header is not an object with a text `alg`. */
  | "header.malformed"
  /** the algorithm is not `EdDSA` or `Ed25519`. */
  | "header.alg-not-allowed"
  /** the header has no `typ`. */
  | "header.typ-missing"
  /** the token is of another kind. */
  | "header.typ-mismatch"
  /** `crit` is empty, malformed, or names a registered or absent member. */
  | "header.crit-invalid"
  /** `crit` names an extension that this profile does not have. */
  | "header.crit-unsupported"
  /** the header has `b64`. */
  | "header.b64"
  /** the header has `zip`. */
  | "header.zip"
  /** the header brings a key or a place to fetch one. */
  | "header.key-source"
  /** the header holds a private key. */
  | "header.private-key"
  /** the header has no `jwk`. */
  | "header.jwk-missing"
  /** the header has no `kid`. */
  | "header.kid-missing"
  /** no listed key has this `kid`. */
  | "key.unknown"
  /** the key is not an Ed25519 public key. */
  | "key.invalid"
  /** the key is not canonically encoded. */
  | "key.not-canonical"
  /** the key is a point of small order. */
  | "key.small-order"
  /** the key has a torsion component. */
  | "key.mixed-order"
  /** a key set holds a private key. */
  | "key.private"
  /** a key set holds one key twice. */
  | "key.duplicate"
  /** the key set is not a JWK Set. */
  | "key.set-malformed"
  /** the key is not meant for signatures. */
  | "key.use-mismatch"
  /** the key is pinned to another algorithm name. */
  | "key.alg-mismatch"
  /** the key belongs to another member than `iss`. */
  | "key.issuer-mismatch"
  /** the issuer's keys could not be had. */
  | "key.unavailable"
  /** the signature is not 64 bytes. */
  | "signature.malformed"
  /** the signature does not verify with the key. */
  | "signature.invalid"
  /** the claims are not a JSON object. */
  | "claims.malformed"
  /** a required claim is missing. */
  | "claims.missing"
  /** a claim has another JSON type than required. */
  | "claims.type"
  /** a claim has a value that is not allowed. */
  | "claims.invalid"
  /** a member that the profile does not know stands where none may. */
  | "claims.unknown"
  /** a number is not an integer within ±(2^53−1). */
  | "claims.number-range"
  /** two claims contradict each other. */
  | "claims.inconsistent"
  /** the token is of a version that this library does not know. */
  | "claims.version-unsupported"
  /** another token of this issuer has the same `jti`. */
  | "claims.jti-reused"
  /** an identifier looks like a My Number. */
  | "claims.my-number"
  /** the token lives longer than its kind may. */
  | "token.lifetime-exceeded"
  /** the token is not bound to a key. */
  | "binding.missing"
  /** `cnf` is not a key thumbprint. */
  | "binding.invalid"
  /** the proof is by another key than the grant is bound to. */
  | "binding.mismatch"
  /** the issuer is not in the trust list. */
  | "issuer.untrusted"
  /** the issuer does not answer for these records. */
  | "issuer.not-authoritative"
  /** the issuer's role does not sign this kind. */
  | "issuer.kind-not-allowed"
  /** the token is meant for somebody else. */
  | "audience.mismatch"
  /** the token is about somebody else, or its `sub` is a client. */
  | "subject.mismatch"
  /** the key statement ended. */
  | "key-statement.expired"
  /** the key statement is not in force yet. */
  | "key-statement.not-yet-valid"
  /** the key statement is dated in the future. */
  | "key-statement.issued-in-future"
  /** the key statement is for another key, person, holder or recipient. */
  | "key-statement.mismatch"
  /** the key was ended. */
  | "key-statement.ended"
  /** the consent request ended. */
  | "request.expired"
  /** the consent request is not in force yet. */
  | "request.not-yet-valid"
  /** the consent request is dated in the future. */
  | "request.issued-in-future"
  /** the requester calls itself by another name than the trust list. */
  | "request.name-mismatch"
  /** the redirect address is not registered. */
  | "request.redirect-uri"
  /** the notice is not at a registered origin of the requester. */
  | "request.notice-origin"
  /** the notice could not be read or differs from its hash. */
  | "request.notice"
  /** the consent request was used before. */
  | "request.replayed"
  /** a server client signed with a key of its own making. */
  | "request.client-key"
  /** no such pushed request is waiting. */
  | "request.unknown"
  /** the mode named is not the one computed. */
  | "request.mode-mismatch"
  /** the purpose named is not the one in the proof. */
  | "request.purpose-mismatch"
  /** the request does not say for what purpose it reads. */
  | "request.purpose-missing"
  /** the consent ended. */
  | "consent.expired"
  /** the consent is not in force yet. */
  | "consent.not-yet-valid"
  /** the consent is dated in the future. */
  | "consent.issued-in-future"
  /** the person withdrew the consent. */
  | "consent.withdrawn"
  /** a newer consent took this one's place. */
  | "consent.superseded"
  /** the person refused. */
  | "consent.denied"
  /** no such consent is registered here. */
  | "consent.unknown"
  /** the consent belongs to another or an ended transaction. */
  | "consent.transaction"
  /** the consent answers another request. */
  | "consent.request-mismatch"
  /** the recipient in the consent differs from the trust list or the request. */
  | "consent.recipient-mismatch"
  /** the actor in the consent differs from the key statement. */
  | "consent.actor-mismatch"
  /** the consent does not replace the arrangement's one live consent. */
  | "consent.supersedes"
  /** the notice in the consent is not the one in the request. */
  | "consent.notice-mismatch"
  /** the summary that was signed is not what the claims say. */
  | "consent.display-mismatch"
  /** the summary's template is unknown or does not show every claim. */
  | "consent.display-template"
  /** the proof is by another key than the consent's registered one. */
  | "consent.proof-key"
  /** the person's key serves another person or recipient, or is a proof key. */
  | "consent.key-reused"
  /** the agent's registration ended. */
  | "agent.expired"
  /** an agent may not do this. */
  | "agent.authority"
  /** the grant ended before the time of the request. */
  | "grant.expired"
  /** the grant is not in force yet. */
  | "grant.not-yet-valid"
  /** the grant is dated in the future. */
  | "grant.issued-in-future"
  /** the grant was ended, by withdrawal or otherwise. */
  | "grant.revoked"
  /** the one use that was granted is spent. */
  | "grant.use-limit"
  /** the delegation ended. */
  | "delegation.expired"
  /** the delegation is not in force yet. */
  | "delegation.not-yet-valid"
  /** the delegation is dated in the future. */
  | "delegation.issued-in-future"
  /** the delegation was ended. */
  | "delegation.revoked"
  /** the delegation is bound to a key that is not its recipient's. */
  | "delegation.recipient-key"
  /** the chain is not a list of distinct, used tokens, root first. */
  | "chain.form"
  /** a link of the chain does not fit its parent. */
  | "chain.broken"
  /** the chain is longer than allowed. */
  | "chain.too-deep"
  /** a delegation above was ended. */
  | "chain.parent-revoked"
  /** the request has no proof of possession, or not under the scheme `DPoP`. */
  | "proof.missing"
  /** the proof lacks a claim. */
  | "proof.claim-missing"
  /** a claim of the proof has a wrong type or value. */
  | "proof.claim-invalid"
  /** the proof is for another method. */
  | "proof.htm-mismatch"
  /** the proof is for another address. */
  | "proof.htu-mismatch"
  /** the proof is too old. */
  | "proof.stale"
  /** the proof is dated in the future. */
  | "proof.future"
  /** the proof is for another token. */
  | "proof.ath-mismatch"
  /** the server asks for its fresh nonce. */
  | "proof.nonce-required"
  /** the proof was used before. */
  | "proof.replayed"
  /** more actions than the parent gives. */
  | "scope.actions-wider"
  /** more categories than the parent gives. */
  | "scope.datatypes-wider"
  /** another catalogue version than the parent's. */
  | "scope.datatypes-ver-wider"
  /** a longer period of records than the parent gives. */
  | "scope.period-wider"
  /** more purposes than the parent gives. */
  | "scope.purposes-wider"
  /** freer handling than the parent gives. */
  | "scope.handling-wider"
  /** more frequent use than the parent gives. */
  | "scope.frequency-wider"
  /** longer retention than the parent gives, or of another kind. */
  | "scope.retention-wider"
  /** a weaker duty at the end than the parent's. */
  | "scope.on-end-wider"
  /** onward sharing that the parent does not allow. */
  | "scope.onward-wider"
  /** less de-identification than the parent demands. */
  | "scope.deident-wider"
  /** an exclusion of the parent is missing. */
  | "scope.exclude-wider"
  /** the category is not granted. */
  | "scope.not-granted"
  /** the action is not granted. */
  | "scope.action-not-granted"
  /** the period asked, or the record's date, is outside the granted one. */
  | "scope.period-not-granted"
  /** the purpose is not granted. */
  | "scope.purpose-not-granted"
  /** the record, or all of the category, was excluded by the person. */
  | "scope.excluded"
  /** the record is not shown to this reader, who may not learn that it exists. */
  | "scope.not-disclosed"
  /** the record waits for release by a member of the holder's staff. */
  | "scope.release-required"
  /** the catalogue version is not known. */
  | "catalogue.version-unknown"
  /** this kind of recipient gets no grant for the category. */
  | "catalogue.mode-not-allowed"
  /** the period lies before what the source keeps. */
  | "catalogue.look-back"
  /** no activation covers this institution now. */
  | "emergency.not-active"
  /** the emergency statement ended. */
  | "emergency.expired"
  /** the emergency statement is not in force yet. */
  | "emergency.not-yet-valid"
  /** the emergency statement is dated in the future. */
  | "emergency.issued-in-future"
  /** no status list is known for this token, or its value has no meaning here. */
  | "status.unknown"
  /** the status list is too old. */
  | "status.stale"
  /** the status list is not by the issuer of the token, or not at a registered address. */
  | "status.untrusted"
  /** the status list cannot be read. */
  | "status.malformed"
  /** the status list is larger than the limit. */
  | "status.too-large"
  /** the status pointer is not an index inside its list. */
  | "status.index-invalid"
  /** the status list could not be had. */
  | "status.unavailable"
  /** the token is in force. */
  | "status.valid"
  /** the token was ended. */
  | "status.revoked"
  /** the token is suspended. */
  | "status.suspended"
  /** there is no trust list. */
  | "trust.list-missing"
  /** the trust list breaks a rule. */
  | "trust.list-malformed"
  /** the trust list is not signed by the anchor. */
  | "trust.list-signature"
  /** the trust list ended. */
  | "trust.list-expired"
  /** the trust list is older than the policy allows, or dated in the future. */
  | "trust.list-stale"
  /** the trust list is older than one already seen. */
  | "trust.list-rollback"
  /** a party on the path is not listed or has no good mark for its role. */
  | "trust.not-certified"
  /** a party on the path is suspended. */
  | "trust.suspended"
  /** the trust mark breaks a rule. */
  | "mark.malformed"
  /** the trust mark's issuer may not issue this type. */
  | "mark.untrusted"
  /** the trust mark's signature does not verify. */
  | "mark.signature-invalid"
  /** the type of the mark has an owner, and the owner's delegation is missing or bad. */
  | "mark.delegation-invalid"
  /** the trust mark is for another role. */
  | "mark.role"
  /** the trust mark ended. */
  | "mark.expired"
  /** the trust mark is dated in the future. */
  | "mark.not-yet-valid"
  /** the trust mark was revoked. */
  | "mark.revoked"
  /** the trust mark is suspended. */
  | "mark.suspended"
  /** the trust mark's status cannot be told. */
  | "mark.status"
  /** this key may not withdraw this consent. */
  | "withdrawal.not-allowed"
  /** the withdrawal is dated in the future. */
  | "withdrawal.issued-in-future"
  /** a receipt does not follow the one before it. */
  | "receipt.chain"
  /** the evidence does not hold what the question needs. */
  | "evidence.incomplete"
  /** two pieces of the evidence contradict each other. */
  | "evidence.inconsistent"
  /** too many requests. */
  | "server.rate-limited"
  /** the source does not answer now. */
  | "source.unavailable"
  /** the call is not the JSON object that is expected. */
  | "caller.malformed"
  /** an argument cannot be used. */
  | "caller.misuse"
  /** the policy is looser than the profile allows. */
  | "caller.policy"
  /** there is no such operation. */
  | "caller.unknown-op"
  /** a bug in this library. */
  | "internal";

/** Every category of records. */
export type CategoryCode =
  /** アレルギー情報: allergies incl. drug contraindication */
  | "allergy"
  /** 自治体検診：がん検診: municipal cancer screening */
  | "cancer-screening"
  /** 健診結果報告書: checkup report document */
  | "checkup-document"
  /** 新型コロナワクチン接種記録 (VRS): COVID-19 vaccination record */
  | "covid19-vaccination"
  /** 退院時サマリー: discharge summary */
  | "discharge-summary"
  /** 告知済傷病名: diagnoses disclosed to the patient */
  | "disclosed-diagnosis"
  /** 電子処方箋情報（リアルタイムの処方・調剤情報）: real-time prescription and dispensing */
  | "e-prescription"
  /** 事業主健診（40歳未満）: employer checkup, under 40 */
  | "employer-checkup-u40"
  /** 医療機関名等: institutions visited */
  | "encounter-institution"
  /** 資格情報（オンライン資格確認）: insurance eligibility */
  | "health-insurance-eligibility"
  /** 肝炎ウイルス検診: hepatitis virus screening */
  | "hepatitis-screening"
  /** 自宅療養者の医療情報 (保健所⇄医療機関): infection case info shared by health centres */
  | "home-recovery-infection"
  /** 乳幼児健診: infant health checkup */
  | "infant-checkup"
  /** 感染症情報 (6情報): infection tests */
  | "infection-result"
  /** 画像情報（キー画像等）: key images */
  | "key-image"
  /** 検査結果情報: laboratory results */
  | "lab-result"
  /** 後期高齢者健診: checkup for 75+ */
  | "late-elderly-checkup"
  /** 科学的介護情報 (CHASE/VISIT → LIFE): LIFE feedback data */
  | "life-science-care"
  /** 本人測定（家庭体重・血圧・歩数・体温・SpO2）: self-measured data */
  | "lifelog"
  /** 介護情報: long-term care information */
  | "long-term-care"
  /** 妊婦健診: maternity checkup */
  | "maternal-checkup"
  /** 医療的ケア児等の医療情報 (MEIS): emergency summary of medically-complex children */
  | "medical-care-child-emergency"
  /** 医療費通知情報: medical expense notices */
  | "medical-expense"
  /** 医学管理等情報: medical management fees/items */
  | "medical-management"
  /** 医療費助成 (PMH): public subsidy entitlement */
  | "medical-subsidy"
  /** 薬剤情報（レセプトに基づく過去の処方・調剤情報）: medication history from claims */
  | "medication-claims"
  /** 臓器提供意思の有無: organ-donation intention */
  | "organ-donation-intent"
  /** 骨粗鬆症検診: osteoporosis screening */
  | "osteoporosis-screening"
  /** その他の情報: other information */
  | "other-viewable"
  /** 歯周疾患検診: periodontal disease screening */
  | "periodontal-screening"
  /** 診療情報提供書: referral letter */
  | "referral-document"
  /** 予防接種 定期接種 A類（ジフテリア、百日せき等）: routine vaccination class A */
  | "routine-vaccination-a"
  /** 同 B類（高齢者のインフルエンザ、肺炎球菌）: class B */
  | "routine-vaccination-b"
  /** 学校健診（私立等含む小中高大）: school health checkup */
  | "school-checkup"
  /** 特定健診: specific health checkup (40–74) */
  | "specific-checkup"
  /** 手術・透析情報等: surgery and dialysis */
  | "surgery-dialysis"
  /** 療養計画書（患者サマリー）: patient summary / care plan */
  | "treatment-plan"
  /** 通所・訪問リハビリ (VISIT): rehab records */
  | "visit-rehab"
  /** 全ゲノム解析等の成果: whole-genome analysis results */
  | "whole-genome";
