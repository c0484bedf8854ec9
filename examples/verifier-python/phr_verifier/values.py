"""The values of claims: the fourth pass of §2.5, in the order of the tables of §3 and §6."""

from __future__ import annotations

from . import days, keys, strict, words
from .catalogue import CATEGORIES
from .refusal import demand
from .scope import PURPOSES, ROLES, check_details, has_no_repeats

THUMBPRINT_URI = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:"
_BASES = ("parental-authority", "court-order", "power-of-attorney", "registered-agent")
_EVENTS = ("registration", "provision", "acquisition", "withdrawal", "erasure", "emergency")


def _entities(claims: dict, *names: str) -> None:
    for name in names:
        demand(words.is_entity(claims[name]))


def _random(claims: dict, *names: str) -> None:
    for name in names:
        demand(name not in claims or words.is_random(claims[name]))


def _hashes(claims: dict, *names: str) -> None:
    for name in names:
        demand(name not in claims or strict.is_hash(claims[name]))


def _identifiers(claims: dict, *names: str) -> None:
    for name in names:
        if name in claims:
            words.check_identifier(claims[name])


def _lines(claims: dict, *names: str) -> None:
    for name in names:
        demand(name not in claims or words.is_line(claims[name]))


def _subject(claims: dict, client: str) -> None:
    """§2.6: the `sub` is an identifier and never the recipient."""
    demand(claims["sub"] != client, "subject.mismatch")
    words.check_identifier(claims["sub"])


def _binding(claims: dict) -> None:
    demand(strict.is_hash(claims["cnf"]["jkt"]), "binding.invalid")


def _status(claims: dict) -> None:
    entry = claims["status"]["status_list"]
    demand(entry["idx"] >= 0, "status.index-invalid")
    demand(words.is_uri(entry["uri"]))


def _agency(basis: dict) -> None:
    demand(basis["kind"] in _BASES)
    words.check_identifier(basis["ref"])


def _act(claims: dict) -> None:
    if "act" in claims:
        act = claims["act"]
        words.check_identifier(act["sub"])
        demand(act["role"] in ("guardian", "proxy"))
        _agency(act["basis"])


def _law(basis: dict) -> None:
    demand(words.is_identifier(basis["law"]))
    demand(bool(basis["arts"]) and all(words.is_identifier(art) for art in basis["arts"]))


def _party(party: dict) -> None:
    _entities(party, "id")
    words.check_name(party["name"])
    _lines(party, "address", "representative")


def _thumbprint_uri(text: str) -> None:
    demand(text.startswith(THUMBPRINT_URI) and strict.is_hash(text[len(THUMBPRINT_URI) :]))


def check_key_statement(claims: dict) -> None:
    """§3.1."""
    _entities(claims, "iss", "rcp")
    _subject(claims, claims["rcp"])
    _random(claims, "jti")
    keys.admit(claims["cnf"]["jwk"], None)
    demand(1 <= len(claims["acr"]) <= 256)
    demand(bool(claims["amr"]) and all(words.is_identifier(each) for each in claims["amr"]))
    demand(claims["role"] in ("self", "guardian", "proxy"))
    if claims["role"] == "self":
        demand("for" not in claims and "basis" not in claims)
        return
    demand("for" in claims and "basis" in claims, "claims.missing")
    words.check_identifier(claims["for"])
    demand(claims["for"] != claims["sub"])
    _agency(claims["basis"])
    demand(claims["basis"]["until"] >= claims["exp"], "claims.inconsistent")


def check_request(claims: dict) -> None:
    """§3.2."""
    _entities(claims, "iss")
    demand(claims["client_id"] == claims["iss"])
    _entities(claims, "aud")
    _random(claims, "jti")
    demand(claims["response_type"] == "code")
    demand(words.is_uri(claims["redirect_uri"]) and "#" not in claims["redirect_uri"])
    demand(words.is_identifier(claims["state"]) and words.is_identifier(claims["nonce"]))
    _hashes(claims, "code_challenge")
    demand(claims["code_challenge_method"] == "S256")
    _hashes(claims, "dpop_jkt")
    check_details(claims["authorization_details"])
    demand(words.is_uri(claims["notice_uri"]))
    _hashes(claims, "notice_s256")
    words.check_name(claims["client_name"])


