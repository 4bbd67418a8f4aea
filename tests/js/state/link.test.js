/** A link holds the whole state; what cannot be read is refused with a sentence's key. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { pack, packed, packNow, unpack } from "../../../assets/web/state/link.js";
import BOUNDS from "../bounds.json" with { type: "json" };
import { numbers } from "../random.js";
import { USUAL } from "../usual.js";

const PIXELS = 784;

function query(count, fields = {}, seed = 5) {
  const next = numbers(seed);
  const images = Array.from({ length: count }, () =>
    Buffer.from(Uint8Array.from({ length: PIXELS }, () => 256 * next() * next())).toString(
      "base64",
    ),
  );
  return {
    ...USUAL,
    images,
    language: "en",
    show: ["figure"],
    view: "explore",
    ...fields,
  };
}

/** What is shared of a query. */
function shared({ language: _language, show: _show, ...rest }) {
  return rest;
}

const link = (whole) =>
  `v1.${deflateRawSync(Buffer.from(whole)).toString("base64url").replaceAll("=", "")}`;
const whole = (header, rest) => {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  return Buffer.concat([Buffer.from([text.length >> 8, text.length & 255]), text, rest]);
};
const KNOWN = {
  views: ["explore", "network"],
  amounts: ["rotate", "noise"],
  usual: USUAL,
  bounds: BOUNDS,
};
const opened = async (text) => (await unpack(text, KNOWN)).state;
const refused = (text, key) => assert.rejects(opened(text), (error) => error.key === key);

test("pictures, step, unit, edits, comparison and options come back", async () => {
  for (const state of [
    query(1),
    query(8, { focus: 7 }),
    query(3, {
      checkpoint: "epoch-001",
      step: "linear_relu_stack.1",
      unit: 0,
      edits: [{ step: "input", units: [1, 2], action: "clamp", value: -1.5, source: null }],
      versus: { checkpoint: "untrained", image: null, edits: null },
      options: { rotate: 12.5, perturbation: "rotate" },
      view: "network",
    }),
  ])
    assert.deepEqual(await opened(await pack(state, USUAL)), shared(state));
});

test("a drawn picture makes a link that a phone's camera can read", async () => {
  const pixels = new Uint8Array(PIXELS);
  for (let row = 5; row < 23; row += 1) pixels.fill(255, 28 * row + 9, 28 * row + 19);
  const text = await pack(query(1, { images: [Buffer.from(pixels).toString("base64")] }), USUAL);
  assert.ok(text.length < 300, `${text.length}`);
  assert.match(text, /^v1\.[\w-]+\.[0-9a-z]{4}$/);
});

test("a link of another version says so", async () => {
  await refused("v0.abc", "link.version");
  await refused("v12", "link.version");
});

test("what has no version is no link of ours", async () => {
  for (const text of ["abc", "%", "section-2", "v", "version1.abc", "<b>.x", ""])
    await refused(text, "link.damaged");
});

test("what is no link, or a broken one, is refused", async () => {
  const image = Buffer.alloc(PIXELS);
  for (const text of [
    "v1.",
    "v1.!!!!",
    "v1.abcd",
    link(whole("[]", image)),
    link(whole("null", image)),
    link(whole('"text"', image)),
    link(whole("{", image)),
    link(whole({ model: "m" }, Buffer.alloc(0))),
    link(whole({ model: "m" }, Buffer.alloc(PIXELS - 1))),
    link(whole({ model: "m" }, Buffer.alloc(PIXELS + 1))),
    link(whole({ model: "m" }, Buffer.alloc(9 * PIXELS))),
  ])
    await refused(text, "link.damaged");
});

test("eight pictures are read, and each is its own", async () => {
  const rest = Buffer.concat(
    Array.from({ length: 8 }, (_, index) => Buffer.alloc(28, index + 1)).map((row) =>
      Buffer.concat([row, Buffer.alloc(PIXELS - 28)]),
    ),
  );
  const { images } = await opened(link(whole({ model: "m" }, rest)));
  assert.deepEqual(
    images.map((image) => [...new Set(Buffer.from(image, "base64"))]),
    [1, 2, 3, 4, 5, 6, 7, 8].map((grey) => [grey]), // differences of 0: every row repeats the first
  );
});

test("what inflates to too much, or is too long, is not inflated", async () => {
  await refused(link(Buffer.alloc(12_000_000)), "link.large");
  await refused(`v1.${"A".repeat(30_000)}`, "link.large");
});

test("written at once, without compression, it is the same state", async () => {
  for (const state of [query(1), query(8, { focus: 3, step: "softmax" })])
    assert.deepEqual(await opened(packNow(state, USUAL)), shared(state));
});

test("an address longer than a header can be is refused, not written wrong", async () => {
  const edits = Array.from({ length: 64 }, () => ({ units: Array(1024).fill(123_456) }));
  await assert.rejects(pack(query(1, { edits }), USUAL), (error) => error.key === "link.large");
});

