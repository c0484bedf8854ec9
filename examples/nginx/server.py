"""A server of records that knows nothing of grants: Python's standard library alone.

It finds records by the person whom the verifier names, and has the verifier take out what this recipient is
not shown. Behind another proxy it would be as unsafe as any server that believes its headers: it listens to
this machine only.
"""

import json
import os
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERIFIER = os.environ.get("VERIFIER", "http://127.0.0.1:8790")


def records(subject: str, category: str) -> list[dict]:
    """Two invented records of whoever it is, one of them old."""
    return [
        {"resourceType": "AllergyIntolerance", "id": f"{category}-{number}", "recordedDate": day,
         "code": {"text": "invented"}, "patient": {"display": subject}}
        for number, day in enumerate(["2026-10-01", "2019-01-01"])
    ]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        subject, category = self.headers["PHR-Subject"], self.headers["PHR-Category"]
        found = records(subject, category)
        bundle = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in found]}
        request = urllib.request.Request(
            f"{VERIFIER}/filter",
            data=json.dumps(bundle).encode(),
            headers={"Content-Type": "application/json", "PHR-Filter": self.headers["PHR-Filter"]},
        )
        with urllib.request.urlopen(request) as answer:
            body = answer.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(body)))
        # For the test: what arrived here of the client's own headers.
        self.send_header("Seen", ",".join(name for name in self.headers if name.lower().startswith(("authorization", "dpop"))))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Handler).serve_forever()
