/** What is asked ahead: it answers the very question that it expected, and no other. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createAhead } from "../../../assets/web/state/ahead.js";

/** A server that writes down what it is asked; it is away while `away` is true. */
function create() {
  const server = { asked: [], away: false };
  const ahead = createAhead(async (text) => {
    server.asked.push(text);
    if (server.away) throw new Error("away");
    return { text };
  });
  return { ...ahead, server };
}

test("the expected question is answered without being asked again, once", async () => {
  const { ask, expect, server } = create();
  assert.deepEqual(await expect("two"), { text: "two" });
  assert.equal(await expect("two"), await ask("two"));
  assert.deepEqual(server.asked, ["two"]);
  assert.deepEqual(await ask("two"), { text: "two" });
  assert.deepEqual(server.asked, ["two", "two"]);
});

test("another question goes to the server, and nothing is kept beyond it", async () => {
  const { ask, expect, server } = create();
  await expect("two");
  assert.deepEqual(await ask("three"), { text: "three" });
  await ask("two");
  assert.deepEqual(server.asked, ["two", "three", "two"]);
});

test("what fails ahead is asked for when it is wanted", async () => {
  const { ask, expect, server } = create();
  server.away = true;
  assert.equal(await expect("two"), null);
  server.away = false;
  assert.deepEqual(await ask("two"), { text: "two" });
  assert.deepEqual(server.asked, ["two", "two"]);
});
