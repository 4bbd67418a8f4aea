/** QR codes (ISO/IEC 18004): bytes, error correction level L, versions 1 to 40, the best of the eight masks. */

// By version: codewords in all, of error correction in each block, and blocks, at level L (table 9 of the standard).
const TOTAL = [
  26, 44, 70, 100, 134, 172, 196, 242, 292, 346, 404, 466, 532, 581, 655, 733, 815, 901, 991, 1085,
  1156, 1258, 1364, 1474, 1588, 1706, 1828, 1921, 2051, 2185, 2323, 2465, 2611, 2761, 2876, 3034,
  3196, 3362, 3532, 3706,
];
const CORRECTION = [
  7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26,
  28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
];
const BLOCKS = [
  1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15,
  16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
];
const LEVEL_L = 1; // as the format information counts levels

/** Powers and logarithms in GF(256) with the standard's polynomial x⁸ + x⁴ + x³ + x² + 1. */
const POWER = new Uint8Array(255);
const LOG = new Uint8Array(256);
for (let exponent = 0, value = 1; exponent < 255; exponent += 1) {
  POWER[exponent] = value;
  LOG[value] = exponent;
  value = (value << 1) ^ (value & 128 ? 0x11d : 0);
}
const times = (one, other) => (one && other ? POWER[(LOG[one] + LOG[other]) % 255] : 0);

/** The remainder of the data, as a polynomial, divided by (x − 1)(x − 2)(x − 4)…: Reed–Solomon's codewords. */
function correction(data, count) {
  let divisor = [1];
  for (let root = 0; root < count; root += 1) {
    const next = [...divisor, 0];
    divisor.forEach((factor, index) => (next[index + 1] ^= times(factor, POWER[root])));
    divisor = next;
  }
  const rest = new Uint8Array(count);
  for (const byte of data) {
    const lead = byte ^ rest[0];
    rest.copyWithin(0, 1);
    rest[count - 1] = 0;
    for (let index = 0; index < count; index += 1) rest[index] ^= times(divisor[index + 1], lead);
  }
  return rest;
}

