import { createRoot } from "react-dom/client";
import type { ConsentScreenProps } from "./consent";
import { ConsentScreen } from "./ConsentScreen";

export function mount(target: HTMLElement, props: ConsentScreenProps) {
  createRoot(target).render(<ConsentScreen {...props} />);
}
