// Checks the views against the published shapes of their formats and against the golden files;
// `--write` writes those. Needs the built npm package: `cargo xtask wasm`, `npm run build` in js/.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { view } from "../../js/dist/index.js";
import { each, full, sample } from "./consents.mjs";
import { faults } from "./fhir.mjs";

const now = sample.iat + 100;
const token = "header.claims.signature";
let passed = 0;

function check(name, run) {
  run();
  passed += 1;
  console.log(`ok ${name}`);
}

check("every category and purpose is a Consent of FHIR R4", () => {
  let count = 0;
  for (const consent of each()) {
    const { document } = view(consent, { as: "fhir", now });
    assert.deepEqual(faults(document), [], JSON.stringify(document));
    count += 1;
  }
  assert.equal(count, 39 * 13);
});

check("so is a consent with everything, in every state", () => {
  for (const consent of [sample, full]) {
    for (const ended of [undefined, { how: "withdrawn", at: now }, { how: "superseded", at: now }]) {
      for (const at of [now, consent.exp]) {
        const shown = view(consent, { as: "fhir", now: at, token, ...(ended && { ended }) });
        assert.deepEqual(faults(shown.document), []);
      }
    }
  }
});

check("the check can fail: each fault alone is found", () => {
  const breaks = [
    (it) => (it.status = "over"),
    (it) => delete it.scope,
    (it) => delete it.category,
    (it) => delete it.policy,
    (it) => delete it.patient,
    (it) => (it.consent = true),
    (it) => (it.dateTime = "2026-11-18 20:06"),
    (it) => (it.provision.type = "allow"),
    (it) => (it.provision.provision[0].action[0].coding[0].code = "peek"),
    (it) => (it.provision.provision[0].class[0].code = "Allergies"),
    (it) => (it.provision.provision[0].purpose[0].code = "CURE"),
    (it) => (it.provision.provision[0].code = []),
    (it) => delete it.provision.provision[0].code,
    (it) => delete it.provision.provision[0].modifierExtension,
    (it) => delete it.provision.provision[0].actor[0].role,
    (it) => (it.provision.provision[0].period.end = "2020-01-01T00:00:00+09:00"),
    (it) => (it.provision.provision[0].modifierExtension[0].extension[0].valueWord = "view"),
  ];
  for (const [index, damage] of breaks.entries()) {
    const document = view(full, { as: "fhir", now }).document;
    assert.deepEqual(faults(document), []);
    damage(document);
    assert.notDeepEqual(faults(document), [], `fault ${index}`);
  }
});

check("scopes have the syntax of SMART App Launch 2", () => {
  // cruds in their order, none twice; a parameter is a search parameter with a value.
  const scope = /^patient\/[A-Z][A-Za-z]+\.(rs|r|s)(\?[a-z]+=[A-Za-z0-9-]+)?$/;
  for (const consent of [...each(), full]) {
    const scopes = view(consent, { as: "smart", now }).document.scope.split(" ");
    for (const one of scopes) assert.match(one, scope);
    assert.equal(new Set(scopes).size, scopes.length);
  }
});

check("a record has the mandatory elements of ISO/IEC TS 27560", () => {
  const purpose = "purpose pii_information pii_controllers storage_locations retention_period jurisdiction";
  const more = "recipient_third_parties withdrawal_method";
  for (const consent of [...each(), full]) {
    const { document: record } = view(consent, { as: "ts27560", now });
    const has = (value, names) => {
      for (const name of names.split(" ")) assert.ok(value[name] !== undefined && value[name] !== "", name);
    };
    has(record, "schema_version record_id pii_principal_id pii_processing parties events");
    has(record.pii_processing, "privacy_notice language purposes");
    const ids = record.parties.map((party) => party.party_id);
    for (const entry of record.pii_processing.purposes) {
      has(entry, `${purpose} ${more}`);
      for (const pii of entry.pii_information) has(pii, "pii_type");
      for (const id of entry.pii_controllers) assert.ok(ids.includes(id));
    }
    for (const party of record.parties) has(party, "party_id party_type");
    for (const event of record.events) {
      has(event, "event_time validity_duration entity_id event_type event_state");
      assert.ok(ids.includes(event.entity_id));
    }
  }
});

check("the golden files are current", () => {
  const ended = { how: "withdrawn", at: now };
  const shown = {};
  for (const as of ["fhir", "smart", "ts27560"]) {
    shown[`sample.${as}.json`] = view(sample, { as, now, token });
    shown[`full.${as}.json`] = view(full, { as, now, token });
    shown[`withdrawn.${as}.json`] = view(sample, { as, now, token, ended });
  }
  const folder = new URL("golden/", import.meta.url);
  for (const [name, value] of Object.entries(shown)) {
    const text = `${JSON.stringify(value, null, 2)}\n`;
    if (process.argv.includes("--write")) writeFileSync(new URL(name, folder), text);
    assert.equal(readFileSync(new URL(name, folder), "utf8"), text, `${name} is stale: node run.mjs --write`);
  }
  assert.deepEqual(readdirSync(folder).sort(), Object.keys(shown).sort());
});

console.log(`${passed} passed, 0 failed`);
