"""What is presented (§7): the fields of the request, and the proof."""

from __future__ import annotations

import re

from . import strict, token
from .refusal import Refusal, demand

_NONCE_WINDOW = 300


def presented(authorization: str | None, chain: str | None) -> list[str]:
    """§7.1: the tokens of the path, root first."""
    scheme, blank, leaf = (authorization or "").partition(" ")
    is_good = scheme.lower() == "dpop" and blank and re.fullmatch(r"[^ \t,]+", leaf, re.DOTALL)
    demand(bool(is_good), "proof.missing")
    demand(_octets(leaf) + _octets(chain or "") <= 8_192, "token.too-large")
    tokens = [*([] if chain is None else chain.split(",")), leaf]
    demand(len(tokens) <= 4, "chain.too-deep")
    demand(all(each and " " not in each and "\t" not in each for each in tokens), "chain.form")
    demand(len(set(tokens)) == len(tokens), "chain.form")
    for at, compact in enumerate(tokens):
        out_of_place = "phr-delegation+jwt" if at == 0 else "phr-grant+jwt"
        demand(_named_kind(compact) != out_of_place, "chain.form")
    return tokens


def _octets(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _named_kind(compact: str) -> str | None:
    """The kind that a header names; what cannot be read is left to the token's own stage."""
    try:
        header = strict.parse(strict.decode(compact.split(".")[0]))
    except Refusal:
        return None
    typ = header.get("typ") if isinstance(header, dict) else None
    return token.normal_typ(typ) if isinstance(typ, str) else None


class Proof:
    """A proof whose signature and claims are good; its rules are checked in the order of §7.2."""

    def __init__(self, compact: str | None, call: dict, skew: int) -> None:
        demand(compact is not None, "proof.missing")
        unverified = token.read(compact, "dpop+jwt")
        key = unverified.header_key()
        self.claims = unverified.verify(key)
        self.thumbprint = key.thumbprint
        self._call, self._skew = call, skew
        self._window = _NONCE_WINDOW if call.get("nonce") is not None else skew

    @property
    def replay_key(self) -> str:
        return strict.s256(f"{self.thumbprint}.{self.claims['jti']}")

    @property
    def replay_until(self) -> int:
        return self.claims["iat"] + 2 * self._window

    def check(self, leaf: dict, leaf_compact: str) -> None:
        """Points 1 to 6; the purpose and the replay come after them."""
        proof, call = self.claims, self._call
        now, nonce = call["now"], call.get("nonce")
        demand(self.thumbprint == leaf["cnf"]["jkt"], "binding.mismatch")
        demand(proof["htm"] == call["method"], "proof.htm-mismatch")
        address = form_of_address(call["url"])
        demand(address is not None and form_of_address(proof["htu"]) == address, "proof.htu-mismatch")
        has_nonce = nonce is not None and proof.get("nonce") == nonce
        past = _NONCE_WINDOW if has_nonce else self._skew
        demand(proof["iat"] >= now - past, "proof.stale")
        demand(proof["iat"] <= now + self._skew, "proof.future")
        demand("ath" in proof, "proof.claim-missing")
        demand(proof["ath"] == strict.s256(leaf_compact), "proof.ath-mismatch")
        demand(nonce is None or has_nonce, "proof.nonce-required")

    def purpose(self, leaf: dict) -> str | None:
        """Point 7; none where no detail has the category, which the scope stage refuses."""
        purpose = self.claims.get("phr_pur")
        if purpose is None:
            details = [each for each in leaf["authorization_details"] if self._call["category"] in each["datatypes"]]
            found = {each for detail in details for each in detail["purposes"]}
            demand(len(found) <= 1, "request.purpose-missing")
            purpose = next(iter(found), None)
        demand(purpose is None or self._call.get("purpose") in (None, purpose), "request.purpose-mismatch")
        return purpose

    def check_replay(self) -> None:
        """Point 8."""
        demand(self.replay_key not in self._call.get("seen_proofs", []), "proof.replayed")


def form_of_address(address: str) -> str | None:
    """§7.2, "Comparing `htu`": the form in which two addresses are compared; none where there is none."""
    if len(address) > 2_048 or not all("!" <= letter <= "~" for letter in address):
        return None
    found = re.fullmatch(r"(?i)(https?)://([^/]*)(/.*)?", re.split(r"[?#]", address, maxsplit=1)[0])
    if not found:
        return None
    scheme, authority, path = found.group(1).lower(), found.group(2).lower(), found.group(3) or "/"
    port = {"http": ":80", "https": ":443"}[scheme]
    authority = authority.removesuffix(port) if authority.endswith(port) else authority.removesuffix(":")
    if not authority or re.search(r"[@%\\]", authority):
        return None
    segments = [_form_of_segment(segment) for segment in path[1:].split("/")]
    if None in segments:
        return None
    return f"{scheme}://{authority}/" + "/".join(segments)


def _form_of_segment(segment: str) -> str | None:
    """Points 5 and 6."""
    if "\\" in segment or re.search(r"%(?![0-9A-Fa-f]{2})", segment):
        return None
    if re.search(r"(?i)%(2f|5c|00)", segment):
        return None
    segment = re.sub(r"%([0-9A-Fa-f]{2})", _form_of_escape, segment)
    return None if segment in (".", "..") else segment


def _form_of_escape(escape: re.Match) -> str:
    letter = chr(int(escape.group(1), 16))
    return letter if re.fullmatch(r"[A-Za-z0-9._~-]", letter) else escape.group(0).upper()
