// What the holder's pages share: the data that came with the page, calls to this origin, the language.
import { ConsentError } from "/sdk/index.js";

export const data = () => JSON.parse(document.getElementById("data").textContent);

/** The language that the person chose on these pages, Japanese at first. */
export const language = () => (localStorage.getItem("language") === "en" ? "en" : "ja");

/** One button that changes the language of the page. */
export function offerLanguages(change) {
  const button = document.createElement("button");
  button.type = "button";
  const show = () => {
    document.documentElement.lang = language();
    button.textContent = language() === "en" ? "日本語" : "English";
    button.lang = language() === "en" ? "ja" : "en";
    change(language());
  };
  button.addEventListener("click", () => {
    localStorage.setItem("language", language() === "en" ? "ja" : "en");
    show();
  });
  document.getElementById("language").append(button);
  show();
}

/** Calls this origin; a refusal is thrown with its code and its words. */
export async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (answer.status === 204) return {};
  const value = await answer.json().catch(() => ({}));
  if (answer.ok) return value;
  throw new ConsentError(value.code ?? "internal", value.title ?? `${answer.status}`, undefined, value.hint, value.ja);
}
