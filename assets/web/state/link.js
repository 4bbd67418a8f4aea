/**
 * The whole state as text for an address: `v1.`, URL-safe base64 of deflated bytes, and four check
 * characters.
 */

import { base64, bytes as decoded } from "../base/numbers.js";
import { sure } from "../base/sure.js";
import { differences, sums } from "./differences.js";
import { usable } from "./fields.js";
import { count, sizeFrom, USUAL as DRAWN } from "./pictures.js";

const VERSION = "v1";
const MOST_TEXT = 20_000; // characters of a link
const MOST_BYTES = 2_000_000; // of what it inflates to; reading stops there
const MOST_KEPT = 6_000_000; // characters of one that only this browser keeps
const MOST_HEADER = 65_535; // bytes: its length stands in two of them
const STORED = 65_535; // bytes of deflate's block for what is not compressed
/** How others read it, and how much text there is, is theirs. */
const NOT_SHARED = new Set(["show", "language", "images", "size"]);
/** Which network is the usual one is the server's: another may have another. */
const ALWAYS = new Set(["model", "view"]);

/** An error whose sentence is in the catalogues: `link.version`, `link.damaged`, `link.large`. */
function refusal(key, values = {}) {
  return Object.assign(new Error(key), { key, values });
}

/**
 * A JSON header with its length in two bytes, then the bytes of each image as differences: what is
 * drawn with a pen deflates to a few hundred bytes. The header has the `shape` of images that are
 * not 28×28, and what is not as usual; `whole` is false where they are left out.
 */
function plain({ size = DRAWN, ...query }, usual, whole = true) {
  const fields = Object.entries(query).filter(
    ([name, value]) =>
      !NOT_SHARED.has(name) &&
      (ALWAYS.has(name) || JSON.stringify(value) !== JSON.stringify(usual[name])),
  );
  const { planes, height, width } = size;
  if (JSON.stringify(size) !== JSON.stringify(DRAWN))
    fields.push(["shape", [planes, height, width]]);
  if (!whole) fields.push(["whole", false]);
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  if (header.length > MOST_HEADER)
    throw refusal("link.large", { received: header.length, limit: MOST_HEADER });
  const images = whole ? query.images.map((image) => differences(decoded(image), size)) : [];
  const length = 2 + header.length;
  const all = new Uint8Array(length + count(size) * images.length);
  all.set([header.length >> 8, header.length & 255]);
  all.set(header, 2);
  images.forEach((image, index) => all.set(image, length + count(size) * index));
  return all;
}

/**
 * A link ends in letters and digits: no program takes its end for punctuation, and a wrong letter
 * is noticed.
 */
function finished(packed) {
  const body = base64(packed).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `${VERSION}.${body}.${check(body)}`;
}

/** Four characters that depend on every letter and its place: FNV-1a, in base 36. */
function check(body) {
  let sum = 0x811c9dc5;
  for (let index = 0; index < body.length; index += 1)
    sum = Math.imul(sum ^ body.charCodeAt(index), 0x01000193) >>> 0;
  return sum.toString(36).padStart(4, "0").slice(-4);
}

/**
 * Pictures that are too large for an address are left out of it, and `whole` is false.
 *
 * @param {any} query `size` is that of its images
 * @param {any} usual what every state has unless its link says otherwise
 * @returns {Promise<{link: string, whole: boolean}>}
 */
export async function packed(query, usual) {
  const link = await pack(query, usual);
  if (link.length <= MOST_TEXT) return { link, whole: true };
  return { link: await pack(query, usual, false), whole: false };
}

/** @param {any} query @param {any} usual @returns {Promise<string>} */
export async function pack(query, usual, whole = true) {
  const stream = new Blob([plain(query, usual, whole)]).stream();
  return finished(await read(stream.pipeThrough(new CompressionStream("deflate-raw")), Infinity));
}

/**
 * The same at once, without compression: for the moment in which a page goes away.
 *
 * @param {any} query @param {any} usual
 */