def check_consent(claims: dict) -> None:
    """§3.3. Whether the template of the summary is known is a question of registration (§9.1)."""
    _thumbprint_uri(claims["iss"])
    recipient = claims["recipient"]
    _subject(claims, recipient["id"])
    _entities(claims, "aud")
    _random(claims, "jti")
    _identifiers(claims, "txn")
    _hashes(claims, "req_s256", "key_s256")
    _act(claims)
    _identifiers(claims, "arrangement_id")
    _hashes(claims, "supersedes")
    _entities(recipient, "id")
    _hashes(recipient, "jkt")
    words.check_name(recipient["name"])
    words.check_name(recipient["name#en"])
    _lines(recipient, "address", "representative")
    demand(words.is_country(recipient["country"]) and recipient["role"] in ROLES)
    check_details(claims["authorization_details"])
    notice = claims["notice"]
    demand(words.is_identifier(notice["id"]) and words.is_identifier(notice["ver"]))
    for variant in (notice, *notice.get("alt", [])):
        demand(words.is_uri(variant["uri"]) and words.is_language(variant["lang"]))
        _hashes(variant, "s256")
    demand(claims["display"]["lang"] in ("ja", "en"))
    _hashes(claims["display"], "s256")
    demand(words.is_country(claims["jur"]))
    _law(claims["basis"])
    demand(claims["provision_mode"] in ("person-mediated", "operator-provision"))
    _overseas(claims["overseas"], recipient["country"])
    demand(words.is_uri(claims["withdraw_uri"]))
    ui = claims["ui"]
    demand(ui["control"] in ("unticked-checkbox", "button", "signature") and ui["unbundled"] is True)


def _overseas(overseas: dict, country: str) -> None:
    told = [name for name in ("country", "regime_uri", "measures_uri") if name in overseas]
    if not overseas["transfer"]:
        demand(country == "JP" and not told and "reason" not in overseas)
        return
    demand(len(told) == 3 or "reason" in overseas)
    demand("country" not in overseas or words.is_country(overseas["country"]))
    demand(all(words.is_uri(overseas[name]) for name in told if name != "country"))
    _lines(overseas, "reason")


def check_grant(claims: dict) -> None:
    """§3.4."""
    _entities(claims, "iss", "aud", "client_id")
    _subject(claims, claims["client_id"])
    _random(claims, "jti")
    _binding(claims)
    _identifiers(claims, "arrangement_id")
    consent = [name for name in ("consent_s256", "consent_jti") if name in claims]
    if "emg" in claims:
        demand(not consent)
        _hashes(claims["emg"], "statement_s256")
        _identifiers(claims["emg"], "activation_id")
        demand(claims["dlg"]["max_depth"] == 0 and "act" not in claims)
    else:
        demand(len(consent) == 2, "claims.missing")
        _hashes(claims, "consent_s256")
        _random(claims, "consent_jti")
    check_details(claims["authorization_details"])
    demand(0 <= claims["dlg"]["max_depth"] <= 3)
    _status(claims)
    _act(claims)


def check_delegation(claims: dict) -> None:
    """§6."""
    _entities(claims, "iss", "aud", "client_id")
    _subject(claims, claims["client_id"])
    _random(claims, "jti")
    _binding(claims)
    _identifiers(claims, "arrangement_id")
    _hashes(claims, "consent_s256")
    _random(claims, "consent_jti")
    _hashes(claims, "par_s256")
    demand(1 <= claims["depth"] <= 3)
    check_details(claims["authorization_details"])
    demand("status" in claims or claims["exp"] - claims["iat"] <= 3_600, "claims.missing")
    if "status" in claims:
        _status(claims)
    _random(claims, "nonce")


def check_proof(claims: dict) -> None:
    """§3.5."""
    demand(1 <= len(claims["htm"]) <= 32)
    jti = claims["jti"]
    demand(22 <= len(jti) <= 128 and all("!" <= letter <= "~" for letter in jti))
    _hashes(claims, "ath")
    demand("phr_pur" not in claims or claims["phr_pur"] in PURPOSES)