/** The data codewords: mode, length, bytes, end, and the standard's padding. */
function codewords(bytes, version, capacity) {
  const bits = [];
  const put = (value, length) => {
    for (let bit = length - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  put(4, 4); // byte mode
  put(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) put(byte, 8);
  put(0, Math.min(4, 8 * capacity - bits.length));
  while (bits.length % 8) bits.push(0);
  const words = [];
  for (let at = 0; at < bits.length; at += 8)
    words.push(parseInt(bits.slice(at, at + 8).join(""), 2));
  for (let pad = 0xec; words.length < capacity; pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

/** Data in blocks, each with its correction, interleaved as they are drawn. */
function interleaved(words, version) {
  const [blocks, extra] = [BLOCKS[version - 1], CORRECTION[version - 1]];
  const short = Math.floor(words.length / blocks);
  const longer = words.length % blocks;
  const parts = [];
  for (let block = 0, at = 0; block < blocks; block += 1) {
    const length = short + (block >= blocks - longer ? 1 : 0);
    parts.push(words.slice(at, at + length));
    at += length;
  }
  const checks = parts.map((part) => correction(part, extra));
  const result = [];
  for (let index = 0; index <= short; index += 1)
    for (const part of parts) if (index < part.length) result.push(part[index]);
  for (let index = 0; index < extra; index += 1)
    for (const check of checks) result.push(check[index]);
  return result;
}

/** Where the alignment patterns stand, by row and column. */
function centres(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = version === 32 ? 26 : Math.ceil((4 * version + 4) / (2 * count - 2)) * 2;
  const places = [6];
  for (let at = 4 * version + 10; places.length < count; at -= step) places.splice(1, 0, at);
  return places;
}

/** The patterns that every code of a version has; `fixed` says which modules they take. */
function frame(version) {
  const size = 4 * version + 17;
  const [dark, fixed] = [new Uint8Array(size * size), new Uint8Array(size * size)];
  const set = (row, column, value) => {
    if (row < 0 || column < 0 || row >= size || column >= size) return;
    dark[row * size + column] = value ? 1 : 0;
    fixed[row * size + column] = 1;
  };
  for (let at = 0; at < size; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  for (const [row, column] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ])
    for (let down = -4; down <= 4; down += 1)
      for (let across = -4; across <= 4; across += 1) {
        const ring = Math.max(Math.abs(down), Math.abs(across));
        set(row + down, column + across, ring !== 2 && ring !== 4);
      }
  const places = centres(version);
  const last = places.length - 1;
  places.forEach((row, one) =>
    places.forEach((column, other) => {
      if (
        (one === 0 && other === 0) ||
        (one === 0 && other === last) ||
        (one === last && other === 0)
      )
        return; // finders stand there
      for (let down = -2; down <= 2; down += 1)
        for (let across = -2; across <= 2; across += 1)
          set(row + down, column + across, Math.max(Math.abs(down), Math.abs(across)) !== 1);
    }),
  );
  return { size, dark, fixed, set };
}

/** Bits followed by the remainder of their division by a generator polynomial: a BCH code. */
function coded(value, generator, length) {
  let rest = value;
  for (let bit = 0; bit < length; bit += 1)
    rest = (rest << 1) ^ ((rest >> (length - 1)) * generator);
  return (value << length) | rest;
}

function information(page, version, mask) {
  const { size, set } = page;
  const format = coded((LEVEL_L << 3) | mask, 0x537, 10) ^ 0x5412;
  const bit = (index) => (format >> index) & 1;
  for (let index = 0; index <= 5; index += 1) set(index, 8, bit(index));
  set(7, 8, bit(6));
  set(8, 8, bit(7));
  set(8, 7, bit(8));
  for (let index = 9; index < 15; index += 1) set(8, 14 - index, bit(index));
  for (let index = 0; index < 8; index += 1) set(8, size - 1 - index, bit(index));
  for (let index = 8; index < 15; index += 1) set(size - 15 + index, 8, bit(index));
  set(size - 8, 8, 1);
  if (version < 7) return;
  const text = coded(version, 0x1f25, 12);
  for (let index = 0; index < 18; index += 1) {
    const [far, near] = [size - 11 + (index % 3), Math.floor(index / 3)];
    set(far, near, (text >> index) & 1);
    set(near, far, (text >> index) & 1);
  }
}

/** Put the codewords into the free modules: two columns at a time, upwards and downwards in turn, from the right. */
function fill({ size, dark, fixed }, words) {
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5; // the timing pattern's column is passed over
    for (let step = 0; step < size; step += 1) {
      const row = ((right + 1) & 2) === 0 ? size - 1 - step : step;
      for (const column of [right, right - 1])
        if (!fixed[row * size + column] && at < 8 * words.length) {
          dark[row * size + column] = (words[at >> 3] >> (7 - (at & 7))) & 1;
          at += 1;
        }
    }
  }
}

const MASKS = [
  (row, column) => (row + column) % 2,
  (row) => row % 2,
  (_, column) => column % 3,
  (row, column) => (row + column) % 3,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2,
  (row, column) => ((row * column) % 2) + ((row * column) % 3),
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2,
];

/** The standard's penalty: long runs, 2×2 blocks, what looks like a finder, and too much of one shade. */
function penalty({ size, dark }) {
  let sum = 0;
  let count = 0;
  const lines = [];
  for (let one = 0; one < size; one += 1) {
    let [row, column] = ["", ""];
    for (let other = 0; other < size; other += 1) {
      row += dark[one * size + other];
      column += dark[other * size + one];
      count += dark[one * size + other];
      const at = one * size + other;
      if (
        one &&
        other &&
        dark[at] === dark[at - 1] &&
        dark[at] === dark[at - size] &&
        dark[at] === dark[at - size - 1]
      )
        sum += 3;
    }
    lines.push(row, column);
  }
  for (const line of lines) {
    for (const run of line.match(/0{5,}|1{5,}/g) ?? []) sum += run.length - 2;
    for (const pattern of ["10111010000", "00001011101"])
      for (let at = line.indexOf(pattern); at >= 0; at = line.indexOf(pattern, at + 1)) sum += 40;
  }
  return sum + 10 * Math.floor(Math.abs((100 * count) / (size * size) - 50) / 5);
}

/** @param {string} content @returns {{size: number, modules: Uint8Array}} 1 is dark, row after row */
export function encode(content) {
  const bytes = new TextEncoder().encode(content);
  let version = 1;
  const capacity = () => TOTAL[version - 1] - CORRECTION[version - 1] * BLOCKS[version - 1];
  while (version <= 40 && capacity() < bytes.length + (version < 10 ? 2 : 3)) version += 1;
  if (version > 40)
    throw new Error(`A QR code holds at most 2953 bytes; ${bytes.length} were given.`);
  const words = interleaved(codewords(bytes, version, capacity()), version);
  let best = null;
  MASKS.forEach((mask, number) => {
    const page = frame(version);
    information(page, version, number);
    fill(page, words);
    for (let row = 0; row < page.size; row += 1)
      for (let column = 0; column < page.size; column += 1)
        if (!page.fixed[row * page.size + column] && mask(row, column) === 0)
          page.dark[row * page.size + column] ^= 1;
    const worth = penalty(page);
    if (!best || worth < best.worth) best = { worth, page };
  });
  return { size: best.page.size, modules: best.page.dark };
}

/** Paint a code black on white with its quiet zone. @param {HTMLCanvasElement} canvas */
export function draw(canvas, content, { quiet = 4, scale = 4 } = {}) {
  const { size, modules } = encode(content);
  canvas.width = canvas.height = scale * (size + 2 * quiet);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000";
  modules.forEach(
    (dark, index) =>
      dark &&
      context.fillRect(
        scale * (quiet + (index % size)),
        scale * (quiet + Math.floor(index / size)),
        scale,
        scale,
      ),
  );
}
