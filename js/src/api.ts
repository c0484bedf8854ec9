export { PhrClient, type ClientOptions, type Linked, type RecordsAnswer } from "./client.js";
export {
  buildConsent,
  buildConsentRequest,
  buildWithdrawal,
  renderSummary,
  type ConsentInput,
  type RequestInput,
  type Summary,
} from "./consent.js";
export { delegate, type DelegationInput } from "./delegation.js";
export { dpopProof, pkce, type ProofInput } from "./dpop.js";
export { ConsentError, isConsentError, type ErrorCode } from "./error.js";
export type { Code } from "./generated/codes.js";
export { seedSigner, signToken, webCryptoSigner, type Signer } from "./signer.js";
export { tryRegisterConsent, type Registered, type RegistrationInput } from "./registration.js";
export {
  catalogue,
  decide,
  inspect,
  s256,
  statusOf,
  thumbprint,
  tryVerify,
  tryVerifySignature,
  verify,
  type DecideInput,
  type VerifyInput,
} from "./verify.js";
export { view, type ViewInput } from "./view.js";
export { randomId } from "./bytes.js";
export type * from "./claims.js";
export type * from "./types.js";
