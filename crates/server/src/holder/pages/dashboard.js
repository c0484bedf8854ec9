// What is shared with whom, who read what, and the way to stop it; agents, emergencies, messages.
import "/sdk/elements/define.js";
import { agency, principal } from "./agents.js";
import { data, offerLanguages, post } from "./page.js";
import { element, inbox, wish } from "./person.js";

const given = data();
const screen = document.getElementById("screen");
const words = {
  ja: { title: "渡している記録", save: "提供の記録をすべて保存する", saveText: "（だれでも検証できる形のファイルです）" },
  en: { title: "What you share", save: "Save all receipts", saveText: " (a file that anybody can verify)" },
};

const board = document.createElement("phr-sharing");
board.actions = {
  async withdraw(jti, { erase }) {
    try {
      await post(`/consents/${jti}/withdraw`, { erase });
    } catch (error) {
      // What cannot be undone asks for a sign-in of just now; ending it does not.
      if (!erase || error.code !== "session.step-up-required") throw error;
      await post(`/consents/${jti}/withdraw`, {});
      sessionStorage.setItem("erase", jti);
      location.assign("/login/again");
      return;
    }
    location.reload();
  },
};
board.data = given;

// The wish of before the sign-in; said once, and only for what the person who is here has withdrawn.
const wished = sessionStorage.getItem("erase");
sessionStorage.removeItem("erase");
if (given.is_own && given.consents.some(({ jti, state }) => jti === wished && state === "withdrawn")) {
  await post(`/consents/${wished}/withdraw`, { erase: true });
}

offerLanguages((language) => {
  const t = words[language];
  document.getElementById("title").textContent = t.title;
  board.lang = language;
  const own = given.is_own
    ? [...given.acts_for.map((one) => principal(one, language)), agency(given.agents, language), wish(given.emergency_wish, language)]
    : [];
  const receipts = element("p", {}, element("a", { href: "/receipts/file", download: true }, t.save), t.saveText);
  screen.replaceChildren(board, ...own, ...(given.messages.length > 0 ? [inbox(given.messages, language)] : []), ...(given.is_own ? [receipts] : []));
});
