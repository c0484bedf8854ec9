//! The one table of codes: every reason for which a token, a list or a request is refused.
//!
//! A code is never renamed and never used again for something else; its texts are free to change.

/// Declares the table; one line a code, in the order of the specification.
macro_rules! codes {
    ($( $name:ident $code:literal $blame:ident $section:literal $status:literal
        $en:literal $ja:literal $hint_en:literal $hint_ja:literal; )*) => {
        /// A stable code: the machine-readable reason of a refusal.
        ///
        /// # Spec
        /// §12, "Codes".
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Code { $( #[doc = $en] $name, )* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Gives the code as it is written in answers, vectors and logs.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$name => $code),* } }

            /// Says who can mend the cause.
            #[must_use]
            pub const fn blame(self) -> Blame { match self { $(Self::$name => Blame::$blame),* } }

            /// Gives the section of the specification that demands the refusal.
            #[must_use]
            pub const fn section(self) -> &'static str { match self { $(Self::$name => $section),* } }

            /// Gives the HTTP status with which a resource server answers.
            #[must_use]
            pub const fn http_status(self) -> u16 { match self { $(Self::$name => $status),* } }

            /// Gives one sentence that says what is wrong.
            #[must_use]
            pub const fn text(self, lang: Lang) -> &'static str {
                match lang { Lang::En => match self { $(Self::$name => $en),* },
                             Lang::Ja => match self { $(Self::$name => $ja),* } }
            }

            /// Gives one sentence that says what to do about it.
            #[must_use]
            pub const fn hint(self, lang: Lang) -> &'static str {
                match lang { Lang::En => match self { $(Self::$name => $hint_en),* },
                             Lang::Ja => match self { $(Self::$name => $hint_ja),* } }
            }
        }
    };
}

/// Who can mend the cause of a refusal.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Blame {
    /// The code that called this library.
    Caller,
    /// The holder of the records, who issues grants and keeps status lists.
    Holder,
    /// Whoever signed the token.
    Issuer,
    /// Whoever sent the request.
    Presenter,
    /// This library.
    Us,
    /// The world between: a list that is late, a key that cannot be had.
    World,
}

impl Blame {
    /// Gives the word used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Holder => "holder",
            Self::Issuer => "issuer",
            Self::Presenter => "presenter",
            Self::Us => "us",
            Self::World => "world",
        }
    }
}

/// A language of the texts.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// Reads `en` or `ja`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "en" => Some(Self::En),
            "ja" => Some(Self::Ja),
            _ => None,
        }
    }

    /// Gives the language tag.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ja => "ja",
        }
    }
}

impl Code {
    /// Finds a code by its text.
    ///
    /// # Example
    /// ```
    /// use phr_link::Code;
    /// assert_eq!(Code::parse("grant.expired"), Some(Code::GrantExpired));
    /// assert_eq!(Code::parse("grant.tired"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

impl core::fmt::Display for Code {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = alloc::string::String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a code"))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Code {
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let codes: alloc::vec::Vec<_> = Self::ALL.iter().map(|code| code.as_str()).collect();
        schemars::json_schema!({
            "type": "string",
            "enum": codes,
            "description": "A stable code: the machine-readable reason of a refusal.",
        })
    }
}

