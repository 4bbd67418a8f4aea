/** Weights that are gone leave nothing behind that asks for them. */

import assert from "node:assert/strict";
import test from "node:test";

import { createTrained, without } from "../../../assets/web/frame/trained.js";
import { serving } from "../serving.js";

const gone = (name) => name === "trained-1";
const patched = (checkpoint) => ({ step: "1", source: { image: 0, checkpoint } });
const off = { step: "1", source: null };

test("what does not need them stays as it is", () => {
  const versus = { checkpoint: "epoch-001", image: null, edits: [patched("")] };
  for (const query of [
    { checkpoint: "", versus: null, edits: [] },
    { checkpoint: "epoch-001", versus, edits: [off, patched("epoch-001")] },
    { checkpoint: "", versus: { checkpoint: null, image: 1, edits: null }, edits: [off] },
  ])
    assert.deepEqual(without(query, gone), {});
});

test("the side that shows them goes, and each value copied from them, to either side", () => {
  const [mine, other] = [patched("trained-1"), patched("epoch-001")];
  const versus = { checkpoint: null, image: 1, edits: [other, mine, off] };
  assert.deepEqual(without({ checkpoint: "trained-1", versus, edits: [mine, off] }, gone), {
    checkpoint: "",
    edits: [off],
    versus: { checkpoint: null, image: 1, edits: [other, off] },
  });
  const shown = { checkpoint: "trained-1", image: null, edits: [mine] };
  assert.deepEqual(without({ checkpoint: "", versus: shown, edits: [] }, gone), { versus: null });
});

/** What the page does with an answer of the server to which ages there are. */
async function refreshed(answer) {
  const server = await serving((_, response) => answer(response));
  Object.assign(globalThis, { document: server });
  const card = { name: "usual", checkpoints: [], weights: {}, default: "" };
  const page = {
    start: { models: [card], train: {} },
    store: { get: () => ({ checkpoint: "", edits: [], versus: null }) },
    model: () => card,
    parts: [],
    actions: { failed: (error) => assert.fail(error) },
  };
  const { actions } = createTrained(/** @type {any} */ (page));
  try {
    await actions?.refreshAges?.();
    await actions?.lost?.({ key: "zoo.checkpoint" });
  } finally {
    server.close();
  }
  return card.checkpoints.map(({ name }) => name);
}

test("the ages that the server lists stand beside the shipped ones", async () => {
  const ages = [{ model: "usual", name: "trained-1", sha256: "a", bytes: 3 }];
  assert.deepEqual(await refreshed((response) => response.end(JSON.stringify({ ages }))), [
    "trained-1",
  ]);
});

test("a page of a proxy, or an answer that breaks off, holds nothing up", async () => {
  assert.deepEqual(await refreshed((response) => response.end("<html>Sign in</html>")), []);
  const cut = (response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write('{"ages": [', () => response.destroy());
  };
  assert.deepEqual(await refreshed(cut), []);
});
