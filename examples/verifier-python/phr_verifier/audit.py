"""Evidence, and verdicts about the past (§8.6)."""

from __future__ import annotations

from . import keys, strict, token
from .decide import check_certified, check_status
from .marks import Marks
from .path import Path, Terms, check_links, check_subsets, read_path
from .refusal import Refusal, demand
from .registration import Transaction, register
from .scope import check_narrower
from .status import StatusLists
from .trust import TrustList, read_list

_AGE = 3_600
_LIST_AGE = 86_400


def audit(bundle: dict, t: int, anchor: dict[str, keys.Key]) -> str:
    """Whether the bundle supports that the path was in force at an instant; skew is 0 unless said."""
    trust = read_list(bundle["trust_list"], anchor)
    trust.check_age(t, 0, _LIST_AGE, None)
    registration = _receipt(bundle["registration"], trust, t)
    path = read_path(bundle["chain"], trust, t, 0, Terms())
    check_links(path, trust)
    check_subsets(path, trust)
    consent = _consent(bundle, registration, path, trust)
    _check_texts(bundle, consent)
    _check_registration(registration, consent, bundle, path, t)
    _check_grant(path.grant, consent, bundle)
    status = StatusLists(bundle["status"], trust, {})
    check_status(path, t, _AGE, 0, status)
    check_certified(path, t, trust, Marks(bundle["marks"], trust, status, 0, _LIST_AGE))
    _check_provision(_receipt(bundle["receipt"], trust, t), consent, bundle, path, t)
    return "consistent-with-inputs"


def _receipt(compact: str, trust: TrustList, t: int) -> dict:
    return trust.verify(token.read(compact, "phr-receipt+jwt"))


def _consent(bundle: dict, registration: dict, path: Path, trust: TrustList) -> dict:
    """Point 3: the registration, as it was at the time of its receipt."""
    demand("txn" in registration, "evidence.incomplete")
    opened_at = strict.claimed(bundle["consent"], "iat")
    opened_at = opened_at if isinstance(opened_at, int) else registration["at"]
    txn = Transaction(
        registration["txn"], path.grant["iss"], opened_at, opened_at, bundle.get("replaced"), None
    )
    return register(bundle, txn, trust, registration["at"])


def _check_texts(bundle: dict, consent: dict) -> None:
    """Point 4."""
    demand(strict.s256(bundle["display"]) == consent["display"]["s256"], "evidence.inconsistent")
    try:
        notice = strict.decode(bundle["notice"])
    except Refusal:
        raise Refusal("evidence.inconsistent") from None
    demand(strict.hash_of(notice) == consent["notice"]["s256"], "evidence.inconsistent")


def _is_about(receipt: dict, event: str, consent: dict, bundle: dict, path: Path) -> bool:
    """Whether a receipt records an event of this consent and arrangement, by the holder of the grant."""
    return (
        receipt["event"] == event
        and receipt["iss"] == path.grant["iss"]
        and receipt["arrangement_id"] == consent["arrangement_id"]
        and receipt.get("consent_s256") == strict.s256(bundle["consent"])
        and receipt.get("consent_jti") in (None, consent["jti"])
    )


def _check_registration(receipt: dict, consent: dict, bundle: dict, path: Path, t: int) -> None:
    """Point 5."""
    demand(_is_about(receipt, "registration", consent, bundle, path) and receipt["at"] <= t, "evidence.inconsistent")
    demand(t < consent["exp"], "consent.expired")


def _check_grant(grant: dict, consent: dict, bundle: dict) -> None:
    """Point 6: what the grant says of the consent is so, and it gives no more."""
    is_same = (
        grant.get("consent_s256") == strict.s256(bundle["consent"])
        and grant.get("consent_jti") == consent["jti"]
        and grant["sub"] == consent["sub"]
        and grant["client_id"] == consent["recipient"]["id"]
        and grant["arrangement_id"] == consent["arrangement_id"]
        and grant.get("act") == consent.get("act")
        and grant["exp"] <= consent["exp"]
    )
    demand(is_same, "evidence.inconsistent")
    check_narrower(grant["authorization_details"], consent["authorization_details"])


def _check_provision(receipt: dict, consent: dict, bundle: dict, path: Path, t: int) -> None:
    """Point 8: records were provided around the instant."""
    demand(_is_about(receipt, "provision", consent, bundle, path), "evidence.inconsistent")
    period = receipt.get("period", {"first": receipt["at"], "last": receipt["at"]})
    demand(period["first"] - _AGE <= t <= period["last"] + _AGE, "evidence.incomplete")
