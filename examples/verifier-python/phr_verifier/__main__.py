"""`python -m phr_verifier`: the adapter on standard input and output (§11.1)."""

import sys

from .adapter import answer_line


def main() -> None:
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(answer_line(line.rstrip(b"\r\n")).encode("utf-8", "surrogatepass") + b"\n")
        sys.stdout.buffer.flush()


main()
