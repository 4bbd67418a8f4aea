/** Where cells lie in the picture of the whole network: every unit has one, and is found under the pointer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { laid, middle, unitAt, unitOrNameAt } from "../../../assets/web/canvas/flow.js";

const plain = (height, width) => ({ rows: height, columns: width, maps: 1, height, width });
const STEPS = [
  { id: "input", shape: [1, 28, 28], grid: plain(28, 28) },
  { id: "hidden", shape: [1, 512], grid: plain(16, 32) },
  { id: "maps", shape: [1, 6, 5, 4], grid: { rows: 2, columns: 3, maps: 6, height: 5, width: 4 } },
  { id: "classes", shape: [1, 10], grid: plain(10, 1) },
];
const COUNTS = { input: 784, hidden: 512, maps: 120, classes: 10 };
const values = Object.fromEntries(
  Object.entries(COUNTS).map(([id, count]) => [id, new Float32Array(count)]),
);
const ROOM = { width: 900, height: 500, head: 44, names: 96 };
const boxes = laid(STEPS, values, ROOM);

test("every unit is found in the middle of its own cell", () => {
  for (const box of boxes)
    for (let unit = 0; unit < box.count; unit += 1) {
      const { x, y } = middle(box, unit);
      assert.deepEqual(unitAt(boxes, x, y), { step: box.step.id, unit });
    }
});

test("steps stand side by side in flow order, inside the room, below the names", () => {
  let right = 0;
  for (const box of boxes) {
    assert.ok(box.left >= right + 14, box.step.id);
    right = box.left + box.columns * box.across;
    assert.ok(box.top >= ROOM.head);
    assert.ok(box.top + box.rows * box.down <= ROOM.height);
  }
  assert.ok(right <= ROOM.width - ROOM.names);
});

test("pixels of a picture go from left to right and from top to bottom", () => {
  const [box] = boxes;
  const [first, second, below] = [0, 1, 28].map((unit) => middle(box, unit));
  assert.ok(Math.abs(second.x - first.x - box.across) < 1e-9 && second.y === first.y);
  assert.ok(Math.abs(below.y - first.y - box.down) < 1e-9 && below.x === first.x);
});

test("between maps and beside the picture there is no unit", () => {
  const box = boxes[2];
  const at = (column, row) =>
    unitAt(boxes, box.left + (column + 0.5) * box.across, box.top + (row + 0.5) * box.down);
  assert.deepEqual(at(3, 4), { step: "maps", unit: 19 });
  assert.equal(at(4, 0), null, "between two maps beside each other");
  assert.equal(at(0, 5), null, "between two maps below each other");
  assert.deepEqual(at(5, 6), { step: "maps", unit: 4 * 20 });
  assert.equal(unitAt(boxes, 2, 2), null);
  assert.equal(unitAt(boxes, ROOM.width - 1, ROOM.height / 2), null);
});

test("the name right of a class stands for it, where there are names", () => {
  const last = boxes.at(-1);
  const { y } = middle(last, 3);
  const class3 = { step: last.step.id, unit: 3 };
  assert.deepEqual(unitOrNameAt(boxes, ROOM.width - 1, y, true), class3);
  assert.deepEqual(unitOrNameAt(boxes, middle(last, 3).x, y, false), class3, "its cell");
  assert.equal(unitOrNameAt(boxes, ROOM.width - 1, y, false), null);
  assert.equal(unitOrNameAt(boxes, ROOM.width - 1, 2, true), null, "above all names");
  assert.equal(unitOrNameAt(boxes, 2, y, true), null, "left of them");
});

test("more steps than a row holds stand in rows, each whole, inside the room and apart", () => {
  const many = Array.from({ length: 72 }, (_, place) => ({
    id: String(place),
    shape: place % 3 ? [1, 64, 3, 3] : [1, 512],
    grid: place % 3 ? { rows: 4, columns: 16, maps: 64, height: 3, width: 3 } : plain(16, 32),
  }));
  const filled = Object.fromEntries(
    many.map(({ id }, place) => [id, new Float32Array(place % 3 ? 576 : 512)]),
  );
  for (const room of [
    { width: 1078, height: 590, head: 44, names: 168 },
    { width: 358, height: 420, head: 44, names: 120 },
  ]) {
    const laidOut = laid(many, filled, room);
    assert.equal(laidOut.length, 72);
    let before = { left: -1, top: -1, right: -1 };
    for (const box of laidOut) {
      const right = box.left + box.columns * box.across;
      assert.ok(box.left >= 0 && right <= room.width, box.step.id);
      assert.ok(box.top >= box.label + 22 && box.top + box.rows * box.down <= room.height);
      const below = box.label > before.top && box.left < before.left;
      assert.ok(below || before.left < 0 || box.left > before.right, "in the order of reading");
      const { x, y } = middle(box, box.count - 1);
      assert.deepEqual(unitAt(laidOut, x, y), { step: box.step.id, unit: box.count - 1 });
      before = { left: box.left, top: box.label, right };
    }
  }
});

test("in rows, too, classes stand below each other where their names have room", () => {
  const maps = { rows: 2, columns: 64, maps: 128, height: 14, width: 14 };
  const steps = Array.from({ length: 12 }, (_, place) => ({
    id: String(place),
    shape: place > 9 ? [1, 10] : [1, 128, 14, 14],
    grid: place > 9 ? plain(10, 1) : maps,
  }));
  const all = Object.fromEntries(
    steps.map(({ id }, place) => [id, new Float32Array(place > 9 ? 10 : 128 * 14 * 14)]),
  );
  const roomy = { width: 1400, height: 800, head: 44, names: 168, line: 15 };
  const named = laid(steps, all, roomy);
  const last = named.at(-1);
  assert.deepEqual([last.few, last.columns, last.rows], [true, 1, 10]);
  assert.ok(last.down >= roomy.line && last.top + 10 * last.down <= roomy.height);
  assert.ok(last.room - last.across >= 168, "for a name and its share");
  const { y } = middle(last, 9);
  assert.deepEqual(unitOrNameAt(named, last.left + last.room - 1, y, true), {
    step: "11",
    unit: 9,
  });
  const narrow = laid(steps, all, { ...roomy, width: 1200, height: 560 });
  assert.equal(narrow.at(-1).few, false, "names would leave their place");
  const low = laid(steps, all, { ...roomy, line: 40 });
  assert.equal(low.at(-1).few, false, "names would lie on each other");
});

test("hidden layers of the course's network are larger than the image", () => {
  const layers = [0, 1, 2, 3].map((place) => ({ id: `layer ${place}`, shape: [1, 512] }));
  const steps = [
    STEPS[0],
    { id: "flatten", shape: [1, 784], scale: "grey" },
    ...layers,
    ...["logits", "softmax"].map((id) => ({ id, shape: [1, 10] })),
  ].map((step) => ({ grid: plain(16, 32), ...step }));
  const all = Object.fromEntries(
    steps.map(({ id, shape }) => [id, new Float32Array(shape.reduce((one, two) => one * two))]),
  );
  for (const [width, height] of [
    [1080, 560],
    [900, 500],
    [1600, 860],
  ]) {
    const found = laid(steps, all, { width, height, head: 44, names: 96 });
    const area = ({ columns, rows, across, down }) => columns * across * rows * down;
    const [image, , ...others] = found;
    for (const box of others.slice(0, layers.length))
      assert.ok(area(box) > area(image), `${box.step.id} at ${width}`);
  }
});
