"""The verifier in Python, written from the specification, agrees with the core."""

import json
import os
import subprocess
import sys

from phr_link import BINARY, ROOT, VECTORS

EXAMPLE = ROOT / "examples/verifier-python"
sys.path.insert(0, str(EXAMPLE))

from phr_verifier.adapter import answer  # noqa: E402


def test_every_vector_has_its_exact_code():
    count, wrong = 0, []
    for path in sorted(VECTORS.rglob("*.json")):
        vector = json.loads(path.read_text(encoding="utf-8"))
        found = answer(vector["input"])
        count += 1
        if (found["decision"], found["code"]) != (vector["expect"]["decision"], vector["expect"]["code"]):
            wrong.append(f"{vector['id']}: {found['decision']} {found['code']}")
    assert wrong == []
    assert count > 1_300


def test_it_speaks_the_adapter_protocol():
    words = [BINARY, "conformance", "vectors", "--vectors", str(VECTORS), sys.executable, "-m", "phr_verifier"]
    done = subprocess.run(words, cwd=EXAMPLE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    assert ", 0 failed" in done.stdout


def test_it_gives_the_same_verdict_on_generated_calls():
    seed, count = "20261126", 1_500
    words = [os.environ["PHR_LINK_CALLS"], seed, str(count)]
    lines = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(lines) == count
    wrong = []
    for line in lines:
        call, text = json.loads(line)
        core, found = json.loads(text), answer(json.loads(call))
        if (core["decision"], core["code"]) != (found["decision"], found["code"]):
            wrong.append((core["code"], found["code"]))
    assert wrong == [], f"seed {seed}"
