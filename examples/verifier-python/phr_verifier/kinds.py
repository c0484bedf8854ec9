"""The kinds of token (§3, §6): the shape of their claims, who finds the key where, how long they last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from . import shapes, values
from .refusal import Refusal, demand
from .shapes import BOOL, INTEGER, STRING, Each, Named, OrNull, Shape, shape

DAY = 86_400
_TIMES = {"iat": INTEGER, "exp": INTEGER, "nbf": INTEGER}

_DETAIL = shape(
    "type actions datatypes datatypes_ver period purposes handling frequency retention on_end onward deident exclude",
    closed=True,
    actions=Each(STRING),
    datatypes=Each(STRING),
    period=shape("from to", closed=True, **{"from": OrNull(STRING), "to": OrNull(STRING)}),
    purposes=Each(STRING),
    retention=shape("days? until?", closed=True, days=INTEGER),
    onward=shape("to roles", closed=True, to=Each(STRING), roles=Each(STRING)),
    exclude=Each(STRING),
)
_DETAILS = {"authorization_details": Each(_DETAIL)}
_CNF = {"cnf": shape("jkt", closed=True)}
_STATUS = {"status": shape("status_list", closed=True, status_list=shape("idx uri", idx=INTEGER))}
_AGENCY = shape("kind ref until", until=INTEGER)
_ACT = {"act": shape("sub role basis", basis=_AGENCY)}
_LAW = {"basis": shape("law arts", arts=Each(STRING))}
_PARTY = shape("id name address representative")
_JWK = shape("kty crv? x? kid? use?")
_MEMBER = shape(
    "id name name#en address representative country overseas roles client_type keys redirect_uris notice_origins"
    " status_uris area? suspended_from?",
    overseas=BOOL,
    roles=Each(STRING),
    keys=Each(_JWK),
    redirect_uris=Each(STRING),
    notice_origins=Each(STRING),
    status_uris=Each(STRING),
    suspended_from=INTEGER,
)
_ACTIVATION = shape("id kind areas from until", areas=Each(STRING), until=INTEGER, **{"from": INTEGER})
_NOTICE = shape(
    "id ver uri lang s256 alt?", closed=True, alt=Each(shape("lang uri s256", closed=True))
)

_KEY_STATEMENT = shape(
    "iss sub iat exp jti ver cnf rcp role acr amr auth_time for? basis?",
    **_TIMES,
    cnf=shape("jwk", closed=True, jwk=shape("kty crv x kid? use?", closed=True)),
    amr=Each(STRING),
    auth_time=INTEGER,
    basis=_AGENCY,
)
_REQUEST = shape(
    "iss client_id aud iat exp nbf? jti response_type redirect_uri state nonce code_challenge code_challenge_method"
    " dpop_jkt authorization_details notice_uri notice_s256 client_name scope? ui_locales?",
    closed=True,
    **_TIMES,
    **_DETAILS,
)
_CONSENT = shape(
    "iss sub aud iat exp jti ver txn req_s256 key_s256 act? arrangement_id supersedes? recipient authorization_details"
    " notice display jur basis provision_mode overseas withdraw_uri ui",
    closed=True,
    **_TIMES,
    **_ACT,
    **_DETAILS,
    **_LAW,
    recipient=shape("id jkt name name#en address representative country role", closed=True),
    notice=_NOTICE,
    display=shape("lang tmpl tmpl_ver s256", closed=True),
    overseas=shape("transfer country? regime_uri? measures_uri? reason?", closed=True, transfer=BOOL),
    ui=shape("control unbundled", closed=True, unbundled=BOOL),
)
_GRANT = shape(
    "iss sub aud client_id iat exp nbf? jti ver cnf arrangement_id consent_s256? consent_jti? authorization_details"
    " dlg status act? emg?",
    **_TIMES,
    **_CNF,
    **_DETAILS,
    **_STATUS,
    **_ACT,
    dlg=shape("max_depth", max_depth=INTEGER),
    emg=shape("statement_s256 activation_id?"),
)
_DELEGATION = shape(
    "iss sub aud client_id iat exp nbf? jti ver cnf arrangement_id consent_s256 consent_jti par_s256 depth"
    " authorization_details status? nonce?",
    **_TIMES,
    **_CNF,
    **_DETAILS,
    **_STATUS,
    depth=INTEGER,
)
_PROOF = shape("htm htu iat jti ath? nonce? phr_pur?", iat=INTEGER)
_WITHDRAWAL = shape(
    "iss sub aud iat jti ver key_s256 consent_jti arrangement_id erase", iat=INTEGER, erase=BOOL
)
_STATUS_LIST = shape(
    "iss sub iat exp ttl jti? status_list", **_TIMES, ttl=INTEGER, status_list=shape("bits lst", bits=INTEGER)
)
_EMERGENCY = shape(
    "iss aud iat exp jti ver cnf activation_id? subject method staff place reason oral_consent",
    **_TIMES,
    **_CNF,
    subject=shape("name name_kana? birth_date gender address?"),
)
_RECEIPT = shape(
    "iss iat jti ver event exchange_id arrangement_id seq prev_s256? sub consent_jti? consent_s256? txn? at period?"
    " provider recipient items basis acquired_how? record_form retain_until",
    **_LAW,
    iat=INTEGER,
    seq=INTEGER,
    at=INTEGER,
    retain_until=INTEGER,
    period=shape("first last", first=INTEGER, last=INTEGER),
    provider=_PARTY,
    recipient=_PARTY,
    items=Each(STRING),
)
_MARK = shape(
    "iss sub trust_mark_type iat exp jti? status delegation? ref? logo_uri? criteria suite report_s256 roles product",
    **_TIMES,
    **_STATUS,
    roles=Each(STRING),
)
_MARK_DELEGATION = shape("iss sub trust_mark_type iat exp jti? ref?", **_TIMES)
_TRUST_LIST = shape(
    "iss iat exp jti ver seq members trust_mark_issuers? trust_mark_owners? activations",
    **_TIMES,
    seq=INTEGER,
    members=Each(_MEMBER),
    trust_mark_issuers=Named(Each(STRING)),
    trust_mark_owners=Named(shape("sub jwks", jwks=shape("keys", keys=Each(_JWK)))),
    activations=Each(_ACTIVATION),
)
_ASSERTION = shape("iss sub aud iat exp jti", **_TIMES)


@dataclass(frozen=True)
class Kind:
    """One row of the table of §3."""

    typ: str
    shape: Shape
    check_values: Callable[[dict], None]
    noun: str
    """The first word of the codes of time (§2.7)."""
    cap: int | None = None
    """The most of `exp − iat`, where the kind alone tells it."""
    key: str = "kid"
    """Where the header names the key: `kid`, `jwk`, or `either`."""
    max_bytes: int = 16_384
    never_ends: bool = False

    def check_claims(self, claims: object) -> None:
        """The four passes of §2.5, and the order of times."""
        try:
            self._check(claims)
        except Refusal as refusal:
            if self.typ == "dpop+jwt":
                raise Refusal(_PROOF_CODES.get(refusal.code, refusal.code)) from None
            raise

    def _check(self, claims: object) -> None:
        shapes.check(claims, self.shape)
        for detail in claims.get("authorization_details", []):
            demand(len(detail["retention"]) == 1, "claims.type")
        if "ver" in self.shape.members:
            demand(claims["ver"] == "1.0", "claims.version-unsupported")
        demand(not (self.never_ends and "exp" in claims))
        self.check_values(claims)
        if "exp" in self.shape.members:
            demand(claims["iat"] < claims["exp"], "claims.inconsistent")
            demand(claims.get("nbf", claims["iat"]) < claims["exp"], "claims.inconsistent")


_PROOF_CODES = {
    "claims.missing": "proof.claim-missing",
    "claims.type": "proof.claim-invalid",
    "claims.invalid": "proof.claim-invalid",
}
_ALL = (
    Kind("phr-key+jwt", _KEY_STATEMENT, values.check_key_statement, "key-statement", 400 * DAY),
    Kind("oauth-authz-req+jwt", _REQUEST, values.check_request, "request", 600, key="either"),
    Kind("phr-consent+jwt", _CONSENT, values.check_consent, "consent"),
    Kind("phr-grant+jwt", _GRANT, values.check_grant, "grant", DAY),
    Kind("phr-delegation+jwt", _DELEGATION, values.check_delegation, "delegation", key="jwk"),
    Kind("dpop+jwt", _PROOF, values.check_proof, "proof", key="jwk"),
    Kind("phr-withdrawal+jwt", _WITHDRAWAL, values.check_withdrawal, "withdrawal", never_ends=True),
    Kind("statuslist+jwt", _STATUS_LIST, values.check_status_list, "status", 7 * DAY, max_bytes=8 * 2**20),
    Kind("phr-emergency+jwt", _EMERGENCY, values.check_emergency, "emergency", 900),
    Kind("phr-receipt+jwt", _RECEIPT, values.check_receipt, "receipt", never_ends=True),
    Kind("trust-mark+jwt", _MARK, values.check_mark, "mark", 366 * DAY),
    Kind("trust-mark-delegation+jwt", _MARK_DELEGATION, values.check_mark_delegation, "mark", 366 * DAY),
    Kind("phr-trust-list+jwt", _TRUST_LIST, values.check_trust_list, "trust", 30 * DAY, max_bytes=2**20),
    Kind("client-authentication+jwt", _ASSERTION, values.check_assertion, "request", 300),
)
KINDS = {kind.typ: kind for kind in _ALL}
