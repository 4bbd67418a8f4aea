import assert from "node:assert/strict";
import { test } from "node:test";

import { crc32, createSent } from "../../../assets/web/draw/sent.js";

const file = (text) => new Blob([text]);
const read = (text) => ({
  bytes: text.length,
  checksum: crc32(new TextEncoder().encode(text)),
});

test("the checksum is zlib's", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926); // the standard's check
  assert.equal(crc32(new Uint8Array()), 0);
});

test("each of several files has its own place, whichever is read first", async () => {
  const sent = createSent();
  sent.remember(file("first"), 0);
  sent.remember(file("other"), 1);
  sent.remember(file("longer one"), 2);
  assert.equal(await sent.place(read("longer one")), 2);
  assert.equal(await sent.place(read("other")), 1);
  assert.equal(await sent.place(read("first")), 0);
  assert.equal(await sent.place(read("first")), 0, "once more, with other decisions");
  assert.equal(await sent.place(read("never chosen")), undefined);
});

test("the very same file meant for two images lands on both", async () => {
  const sent = createSent();
  sent.remember(file("same"), 0);
  sent.remember(file("same"), 1);
  assert.equal(await sent.place(read("same")), 0);
  assert.equal(await sent.place(read("same")), 1);
  assert.equal(await sent.place(read("same")), 1, "the last one is on the stage");
});

test("a file that cannot be read any more has no place among equals", async () => {
  const sent = createSent();
  const lost = { size: 5, arrayBuffer: () => Promise.reject(new Error("gone")) };
  sent.remember(lost, 0);
  sent.remember(file("other"), 1);
  assert.equal(await sent.place(read("first")), undefined);
  assert.equal(await sent.place(read("other")), 1);
});
