/** The whole state as text for an address: `v1.` and URL-safe base64 of deflated bytes. Nothing is kept on a server. */

import { bytes as decoded } from "../base/numbers.js";
import { PIXELS } from "../base/size.js";

const VERSION = "v1";
const MOST_TEXT = 20_000; // characters of a link
const MOST_BYTES = 200_000; // of what it inflates to; reading stops there
/** What every state has unless its link says otherwise. */
const USUAL = {
  checkpoint: "",
  focus: 0,
  step: "input",
  unit: null,
  edits: [],
  versus: null,
  options: {},
};
/** How others read it, and how much text there is, is theirs. */
const NOT_SHARED = new Set(["show", "language", "images"]);

/** An error whose sentence is in the catalogues: `link.version`, `link.damaged`, `link.large`. */
function refusal(key, values = {}) {
  return Object.assign(new Error(key), { key, values });
}

/**
 * A JSON header with its length in two bytes, then 784 bytes for each image, each row as differences from the one
 * above: what is drawn with a pen repeats from row to row, and deflates to a few hundred bytes.
 *
 * @param {any} query @returns {Promise<string>}
 */
export async function pack(query) {
  const fields = Object.entries(query).filter(
    ([name, value]) =>
      !NOT_SHARED.has(name) && JSON.stringify(value) !== JSON.stringify(USUAL[name]),
  );
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  const images = query.images.map((image) => differences(decoded(image)));
  const whole = new Uint8Array(2 + header.length + PIXELS * images.length);
  whole.set([header.length >> 8, header.length & 255]);
  whole.set(header, 2);
  images.forEach((image, index) => whole.set(image, 2 + header.length + PIXELS * index));
  const packed = await read(
    new Blob([whole]).stream().pipeThrough(new CompressionStream("deflate-raw")),
    Infinity,
  );
  return `${VERSION}.${text(packed).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/**
 * The state that a link holds, with all its fields.
 *
 * @param {string} link @returns {Promise<any>}
 * @throws an error with `key` and `values` for the catalogue when it cannot be read
 */
export async function unpack(link) {
  const [version, packed] = split(link);
  if (version !== VERSION)
    throw refusal("link.version", { received: version.slice(0, 12), expected: VERSION });
  if (packed.length > MOST_TEXT)
    throw refusal("link.large", { received: packed.length, limit: MOST_TEXT });
  let whole;
  try {
    const raw = decoded(packed.replaceAll("-", "+").replaceAll("_", "/"));
    whole = await read(
      new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate-raw")),
      MOST_BYTES,
    );
    return state(whole);
  } catch (error) {
    if (error.key) throw error;
    throw refusal("link.damaged", { received: packed.length });
  }
}

function split(link) {
  const dot = link.indexOf(".");
  return dot < 0 ? [link, ""] : [link.slice(0, dot), link.slice(dot + 1)];
}

function state(whole) {
  const length = (whole[0] << 8) | whole[1];
  const header = JSON.parse(
    new TextDecoder("utf-8", { fatal: true }).decode(whole.subarray(2, 2 + length)),
  );
  const rest = whole.subarray(2 + length);
  if (
    typeof header !== "object" ||
    header === null ||
    Array.isArray(header) ||
    rest.length === 0 ||
    rest.length % PIXELS ||
    rest.length > 8 * PIXELS
  )
    throw refusal("link.damaged", { received: whole.length });
  const images = Array.from({ length: rest.length / PIXELS }, (_, index) =>
    text(sums(rest.subarray(PIXELS * index, PIXELS * (index + 1)))),
  );
  return { ...USUAL, ...header, images };
}

function differences(image) {
  return image.map((grey, index) => grey - (index < 28 ? 0 : image[index - 28])); // a Uint8Array wraps around by itself
}

function sums(image) {
  const result = new Uint8Array(image);
  for (let index = 28; index < result.length; index += 1) result[index] += result[index - 28];
  return result;
}

/** All bytes of a stream, or a refusal as soon as there are more than `most`: a bomb is never inflated. */
async function read(stream, most) {
  const parts = [];
  let size = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw refusal("link.large", { received: `> ${most}`, limit: most });
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function text(raw) {
  let binary = "";
  for (const byte of raw) binary += String.fromCharCode(byte);
  return btoa(binary);
}
