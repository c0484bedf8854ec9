// A PHR app without a server of its own. Its proof key is made in this browser and cannot be read out.
import { catalogue, delegate, isConsentError, PhrClient, webCryptoSigner } from "/sdk/index.js";

const settings = await (await fetch("/settings.json")).json();
const message = document.getElementById("message");
const log = document.getElementById("log");
const labels = new Map(catalogue().categories.map((category) => [category.code, category.ja]));

/** The key outlives the way to the holder and back: the pair is kept, its secret stays inside. */
async function proofKey() {
  const kept = await store("readonly", (keys) => keys.get("proof"));
  const signer = await webCryptoSigner(kept);
  if (!kept) await store("readwrite", (keys) => keys.put(signer.pair, "proof"));
  return signer;
}

function store(mode, use) {
  return new Promise((resolve, reject) => {
    const open = indexedDB.open("phr-link", 1);
    open.onupgradeneeded = () => open.result.createObjectStore("keys");
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const request = use(open.result.transaction("keys", mode).objectStore("keys"));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    };
  });
}

const signer = await proofKey();
const client = new PhrClient({
  holder: settings.holder,
  clientId: location.origin,
  clientName: "見本ヘルス",
  redirectUri: `${location.origin}/callback`,
  signer,
});

const wanted = {
  type: "phr-records",
  actions: ["list", "read"],
  datatypes: ["allergy", "lab-result", "medication-claims"],
  datatypes_ver: "2026.1",
  period: { from: "2020-01-01", to: "2026-12-31" },
  purposes: ["self-view", "medication-safety"],
  handling: "store",
  frequency: "continuing",
  retention: { days: 90 },
  on_end: "erase",
  onward: { to: [settings.clinic.id], roles: [] },
  deident: "none",
  exclude: ["mental"],
};

document.getElementById("link").onclick = async () => {
  try {
    const notice = { uri: `${location.origin}/notice.txt`, text: await (await fetch("/notice.txt")).text() };
    const { url, state, verifier } = await client.begin({ details: [wanted], notice });
    sessionStorage.setItem("begun", JSON.stringify({ state, verifier }));
    location.assign(url);
  } catch (error) {
    tell(error);
  }
};

if (location.pathname === "/callback" && location.search !== "") {
  const callback = new URL(location.href);
  // The code is of no more use to anyone who reads over a shoulder or in a history.
  history.replaceState(null, "", "/callback");
  try {
    const linked = await client.finish(callback, JSON.parse(sessionStorage.getItem("begun")));
    sessionStorage.setItem("linked", JSON.stringify(linked));
  } catch (error) {
    tell(error);
  }
}

const linked = JSON.parse(sessionStorage.getItem("linked") ?? "null");
if (linked) {
  document.getElementById("unlinked").hidden = true;
  document.getElementById("linked").hidden = false;
  document.getElementById("until").textContent = `渡された記録: ${linked.details.flatMap((detail) => detail.datatypes.map((code) => labels.get(code) ?? code)).join("、")}`;
  document.getElementById("dashboard").href = `${settings.holder}/consents`;
  for (const button of document.querySelectorAll("[data-category]")) {
    button.onclick = () => read(button.dataset.category);
  }
  document.getElementById("delegate").onclick = handOver;
}

async function read(category) {
  const answer = await client.records(category, { grant: linked.grant, purpose: "self-view" });
  const name = labels.get(category) ?? category;
  if (answer.outcome === "permit") {
    const list = document.createElement("ul");
    for (const { resource } of answer.bundle.entry ?? []) {
      const item = document.createElement("li");
      const when = day(resource.effectiveDateTime ?? resource.recordedDate ?? resource.authoredOn);
      item.textContent = `${resource.code?.text ?? resource.medicationCodeableConcept?.text ?? name}　${when}`;
      list.append(item);
    }
    note(`${name}: ${answer.bundle.total}件`, "permit").append(list);
  } else {
    note(`${name}: 見られません。${answer.ja?.hint ?? answer.title}（${answer.code}）`, "deny");
  }
}

/** A FHIR date as a person reads it: a year, a month or a day; an instant is a day in Japan. */
function day(date) {
  if (date === undefined) return "";
  const instant = /T/.test(date) ? new Date(date) : undefined;
  const text = instant ? new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Tokyo" }).format(instant) : date;
  const [year, month, number] = text.split("-").map(Number);
  return `${year}年${month ? `${month}月` : ""}${number ? `${number}日` : ""}`;
}

/** Gives the clinic a narrower token: allergies, once, for ten minutes. */
async function handOver() {
  const delegation = await delegate(
    {
      parent: linked.grant,
      recipient: settings.clinic.id,
      recipientKey: settings.clinic.key,
      details: [
        {
          ...linked.details[0],
          actions: ["read"],
          datatypes: ["allergy"],
          purposes: ["medication-safety"],
          handling: "view",
          retention: { days: 0 },
          onward: { to: [], roles: [] },
        },
      ],
      seconds: 600,
    },
    signer,
  );
  sessionStorage.setItem("delegation", delegation);
  const answer = await fetch("/clinic", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ chain: [linked.grant], delegation }),
  });
  const seen = await answer.json();
  note(seen.outcome === "permit" ? `クリニックが見ました: ${labels.get("allergy")} ${seen.total}件` : `クリニックは見られません（${seen.code}）`, seen.outcome);
}

function note(text, kind) {
  const item = document.createElement("li");
  item.dataset.kind = kind;
  item.textContent = text;
  log.prepend(item);
  return item;
}

function tell(error) {
  message.textContent = isConsentError(error) ? `${error.message}（${error.hint ?? ""}）` : String(error);
}

document.documentElement.dataset.ready = "yes";
