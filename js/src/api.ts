export { openArchive, packArchive, type Archive, type ArchiveContent, type ArchiveFile } from "./archive.js";
export { randomId } from "./bytes.js";
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
export { ConsentError, isConsentError, type ErrorCode, type Translated } from "./error.js";
export { audit, type EvidenceBundle } from "./evidence.js";
export type { CategoryCode, Code, ResourceTypes } from "./generated/codes.js";
export { GrantClient, type GrantClientOptions, type Page, type ReadOptions } from "./grant-client.js";
export type { Begun, Link } from "./grant-client/link.js";
export type { Retrieval, RetrievalState, Retrieved } from "./grant-client/retrieval.js";
export type { Refusal } from "./grant-client/transport.js";
export { verifyIssued, type IssuedKinds } from "./issued.js";
export { indexedDbKeys, memoryKeys, type KeptKey, type KeyStore } from "./key-store.js";
export { verifyReceipts } from "./receipt.js";
export { recordDate, recordTitle, type Outcome, type RecordOf } from "./records.js";
export { tryRegisterConsent, type Registered, type RegistrationInput } from "./registration.js";
export { tryVerifyConsentRequest, verifyConsentRequest, type CheckedRequest, type RequestCheck } from "./request.js";
export { seedSigner, signToken, webCryptoSigner, type Signer } from "./signer.js";
export { strictest } from "./strictest.js";
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
  type CategoryInfo,
  type DecideInput,
  type Inspection,
  type Verified,
  type VerifyInput,
} from "./verify.js";
export { view, type ViewInput } from "./view.js";
export { Wallet, type PreparedConsent, type WalletKey } from "./wallet.js";
export { categoryName, say, words, type Word, type Words } from "./words.js";
export type * from "./claims.js";
export type * from "./fhir.js";
export type * from "./types.js";
