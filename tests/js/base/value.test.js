/** A number on the page: the text that is read, the exact value that is copied, and the sign. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { renew } from "../../../assets/web/base/value.js";

/** What `renew` leaves on an element. */
function shown(value, digits, withSign) {
  const element = renew({ dataset: {} }, value, digits, withSign);
  return [element.textContent, element.className, element.dataset.exact, element.title];
}

test("rounded to read, exact to copy", () => {
  assert.deepEqual(shown(1.23456789, 3), ["1.235", "num", 1.23456789, "1.23456789"]);
  assert.deepEqual(shown(-0.5, 2), ["−0.50", "num", -0.5, "-0.5"]);
});

test("in a sum every number has its sign", () => {
  assert.deepEqual(shown(1.5, 2, true).slice(0, 2), ["+1.50", "num plus"]);
  assert.deepEqual(shown(-1.5, 2, true).slice(0, 2), ["−1.50", "num minus"]);
  assert.deepEqual(shown(0, 2, true).slice(0, 2), ["+0", "num plus"]);
});
