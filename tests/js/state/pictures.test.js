/** Pictures of one size made of another, and the sizes that a page draws in. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { base64, bytes } from "../../../assets/web/base/numbers.js";
import {
  allFitted,
  fitted,
  most,
  sizeFrom,
  sizeOf,
  USUAL,
} from "../../../assets/web/state/pictures.js";
import { differences, sums } from "../../../assets/web/state/differences.js";
import { numbers } from "../random.js";

const RGB = { planes: 3, height: 32, width: 32 };
const noise = (count, seed = 3) => {
  const next = numbers(seed);
  return Uint8Array.from({ length: count }, () => 256 * next());
};

test("a network's size is its input's; of one that is not drawn on, or too large, 28×28", () => {
  const size = (shape, drawn = true) => sizeOf({ input: { shape }, drawn });
  assert.deepEqual(size([28, 28]), USUAL);
  assert.deepEqual(size([3, 32, 32]), RGB);
  assert.deepEqual(size([1, 20, 24]), { planes: 1, height: 20, width: 24 });
  assert.deepEqual(size([3, 512, 512]), USUAL);
  assert.deepEqual(size([8, 8], false), USUAL);
});

test("what is no size is none", () => {
  for (const shape of [
    [],
    [28],
    [2, 8, 8],
    [1, 0, 8],
    [1.5, 8],
    ["8", 8],
    "28",
    null,
    [1, 1, 8, 8],
  ])
    assert.equal(sizeFrom(/** @type {any} */ (shape)), null);
});

test("as many pictures as a query holds", () => {
  assert.equal(most(USUAL, 8), 8);
  assert.equal(most({ planes: 3, height: 224, width: 224 }, 8), 6);
});

test("grey becomes three equal planes, and comes back", () => {
  const grey = base64(noise(784));
  const [coloured] = allFitted([grey], { planes: 3, height: 28, width: 28 }, []);
  const values = bytes(coloured);
  assert.deepEqual(values.subarray(0, 784), values.subarray(784, 1568));
  assert.deepEqual(fitted(coloured, { planes: 3, height: 28, width: 28 }, USUAL), grey);
});

test("one pixel of a colour becomes its share of grey", () => {
  const one = { planes: 3, height: 1, width: 1 };
  const grey = fitted(base64(Uint8Array.of(255, 0, 0)), one, { planes: 1, height: 1, width: 1 });
  assert.deepEqual([...bytes(grey)], [Math.round(0.299 * 255)]);
});

test("what fits stays the same list; what is of no known size is black", () => {
  const images = [base64(noise(784)), base64(noise(784, 4))];
  assert.equal(allFitted(images, USUAL, []), images);
  assert.deepEqual(allFitted([base64(noise(5))], RGB, []), [base64(new Uint8Array(3072))]);
});

test("differences come back, whatever the size", () => {
  for (const size of [
    USUAL,
    RGB,
    { planes: 1, height: 5, width: 9 },
    { planes: 3, height: 7, width: 2 },
  ]) {
    const image = noise(size.planes * size.height * size.width);
    assert.deepEqual(sums(differences(image, size), size), image);
  }
});

test("what changes evenly, in all planes alike, has hardly any differences", () => {
  const image = Uint8Array.from(
    { length: 3072 },
    (_, at) => (at % 32) + 2 * (Math.floor(at / 32) % 32),
  );
  const left = differences(image, RGB).filter((value) => value !== 0);
  assert.ok(left.length <= 62, `${left.length} are not 0`);
});

test("planes keep their order in another size", () => {
  const two = { planes: 3, height: 2, width: 2 };
  const image = Uint8Array.from({ length: 12 }, (_, at) => 10 + 100 * Math.floor(at / 4));
  const larger = bytes(fitted(base64(image), two, { planes: 3, height: 4, width: 4 }));
  assert.deepEqual(
    [0, 16, 32].map((at) => larger[at]),
    [10, 110, 210],
  );
});
