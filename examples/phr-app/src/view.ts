import type { Entry } from "./entry";
import type { Asked } from "./vault";
import type { CategoryCode, Link } from "@phr-link/sdk";

/** What every screen is given. */
export interface Model {
  readonly link: Link | undefined;
  /** The consent has ended, by the person or by its date. */
  readonly hasEnded: boolean;
  readonly isReading: boolean;
  /** The newest first. */
  readonly entries: readonly Entry[];
  readonly asked: Readonly<Partial<Record<CategoryCode, Asked>>>;
  /** Draws the screen again, after something was kept. */
  redraw(): Promise<void>;
  /** Reads anew what was granted. */
  refresh(): Promise<void>;
  /** Says something to everybody. */
  tell(words: string): void;
}

/** A screen: its place in the menu and what it shows. */
export interface View {
  readonly path: string;
  readonly name: Readonly<Record<"ja" | "en", string>>;
  readonly short: Readonly<Record<"ja" | "en", string>>;
  render(model: Model): Node[] | Promise<Node[]>;
}
