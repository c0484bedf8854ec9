// What has to compile, and what must not: run by `tsc -p test-d`.
import {
  decide,
  isConsentError,
  seedSigner,
  tryVerify,
  verify,
  view,
  type Consent,
  type Decision,
  type DecideInput,
  type Detail,
  type ErrorCode,
  type Grant,
  type Kind,
  type Signer,
} from "../dist/index.js";

declare const input: DecideInput;
declare const jwks: { keys: [] };

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>): void => undefined;

// The kind chooses the claims.
same<ReturnType<typeof verify<"phr-grant+jwt">>, Grant>(true);
const consent: Consent = verify("x", { kind: "phr-consent+jwt", jwks });
// @ts-expect-error a grant is no consent
const wrong: Consent = verify("x", { kind: "phr-grant+jwt", jwks });
// @ts-expect-error there is no such kind
verify("x", { kind: "jwt", jwks });
// @ts-expect-error the kind is never guessed
verify("x", { jwks });

// A permit cannot be reached without asking whether there is one.
const decision: Decision = decide(input);
// @ts-expect-error it may be a denial
decision.permit;
if (decision.outcome === "permit") decision.permit.filter;
// @ts-expect-error a denial has no permit
else decision.permit;

// Codes and categories are closed.
const code: ErrorCode = "grant.expired";
// @ts-expect-error misspelt
const misspelt: ErrorCode = "grant.expird";
// @ts-expect-error no such category
decide({ ...input, category: "allergies" });
// @ts-expect-error time is seconds, a number
decide({ ...input, now: new Date() });
// @ts-expect-error the trust is not optional
decide({ method: "GET", url: "", category: "allergy", audience: "", issuers: [], status: [] });

// Every axis of a detail is there.
declare const detail: Detail;
// @ts-expect-error without its period
const incomplete: Detail = { ...detail, period: undefined };
// @ts-expect-error days are a number
const days: Detail = { ...detail, retention: { days: "30" } };

// The format chooses the document.
same<ReturnType<typeof view<"smart">>["document"], { readonly scope: string }>(true);
view(consent, { as: "fhir" }).document.resourceType satisfies "Consent";
// @ts-expect-error scopes are no resource
view(consent, { as: "smart" }).document.resourceType;
// @ts-expect-error there is no such format
view(consent, { as: "xacml" });
// @ts-expect-error an end has a time
view(consent, { as: "fhir", ended: { how: "withdrawn" } });

// Claims cannot be written to.
// @ts-expect-error read-only
consent.sub = "x";

// Anything that signs is a signer.
const own: Signer = { jwk: seedSigner().jwk, sign: async () => new Uint8Array(64) };
// @ts-expect-error it has to promise bytes
const text: Signer = { jwk: own.jwk, sign: async () => "signature" };

const result = tryVerify("x", { kind: "dpop+jwt" });
if (result.ok) result.claims.htu.toLowerCase();
else if (result.code === "signature.invalid") result.reasons;
// @ts-expect-error a refusal has no claims
else result.claims;

declare const caught: unknown;
if (isConsentError(caught, "scope.not-granted")) caught.hint?.length;

const kinds: Kind[] = ["phr-grant+jwt", "dpop+jwt", "statuslist+jwt", "phr-trust-list+jwt"];
export const used = [wrong, code, misspelt, incomplete, days, text, kinds];