export function packNow(query, usual) {
  const whole = plain(query, usual);
  const parts = [];
  for (let from = 0; from < whole.length; from += STORED) {
    const part = whole.subarray(from, from + STORED);
    const [low, high] = [part.length & 255, part.length >> 8];
    const last = Number(from + STORED >= whole.length);
    parts.push(Uint8Array.of(last, low, high, low ^ 255, high ^ 255), part);
  }
  return finished(joined(parts));
}

/**
 * What of a link can be used: a state, and the fields that cannot.
 *
 * @param {string} link as it stands in the address
 * @param {import("./types.js").Known} known
 * @returns {Promise<{state: any, unused: {field: string, received: unknown}[]}>}
 * @throws an error with `key` and `values` for the catalogue when it cannot be read
 */
export async function unpack(link, known) {
  if (link.length > (known.kept ? MOST_KEPT : 4 * MOST_TEXT))
    throw refusal("link.large", { received: link.length, limit: MOST_TEXT });
  /** @type {unknown} */ let first = null;
  for (const reading of readings(link)) {
    try {
      return await unpacked(reading, known);
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

/**
 * What programs do to a link on its way: escapes, line ends of mail, characters that nobody sees.
 */
function readings(link) {
  const whole = unescaped(unescaped(link)) // some programs escape what is escaped
    .replace(/[\s\p{Cf}]/gu, "")
    .replace(/^[^a-z0-9]+/i, "");
  const mail = whole.replace(/=3D/gi, "").replace(/=2E/gi, ".");
  return new Set([whole, whole.replaceAll("=", ""), mail.replaceAll("=", "")]);
}

/** Escapes as characters: an address has whatever is not ASCII in its hash as escaped UTF-8. */
function unescaped(link) {
  return link.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes.replace(/%([2-7][0-9a-f])/gi, (_, code) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      );
    }
  });
}

async function unpacked(link, known) {
  const dot = link.indexOf(".");
  const version = dot < 0 ? link : link.slice(0, dot);
  if (!/^v\d+$/i.test(version)) throw refusal("link.damaged", { received: link.length });
  if (version !== VERSION)
    throw refusal("link.version", { received: version.slice(0, 12), expected: VERSION });
  const [, body, end] = sure(/^([\w-]*)(?:\.([0-9a-z]{4}))?/.exec(link.slice(dot + 1)));
  if (body.length > (known.kept ? MOST_KEPT : MOST_TEXT))
    throw refusal("link.large", { received: body.length, limit: MOST_TEXT });
  try {
    if (end && end !== check(body)) throw new Error("check");
    const raw = new Blob([decoded(body.replaceAll("-", "+").replaceAll("_", "/"))]).stream();
    const whole = await read(raw.pipeThrough(new DecompressionStream("deflate-raw")), MOST_BYTES);
    return state(whole, known);
  } catch (error) {
    if (error instanceof Error && "key" in error) throw error;
    throw refusal("link.damaged", { received: link.length });
  }
}

function state(whole, known) {
  const length = (whole[0] << 8) | whole[1];
  const header = JSON.parse(
    new TextDecoder("utf-8", { fatal: true }).decode(whole.subarray(2, 2 + length)),
  );
  const record = typeof header === "object" && header !== null && !Array.isArray(header);
  const { shape, whole: complete, ...fields } = record ? header : {};
  const size = shape === undefined ? DRAWN : sizeFrom(shape);
  const images =
    record &&
    size &&
    pictures(whole.subarray(2 + length), size, { complete, most: known.bounds.images });
  if (!images) throw refusal("link.damaged", { received: whole.length });
  const found = usable(fields, images.length || known.bounds.images, known);
  return { state: { ...known.usual, ...found.state, images }, unused: found.unused };
}

/** The images behind a header; none where they were left out, null where they are not whole. */
function pictures(rest, size, { complete, most }) {
  const each = count(size);
  if (complete === false) return rest.length === 0 ? [] : null;
  if (rest.length === 0 || rest.length % each || rest.length > most * each) return null;
  return Array.from({ length: rest.length / each }, (_, index) =>
    base64(sums(rest.subarray(each * index, each * (index + 1)), size)),
  );
}

/**
 * All bytes of a stream, or a refusal as soon as there are more than `most`: a bomb is never
 * inflated.
 */
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
  return joined(parts);
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
