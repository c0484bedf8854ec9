// What both screens are given: in a real page it comes with the page, and the actions call its server.
import type { ConsentCardActions, ConsentCardData } from "@phr-link/sdk/elements";

export interface ConsentScreenProps {
  readonly data: ConsentCardData;
  readonly actions: ConsentCardActions;
}
