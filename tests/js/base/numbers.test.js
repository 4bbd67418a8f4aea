/** How numbers are read from replies and how people read them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  base64,
  bytes,
  decode,
  decodeTyped,
  digits,
  encode,
  fixed,
  general,
  inWhole,
  percent,
  renew,
  size,
  units,
  shareOf,
} from "../../../assets/web/base/numbers.js";
import { numbers } from "../random.js";

const MINUS = "−";

/** What Python sends: little-endian, in base64. */
const packed = (array) => Buffer.from(array.buffer).toString("base64");

test("numbers of any size have four digits that count", () => {
  const written = [
    [0, "0"],
    [-0.03124, `${MINUS}0.03124`],
    [1, "1.000"],
    [12345.6, "12346"],
    [123456, "1.235·10⁵"],
    [-0.00095, `${MINUS}9.500·10⁻⁴`],
    [0.001, "0.001000"],
    [1.25e-12, "1.250·10⁻¹²"],
    [Number.NaN, "NaN"],
  ];
  for (const [value, text] of written) assert.equal(digits(value), text);
  assert.equal(digits(0.01, 2), "0.010");
});

test("in a formula a number is what Python's g makes of it", () => {
  const written = [
    [0, "0"],
    [-0, "-0"],
    [2.5, "2.5"],
    [0.15625, "0.1562"],
    [-0.46875, "-0.4688"],
    [0.28125, "0.2812"],
    [0.28126, "0.2813"],
    [1234.5, "1234"],
    [1235.5, "1236"],
    [9999.6, "1e+04"],
    [123456, "1.235e+05"],
    [0.0001, "0.0001"],
    [0.00009, "9e-05"],
    [-1.5e-12, "-1.5e-12"],
    [1e100, "1e+100"],
    [Infinity, "inf"],
    [-Infinity, "-inf"],
    [NaN, "nan"],
  ];
  for (const [value, text] of written) assert.equal(general(value, 4), text);
  assert.equal(general(123456.5, 6), "123456");
});

test("digits, and a real minus sign", () => {
  assert.equal(fixed(1.23456), "1.2346");
  assert.equal(fixed(-1.23456), `${MINUS}1.2346`);
  assert.equal(fixed(-1.23456, 2), `${MINUS}1.23`);
  assert.equal(fixed(12), "12");
  assert.equal(fixed(-12), `${MINUS}12`);
  assert.equal(fixed(0), "0");
  assert.equal(fixed("ReLU"), "ReLU");
});

test("what is printed is the number, to half a digit", () => {
  const next = numbers(2);
  for (let round = 0; round < 500; round += 1) {
    const value = (next() - 0.5) * 10 ** Math.floor(6 * next() - 2);
    const digits = 1 + Math.floor(6 * next());
    const back = Number(String(fixed(value, digits)).replace(MINUS, "-"));
    assert.ok(Math.abs(back - value) <= 0.51 * 10 ** -digits, `${value} ${fixed(value, digits)}`);
    assert.ok(!String(fixed(value, digits)).includes("-"));
  }
});

test("percent has two digits and is a hundred times the share", () => {
  const plain = (share) => percent(share).replace(/\s/g, " ");
  assert.equal(plain(0.12345), "12.35 %");
  assert.equal(plain(1), "100.00 %");
  assert.equal(plain(0), "0.00 %");
  assert.equal(plain(0.0004), "0.04 %");
});

test("sizes as PyTorch prints them", () => {
  assert.equal(size([1, 28, 28]), "torch.Size([1, 28, 28])");
  assert.equal(size([512]), "torch.Size([512])");
});

test("a reply's tensor is little-endian float32", () => {
  const values = Float32Array.of(0, -1.5, 3.25, 1e-20, -7e12);
  assert.deepEqual(decode({ shape: [5], data: packed(values) }), values);
});

test("a tensor is written as a reply has it", () => {
  const values = Float32Array.of(9, 0, -1.5, 3.25, 1e-20, -7e12).subarray(1);
  const tensor = encode(values, [1, 5]);
  assert.deepEqual(tensor.shape, [1, 5]);
  assert.deepEqual(decode(tensor), values);
});

