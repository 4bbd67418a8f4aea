/** What the page's array functions make of values, for tests/figures/test_fills.py. */

import { readFileSync } from "node:fs";
import { counted, filled, limit, ranked } from "../../../assets/web/canvas/arrays.js";
import { base64, bytes } from "../../../assets/web/base/numbers.js";

const { figures, arrays } = JSON.parse(readFileSync(0, "utf8"));
const floats = (text) => new Float32Array(bytes(text).buffer);
const doubles = (values) => base64(new Uint8Array(Float64Array.from(values).buffer));
const each = (record, change) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

/** Every array of a trace as float64, so that NaN and −0 survive. */
const written = (field) =>
  Array.isArray(field?.shape) ? { shape: field.shape, data: doubles(field.values) } : field;

const answers = {
  figures: figures.map(({ figure, tensors, grids, limit: end }) => {
    const { data, layout } = filled(figure, { tensors: each(tensors, floats), grids, limit: end });
    return { data: data.map((trace) => each(trace, written)), layout };
  }),
  arrays: arrays.map(({ values, low, high }) => {
    const found = floats(values);
    const { values: ordered, order } = ranked(found);
    const { middles, counts } = counted(found, low, high);
    return {
      limit: limit(found),
      ranked: [doubles(ordered), doubles(order)],
      counted: [doubles(middles), doubles(counts)],
    };
  }),
};
process.stdout.write(JSON.stringify(answers));
