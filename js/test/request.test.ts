import { expect, test } from "vitest";
import { tryVerifyConsentRequest, verifyConsentRequest, type RequestCheck } from "../dist/index.js";
import { vector } from "./vectors.js";

interface Registration {
  readonly now: number;
  readonly request: string;
  readonly trust: { readonly jwks: { readonly keys: [] }; readonly trust_list: string };
  readonly txn: { readonly holder: string; readonly opened_at: number };
}
interface Decision {
  readonly trust: { readonly marks: readonly string[] };
  readonly status: readonly string[];
}

const registered = vector("consent/control").input as unknown as Registration;
const decided = vector("chain/control").input as unknown as Decision;
const check: RequestCheck = {
  request: registered.request,
  holder: registered.txn.holder,
  trust: { ...registered.trust, marks: decided.trust.marks },
  status: decided.status,
  now: registered.txn.opened_at,
};

test("says who asks as the trust list names them, and who certified them until when", () => {
  const { recipient, role, mark, claims, overseas } = verifyConsentRequest(check);
  expect(recipient.id).toBe(claims.client_id);
  expect(role).toBe("operator");
  expect(overseas).toBe(false);
  expect(mark.exp).toBeGreaterThan(registered.now);
  expect(mark.name.length).toBeGreaterThan(2);
  expect(mark.criteria).toMatch(/./);
});

test("nothing is shown of a request that is forged, for another holder, late, or without a good mark", () => {
  const code = (change: Partial<RequestCheck>) => {
    const answer = tryVerifyConsentRequest({ ...check, ...change });
    return answer.ok ? "accepted" : answer.code;
  };
  expect(code({})).toBe("accepted");
  const at = check.request.lastIndexOf(".") + 1;
  const other = check.request[at] === "A" ? "B" : "A";
  expect(code({ request: `${check.request.slice(0, at)}${other}${check.request.slice(at + 1)}` })).toBe(
    "signature.invalid",
  );
  expect(code({ holder: "https://other.example" })).toBe("audience.mismatch");
  const late = (check.now ?? 0) + 600;
  expect(code({ now: late })).toMatch(/expired/);
  // The person may take their time; the marks are judged as of now.
  expect(code({ now: (check.now ?? 0) + 60, pushed_at: check.now ?? 0 })).toBe("accepted");
  expect(code({ now: late, pushed_at: check.now ?? 0 })).not.toMatch(/^request|^time/);
  expect(code({ trust: { ...check.trust, marks: [] } })).toBe("trust.not-certified");
  expect(code({ trust: { ...check.trust, marks: ["a.b.c"] } })).toMatch(/^(mark|trust)\./);
  expect(code({ trust: { ...check.trust, jwks: { keys: [] } } })).toMatch(/^(key|trust)\./);
  expect(code({ status: [] })).toBe("mark.status");
  expect(() => verifyConsentRequest({ ...check, status: [] })).toThrow("mark.status");
});
