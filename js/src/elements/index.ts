export { ConsentCard } from "./consent-card.js";
export type { ConsentCardActions, ConsentCardData } from "./consent-card/data.js";
export { TokenInspector } from "./inspector.js";
export { Receipts, type ShownReceipt } from "./receipts.js";
export { Sharing } from "./sharing.js";
export type { SharedConsent, SharingActions, SharingData } from "./sharing/data.js";
