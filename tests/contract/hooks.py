"""What callers bring, for Schemathesis: sessions, grants with a proof for each request, clients that prove themselves.

`PHR_LINK_CALLERS` names a file that the test beside the servers wrote. The servers' clock stands still.
"""

import base64
import hashlib
import json
import os
import secrets

import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

with open(os.environ["PHR_LINK_CALLERS"], encoding="utf-8") as file:
    CALLERS = json.load(file)


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def key(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(seed + "="))


def proof(method: str, url: str, grant: str | None) -> str:
    """A proof of possession for one request (RFC 9449)."""
    own = key(CALLERS["seed"])
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": encode(own.public_key().public_bytes_raw())}
    header = {"alg": "EdDSA", "typ": "dpop+jwt", "jwk": jwk}
    claims = {"htm": method, "htu": url, "iat": CALLERS["now"], "jti": encode(secrets.token_bytes(16))}
    if grant:
        claims |= {"ath": encode(hashlib.sha256(grant.encode()).digest()), "phr_pur": "self-view"}
    else:
        claims["nonce"] = CALLERS["nonce"]
    parts = [encode(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)]
    signature = own.sign(".".join(parts).encode())
    return ".".join([*parts, encode(signature)])


@schemathesis.serializer("application/secevent+jwt")
def event(context, value):
    """An event is sent as it is: a token, or what Schemathesis made up for one."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def before_call(context, case, kwargs) -> None:
    """Gives each request what its caller has; what Schemathesis made up for it goes."""
    tags = case.operation.definition.raw.get("tags", [])
    headers = case.headers if case.headers is not None else {}
    url = f"{CALLERS['base']}{case.formatted_path}"
    if "person" in tags:
        case.cookies = {CALLERS["cookie_name"]: CALLERS["cookie"]}
        headers["Origin"] = CALLERS["base"]
    if "grant" in tags:
        headers["Authorization"] = f"DPoP {CALLERS['grant']}"
        headers["DPoP"] = proof(case.method.upper(), url, CALLERS["grant"])
    elif "client" in tags:
        headers["DPoP"] = proof(case.method.upper(), url, None)
        if isinstance(case.body, dict):
            case.body["client_id"] = CALLERS["client_id"]
    case.headers = headers


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Half of the names are ones that exist."""
    for name, known in CALLERS["known"].items():
        if path_parameters and name in path_parameters and secrets.randbelow(2):
            path_parameters[name] = secrets.choice(known)
    return path_parameters
