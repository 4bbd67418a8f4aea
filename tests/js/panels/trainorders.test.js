/** Questions to the training, one at a time. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { oneByOne } from "../../../assets/web/panels/trainorders.js";

test("a question that fails does not lock the next one out", async () => {
  let asked = 0;
  const ask = oneByOne(async () => {
    asked += 1;
    if (asked === 1) throw new Error("the connection dropped");
  });
  await assert.rejects(ask(), /dropped/);
  await ask();
  assert.equal(asked, 2);
});

test("what is asked meanwhile is asked once more", async () => {
  let asked = 0;
  const ask = oneByOne(async () => {
    asked += 1;
    await null;
  });
  await Promise.all([ask(), ask(), ask()]);
  assert.equal(asked, 2);
});
