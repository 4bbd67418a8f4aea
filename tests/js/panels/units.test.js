/** Units as people write them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseUnits, writeUnits } from "../../../assets/web/panels/units.js";
import { numbers } from "../random.js";

test("numbers and ranges, in any order, with any separator people use", () => {
  assert.deepEqual(parseUnits("3, 10-12", 20), [3, 10, 11, 12]);
  assert.deepEqual(parseUnits("12–10", 20), null);
  assert.deepEqual(parseUnits("10–12 3", 20), [3, 10, 11, 12]);
  assert.deepEqual(parseUnits("7，0", 20), [0, 7]);
  assert.deepEqual(parseUnits("5,5 4-6", 20), [4, 5, 6]);
  assert.deepEqual(parseUnits("9 10 2", 20), [2, 9, 10]);
});

test("nothing written means all, which is no unit by number", () => {
  assert.deepEqual(parseUnits("", 20), []);
  assert.deepEqual(parseUnits("  ", 20), []);
});

test("units that do not exist, and what is no number, are refused", () => {
  assert.deepEqual(parseUnits("19", 20), [19]);
  for (const text of ["20", "18-20", "-1", "1.5", "a", "3-", "1--2", "0x3", "1 2 x"])
    assert.equal(parseUnits(text, 20), null, text);
});

test("what is written is read back as it was", () => {
  const next = numbers(4);
  for (let round = 0; round < 300; round += 1) {
    const units = [...Array(40).keys()].filter(() => next() < 0.4);
    assert.deepEqual(parseUnits(writeUnits(units), 40), units);
  }
});

test("neighbours are joined to a range", () => {
  assert.equal(writeUnits([3, 10, 11, 12, 20, 21]), "3, 10-12, 20-21");
  assert.equal(writeUnits([5]), "5");
  assert.equal(writeUnits([]), "");
});
