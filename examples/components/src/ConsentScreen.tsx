import "@phr-link/sdk/elements/define";
import type { ConsentCard } from "@phr-link/sdk/elements";
import { useState, type DetailedHTMLProps, type HTMLAttributes } from "react";
import type { ConsentScreenProps } from "./consent";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "phr-consent-card": DetailedHTMLProps<HTMLAttributes<ConsentCard>, ConsentCard> & Partial<Pick<ConsentCard, "data" | "actions">>;
    }
  }
}

/** React 19 sets what an element has as a property, not as an attribute. */
export function ConsentScreen({ data, actions }: ConsentScreenProps) {
  const [count, setCount] = useState(0);
  return (
    <main lang="ja">
      <phr-consent-card data={data} actions={actions} ref={(card) => card?.addEventListener("phr-change", () => setCount(card.chosen.length))} />
      <p>{count === 0 ? "まだ何も選んでいません" : "選んだものがあります"}</p>
    </main>
  );
}
