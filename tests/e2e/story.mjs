// Link, choose, look, show at a clinic, see who saw it, stop, take along, erase, bring in elsewhere.
import assert from "node:assert/strict";
import { context, look, lookNarrow } from "./browser.mjs";
import { CLINIC } from "./world.mjs";

const CHOSEN = ["allergy", "covid19-vaccination", "encounter-institution", "lab-result", "lifelog", "medication-claims", "routine-vaccination-a"];
const USES = ["self-view", "medication-safety"];

/** Words by which each language is told apart. */
const WORDS = {
  ja: { missing: /1つ以上/, ended: /同意が終わりました/, seen: /見本クリニックが/, name: "アレルギー情報", count: /件/ },
  en: { missing: /at least one/i, ended: /consent has ended/, seen: /見本クリニック read/, name: "allergies", count: /records/ },
};

export async function story(world, browser, { language, ...options }, step) {
  const { holder, app, clinicReads } = world;
  const words = WORDS[language];
  const own = await context(browser, { ...options, acceptDownloads: true });
  const page = await own.newPage();
  const at = (name) => `${language}-${name}`;
  await page.goto(app);
  await page.waitForSelector("html[data-ready=yes]");
  if (language === "en") await page.click("#language");
  await look(page, at("welcome"));
  await lookNarrow(page, at("welcome"));
  step(`the app at ${app} has made its own key, which cannot be read out`);

  const pushed = page.waitForResponse((answer) => answer.url() === `${holder}/par`);
  await page.click("#link");
  step(`it pushes a signed request to the holder: ${(await pushed).status()} Created`);
  await page.waitForURL(`${holder}/authorize*`);
  await look(page, at("sign-in"));
  await page.click("button[value=taro]");
  await page.waitForSelector("#chosen");
  if (language === "en") await page.click("#language button");
  await look(page, at("consent"));
  await lookNarrow(page, at("consent"));
  step(`the person signs in at ${holder}; the page judges the request itself, then shows who asks and who certified them`);
  assert.equal(await page.locator("input[role=switch]:checked").count(), 0, "nothing is chosen for the person");
  const sizes = await Promise.all(["#chosen", "#all", "#refuse"].map(async (answer) => (await page.locator(answer).boundingBox()).height));
  assert.equal(new Set(sizes.map(Math.round)).size, 1, "three equal answers");
  await page.click("#chosen");
  await page.waitForFunction(() => document.querySelector("phr-consent-card").shadowRoot.querySelector("#message").textContent !== "");
  assert.match(await page.textContent("#message"), words.missing);
  for (const name of [...CHOSEN, ...USES]) await page.check(`input[name="${name}"]`);
  await page.click("phr-consent-card details summary");
  await page.check("input[value=year]");
  const value = await page.evaluate(() => document.querySelector("phr-consent-card").chosen);
  assert.deepEqual(value[0].datatypes, CHOSEN);
  const yearAgo = value[0].period.from;
  assert.match(yearAgo, /^\d{4}-\d{2}-\d{2}$/);
  await page.check("input[value=asked]");
  await page.click("#chosen");
  await page.waitForSelector("#sign");
  const lines = await page.locator("#summary dt").count();
  assert.ok(lines > 15);
  assert.ok((await page.textContent("#summary")).includes(words.name));
  assert.equal(await page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.id), "review", "the reading goes on at the new heading");
  await look(page, at("summary"));
  step(`a key is made on the holder's origin; the text to sign has ${lines} lines, and names what is especially sensitive`);
  const registered = page.waitForResponse((answer) => answer.url() === `${holder}/consents`);
  await page.click("#sign");
  step(`the consent is signed and registered: ${(await registered).status()}`);

  await page.waitForURL(`${app}/`);
  await page.waitForSelector("html[data-read=yes]");
  assert.equal(new URL(page.url()).search, "", "the code does not stay in the address");
  const records = Number(/\d[\d,]*/.exec(await page.textContent("#records"))[0].replace(",", ""));
  assert.ok(records > 100, `${records} records`);
  assert.ok(Number(/\d+/.exec(await page.textContent(".notes"))[0]) > 20, "what was not shared is told");
  await look(page, at("timeline"));
  await lookNarrow(page, at("timeline"));
  step(`the app reads what was granted, page after page: ${records} records from 1961 on in one timeline`);
  for (const view of ["values", "care", "emergency", "data", "receipts"]) {
    await page.goto(`${app}/#/${view}`);
    await page.waitForSelector(`nav [aria-current][href="#/${view}"]`);
    await page.waitForSelector("main h1");
    if (view === "values") await page.waitForSelector(".plot canvas");
    if (view === "receipts") await page.waitForSelector("phr-receipts li");
    await look(page, at(view));
    await lookNarrow(page, at(view));
  }
  assert.match(await page.textContent("main"), /✓/, "the receipts were verified");

  await page.goto(`${app}/#/share`);
  await page.waitForSelector("#make-code");
  await page.click("#make-code");
  await page.waitForFunction(() => document.getElementById("message").textContent !== "");
  await page.check("input[name=allergy]");
  await page.click("#make-code");
  await page.waitForSelector(".qr svg");
  await look(page, at("qr"));
  const desk = await own.newPage();
  await desk.goto(await page.getAttribute("#play-clinic", "href"));
  await desk.waitForSelector("html[data-ready=yes]");
  await desk.click("#open");
  await page.waitForSelector("#show");
  await look(page, at("visitor"));
  assert.match(await page.textContent(".big"), language === "ja" ? /見本クリニック/ : /Clinic/i);
  await page.click("#show");
  await desk.waitForSelector("[data-category=allergy][data-kind=permit]");
  await look(desk, at("clinic"));
  assert.match(await desk.textContent("[data-category=allergy]"), /そば/);
  step(`the person shows allergies to ${CLINIC} by a code; who reads it is checked before anything is shown`);
  assert.equal((await clinicReads("lab-result")).code, "scope.not-granted");
  step("the clinic tries laboratory results with it → deny: scope.not-granted");
  await desk.reload();
  await desk.waitForSelector("html[data-ready=yes]");
  await desk.click("#open");
  await desk.waitForFunction(() => /せんでした/.test(document.getElementById("state").textContent));
  step("the same code a second time gives nothing");
  await desk.close();

  await page.goto(`${holder}/consents`);
  await page.waitForSelector(".withdraw");
  await page.click("phr-sharing details summary");
  assert.match(await page.locator("phr-sharing article").first().textContent(), words.seen);
  await look(page, at("dashboard"));
  await lookNarrow(page, at("dashboard"));
  step(`the person's page shows it: ${await page.locator("phr-sharing article").first().locator("details li").count()} lines of who got what`);
  await page.click(".withdraw");
  await page.click(".yes");
  await page.waitForFunction(() => document.querySelector("phr-sharing").shadowRoot.querySelector("#message").textContent !== "");
  await look(page, at("withdraw"));
  await page.check("input[value=true]");
  if (language === "en") await signInAgain(page, holder);
  const withdrawn = page.waitForResponse((answer) => answer.url().endsWith("/withdraw") && answer.status() === 200);
  await page.click(".yes");
  if (language === "en") {
    await page.click("button[value=taro]");
    const wished = await page.waitForResponse((answer) => answer.url().endsWith("/withdraw"));
    assert.deepEqual([wished.request().postDataJSON(), wished.status()], [{ erase: true }, 200], "the wish outlives the sign-in");
  }
  step(`the person withdraws and asks for erasure: ${(await withdrawn).status()}`);
  await page.waitForSelector("[data-state=withdrawn]");

  await page.goto(app);
  await page.waitForSelector("html[data-read=yes]");
  assert.match(await page.textContent(".ended"), words.ended);
  await look(page, at("ended"));
  step("the app reads again → refused, and says that the consent has ended");
  assert.equal((await clinicReads("allergy")).code, "grant.revoked");
  step("so does the clinic → deny: grant.revoked");

  await page.goto(`${app}/#/data`);
  await page.waitForSelector("#export");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export")]);
  const file = await download.path();
  await page.click("#erase");
  await page.waitForFunction(() => document.getElementById("message").textContent !== "");
  await page.check("#sure");
  await page.click("#erase");
  await page.waitForSelector("#link");
  const left = await page.evaluate(async () => {
    const counts = [];
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise((resolve) => (indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result)));
      for (const store of db.objectStoreNames) {
        counts.push(await new Promise((resolve) => (db.transaction(store).objectStore(store).count().onsuccess = ({ target }) => resolve(target.result))));
      }
      db.close();
    }
    return counts;
  });
  assert.ok(left.length >= 3);
  // The page has made itself a new key; of the person nothing is left.
  assert.ok(left.reduce((sum, count) => sum + count, 0) <= 1, String(left));
  step("everything is taken along in one file, then erased: no record, no consent, no key is left");
  const elsewhere = await context(browser, options);
  const other = await elsewhere.newPage();
  await other.goto(`${app}/#/data`);
  await other.waitForSelector("#archive");
  await other.setInputFiles("#archive", { name: "spoilt.json", mimeType: "application/json", buffer: Buffer.from('{"manifest":{"version":"1.0","files":[]},"files":{"records/allergy.ndjson":"{}\\n"}}') });
  await other.waitForFunction(() => /import\.malformed/.test(document.getElementById("message").textContent));
  await other.setInputFiles("#archive", file);
  await other.waitForFunction((count) => document.getElementById("message").textContent.includes(String(count)), records);
  await other.goto(`${app}/#/`);
  await other.waitForSelector("#records");
  assert.ok((await other.textContent("#records")).includes(String(records)));
  step(`on another device the file brings back ${records} records; a spoilt one brings nothing`);
  assert.deepEqual([...own.problems, ...elsewhere.problems], []);
  await own.close();
  await elsewhere.close();
}

/** As if the sign-in were some minutes old: the first wish to erase is refused. */
async function signInAgain(page, holder) {
  const refusal = { status: 401, title: "sign in", code: "session.step-up-required", hint: "sign in", ja: { title: "", hint: "" } };
  await page.route(`${holder}/consents/*/withdraw`, (route) => (route.request().postDataJSON().erase ? route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify(refusal) }) : route.continue()), { times: 1 });
}
