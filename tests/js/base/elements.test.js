/** What an element is given: only what it does not have. */

import assert from "node:assert/strict";
import test from "node:test";

import { put } from "../../../assets/web/base/elements.js";

/** An element that counts what is set. */
function counting(now) {
  const counted = { sets: 0 };
  const handler = {
    set(/** @type {any} */ target, /** @type {string} */ name, /** @type {any} */ value) {
      counted.sets += 1;
      target[name] = value;
      return true;
    },
  };
  return Object.assign(counted, { element: new Proxy(now, handler) });
}

test("what changes is set, what is the same is not", () => {
  const counted = counting({ textContent: "0.10 %", hidden: true });
  put(counted.element, { textContent: "0.10 %", hidden: true });
  assert.equal(counted.sets, 0);
  put(counted.element, { textContent: "0.20 %", hidden: true, title: "" });
  assert.equal(counted.sets, 2);
  assert.deepEqual({ ...counted.element }, { textContent: "0.20 %", hidden: true, title: "" });
});