test("plotly's arrays of every kind, and plain lists", () => {
  for (const [dtype, Kind] of [
    ["f4", Float32Array],
    ["f8", Float64Array],
    ["i1", Int8Array],
    ["u1", Uint8Array],
    ["i2", Int16Array],
    ["u2", Uint16Array],
    ["i4", Int32Array],
    ["u4", Uint32Array],
  ]) {
    const values = Kind.of(1, 2, 100, 4, 5, 6);
    const read = decodeTyped({ dtype, bdata: packed(values), shape: "2, 3" });
    assert.deepEqual([...read.values], [1, 2, 100, 4, 5, 6], dtype);
    assert.deepEqual(read.shape, [2, 3]);
    assert.deepEqual(decodeTyped({ dtype, bdata: packed(values) }).shape, [6]);
  }
  assert.deepEqual(decodeTyped([1, 2]), { values: [1, 2], shape: [2] });
  assert.deepEqual(
    [...decodeTyped({ dtype: "u1", bdata: packed(Uint8Array.of(200)) }).values],
    [200],
  );
  assert.deepEqual(
    [...decodeTyped({ dtype: "u2", bdata: packed(Uint16Array.of(6e4)) }).values],
    [6e4],
  );
  assert.deepEqual([...decodeTyped({ dtype: "i1", bdata: packed(Int8Array.of(-3)) }).values], [-3]);
});

test("bytes go to base64 and back", () => {
  const next = numbers(3);
  for (const length of [0, 1, 2, 3, 784]) {
    const raw = Uint8Array.from({ length }, () => 256 * next());
    assert.equal(base64(raw), Buffer.from(raw).toString("base64"));
    assert.deepEqual(bytes(base64(raw)), raw);
  }
});

test("units are counted for one image of the batch", () => {
  assert.equal(units([8, 28, 28]), 784);
  assert.equal(units([1, 512]), 512);
  assert.equal(units([3]), 1);
});

/** What `renew` leaves on an element. */
function shown(value, digits, withSign) {
  const element = renew({ dataset: {} }, value, digits, withSign);
  return [element.textContent, element.className, element.dataset.exact, element.title];
}

test("rounded to read, exact to copy", () => {
  assert.deepEqual(shown(1.23456789, 3), ["1.235", "num", 1.23456789, "1.23456789"]);
  assert.deepEqual(shown(-0.5, 2), ["−0.50", "num", -0.5, "-0.5"]);
});

test("in a sum every number has its sign", () => {
  assert.deepEqual(shown(1.5, 2, true).slice(0, 2), ["+1.50", "num plus"]);
  assert.deepEqual(shown(-1.5, 2, true).slice(0, 2), ["−1.50", "num minus"]);
  assert.deepEqual(shown(0, 2, true).slice(0, 2), ["+0", "num plus"]);
});

test("a share in whole per cent is neither nothing nor all where it is not", () => {
  const shares = [0.0018, 0.0099, 0.01, 0.954, 0.99, 0.9951, 0.99996];
  assert.deepEqual(shares.map(inWhole), ["0.18", "0.99", "1", "95", "99", "99.51", "100.00"]);
});

test("a loss is worked out of the share that is written for it", () => {
  for (const loss of [0, 6e-8, 0.0003, 0.00030004, 0.0457, 1, 2.3026, 17.25, 103.2, 700]) {
    const share = shareOf(loss);
    const [mantissa, power = "0"] = share.replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/g, plain).split("·10");
    const worked = -Math.log(Number(`${mantissa}e${power}`));
    assert.equal(digits(worked), digits(loss), share);
    assert.ok(mantissa.replace(/^0\.0*|\./g, "").length >= 4, share);
  }
  assert.equal(shareOf(2.3026), "0.1000");
});

/** A raised letter as it is written on the line. */
const plain = (raised) => "-0123456789"["⁻⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(raised)];
