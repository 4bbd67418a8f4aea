/** Weights out of a file: names, shapes, and every float16 there is. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../../../assets/web/twin/safetensors.js";
import { file, singles } from "./files.js";

/** What a float16 is, by its definition. */
function meaning(half) {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent
    ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024)
    : sign * 2 ** -14 * (fraction / 1024);
}

test("float32 comes out as it went in, under its name and shape", () => {
  const found = read(
    file({ "a.weight": singles([1.5, -2, 3, 4, 5, 6], [2, 3]), bias: singles([0.1], [1]) }),
  );
  assert.deepEqual(Object.keys(found), ["a.weight", "bias"]);
  assert.deepEqual(found["a.weight"].shape, [2, 3]);
  assert.deepEqual([...found["a.weight"].values], [1.5, -2, 3, 4, 5, 6]);
  assert.equal(found.bias.values[0], Math.fround(0.1));
});

test("every float16 is widened exactly", () => {
  const halves = Uint16Array.from({ length: 65536 }, (_, index) => index);
  const bytes = new Uint8Array(halves.buffer);
  const { values } = read(file({ all: { dtype: "F16", shape: [65536], bytes } })).all;
  for (let half = 0; half < 65536; half += 1)
    assert.ok(Object.is(values[half], meaning(half)), `${half} became ${values[half]}`);
});

test("a file that is none, is cut short or holds other numbers is refused", () => {
  const whole = file({ a: singles([1, 2], [2]) });
  assert.throws(() => read(new ArrayBuffer(3)), /3 bytes/);
  assert.throws(() => read(new TextEncoder().encode("no weights at all").buffer), /safetensors/);
  assert.throws(() => read(whole.slice(0, whole.byteLength - 1)), /a is cut short/);
  const doubles = { dtype: "F64", shape: [1], bytes: new Uint8Array(8) };
  assert.throws(() => read(file({ a: doubles })), /F64/);
  assert.throws(() => read(file({ a: { ...singles([1, 2], [3]) } })), /2 values, expected 3/);
});
