// Handing tokens over by a code on the screen. What the code names is a place that works once; what lies
// there is encrypted with a key that stands in the code alone, so the place learns nothing.
import { randomId } from "@phr-link/sdk";

const PAUSE_MS = 700;

/** What is handed over; useless without the recipient's key. */
export interface Handed {
  readonly chain: readonly string[];
  readonly delegation: string;
  readonly categories: readonly string[];
}

export class Handover {
  private constructor(
    private readonly id: string,
    private readonly secret: Uint8Array<ArrayBuffer>,
    /** When it ends, in seconds since 1970. */
    readonly until: number,
    /** The one-time number that the delegation carries. */
    readonly nonce: string,
  ) {}

  static async open(seconds: number): Promise<Handover> {
    const answer = await fetch("/handover", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ seconds }),
    });
    const { id, until } = (await answer.json()) as { id: string; until: number };
    return new Handover(id, crypto.getRandomValues(new Uint8Array(16)), until, randomId());
  }

  /** What the code says: the secret half stands after the `#`, which no server is sent. */
  get address(): string {
    return `${location.origin}/handover/${this.id}#${hex(this.secret)}`;
  }

  /** Waits until somebody reads the code, and tells who they say they are. */
  async visitor(isWanted: () => boolean): Promise<string | undefined> {
    while (isWanted() && Date.now() / 1000 < this.until) {
      const answer = await fetch(`/handover/${this.id}`).catch(() => undefined);
      const body = answer?.ok ? ((await answer.json()) as { recipient?: string }) : undefined;
      if (body?.recipient !== undefined) return body.recipient;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return undefined;
  }

  async give(handed: Handed): Promise<void> {
    const key = await crypto.subtle.importKey("raw", this.secret, "AES-GCM", false, ["encrypt"]);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv },
      key,
      new TextEncoder().encode(JSON.stringify(handed)),
    );
    await fetch(`/handover/${this.id}/give`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ iv: hex(iv), sealed: hex(new Uint8Array(sealed)) }),
    });
  }
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
