"""The binary under test, and tokens and keys of the vectors."""

import base64
import hashlib
import json
import os
import subprocess
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests/vectors"
BINARY = os.environ["PHR_LINK_BIN"]

#: Where the clock of the vectors stands.
NOW = 1_795_000_000
TIMES = ("iat", "exp", "nbf", "auth_time", "at")


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def s256(text: str) -> str:
    return b64(hashlib.sha256(text.encode()).digest())


def parts(token: str) -> tuple[dict, dict]:
    header, payload, _ = token.split(".")
    return json.loads(unb64(header)), json.loads(unb64(payload))


class Key:
    """A key of the vectors by its name: the seed is the hash of a fixed text."""

    def __init__(self, name: str):
        self.seed = hashlib.sha256(f"phr-link test key {name}".encode()).digest()
        self.private = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.x = b64(self.private.public_key().public_bytes_raw())
        self.public = {"kty": "OKP", "crv": "Ed25519", "x": self.x}
        self.kid = s256(json.dumps({"crv": "Ed25519", "kty": "OKP", "x": self.x}, separators=(",", ":")))


def vector(name: str) -> dict:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def ask(call: dict) -> tuple[str, str | None]:
    """What our verifier answers: the decision and its code."""
    done = subprocess.run([BINARY, "adapter"], input=json.dumps(call), capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    return answer["decision"], answer["code"]


def signed_by_us(typ: str, claims: dict, name: str, folder: Path) -> str:
    """A token that our command signs, moved from the time of the vectors to now."""
    by = int(time.time()) - NOW
    claims = {key: value + by if key in TIMES else value for key, value in claims.items()}
    (folder / "key").write_text(b64(Key(name).seed))
    (folder / "claims").write_text(json.dumps(claims))
    words = [BINARY, "sign", typ, "claims", "--key", "key"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


#: One good token of each kind, by the name of its vector, and where it stands in the call.
KINDS = {
    "client assertion": ("kinds/token-client-assertion", "token"),
    "consent": ("consent/control", "consent"),
    "delegation": ("kinds/token-delegation", "token"),
    "emergency statement": ("kinds/token-emergency", "token"),
    "grant": ("kinds/token-grant", "token"),
    "key statement": ("kinds/token-key-statement", "token"),
    "mark": ("kinds/token-mark", "token"),
    "mark delegation": ("kinds/token-mark-delegation", "token"),
    "proof": ("kinds/token-proof", "token"),
    "receipt": ("kinds/token-receipt", "token"),
    "request": ("kinds/token-request", "token"),
    "status list": ("kinds/token-status-list", "token"),
    "trust list": ("consent/control", "trust/trust_list"),
}


def sample(kind: str) -> str:
    name, place = KINDS[kind]
    found = vector(name)["input"]
    for step in place.split("/"):
        found = found[step]
    return found
