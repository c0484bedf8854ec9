// What every store of an operator has to keep to: pieces of work one after another, all of each or nothing.
export async function contract(store) {
  const fail = (what) => {
    throw new Error(`the store breaks its contract: ${what}`);
  };
  const row = (id, person, arrangement, value = {}) => ({ kind: "record", id, ...(person ? { person } : {}), ...(arrangement ? { arrangement } : {}), value });
  const same = (one, other, what) => JSON.stringify(one) === JSON.stringify(other) || fail(`${what}: ${JSON.stringify(one)}`);
  await store.atomically(async (rows) => {
    await rows.put(row("1", "a", "x", { text: "そば\n𠮷'\"" }));
    await rows.put(row("2", "a", "y"));
    await rows.put(row("3", "b", "x"));
    await rows.put(row("4"));
    await rows.put({ kind: "event", id: "1", value: { at: 1 } });
  });
  const ids = (filter) => store.atomically(async (rows) => (await rows.find(filter)).map(({ id }) => id).sort());
  same(await ids({ kind: "record" }), ["1", "2", "3", "4"], "by kind");
  same(await ids({ kind: "record", person: "a" }), ["1", "2"], "by person");
  same(await ids({ kind: "record", arrangement: "x" }), ["1", "3"], "by arrangement");
  same(await ids({ kind: "record", person: "a", arrangement: "x" }), ["1"], "by both");
  same(await ids({ kind: "record", person: "c" }), [], "by nobody");
  same(await store.atomically((rows) => rows.get("record", "1")), row("1", "a", "x", { text: "そば\n𠮷'\"" }), "what was put");
  same(await store.atomically(async (rows) => (await rows.get("record", "9")) ?? null), null, "what is not there");
  await store.atomically(async (rows) => {
    for (const due of [5, 7, undefined]) await rows.put({ kind: "link", id: `due ${due}`, person: "a", ...(due === undefined ? {} : { due }), value: {} });
  });
  same(await ids({ kind: "link", dueBy: 4 }), [], "due by 4");
  same(await ids({ kind: "link", dueBy: 5 }), ["due 5"], "due by 5");
  same(await ids({ kind: "link", person: "a", dueBy: 9 }), ["due 5", "due 7"], "due and by person");
  same(await store.atomically((rows) => rows.get("link", "due 7")), { kind: "link", id: "due 7", person: "a", due: 7, value: {} }, "when it is due");
  // What a piece of work throws away is thrown away whole.
  const broken = store.atomically(async (rows) => {
    await rows.put(row("5", "a"));
    await rows.delete("record", "1");
    throw new Error("stop");
  });
  same(await broken.then(() => "kept", (error) => error.message), "stop", "what is thrown");
  same(await ids({ kind: "record" }), ["1", "2", "3", "4"], "after a fault");
  // Two that read, wait and write do not lose each other's work.
  const add = () =>
    store.atomically(async (rows) => {
      const count = (await rows.get("event", "1")).value.at;
      await new Promise((resolve) => setTimeout(resolve, 5));
      await rows.put({ kind: "event", id: "1", value: { at: count + 1 } });
    });
  await Promise.all([add(), add(), broken.catch(() => undefined), add()]);
  same((await store.atomically((rows) => rows.get("event", "1"))).value, { at: 4 }, "side by side");
  await store.atomically((rows) => rows.delete("record", "1"));
  await store.atomically((rows) => rows.put(row("2", "b")));
  same(await ids({ kind: "record", person: "a" }), [], "replaced and deleted");
}
