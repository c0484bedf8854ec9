import { createApp } from "vue";
import type { ConsentScreenProps } from "./consent";
import ConsentScreen from "./ConsentScreen.vue";

export function mount(target: HTMLElement, props: ConsentScreenProps) {
  createApp(ConsentScreen, { ...props }).mount(target);
}
