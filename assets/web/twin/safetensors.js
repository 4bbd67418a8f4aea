/**
 * Weights as a `.safetensors` file holds them: a header in JSON, then the numbers, little-endian.
 */

/** @typedef {import("./types.js").Tensor} Tensor */

const LARGEST_HEADER = 1_000_000; // bytes

/** @type {Record<string, (bytes: ArrayBuffer) => Float32Array>} */
const READERS = { F32: (bytes) => new Float32Array(bytes), F16: widened };

/**
 * @param {ArrayBuffer} file
 * @returns {Record<string, Tensor>} by name
 * @throws {Error} where the file is none, or holds other numbers than float16 and float32
 */
export function read(file) {
  if (file.byteLength < 8)
    throw new Error(`Expected a safetensors file, got ${file.byteLength} bytes.`);
  const length = Number(new DataView(file).getBigUint64(0, true));
  const start = 8 + length;
  if (length > LARGEST_HEADER || start > file.byteLength)
    throw new Error(`Expected a safetensors file, got a header of ${length} bytes.`);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length)));
  const { __metadata__: _, ...entries } = header;
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, tensor(file, start, name, entry)]),
  );
}

/** @returns {Tensor} */
function tensor(file, start, name, { dtype, shape, data_offsets: [from, to] }) {
  const reader = READERS[dtype];
  if (!reader) throw new Error(`${name} holds ${dtype}, expected one of ${Object.keys(READERS)}.`);
  if (start + to > file.byteLength) throw new Error(`${name} is cut short.`);
  const values = reader(file.slice(start + from, start + to));
  const count = shape.reduce((product, each) => product * each, 1);
  if (values.length !== count)
    throw new Error(`${name} has ${values.length} values, expected ${count}.`);
  return { shape, values };
}

/**
 * float16 as float32, exactly. The bits of a half, moved to where a single has them, are a number
 * 2⁻¹¹² times too small, subnormal ones included; what is infinite or no number is put right after.
 */
function widened(bytes) {
  const halves = new Uint16Array(bytes);
  const result = new Float32Array(halves.length);
  const bits = new Uint32Array(result.buffer);
  for (let index = 0; index < halves.length; index += 1) {
    const half = halves[index];
    bits[index] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
    if ((half & 0x7c00) === 0x7c00) bits[index] |= 0x7f800000;
    else result[index] *= 2 ** 112;
  }
  return result;
}
