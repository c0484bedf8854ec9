"""Runs every vector of the project, and names each disagreement."""

import json
import sys
import time
from pathlib import Path

from phr_verifier.adapter import answer

ROOT = Path(__file__).parents[2] / "tests/vectors"


def main() -> int:
    started, wrong, count = time.monotonic(), [], 0
    for path in sorted(ROOT.rglob("*.json")):
        vector = json.loads(path.read_text(encoding="utf-8"))
        count += 1
        expected = (vector["expect"]["decision"], vector["expect"]["code"])
        found = answer(vector["input"])
        got = (found["decision"], found["code"])
        if got != expected:
            wrong.append(f"{vector['id']}: expected {expected[0]} {expected[1]}, got {got[0]} {got[1]}")
    for line in wrong:
        print(line)
    print(f"{count - len(wrong)} of {count} vectors agree ({time.monotonic() - started:.0f} s)")
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
