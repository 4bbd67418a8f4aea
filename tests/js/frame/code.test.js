/** The code of a link: of several questions the newest one's is drawn. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { text } from "node:stream/consumers";
import { createCoder } from "../../../assets/web/frame/code.js";
import { serving } from "../serving.js";

const rest = (time) => new Promise((resolve) => setTimeout(resolve, time));
const canvas = () => /** @type {any} */ ({ width: 0, getContext: () => ({ fillRect() {} }) });

/** A server that takes the longer, the longer a link; a code has as many rows. */
async function coding(ended) {
  const server = await serving(async (request, response) => {
    const link = await text(request);
    await rest(30 * link.length);
    if (link.includes("!")) response.statusCode = 400;
    response.end(JSON.stringify({ rows: Array(link.length).fill("1") }));
  });
  ended(server.close); // a test that fails ends, too
  Object.assign(globalThis, { document: server });
}

test("a code that comes late does not replace that of a newer link", async (t) => {
  await coding((close) => t.after(close));
  const place = canvas();
  const draw = createCoder(place, 1);
  draw("a longer link");
  await draw("b");
  assert.equal(place.width, 1 + 8);
  await rest(500);
  assert.equal(place.width, 1 + 8);
});

test("a link without a code is the newest, too, and a late failure is nobody's", async (t) => {
  await coding((close) => t.after(close));
  const place = canvas();
  const draw = createCoder(place, 1);
  draw("late").catch(assert.fail);
  draw("late!").catch(assert.fail);
  await draw(null);
  await rest(500);
  assert.equal(place.width, 0);
  await assert.rejects(draw("!"));
});
