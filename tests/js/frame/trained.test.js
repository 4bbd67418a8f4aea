/** Weights that are gone leave nothing behind that asks for them. */

import assert from "node:assert/strict";
import test from "node:test";

import { without } from "../../../assets/web/frame/trained.js";

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