codes! {
    // form
    TokenTooLarge "token.too-large" Issuer "§2.1" 400 "the token, or the chain together with it, is larger than the limit" "トークン（または連鎖との合計）が上限より大きい" "keep a token under 16 KiB and the presented chain under 8,192 octets; ask for fewer details" "トークンは16 KiB、提示全体は8,192オクテットまでにし、詳細の数を減らしてください";
    TokenNotJws "token.not-jws" Issuer "§2.1" 401 "the token is not a JWS in compact form" "JWSコンパクト形式のトークンではない" "send three base64url parts joined by full stops; JWE and JSON serialisation are not used" "base64urlの3つの部分をピリオドでつないだ形で送ってください（JWEやJSON形式は使えません）";
    TokenBase64 "token.base64" Issuer "§2.1" 401 "a part of the token is not strict base64url" "厳密なbase64urlでない部分がある" "use the URL alphabet without padding, blanks or non-zero trailing bits" "URL用の文字だけを使い、パディング・空白・余りビットを含めないでください";
    TokenJson "token.json" Issuer "§2.3" 401 "a part of the token is not strict JSON" "厳密なJSONでない部分がある" "write one JSON object in UTF-8 without byte-order mark, comments or trailing data" "BOM・コメント・後続データのないUTF-8のJSONオブジェクトを1つだけ書いてください";
    TokenUnicode "token.unicode" Issuer "§2.3" 401 "the JSON is not well-formed UTF-8 or has a lone surrogate" "UTF-8として正しくない、または孤立サロゲートがある" "encode the text as UTF-8 and pair surrogates in escapes" "UTF-8で符号化し、サロゲートは対で書いてください";
    TokenDuplicateMember "token.duplicate-member" Issuer "§2.3" 401 "an object names a member twice" "同じ名前のメンバーが2つある" "write each member once; an escaped name counts as the name it stands for" "メンバーは1回だけ書いてください（エスケープした名前も同じ名前として数えます）";
    TokenTooDeep "token.too-deep" Issuer "§2.3" 401 "the JSON is nested deeper than 16 values" "JSONの入れ子が16段を超える" "flatten the claims" "クレームの入れ子を浅くしてください";
    // header
    HeaderMalformed "header.malformed" Issuer "§2.2" 401 "the header is not an object with a text `alg`" "ヘッダーがオブジェクトでない、または`alg`などが文字列でない" "write `alg`, `typ` and `kid` as strings" "`alg`、`typ`、`kid`を文字列で書いてください";
    HeaderAlgNotAllowed "header.alg-not-allowed" Issuer "§2.2" 401 "the algorithm is not `EdDSA` or `Ed25519`" "署名方式が`EdDSA`・`Ed25519`ではない" "sign with an Ed25519 key and write `EdDSA`" "Ed25519の鍵で署名し、`EdDSA`と書いてください";
    HeaderTypMissing "header.typ-missing" Issuer "§2.2" 401 "the header has no `typ`" "ヘッダーに`typ`がない" "write the `typ` of the kind, such as `phr-grant+jwt`" "`phr-grant+jwt`など種類ごとの`typ`を書いてください";
    HeaderTypMismatch "header.typ-mismatch" Issuer "§2.2" 401 "the token is of another kind" "別の種類のトークンである" "send the kind of token that belongs here" "ここで求められる種類のトークンを送ってください";
    HeaderCritInvalid "header.crit-invalid" Issuer "§2.2" 401 "`crit` is empty, malformed, or names a registered or absent member" "`crit`が空・不正、または登録済み・存在しない名前を挙げている" "leave `crit` out" "`crit`を書かないでください";
    HeaderCritUnsupported "header.crit-unsupported" Issuer "§2.2" 401 "`crit` names an extension that this profile does not have" "`crit`がこのプロファイルにない拡張を求めている" "leave `crit` out" "`crit`を書かないでください";
    HeaderB64 "header.b64" Issuer "§2.2" 401 "the header has `b64`" "ヘッダーに`b64`がある" "encode the payload; leave `b64` out" "ペイロードは符号化し、`b64`は書かないでください";
    HeaderZip "header.zip" Issuer "§2.2" 401 "the header has `zip`" "ヘッダーに`zip`がある" "do not compress the payload" "ペイロードを圧縮しないでください";
    HeaderKeySource "header.key-source" Issuer "§2.2" 401 "the header brings a key or a place to fetch one" "ヘッダーが鍵や鍵の取得先を持ち込んでいる" "name the key by `kid`; `jku`, `x5u`, `x5c` are never used, `jwk` only where the kind allows it" "鍵は`kid`で示してください（`jku`・`x5u`・`x5c`は不可、`jwk`は認める種類のみ）";
    HeaderPrivateKey "header.private-key" Issuer "§2.2" 401 "the header holds a private key" "ヘッダーに秘密鍵が入っている" "the key is exposed: replace it, and put only `kty`, `crv` and `x` into `jwk`" "その鍵は漏えいしています。交換し、`jwk`には`kty`・`crv`・`x`だけを入れてください";
    HeaderJwkMissing "header.jwk-missing" Issuer "§2.2" 401 "the header has no `jwk`" "ヘッダーに`jwk`がない" "put the public proof key into the header" "公開鍵をヘッダーの`jwk`に入れてください";
    HeaderKidMissing "header.kid-missing" Issuer "§2.2" 401 "the header has no `kid`" "ヘッダーに`kid`がない" "name the key by its RFC 7638 thumbprint" "RFC 7638の拇印で鍵を示してください";
    // key
    KeyUnknown "key.unknown" Issuer "§2.4" 401 "no listed key has this `kid`" "この`kid`の鍵は登録されていない" "check that the signer's key is in the trust list" "署名者の鍵が信頼リストに載っているか確かめてください";
    KeyInvalid "key.invalid" Issuer "§2.4" 401 "the key is not an Ed25519 public key" "Ed25519の公開鍵ではない" "give kty `OKP`, crv `Ed25519` and 32 bytes of `x` (in JJWT choose Jwks.CRV.Ed25519, not the default Ed448)" "ktyは`OKP`、crvは`Ed25519`、xは32バイトにしてください（JJWTでは既定のEd448でなくEd25519を選ぶ）";
    KeyNotCanonical "key.not-canonical" Issuer "§2.4" 401 "the key is not canonically encoded" "鍵の符号化が正規形でない" "make a new key with a standard library" "標準的なライブラリで鍵を作り直してください";
    KeySmallOrder "key.small-order" Issuer "§2.4" 401 "the key is a point of small order" "位数の小さい点を鍵にしている" "make a new key: this one signs anything" "この鍵は何にでも合ってしまいます。作り直してください";
    KeyMixedOrder "key.mixed-order" Issuer "§2.4" 401 "the key has a torsion component" "ねじれ成分を含む鍵である" "make a new key with a standard library" "標準的なライブラリで鍵を作り直してください";
    KeyPrivate "key.private" Caller "§2.4" 400 "a key set holds a private key" "鍵セットに秘密鍵が入っている" "the key is exposed: replace it, and publish only public members" "その鍵は漏えいしています。交換し、公開部分だけを載せてください";
    KeyDuplicate "key.duplicate" Caller "§2.4" 400 "a key set holds one key twice" "鍵セットに同じ鍵が2つある" "list each key once" "鍵は1回だけ載せてください";
    KeySetMalformed "key.set-malformed" Caller "§2.4" 400 "the key set is not a JWK Set" "JWK Setの形ではない" "give an object with an array `keys`" "`keys`配列を持つオブジェクトにしてください";
    KeyUseMismatch "key.use-mismatch" Issuer "§2.4" 401 "the key is not meant for signatures" "署名用の鍵ではない" "set `use` to `sig`, or `key_ops` to `verify`, or leave them out" "`use`を`sig`、`key_ops`を`verify`にするか、書かないでください";
    KeyAlgMismatch "key.alg-mismatch" Issuer "§2.4" 401 "the key is pinned to another algorithm name" "鍵が別の署名方式名に固定されている" "write the same `alg` in header and key, or leave it out of the key" "ヘッダーと鍵の`alg`をそろえるか、鍵から外してください";
    KeyIssuerMismatch "key.issuer-mismatch" Issuer "§4.1" 401 "the key belongs to another member than `iss`" "鍵の持ち主と`iss`が違う" "sign with a key of the issuer named" "`iss`の登録鍵で署名してください";
    KeyUnavailable "key.unavailable" World "§4.1" 503 "the issuer's keys could not be had" "発行者の鍵を取得できない" "try again later; nothing is accepted meanwhile" "しばらくして再試行してください。その間は何も受け付けません";
    // signature
    SignatureMalformed "signature.malformed" Issuer "§2.4" 401 "the signature is not 64 bytes" "署名が64バイトでない" "send the raw 64-byte Ed25519 signature" "Ed25519の64バイトの署名をそのまま送ってください";
    SignatureInvalid "signature.invalid" Issuer "§2.4" 401 "the signature does not verify with the key" "署名が鍵と合わない" "sign the exact bytes sent; do not change a token after signing" "送るバイト列そのものに署名し、署名後に変更しないでください";
    // claims
    ClaimsMalformed "claims.malformed" Issuer "§2.5" 401 "the claims are not a JSON object" "クレームがJSONオブジェクトでない" "make the payload one JSON object" "ペイロードをJSONオブジェクト1つにしてください";
    ClaimsMissing "claims.missing" Issuer "§3" 401 "a required claim is missing" "必須のクレームがない" "add the claim named by the path" "パスが示すクレームを加えてください";
    ClaimsType "claims.type" Issuer "§3" 401 "a claim has another JSON type than required" "クレームのJSON型が違う" "see the path; times are integers, `aud` is one string" "パスを見てください（時刻は整数、`aud`は文字列1つ）";
    ClaimsInvalid "claims.invalid" Issuer "§3" 401 "a claim has a value that is not allowed" "クレームの値が許されない" "see the path and the section of the kind" "パスと、その種類の節を見てください";
    ClaimsUnknown "claims.unknown" Issuer "§2.3" 401 "a member that the profile does not know stands where none may" "プロファイルにないメンバーが、認められない場所にある" "remove unknown members from the object named by the path: the person could not have been shown them" "パスが示すオブジェクトから、定めのないメンバーを除いてください（本人に表示できないため）";
    ClaimsNumberRange "claims.number-range" Issuer "§2.3" 401 "a number is not an integer within ±(2^53−1)" "数が±(2^53−1)の整数でない" "write plain integers; times are seconds, not milliseconds" "整数で書いてください（時刻は秒。ミリ秒ではありません）";
    ClaimsInconsistent "claims.inconsistent" Issuer "§2.7" 401 "two claims contradict each other" "クレーム同士が矛盾している" "see the path; `iat` and `nbf` come before `exp`" "パスを見てください（`iat`と`nbf`は`exp`より前）";
    ClaimsVersionUnsupported "claims.version-unsupported" Issuer "§3" 401 "the token is of a version that this library does not know" "対応していない版のトークンである" "use `ver` 1.0, or update the verifier" "`ver`を1.0にするか、検証側を更新してください";
    ClaimsJtiReused "claims.jti-reused" Issuer "§2.6" 401 "another token of this issuer has the same `jti`" "同じ発行者の別トークンと`jti`が同じ" "make every `jti` from 128 fresh random bits" "`jti`は毎回128ビットの乱数で作ってください";
    ClaimsMyNumber "claims.my-number" Issuer "§2.6" 400 "an identifier looks like a My Number" "識別子が個人番号（マイナンバー）の形をしている" "never send a My Number; use the identifier assigned by the holder" "個人番号は送らず、情報保有者が割り当てた識別子を使ってください";
    TokenLifetimeExceeded "token.lifetime-exceeded" Issuer "§2.7" 401 "the token lives longer than its kind may" "その種類に許される有効期間を超えている" "shorten `exp − iat` to the cap of the kind" "`exp − iat`を種類ごとの上限以内にしてください";
    // binding
    BindingMissing "binding.missing" Issuer "§2.5" 401 "the token is not bound to a key" "鍵に結び付いていない" "add `cnf` with `jkt`" "`cnf`に`jkt`を加えてください";
    BindingInvalid "binding.invalid" Issuer "§2.5" 401 "`cnf` is not a key thumbprint" "`cnf`が鍵の拇印でない" "write `cnf` as an object with a 43-character `jkt`" "`cnf`は43文字の`jkt`を持つオブジェクトにしてください";
    BindingMismatch "binding.mismatch" Presenter "§7.2" 401 "the proof is by another key than the grant is bound to" "提示者の鍵が、許可に結び付いた鍵と違う" "sign the proof with the key that the grant was given to" "許可を受けた鍵で証明に署名してください";
    // issuer, subject, audience
    IssuerUntrusted "issuer.untrusted" Issuer "§4.1" 401 "the issuer is not in the trust list" "発行者が信頼リストにない" "compare `iss` with the list byte for byte" "`iss`をリストとバイト単位で比べてください";
    IssuerNotAuthoritative "issuer.not-authoritative" Issuer "§4.1" 401 "the issuer does not answer for these records" "この記録について権限のある発行者ではない" "ask the holder of the records for the grant" "記録の保有者から許可を受けてください";
    IssuerKindNotAllowed "issuer.kind-not-allowed" Issuer "§4.1" 401 "the issuer's role does not sign this kind" "発行者の役割ではこの種類に署名できない" "see which roles sign which kinds" "役割ごとに署名できる種類を確かめてください";
    AudienceMismatch "audience.mismatch" Presenter "§2.6" 401 "the token is meant for somebody else" "宛先が違う" "send it to the server named in `aud`" "`aud`のサーバーに送ってください";
    SubjectMismatch "subject.mismatch" Presenter "§2.6" 401 "the token is about somebody else, or its `sub` is a client" "別の人についてのトークン、または`sub`がクライアントになっている" "use the `sub` that the holder assigned to this person for this recipient" "この相手のために保有者が本人に割り当てた`sub`を使ってください";
    // key statement, request, consent, agent
    KeyStatementExpired "key-statement.expired" Holder "§3.1" 401 "the key statement ended" "鍵の証明書の期限が切れている" "register a key again on the holder's page" "保有者の画面で鍵を登録し直してください";
    KeyStatementNotYetValid "key-statement.not-yet-valid" Holder "§3.1" 401 "the key statement is not in force yet" "鍵の証明書がまだ有効でない" "check the clocks" "時計を確かめてください";
    KeyStatementIssuedInFuture "key-statement.issued-in-future" Holder "§3.1" 401 "the key statement is dated in the future" "鍵の証明書の発行日時が未来である" "check the clocks" "時計を確かめてください";
    KeyStatementMismatch "key-statement.mismatch" Presenter "§9.1" 400 "the key statement is for another key, person, holder or recipient" "鍵の証明書が別の鍵・本人・保有者・相手のものである" "use the key that was made for this recipient on this holder's page" "この保有者の画面で、この相手のために作った鍵を使ってください";
    KeyStatementEnded "key-statement.ended" Holder "§9.1" 401 "the key was ended" "この鍵は使えなくなっている" "register a key again" "鍵を登録し直してください";
    RequestExpired "request.expired" Presenter "§3.2" 400 "the consent request ended" "同意の求めの期限が切れている" "begin again" "最初からやり直してください";
    RequestNotYetValid "request.not-yet-valid" Presenter "§3.2" 400 "the consent request is not in force yet" "同意の求めがまだ有効でない" "check the clocks" "時計を確かめてください";
    RequestIssuedInFuture "request.issued-in-future" Presenter "§3.2" 400 "the consent request is dated in the future" "同意の求めの発行日時が未来である" "check the clocks" "時計を確かめてください";
    RequestNameMismatch "request.name-mismatch" Presenter "§9.1" 400 "the requester calls itself by another name than the trust list" "求める側の名称が信頼リストと違う" "use the name in the trust list" "信頼リストの名称を使ってください";
    RequestRedirectUri "request.redirect-uri" Presenter "§9.1" 400 "the redirect address is not registered" "戻り先のURLが登録されていない" "use a registered address, byte for byte" "登録済みのURLを一字一句同じに使ってください";
    RequestNoticeOrigin "request.notice-origin" Presenter "§9.1" 400 "the notice is not at a registered origin of the requester" "説明文の置き場所が登録された場所でない" "publish the notice at a registered origin" "登録した場所に説明文を置いてください";
    RequestNotice "request.notice" Presenter "§9.1" 400 "the notice could not be read or differs from its hash" "説明文を読めない、またはハッシュと一致しない" "serve plain UTF-8 text of at most 256 KiB without redirect, and hash the bytes served" "リダイレクトなしの256 KiB以内のUTF-8テキストを置き、そのバイト列のハッシュを書いてください";
    RequestReplayed "request.replayed" Presenter "§9.1" 400 "the consent request was used before" "この同意の求めは使用済みである" "make a new request with a fresh `jti`" "新しい`jti`で作り直してください";
    RequestClientKey "request.client-key" Presenter "§9.1" 401 "a server client signed with a key of its own making" "サーバー型クライアントが登録鍵以外で署名している" "sign with a key from the trust list" "信頼リストの鍵で署名してください";
    RequestUnknown "request.unknown" Presenter "§9.1" 400 "no such pushed request is waiting" "そのような同意の求めはない" "push the request again; it waits 90 seconds" "もう一度送ってください（90秒間だけ待ちます）";
    RequestModeMismatch "request.mode-mismatch" Caller "§8.2" 403 "the mode named is not the one computed" "指定された閲覧区分が、計算された区分と違う" "leave the mode out; it follows from the trust list" "区分は信頼リストから決まります。指定しないでください";
    RequestPurposeMismatch "request.purpose-mismatch" Caller "§8.2" 403 "the purpose named is not the one in the proof" "指定された利用目的が証明の目的と違う" "name the purpose of the proof, or none" "証明と同じ目的にするか、指定しないでください";
    RequestPurposeMissing "request.purpose-missing" Presenter "§7.2" 403 "the request does not say for what purpose it reads" "何の目的で読むのかが示されていない" "write one granted purpose into `phr_pur`" "許可された目的を1つ`phr_pur`に書いてください";
    ConsentExpired "consent.expired" Holder "§9.2" 401 "the consent ended" "同意の期限が切れている" "ask the person again" "本人にもう一度求めてください";
    ConsentNotYetValid "consent.not-yet-valid" Holder "§9.2" 401 "the consent is not in force yet" "同意がまだ有効でない" "check the clocks" "時計を確かめてください";
    ConsentIssuedInFuture "consent.issued-in-future" Holder "§9.2" 401 "the consent is dated in the future" "同意の日時が未来である" "check the clocks" "時計を確かめてください";
    ConsentWithdrawn "consent.withdrawn" Presenter "§9.2" 401 "the person withdrew the consent" "本人が同意を撤回した" "stop using the records; ask again only if the person wishes" "利用をやめてください。再度の求めは本人が望む場合だけにしてください";
    ConsentSuperseded "consent.superseded" Presenter "§9.2" 401 "a newer consent took this one's place" "新しい同意に置き換えられている" "use the newer consent" "新しい同意を使ってください";
    ConsentDenied "consent.denied" Presenter "§9.2" 403 "the person refused" "本人が断った" "do not ask again at once" "すぐには再度求めないでください";
    ConsentUnknown "consent.unknown" Presenter "§9.2" 404 "no such consent is registered here" "そのような同意は登録されていない" "register the consent first" "先に同意を登録してください";
    ConsentTransaction "consent.transaction" Presenter "§9.1" 400 "the consent belongs to another or an ended transaction" "別の、または終わった手続きの同意である" "begin again on the holder's page; a transaction stays open 30 minutes" "保有者の画面からやり直してください（手続きは30分間有効です）";
    ConsentRequestMismatch "consent.request-mismatch" Presenter "§9.1" 400 "the consent answers another request" "別の求めに対する同意である" "sign a consent for the request that was shown" "画面に示された求めに対して署名してください";
    ConsentRecipientMismatch "consent.recipient-mismatch" Presenter "§9.1" 400 "the recipient in the consent differs from the trust list or the request" "同意の提供先が信頼リストや求めと違う" "copy the recipient from the trust list and `jkt` from the request" "提供先は信頼リスト、`jkt`は求めから写してください";
    ConsentActorMismatch "consent.actor-mismatch" Presenter "§9.1" 400 "the actor in the consent differs from the key statement" "同意の代理人の記載が鍵の証明書と違う" "copy `act` from the key statement; leave it out when the person signs" "`act`は鍵の証明書から写し、本人の署名では書かないでください";
    ConsentSupersedes "consent.supersedes" Presenter "§9.1" 400 "the consent does not replace the arrangement's one live consent" "その取り決めの有効な同意を置き換えていない" "name the hash of the live consent of the same arrangement" "同じ取り決めの有効な同意のハッシュを書いてください";
    ConsentNoticeMismatch "consent.notice-mismatch" Presenter "§9.1" 400 "the notice in the consent is not the one in the request" "同意の説明文が求めの説明文と違う" "copy the hash and the address of the notice from the request" "説明文のハッシュとURLは求めから写してください";
    ConsentDisplayMismatch "consent.display-mismatch" Presenter "§9.1" 400 "the summary that was signed is not what the claims say" "署名された要約がクレームの内容と違う" "render the summary from the claims with the named template" "指定のひな形でクレームから要約を作ってください";
    ConsentDisplayTemplate "consent.display-template" Presenter "§9.1" 400 "the summary's template is unknown or does not show every claim" "要約のひな形が未知、またはすべてのクレームを示さない" "use a template of the closed set" "定められたひな形を使ってください";
    ConsentProofKey "consent.proof-key" Presenter "§9.2" 401 "the proof is by another key than the consent's registered one" "同意に登録された鍵と違う鍵の証明である" "use the registered proof key, or link again" "登録された鍵を使うか、連携をやり直してください";
    ConsentKeyReused "consent.key-reused" Presenter "§9.1" 400 "the person's key serves another person or recipient, or is a proof key" "本人の鍵が別の人・相手に使われている、または提示用の鍵である" "make one key per recipient, on the holder's page" "相手ごとに1つ、保有者の画面で鍵を作ってください";
    AgentExpired "agent.expired" Holder "§9.3" 401 "the agent's registration ended" "代理人の登録が終わっている" "the person, or a new registration, has to act" "本人が行うか、代理人を登録し直してください";
    AgentAuthority "agent.authority" Presenter "§9.3" 403 "an agent may not do this" "代理人にはできない操作である" "the person has to do it" "本人が行ってください";
    AgentMinor "agent.minor" Holder "§9.3" 403 "the person is a child for whom a guardian decides" "本人が未成年で、法定代理人が決める" "the guardian signs in and acts for the child" "法定代理人がサインインし、代理人として手続きしてください";
    // grant, delegation
    GrantExpired "grant.expired" Holder "§3.4" 401 "the grant ended before the time of the request" "提供許可の期限が切れている" "exchange the consent for the next grant" "同意を次の許可に交換してください";
    GrantNotYetValid "grant.not-yet-valid" Holder "§3.4" 401 "the grant is not in force yet" "提供許可がまだ有効でない" "wait, or check the clocks" "待つか、時計を確かめてください";
    GrantIssuedInFuture "grant.issued-in-future" Holder "§3.4" 401 "the grant is dated in the future" "提供許可の発行日時が未来である" "check the clocks" "時計を確かめてください";
    GrantRevoked "grant.revoked" Presenter "§8.5" 401 "the grant was ended, by withdrawal or otherwise" "提供許可は撤回などにより終わっている" "stop using it; ask the person again if needed" "利用をやめ、必要なら本人にもう一度求めてください";
    GrantUseLimit "grant.use-limit" Presenter "§5.3" 403 "the one use that was granted is spent" "1回だけの利用はすでに済んでいる" "ask the person again" "本人にもう一度求めてください";
    DelegationExpired "delegation.expired" Presenter "§6" 401 "the delegation ended" "再委譲の期限が切れている" "ask the delegator for a new one" "委譲した側に新しいものを求めてください";
    DelegationNotYetValid "delegation.not-yet-valid" Presenter "§6" 401 "the delegation is not in force yet" "再委譲がまだ有効でない" "wait, or check the clocks" "待つか、時計を確かめてください";
    DelegationIssuedInFuture "delegation.issued-in-future" Presenter "§6" 401 "the delegation is dated in the future" "再委譲の発行日時が未来である" "check the clocks" "時計を確かめてください";
    DelegationRevoked "delegation.revoked" Presenter "§8.5" 401 "the delegation was ended" "再委譲は終わっている" "ask the delegator for a new one" "委譲した側に新しいものを求めてください";
    DelegationRecipientKey "delegation.recipient-key" Presenter "§6" 401 "the delegation is bound to a key that is not its recipient's" "再委譲が、受け手の登録鍵でない鍵に結び付いている" "bind it to a key that the trust list has for the recipient" "信頼リストにある受け手の鍵に結び付けてください";
    // chain
    ChainForm "chain.form" Presenter "§7.1" 401 "the chain is not a list of distinct, used tokens, root first" "連鎖が、根から順の重複も余りもないトークンの並びになっていない" "send one `PHR-Chain` field: parents only, root first, comma-separated, no blanks" "`PHR-Chain`は1つだけ、根から順に親だけをカンマ区切り・空白なしで送ってください";
    ChainBroken "chain.broken" Presenter "§6" 401 "a link of the chain does not fit its parent" "連鎖のつながりが親と合わない" "copy the parent's claims, hash its compact form, sign with its bound key" "親のクレームを写し、親のハッシュを書き、親に結び付いた鍵で署名してください";
    ChainTooDeep "chain.too-deep" Presenter "§6" 401 "the chain is longer than allowed" "連鎖が許された深さを超えている" "delegate at most as deep as `dlg.max_depth`" "`dlg.max_depth`以内で委譲してください";
    ChainParentRevoked "chain.parent-revoked" Presenter "§8.5" 401 "a delegation above was ended" "上位の再委譲が終わっている" "ask the delegator for a new one" "委譲した側に新しいものを求めてください";
    // proof
    ProofMissing "proof.missing" Presenter "§7.1" 401 "the request has no proof of possession, or not under the scheme `DPoP`" "鍵の所持の証明がない、または`DPoP`方式でない" "send `Authorization: DPoP …` and one `DPoP` field" "`Authorization: DPoP …`と`DPoP`を1つずつ送ってください";
    ProofClaimMissing "proof.claim-missing" Presenter "§7.2" 401 "the proof lacks a claim" "証明に必要なクレームがない" "add the claim named by the path" "パスが示すクレームを加えてください";
    ProofClaimInvalid "proof.claim-invalid" Presenter "§7.2" 401 "a claim of the proof has a wrong type or value" "証明のクレームの型や値が不正である" "see the path" "パスを見てください";
    ProofHtmMismatch "proof.htm-mismatch" Presenter "§7.2" 401 "the proof is for another method" "証明のHTTPメソッドが違う" "make a proof for each request" "リクエストごとに証明を作ってください";
    ProofHtuMismatch "proof.htu-mismatch" Presenter "§7.2" 401 "the proof is for another address" "証明のURLが違う" "write the address without query and fragment; no dot segments" "クエリと断片を除いたURLを書いてください（ドットセグメント不可）";
    ProofStale "proof.stale" Presenter "§7.2" 401 "the proof is too old" "証明が古すぎる" "make a proof right before the request; set the clock" "リクエスト直前に証明を作り、時計を合わせてください";
    ProofFuture "proof.future" Presenter "§7.2" 401 "the proof is dated in the future" "証明の日時が未来である" "set the clock; the server's `Date` helps" "時計を合わせてください（サーバーの`Date`が参考になります）";
    ProofAthMismatch "proof.ath-mismatch" Presenter "§7.2" 401 "the proof is for another token" "証明が別のトークンに対するものである" "write the hash of the token that is sent" "送るトークンのハッシュを書いてください";
    ProofNonceRequired "proof.nonce-required" Presenter "§7.2" 401 "the server asks for its fresh nonce" "サーバーの新しいnonceが必要である" "repeat with the `nonce` from `DPoP-Nonce`" "`DPoP-Nonce`の値を`nonce`に入れて送り直してください";
    ProofReplayed "proof.replayed" Presenter "§7.2" 401 "the proof was used before" "この証明は使用済みである" "make a proof with a fresh `jti` for each request" "リクエストごとに新しい`jti`で証明を作ってください";
    // scope: what is wider than its parent
    ScopeActionsWider "scope.actions-wider" Presenter "§5.2" 401 "more actions than the parent gives" "親より操作が広い" "ask for a subset of the parent's actions" "親の範囲内の操作にしてください";
    ScopeDatatypesWider "scope.datatypes-wider" Presenter "§5.2" 401 "more categories than the parent gives" "親より情報種別が広い" "ask for a subset of the parent's categories, covered by one of its details" "親の1つの詳細に含まれる情報種別にしてください";
    ScopeDatatypesVerWider "scope.datatypes-ver-wider" Presenter "§5.2" 401 "another catalogue version than the parent's" "カタログの版が親と違う" "copy `datatypes_ver` from the parent" "`datatypes_ver`を親から写してください";
    ScopePeriodWider "scope.period-wider" Presenter "§5.2" 401 "a longer period of records than the parent gives" "対象期間が親より広い" "stay inside the parent's period" "親の対象期間内にしてください";
    ScopePurposesWider "scope.purposes-wider" Presenter "§5.2" 401 "more purposes than the parent gives" "利用目的が親より広い" "ask for a subset of the parent's purposes" "親の利用目的の範囲内にしてください";
    ScopeHandlingWider "scope.handling-wider" Presenter "§5.2" 401 "freer handling than the parent gives" "取扱いが親より緩い" "use the parent's handling or a stricter one" "親と同じか、より厳しい取扱いにしてください";
    ScopeFrequencyWider "scope.frequency-wider" Presenter "§5.2" 401 "more frequent use than the parent gives" "頻度が親より多い" "use `once` where the parent does" "親が`once`なら`once`にしてください";
    ScopeRetentionWider "scope.retention-wider" Presenter "§5.2" 401 "longer retention than the parent gives, or of another kind" "保存期間が親より長い、または種類が違う" "use the parent's kind of retention and no more" "親と同じ種類で、より短い期間にしてください";
    ScopeOnEndWider "scope.on-end-wider" Presenter "§5.2" 401 "a weaker duty at the end than the parent's" "終了時の扱いが親より弱い" "use the parent's `on_end` or a stricter one" "親と同じか、より厳しい`on_end`にしてください";
    ScopeOnwardWider "scope.onward-wider" Presenter "§5.2" 401 "onward sharing that the parent does not allow" "親が認めない先への再提供である" "name only recipients that the parent's `onward` names" "親の`onward`にある相手だけにしてください";
    ScopeDeidentWider "scope.deident-wider" Presenter "§5.2" 401 "less de-identification than the parent demands" "匿名化などの程度が親より弱い" "use the parent's `deident` or a stronger one" "親と同じか、より強い`deident`にしてください";
    ScopeExcludeWider "scope.exclude-wider" Presenter "§5.2" 401 "an exclusion of the parent is missing" "親の除外が抜けている" "repeat every exclusion of the parent" "親の除外をすべて書いてください";
    // scope: what the request asks beyond the grant
    ScopeNotGranted "scope.not-granted" Presenter "§8.2" 403 "the category is not granted" "この情報種別は許可されていない" "read only what the person allowed; ask for more with a new consent" "本人が許した範囲だけを読み、追加は新しい同意で求めてください";
    ScopeActionNotGranted "scope.action-not-granted" Presenter "§8.2" 403 "the action is not granted" "この操作は許可されていない" "use an action of the grant" "許可にある操作を使ってください";
    ScopePeriodNotGranted "scope.period-not-granted" Presenter "§8.2" 403 "the period asked, or the record's date, is outside the granted one" "求めた期間または記録の日付が、許可の対象期間の外にある" "ask for days inside the granted period" "許可された期間内の日を指定してください";
    ScopePurposeNotGranted "scope.purpose-not-granted" Presenter "§8.2" 403 "the purpose is not granted" "この利用目的は許可されていない" "use a purpose of the grant" "許可にある利用目的を使ってください";
    ScopeExcluded "scope.excluded" Presenter "§5.3" 403 "the record, or all of the category, was excluded by the person" "本人が除外した記録または情報種別である" "the person keeps these records out" "本人がこの記録を除いています";
    ScopeNotDisclosed "scope.not-disclosed" Presenter "§10.3" 404 "the record is not shown to this reader, who may not learn that it exists" "この相手には示さない記録で、存在も知らせてはならない" "answer exactly as for a record that does not exist" "存在しない記録とまったく同じ答えを返してください";
    ScopeReleaseRequired "scope.release-required" Presenter "§10.3" 403 "the record waits for release by a member of the holder's staff" "保有者の担当者による確認後でないと出せない記録である" "wait for the release" "確認が済むまでお待ちください";
    // catalogue
    CatalogueVersionUnknown "catalogue.version-unknown" Issuer "§10.1" 401 "the catalogue version is not known" "カタログの版が不明である" "use a version that the holder publishes, or update the verifier" "公開されている版を使うか、検証側を更新してください";
    CatalogueModeNotAllowed "catalogue.mode-not-allowed" Presenter "§10.2" 403 "this kind of recipient gets no grant for the category" "この種の相手には、この情報種別の許可が出せない" "see the catalogue for who may read the category" "カタログで、だれが読めるかを確かめてください";
    CatalogueLookBack "catalogue.look-back" Presenter "§10.3" 403 "the period lies before what the source keeps" "情報源が保持する期間より前である" "ask for a later period" "より新しい期間を指定してください";
    // emergency
    EmergencyNotActive "emergency.not-active" Presenter "§9.4" 403 "no activation covers this institution now" "この機関に有効な発動がない" "use emergency access only under an activation in force for the area" "その地域で発動中の場合だけ緊急時閲覧を使ってください";
    EmergencyRefused "emergency.refused" Presenter "§9.4" 403 "no person matches in every attribute, or emergency access is not permitted here" "すべての属性が一致する人がいない、またはここでは緊急時閲覧が認められない" "check every attribute and the activation; the answer does not tell which of them it was" "すべての属性と発動の範囲を確かめてください（どれが理由かは答えに含まれません）";
    EmergencyExpired "emergency.expired" Presenter "§9.4" 401 "the emergency statement ended" "緊急時の申告の期限が切れている" "make a new statement" "申告を作り直してください";
    EmergencyNotYetValid "emergency.not-yet-valid" Presenter "§9.4" 401 "the emergency statement is not in force yet" "緊急時の申告がまだ有効でない" "check the clocks" "時計を確かめてください";
    EmergencyIssuedInFuture "emergency.issued-in-future" Presenter "§9.4" 401 "the emergency statement is dated in the future" "緊急時の申告の日時が未来である" "check the clocks" "時計を確かめてください";
    // status
    StatusUnknown "status.unknown" World "§8.4" 401 "no status list is known for this token, or its value has no meaning here" "このトークンの失効状況が分からない" "fetch the status list before deciding" "判断の前に失効リストを取得してください";
    StatusStale "status.stale" World "§8.4" 401 "the status list is too old" "失効リストが古い" "fetch the list again; the issuer signs it anew within half its ttl" "リストを取得し直してください";
    StatusUntrusted "status.untrusted" Issuer "§8.4" 401 "the status list is not by the issuer of the token, or not at a registered address" "失効リストがトークンの発行者のものでない、または登録された場所にない" "use the list that the token's own issuer signs at its registered address" "トークンの発行者自身が登録場所で署名するリストを使ってください";
    StatusMalformed "status.malformed" Issuer "§8.4" 401 "the status list cannot be read" "失効リストを読めない" "compress the list with zlib, without anything after it" "zlib形式で圧縮し、後ろに何も付けないでください";
    StatusTooLarge "status.too-large" Issuer "§8.4" 401 "the status list is larger than the limit" "失効リストが上限より大きい" "split the list; 8 MiB as sent, 16 MiB inflated" "リストを分けてください（送信時8 MiB、展開後16 MiBまで）";
    StatusIndexInvalid "status.index-invalid" Issuer "§8.4" 401 "the status pointer is not an index inside its list" "失効リストの番号が範囲外または不正である" "write `idx` as an integer inside the list" "`idx`はリスト内の整数にしてください";
    StatusUnavailable "status.unavailable" World "§8.4" 503 "the status list could not be had" "失効リストを取得できない" "try again later; nothing is accepted meanwhile" "しばらくして再試行してください。その間は何も受け付けません";
    StatusValid "status.valid" Us "§8.4" 200 "the token is in force" "有効である" "nothing to do" "必要な対応はありません";
    StatusRevoked "status.revoked" Issuer "§8.4" 401 "the token was ended" "失効している" "get a new token" "新しいトークンを受けてください";
    StatusSuspended "status.suspended" Issuer "§8.4" 401 "the token is suspended" "一時停止中である" "wait until it is lifted" "解除されるまでお待ちください";
    // trust list, marks
    TrustListMissing "trust.list-missing" World "§4.1" 503 "there is no trust list" "信頼リストがない" "configure the anchor and fetch the list" "信頼の起点を設定し、リストを取得してください";
    TrustListMalformed "trust.list-malformed" Issuer "§4.1" 503 "the trust list breaks a rule" "信頼リストが規則に反している" "see the path; a repeated id or key refuses the list" "パスを見てください（重複するidや鍵があると全体を拒否します）";
    TrustListSignature "trust.list-signature" Issuer "§4.1" 503 "the trust list is not signed by the anchor" "信頼リストが起点の鍵で署名されていない" "check the configured anchor keys" "設定した起点の鍵を確かめてください";
    TrustListExpired "trust.list-expired" World "§4.1" 503 "the trust list ended" "信頼リストの期限が切れている" "fetch the list again" "リストを取得し直してください";
    TrustListStale "trust.list-stale" World "§4.1" 503 "the trust list is older than the policy allows, or dated in the future" "信頼リストが方針より古い、または日付が未来である" "fetch the list again, and check the clock" "リストを取得し直し、時計も確かめてください";
    TrustListRollback "trust.list-rollback" World "§4.1" 503 "the trust list is older than one already seen" "すでに見たものより古い信頼リストである" "use the newest list; keep the last accepted one meanwhile" "最新のリストを使い、それまでは前のリストを使ってください";
    TrustNotCertified "trust.not-certified" Presenter "§4.2" 403 "a party on the path is not listed or has no good mark for its role" "経路上の当事者が登録されていない、または有効な認証マークがない" "the recipient has to be certified for its role" "相手が役割に応じた認証を受けている必要があります";
    TrustSuspended "trust.suspended" Presenter "§4.1" 403 "a party on the path is suspended" "経路上の当事者が停止中である" "wait until the suspension is lifted" "停止が解かれるまで利用できません";
    MarkMalformed "mark.malformed" Issuer "§4.2" 403 "the trust mark breaks a rule" "認証マークが規則に反している" "ask the certification body for a new mark" "認証機関に新しいマークを求めてください";
    MarkUntrusted "mark.untrusted" Issuer "§4.2" 403 "the trust mark's issuer may not issue this type" "このマークの発行者はその種類を発行できない" "use a mark by an issuer that the trust list names for the type" "信頼リストがその種類に認める発行者のマークを使ってください";
    MarkSignatureInvalid "mark.signature-invalid" Issuer "§4.2" 403 "the trust mark's signature does not verify" "認証マークの署名が合わない" "ask the certification body for a new mark" "認証機関に新しいマークを求めてください";
    MarkDelegationInvalid "mark.delegation-invalid" Issuer "§4.2" 403 "the type of the mark has an owner, and the owner's delegation is missing or bad" "マークの種類に所有者がいるが、その委任がない・不正である" "put the owner's delegation into the mark" "所有者の委任をマークに入れてください";
    MarkRole "mark.role" Presenter "§4.2" 403 "the trust mark is for another role" "認証マークの役割が違う" "get a mark for the role in which the party acts" "実際の役割に合うマークを受けてください";
    MarkExpired "mark.expired" Presenter "§4.2" 403 "the trust mark ended" "認証マークの期限が切れている" "renew the certification" "認証を更新してください";
    MarkNotYetValid "mark.not-yet-valid" Presenter "§4.2" 403 "the trust mark is dated in the future" "認証マークの日時が未来である" "check the clocks" "時計を確かめてください";
    MarkRevoked "mark.revoked" Presenter "§4.2" 403 "the trust mark was revoked" "認証マークが取り消されている" "the party has lost its certification" "相手の認証が取り消されています";
    MarkSuspended "mark.suspended" Presenter "§4.2" 403 "the trust mark is suspended" "認証マークが一時停止中である" "wait until the suspension is lifted" "停止が解かれるまで利用できません";
    MarkStatus "mark.status" World "§4.2" 403 "the trust mark's status cannot be told" "認証マークの失効状況が分からない" "fetch the certification body's status list" "認証機関の失効リストを取得してください";
    // withdrawal, receipts, evidence
    WithdrawalNotAllowed "withdrawal.not-allowed" Presenter "§9.3" 403 "this key may not withdraw this consent" "この鍵ではこの同意を撤回できない" "use a live key of the person, or sign in at the holder" "本人の有効な鍵を使うか、保有者の画面で手続きしてください";
    WithdrawalIssuedInFuture "withdrawal.issued-in-future" Presenter "§9.3" 400 "the withdrawal is dated in the future" "撤回の日時が未来である" "check the clocks" "時計を確かめてください";
    ReceiptChain "receipt.chain" Issuer "§3.9" 400 "a receipt does not follow the one before it" "記録が前の記録につながっていない" "ask for the missing receipts" "欠けている記録を求めてください";
    EvidenceIncomplete "evidence.incomplete" Caller "§8.6" 400 "the evidence does not hold what the question needs" "判断に必要な証拠がそろっていない" "archive consent, key statement, notice, chain, lists, marks and receipts together" "同意・鍵の証明書・説明文・連鎖・リスト・マーク・記録をまとめて保存してください";
    EvidenceInconsistent "evidence.inconsistent" Presenter "§8.6" 400 "two pieces of the evidence contradict each other" "証拠同士が矛盾している" "see the path" "パスを見てください";
    // service
    ServerNoSuchCall "server.no-such-call" Caller "§11.4" 404 "there is no such call: the address, or its method" "そのような呼び出しはない（アドレスまたはメソッド）" "see `/docs` for the calls; `Allow` names the methods of an address" "`/docs`の一覧を見てください（`Allow`にそのアドレスのメソッドがあります）";
    ServerRateLimited "server.rate-limited" Presenter "§11.4" 429 "too many requests" "要求が多すぎる" "wait as long as `Retry-After` says" "`Retry-After`の秒数だけ待ってください";
    SessionCrossOrigin "session.cross-origin" Presenter "§9.1" 403 "the request does not come from our own page" "要求が自サイトの画面から来ていない" "send it from a page of this origin, with its `Origin`" "このオリジンの画面から、`Origin`を付けて送ってください";
    SessionMissing "session.missing" Presenter "§9.1" 401 "nobody is signed in" "サインインしていない" "sign in, then ask again" "サインインしてからやり直してください";
    SessionPersonUnknown "session.person-unknown" Presenter "§9.1" 403 "whoever signed in is not known here" "サインインした人の登録がない" "turn to the desk, which links the account with the person" "窓口で、アカウントと本人の登録をつないでください";
    SessionSignInFailed "session.sign-in-failed" Presenter "§9.1" 401 "the sign-in did not succeed" "サインインできなかった" "begin again from the app, in one browser" "アプリから、同じブラウザーでやり直してください";
    RetrievalState "retrieval.state" Caller "§11.4" 409 "the retrieval does not stand so that this can be done" "取得の状態が、この操作のできる状態ではない" "look at its `state`; begin a new one if it has ended" "`state`を確かめ、終わっていれば新しく始めてください";
    SourceConsentExpired "source.consent-expired" World "§11.4" 409 "the person's link with the source has ended" "情報源との連携の期間が終わっている" "the person identifies at the source again: begin a retrieval" "本人が情報源でもう一度認証してください（取得を始めてください）";
    SourceIdentityMismatch "source.identity-mismatch" World "§11.4" 409 "the source knows the person under other attributes" "情報源の本人情報と一致しない" "the person has the attributes corrected at the source or here" "情報源またはここの登録情報を直してください";
    SourceMaintenance "source.maintenance" World "§11.4" 503 "the source is closed for a while" "情報源が停止中である" "wait as long as `Retry-After` says" "`Retry-After`の秒数だけ待ってください";
    SourceNotYetAvailable "source.not-yet-available" World "§11.4" 503 "the source has it not yet; that is not the same as nothing" "情報源にまだ届いていない（記録がないこととは違う）" "try again later, or begin a retrieval" "しばらくして再試行するか、取得を始めてください";
    SourceUnavailable "source.unavailable" World "§9.3" 503 "the source does not answer now" "情報源が今は応答しない" "try again later" "しばらくして再試行してください";
    // caller, us
    SessionStepUpRequired "session.step-up-required" Caller "§11.3" 401 "this needs a sign-in of the last minutes" "この操作には直前のサインインが必要である" "sign in again, then repeat it" "もう一度サインインしてから行ってください";
    ImportMalformed "import.malformed" Caller "§11.3" 422 "the export does not agree with its manifest, or holds what cannot be taken" "書き出しデータが目録と合わない、または取り込めないものを含む" "import the file as it was exported; see the path" "書き出したファイルをそのまま取り込んでください（パスを参照）";
    CallerKeyInFlight "caller.key-in-flight" Caller "§11.1" 409 "a call with this `Idempotency-Key` has not been answered yet" "この`Idempotency-Key`の呼び出しはまだ処理中である" "wait for the first answer, or send the same call again later" "最初の応答を待つか、しばらくして同じ呼び出しを送ってください";
    CallerKeyReused "caller.key-reused" Caller "§11.1" 422 "this `Idempotency-Key` was used for another call" "この`Idempotency-Key`は別の呼び出しに使われている" "make a fresh key for each call that is not a repetition" "繰り返しでない呼び出しには新しいキーを使ってください";
    CallerMalformed "caller.malformed" Caller "§11.1" 400 "the call is not the JSON object that is expected" "呼び出しの形が正しくない" "see the path and the section on the adapter" "パスとアダプターの節を見てください";
    CallerMisuse "caller.misuse" Caller "§11.1" 400 "an argument cannot be used" "引数が使えない" "see the path" "パスを見てください";
    CallerPolicy "caller.policy" Caller "§8.4" 400 "the policy is looser than the profile allows" "方針がプロファイルの許す範囲より緩い" "skew at most 300, status age 3,600, mark and list age 86,400 seconds" "許容時差は300秒、失効リストは3,600秒、マークと信頼リストは86,400秒までです";
    CallerUnknownOp "caller.unknown-op" Caller "§11.1" 400 "there is no such operation" "そのような操作はない" "ask with `hello` for the operations" "`hello`で操作の一覧を確かめてください";
    Internal "internal" Us "§12" 500 "a bug in this library" "このライブラリの不具合" "please report it; treat it as a refusal" "報告をお願いします。拒否として扱ってください";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_dotted_and_complete_in_both_languages() {
        let mut seen = std::collections::BTreeSet::new();
        for code in Code::ALL {
            let text = code.as_str();
            assert!(seen.insert(text), "{text} stands twice");
            assert!(
                text.chars()
                    .all(|c| c.is_ascii_lowercase() || ".-0123456789".contains(c))
            );
            assert!(
                text.matches('.').count() == 1 || text == "internal",
                "{text}"
            );
            for lang in [Lang::En, Lang::Ja] {
                assert!(
                    !code.text(lang).is_empty() && !code.hint(lang).is_empty(),
                    "{text}"
                );
                assert!(!code.text(lang).contains('\n'));
            }
            assert!(!code.text(Lang::En).ends_with('.'), "{text}");
            assert_eq!(Code::parse(text), Some(*code));
        }
    }
}
