// Gives the elements their names. Import it once, in a browser; on a server it does nothing.
// It brings the engine along. Whoever uses the slim door gives names to the classes themselves.
import "../index.js";
import { ConsentCard, Receipts, Sharing, TokenInspector } from "./index.js";

const NAMES = {
  "phr-consent-card": ConsentCard,
  "phr-receipts": Receipts,
  "phr-sharing": Sharing,
  "phr-token": TokenInspector,
} as const;

declare global {
  interface HTMLElementTagNameMap {
    "phr-consent-card": ConsentCard;
    "phr-receipts": Receipts;
    "phr-sharing": Sharing;
    "phr-token": TokenInspector;
  }
}

if (globalThis.customElements !== undefined) {
  // Two copies of this package in a page are one too many, and no reason to break it.
  for (const [name, element] of Object.entries(NAMES))
    if (!customElements.get(name)) customElements.define(name, element);
}
