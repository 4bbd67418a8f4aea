/** Arrays from replies, and numbers on the page: fixed digits to read, full precision to copy. */

import { make } from "./elements.js";

export const MINUS = "\u2212";

/**
 * @param {any} tensor `{shape, data}`, little-endian float32 in base64, or the numbers as they are
 * @returns {Float32Array<ArrayBuffer>}
 */
export function decode(tensor) {
  if (ArrayBuffer.isView(tensor)) return /** @type {any} */ (tensor);
  return new Float32Array(bytes(tensor.data).buffer);
}

/**
 * An array as a reply has it: what `decode` reads.
 *
 * @param {Float32Array} values @param {number[]} shape
 */
export function encode(values, shape) {
  return { shape, data: base64(new Uint8Array(values.slice().buffer)) };
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
  if (array.values) return array; // filled by this page
  const values = new TYPES[array.dtype](bytes(array.bdata).buffer);
  const shape = array.shape ? String(array.shape).split(",").map(Number) : [values.length];
  return { values, shape };
}

/** Browsers of 2025 and later go between bytes and base64 themselves, in a fraction of the time. */
const OWN = /** @type {any} */ (Uint8Array);

/** @param {string} text base64 @returns {Uint8Array<ArrayBuffer>} */
export function bytes(text) {
  if (OWN.fromBase64) return OWN.fromBase64(text);
  const raw = atob(text);
  const array = new Uint8Array(raw.length);
  for (let index = 0; index < raw.length; index += 1) array[index] = raw.charCodeAt(index);
  return array;
}

/** @param {Uint8Array} array @returns {string} */
export function base64(array) {
  if (OWN.fromBase64) return /** @type {any} */ (array).toBase64();
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

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * A number of any size with some significant digits: `−0.0312`, `1.250·10⁻⁷`; as Python's `digits`
 * writes it.
 */
export function digits(/** @type {number} */ value, count = 4) {
  if (value === 0 || !Number.isFinite(value)) return String(value).replace("-", MINUS);
  const [mantissa, power] = value.toExponential(count - 1).split("e");
  const exponent = Number(power);
  const plain = exponent >= -3 && exponent < 5;
  const raised = String(Math.abs(exponent)).replace(/\d/g, (digit) => RAISED[Number(digit)]);
  const text = plain
    ? value.toFixed(Math.max(0, count - 1 - exponent))
    : `${mantissa}·10${exponent < 0 ? "⁻" : ""}${raised}`;
  return text.replace("-", MINUS);
}

const MOST = 17; // significant digits of a number of 64 bits

/** The share −log of which is a loss, with as many digits as it takes to work that out. */
export function shareOf(/** @type {number} */ loss) {
  const share = Math.exp(-loss);
  const comes = (count) => -Math.log(Number(share.toPrecision(count)));
  let count = 4;
  while (count < MOST && digits(comes(count)) !== digits(loss)) count += 1;
  return digits(share, count);
}

const EXACT = 100; // digits behind the point, as many as there can be

/**
 * A number with at most so many significant digits, as Python's `g` writes it into a formula.
 *
 * @param {number} value
 * @param {number} count from 2 on
 */
export function general(value, count) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  const [mantissa, power] = even(value, count).split("e");
  const exponent = Number(power);
  const sign = Object.is(value, -0) ? "-" : "";
  if (exponent >= -4 && exponent < count) return sign + String(Number(`${mantissa}e${exponent}`));
  const digits = String(Math.abs(exponent)).padStart(2, "0");
  return `${Number(mantissa)}e${exponent < 0 ? "-" : "+"}${digits}`;
}

/** The digits of a number, where half of the last one goes to the even one as in Python. */
function even(value, count) {
  const text = value.toExponential(count - 1);
  const [digits, power] = value.toExponential(EXACT).split("e");
  const half = new RegExp(`^-?\\d\\.\\d{${count - 1}}50*$`).test(digits);
  if (!half) return text;
  const down = digits.slice(0, digits.indexOf(".") + count);
  return Number(down.at(-1)) % 2 ? text : `${down}e${power}`;
}

/** A probability as a percentage with two digits. */
export function percent(/** @type {number} */ value) {
  return `${(100 * value).toFixed(2)}\u202f%`;
}

/** A share in whole per cent; near nothing and near all with the digits that tell them from it. */
export function inWhole(/** @type {number} */ share) {
  const near = share < 0.01 || share > 0.99;
  return near ? (100 * share).toFixed(2) : String(Math.round(100 * share));
}

/** As PyTorch prints it. */
export function size(/** @type {number[]} */ shape) {
  return `torch.Size([${shape.join(", ")}])`;
}

/** How many units a step has. @param {number[]} shape of the whole batch */
export function units(shape) {
  return shape.slice(1).reduce((product, each) => product * each, 1);
}

/**
 * A number as an element: rounded to read, exact to copy.
 *
 * @param {number} value
 * @param {number} [digits]
 */
export function number(value, digits = 4) {
  return renew(make("span"), value, digits);
}

/** A number with its sign always written, as in a sum. */
export function signed(/** @type {number} */ value, digits = 4) {
  return renew(make("span"), value, digits, true);
}

/**
 * Give the element of a number another value; while the pen moves this costs a fifth of making it
 * anew.
 */
export function renew(element, value, digits = 4, withSign = false) {
  const text = fixed(value, digits);
  element.textContent = withSign && value >= 0 ? `+${text}` : text;
  element.className = withSign ? `num ${value < 0 ? "minus" : "plus"}` : "num";
  element.dataset.exact = value;
  element.title = String(value);
  return element;
}

/** What is copied out of `section` are the exact numbers, not the rounded ones on screen. */
export function copyExactly(/** @type {HTMLElement} */ section) {
  section.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (!selection || selection.isCollapsed) return;
    const copied = make("div", {}, selection.getRangeAt(0).cloneContents());
    for (const element of copied.querySelectorAll("[data-exact]"))
      element.textContent = element.dataset.exact;
    event.clipboardData?.setData(
      "text/plain",
      [...copied.childNodes].map((node) => node.textContent).join(" "),
    );
    event.preventDefault();
  });
}
