import { isConsentError, openArchive, packArchive, type Archive } from "@phr-link/sdk";
import { h } from "../dom";
import { client, settings, wallet } from "../holder";
import { minute, t } from "../language";
import { add, erase, read, records, write } from "../vault";
import type { View } from "../view";

/** The person's data are theirs: take them along, bring them in, stop, erase. */
export const data: View = {
  path: "data",
  name: { ja: "記録を持ち出す・やめる・消す", en: "Take along, stop, erase" },
  short: { ja: "データ", en: "Data" },
  async render(model) {
    const from = await read("from");
    const file = h("input", {
      type: "file",
      id: "archive",
      accept: "application/json,.json",
      onchange: () => {
        const given = file.files?.[0];
        if (given)
          void given
            .text()
            .then((text) => take(text, model.tell))
            .then(() => model.redraw());
      },
    });
    const sure = h("input", { type: "checkbox", id: "sure" });
    const forget = async () => {
      if (!sure.checked)
        return model.tell(
          t({ ja: "消してよければ、先に印をつけてください。", en: "Tick the box first if you are sure." }),
        );
      const link = await read("link");
      // The grant is given back first: what cannot be reached ends by itself within minutes.
      if (link !== undefined) await (await client()).revoke(link).catch(() => undefined);
      await erase();
      await wallet.clear();
      location.assign("/");
    };
    return [
      h("h1", {}, t(data.name)),
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, t({ ja: "持ち出す", en: "Take along" })),
        h(
          "p",
          {},
          t(
            {
              ja: "{count}件の記録と、同意と受け渡しの記録を、1つのファイルにします。ほかのアプリでも読めます。",
              en: "{count} records with your consents and receipts in one file that other apps can read.",
            },
            { count: model.entries.length },
          ),
        ),
        h(
          "button",
          { type: "button", id: "export", onclick: () => void save() },
          t({ ja: "ファイルに保存する", en: "Save to a file" }),
        ),
      ),
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, t({ ja: "ほかのアプリから入れる", en: "Bring in from another app" })),
        h(
          "p",
          {},
          t({
            ja: "ファイルが壊れていたり、書きかえられていたりすると、何も入れません。",
            en: "A file that is damaged or was changed is not taken in at all.",
          }),
        ),
        h("label", { for: "archive" }, t({ ja: "ファイルを選ぶ", en: "Choose the file" })),
        file,
        from !== undefined &&
          h(
            "p",
            { class: "quiet" },
            t(
              {
                ja: "{operator} から {at} に作られたファイルを入れました。",
                en: "Brought in from {operator}, made {at}.",
              },
              { operator: from.operator, at: minute(Date.parse(from.made_at) / 1000) },
            ),
          ),
      ),
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, t({ ja: "渡すのをやめる", en: "Stop sharing" })),
        h(
          "p",
          {},
          t({
            ja: "記録を保管しているところで、いつでもやめられます。すぐに終わります。",
            en: "You stop it where your records are kept, at any time; it ends at once.",
          }),
        ),
        h(
          "p",
          {},
          h(
            "a",
            { class: "button", id: "stop", href: `${settings.holder}/consents` },
            t({ ja: "やめる画面を開く", en: "Open that page" }),
          ),
        ),
      ),
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, t({ ja: "この端末から消す", en: "Erase from this device" })),
        h(
          "p",
          {},
          t({
            ja: "記録、同意、受け渡しの記録、鍵を、この端末からすべて消します。元にもどせません。先に持ち出しておけます。",
            en: "All records, consents, receipts and keys leave this device. It cannot be undone; take them along first.",
          }),
        ),
        h("label", { class: "check" }, sure, t({ ja: "消してよい", en: "I am sure" })),
        h(
          "button",
          { type: "button", id: "erase", onclick: () => void forget() },
          t({ ja: "すべて消す", en: "Erase everything" }),
        ),
      ),
    ];
  },
};

async function save(): Promise<void> {
  const content = {
    records: await records(),
    consents: (await read("consents")) ?? [],
    receipts: (await read("receipts")) ?? [],
  };
  const archive = packArchive(content, {
    operator: location.origin,
    sub: "device",
    madeAt: Math.floor(Date.now() / 1000),
  });
  const url = URL.createObjectURL(new Blob([JSON.stringify(archive)], { type: "application/json" }));
  h("a", { href: url, download: "phr-export.json" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

async function take(text: string, tell: (words: string) => void): Promise<void> {
  try {
    const archive = JSON.parse(text) as Archive;
    const content = openArchive(archive);
    await add(content.records);
    for (const name of ["consents", "receipts"] as const)
      await write(name, [...new Set([...((await read(name)) ?? []), ...content[name]])]);
    await write("from", { operator: archive.manifest.operator, made_at: archive.manifest.made_at });
    tell(
      t(
        { ja: "{count}件の記録を入れました。", en: "{count} records were brought in." },
        { count: content.records.length },
      ),
    );
  } catch (error) {
    const words = isConsentError(error)
      ? `${error.say(document.documentElement.lang === "en" ? "en" : "ja")} (${error.code})`
      : t({
          ja: "このファイルは読めません。何も入れていません。",
          en: "This file cannot be read. Nothing was taken in.",
        });
    tell(words);
  }
}
