/** Read arrays from replies and print numbers with fixed digits. */

const MINUS = "\u2212";

/** @param {{shape: number[], data: string}} tensor little-endian float32 in base64 */
export function decode(tensor) {
  return new Float32Array(bytes(tensor.data).buffer);
}

const TYPES = {
  f4: Float32Array,
  f8: Float64Array,
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
};

/** An array as plotly's Python writes it, `{dtype, bdata, shape}`, or a plain list. */
export function decodeTyped(array) {
  if (Array.isArray(array)) return { values: array, shape: [array.length] };
  const values = new TYPES[array.dtype](bytes(array.bdata).buffer);
  const shape = array.shape ? String(array.shape).split(",").map(Number) : [values.length];
  return { values, shape };
}

/** @param {string} text base64 */
export function bytes(text) {
  const raw = atob(text);
  const array = new Uint8Array(raw.length);
  for (let index = 0; index < raw.length; index += 1) array[index] = raw.charCodeAt(index);
  return array;
}

/** @param {Uint8Array} array */
export function base64(array) {
  let raw = "";
  for (let index = 0; index < array.length; index += 1) raw += String.fromCharCode(array[index]);
  return btoa(raw);
}

/** Four digits after the point, a real minus sign; whole numbers without digits. */
export function fixed(/** @type {number | string} */ value, digits = 4) {
  if (typeof value !== "number") return value;
  const text = Number.isInteger(value) ? String(value) : value.toFixed(digits);
  return text.replace("-", MINUS);
}

/** A probability as a percentage with two digits. */
export function percent(/** @type {number} */ value) {
  return `${(100 * value).toFixed(2)}\u202f%`;
}

/** As PyTorch prints it. */
export function size(/** @type {number[]} */ shape) {
  return `torch.Size([${shape.join(", ")}])`;
}

/** How many units a step has. @param {number[]} shape of the whole batch */
export function units(shape) {
  return shape.slice(1).reduce((product, each) => product * each, 1);
}

/** Rows and columns for showing `count` values with all of them visible, about twice as wide as high. */
export function grid(/** @type {number} */ count) {
  const side = Math.sqrt(count);
  if (Number.isInteger(side) && count > 16) return { rows: side, columns: side };
  let rows = Math.max(1, Math.round(Math.sqrt(count / 2)));
  while (rows > 1 && count % rows) rows -= 1;
  return { rows, columns: Math.ceil(count / rows) };
}