const state = query(2, { step: "flatten", focus: 1 });
const good = await pack(state, USUAL);
const old = good.replace(/\.[0-9a-z]{4}$/, "");
const mail = (text) => text.replaceAll(".", "=2E").replace(/(.{60})/g, "$1=\r\n");

/** A text as the browser's address has it: what is not ASCII, and some signs, as escapes. */
const hash = (text) => new URL(`#${text}`, "http://localhost").hash.slice(1);

for (const [name, text] of Object.entries({
  "as it is": good,
  "of an earlier version, without check characters": old,
  "with check characters cut off": good.slice(0, -3),
  "wrapped by mail": mail(good),
  "wrapped by mail, an earlier one": mail(old),
  "wrapped by mail, line ends lost": mail(good).replaceAll("\r\n", ""),
  "with escapes": good.replaceAll(".", "%2E").replaceAll("v", "%76"),
  "cut in an escape": `${good}%2`,
  "with a lone per cent": `${good}%`,
  "in quotes": `"${good}"`,
  "between signs": `<${good}>`,
  "with spaces in it": good.replace(/(.{50})/g, "$1 "),
  "with characters that nobody sees": good.replace(/(.{50})/g, "$1\u200b"),
  "with soft hyphens and marks of direction": `\u200e${good.replace(/(.{50})/g, "$1\u00ad")}`,
  "between wide spaces and quotes": `“\u3000${good}”`,
  "with line ends as escapes": good.replace(/(.{70})/g, "$1%0D%0A"),
  "escaped twice": good.replaceAll(".", "%252E"),
  "with a tracker": `${good}?utm_source=mail&fbclid=abc`,
}))
  test(`a link ${name} opens`, async () =>
    assert.deepEqual(await opened(hash(text)), shared(state)));

for (const end of [
  ".",
  ")",
  ",",
  "。",
  "，",
  "”",
  "！",
  ">",
  "!",
  "?",
  "'",
  '"',
  "*",
  "%3E",
  "%E3%80%82",
])
  test(`${end} after a link is no part of it`, async () => {
    assert.deepEqual(await opened(hash(good + end)), shared(state));
    assert.deepEqual(await opened(hash(old + end)), shared(state));
  });

test("a wrong letter is noticed where nothing is compressed, so that it inflates all the same", async () => {
  const [version, body, end] = packNow(state, USUAL).split(".");
  for (const place of [600, 1000, body.length - 40]) {
    const other = body[place] === "A" ? "B" : "A";
    const wrong = body.slice(0, place) + other + body.slice(place + 1);
    await refused(`${version}.${wrong}.${end}`, "link.damaged");
  }
});

test("nothing of a link of one's own is unknown: how one reads it is not in it", async () => {
  assert.deepEqual((await unpack(good, KNOWN)).unused, []);
});

test("a wrong letter, another case, and every cut are noticed", async () => {
  const [, body] = good.split(".");
  const other = body[40] === "A" ? "B" : "A";
  await refused(good.replace(body, body.slice(0, 40) + other + body.slice(41)), "link.damaged");
  await refused(good.toLowerCase(), "link.damaged");
  for (const length of [1, 10, body.length >> 1, body.length - 1])
    await refused(`v1.${body.slice(0, length)}`, "link.damaged");
});

test("pictures of other sizes come back; those too large for an address are left out", async () => {
  const next = numbers(9);
  const noisy = (count) => Buffer.from(Uint8Array.from({ length: count }, () => 256 * next()));
  const size = { planes: 3, height: 32, width: 32 };
  const images = [noisy(3072).toString("base64"), noisy(3072).toString("base64")];
  const small = { ...query(2), images, size };
  const { link: text, whole: all } = await packed(small, USUAL);
  assert.equal(all, true);
  assert.deepEqual((await opened(text)).images, images);
  const large = { ...query(1), images: [noisy(150_528).toString("base64")] };
  const sized = { ...large, size: { planes: 3, height: 224, width: 224 } };
  const found = await packed(sized, USUAL);
  assert.equal(found.whole, false);
  assert.ok(found.link.length < 1000);
  assert.deepEqual((await opened(found.link)).images, []);
  const kept = packNow(sized, USUAL);
  assert.deepEqual((await unpack(kept, { ...KNOWN, kept: true })).state.images, large.images);
  await refused(kept, "link.large");
});

test("a shape that is none, or pictures that are not whole, are damage", async () => {
  const image = Buffer.alloc(64);
  for (const shape of [[8], [2, 8, 4], [1, 8, 300], "8x8", [1, 0, 8]])
    await refused(link(whole({ shape }, image)), "link.damaged");
  await refused(link(whole({ shape: [1, 8, 8] }, Buffer.alloc(65))), "link.damaged");
  await refused(link(whole({ whole: false }, image)), "link.damaged");
  assert.equal((await opened(link(whole({ shape: [1, 8, 8] }, image)))).images.length, 1);
});
