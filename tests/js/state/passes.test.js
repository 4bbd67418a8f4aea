/** The values of a pass come once: what is here already is named, and stands for itself. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { base64 } from "../../../assets/web/base/numbers.js";
import { createPasses } from "../../../assets/web/state/passes.js";

const tensor = (...values) => ({
  shape: [values.length],
  data: base64(new Uint8Array(Float32Array.from(values).buffer)),
});

/** A server that answers a query's `pass` with its values, unless they are held. */
function create() {
  const asked = [];
  /** What an answer waits for. */ let until = Promise.resolve();
  const part = (held, pass) => ({
    digest: pass,
    tensors: held.includes(pass) ? null : { a: tensor(pass.length, 2) },
  });
  const passes = createPasses(async (text) => {
    const { held, pass, other, ...rest } = JSON.parse(text);
    asked.push(held);
    await until;
    const versus = other ? part(held, other) : null;
    return { ...part(held, pass), sections: { versus }, rest };
  });
  const ask = (query) => passes.ask(JSON.stringify(query));
  /** Ask while the server takes its time: until `meanwhile` has ended. */
  async function slowly(query, meanwhile) {
    const { promise, resolve } = Promise.withResolvers();
    until = promise;
    const answer = ask(query);
    until = Promise.resolve();
    await meanwhile();
    resolve();
    return answer;
  }
  return { ask, asked, slowly };
}

test("values that are held are named, left out, and the same in the next answer", async () => {
  const { ask, asked } = create();
  const first = await ask({ pass: "x", step: "one" });
  const second = await ask({ pass: "x", step: "two" });
  assert.deepEqual(asked, [[], ["x"]]);
  assert.deepEqual([...first.tensors.a], [1, 2]);
  assert.equal(second.tensors, first.tensors);
  assert.deepEqual(second.rest, { step: "two" });
});

test("both sides of a comparison are held", async () => {
  const { ask } = create();
  await ask({ pass: "x", other: "yy" });
  const reply = await ask({ pass: "yy", other: "x" });
  assert.deepEqual([...reply.tensors.a], [2, 2]);
  assert.deepEqual([...reply.sections.versus.tensors.a], [1, 2]);
});

test("of more passes than are kept, those that were shown last stay", async () => {
  const { ask, asked } = create();
  for (const pass of ["x", "a", "b", "c", "x", "d"]) await ask({ pass });
  await ask({ pass: "x" });
  assert.deepEqual(asked.at(-1).toSorted(), ["b", "c", "d", "x"]);
});

test("what a question has named stands until it is answered, whatever comes meanwhile", async () => {
  const { ask, asked, slowly } = create();
  await ask({ pass: "x" });
  const again = await slowly({ pass: "x" }, async () => {
    for (const pass of ["a", "b", "c", "d", "e"]) await ask({ pass });
  });
  assert.deepEqual([...again.tensors.a], [1, 2]);
  assert.ok(asked.every((held) => held.length <= 4));
});

test("answers without values are handed on as they are", async () => {
  for (const answer of [undefined, null, { error: { message: "no" } }, { tensors: { a: [1] } }]) {
    const found = await createPasses(async () => answer).ask("{}");
    assert.equal(found, answer);
  }
});