def check_withdrawal(claims: dict) -> None:
    """§3.6."""
    _thumbprint_uri(claims["iss"])
    _identifiers(claims, "sub")
    _entities(claims, "aud")
    _random(claims, "jti")
    _hashes(claims, "key_s256")
    _random(claims, "consent_jti")
    _identifiers(claims, "arrangement_id")


def check_status_list(claims: dict) -> None:
    """§3.7; the list itself is inflated when it is read (§8.4)."""
    _entities(claims, "iss")
    demand(words.is_uri(claims["sub"]) and claims["ttl"] > 0)
    _random(claims, "jti")
    demand(claims["status_list"]["bits"] in (1, 2, 4, 8))


def check_emergency(claims: dict) -> None:
    """§3.8."""
    _entities(claims, "iss", "aud")
    _random(claims, "jti")
    _binding(claims)
    _identifiers(claims, "activation_id")
    subject = claims["subject"]
    words.check_name(subject["name"])
    if "name_kana" in subject:
        words.check_name(subject["name_kana"])
    days.day(subject["birth_date"])
    demand(subject["gender"] in ("male", "female", "other", "unknown"))
    _lines(subject, "address")
    _identifiers(claims, "staff")
    _lines(claims, "place", "reason")
    demand(claims["method"] in ("four-attributes", "insured-number", "card"))
    demand(claims["oral_consent"] in ("given", "refused", "could-not-be-asked"))


def check_receipt(claims: dict) -> None:
    """§3.9."""
    _entities(claims, "iss")
    _random(claims, "jti")
    demand(claims["event"] in _EVENTS)
    _identifiers(claims, "exchange_id", "arrangement_id")
    demand(claims["seq"] >= 0)
    if claims["seq"] > 0:
        demand("prev_s256" in claims, "claims.missing")
    else:
        demand("prev_s256" not in claims)
    _hashes(claims, "prev_s256")
    _identifiers(claims, "sub")
    _random(claims, "consent_jti")
    _hashes(claims, "consent_s256")
    _identifiers(claims, "txn")
    if "period" in claims:
        demand(claims["period"]["first"] <= claims["period"]["last"], "claims.inconsistent")
    _party(claims["provider"])
    _party(claims["recipient"])
    demand(has_no_repeats(claims["items"]) and all(item in CATEGORIES for item in claims["items"]))
    _law(claims["basis"])
    _lines(claims, "acquired_how")
    demand(claims["retain_until"] >= claims["at"])
    demand(claims["record_form"] in ("single", "bulk", "contract"))


def check_mark(claims: dict) -> None:
    """§3.10."""
    _entities(claims, "iss", "sub")
    demand(words.is_uri(claims["trust_mark_type"]))
    _random(claims, "jti")
    _status(claims)
    _lines(claims, "criteria", "suite", "product")
    _hashes(claims, "report_s256")
    roles = claims["roles"]
    demand(bool(roles) and has_no_repeats(roles) and all(role in ROLES for role in roles))


def check_mark_delegation(claims: dict) -> None:
    """§3.10."""
    _entities(claims, "iss", "sub")
    demand(words.is_uri(claims["trust_mark_type"]))


def check_trust_list(claims: dict) -> None:
    """§3.11, without the rules about members: those are in `trust`."""
    _entities(claims, "iss")
    _random(claims, "jti")
    demand(claims["seq"] >= 0)
    demand(has_no_repeats([each["id"] for each in claims["activations"]]))
    for each in claims["activations"]:
        demand(words.is_identifier(each["id"]) and each["kind"] in ("emergency", "disaster"))
        demand(all(words.is_identifier(area) for area in each["areas"]))
        demand(each["from"] < each["until"])
    for member in claims["members"]:
        demand(all(role in ROLES for role in member["roles"]) and member["client_type"] in ("server", "device"))


def check_assertion(claims: dict) -> None:
    """§3.12."""
    _entities(claims, "iss")
    demand(claims["sub"] == claims["iss"])
    _entities(claims, "aud")
    _random(claims, "jti")
