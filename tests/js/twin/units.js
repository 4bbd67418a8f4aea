/** Where values of layers come from, as the page derives it, for tests/test_twin_units.py. */

import { readFileSync } from "node:fs";
import { kindOf } from "../../../assets/web/kinds/index.js";
import { feeding } from "../../../assets/web/twin/feeding.js";

/** What makes a value: each product with the place of its value, the largest first. */
function feeds(layer, unit) {
  const found = feeding(layer, unit);
  if (!found) return null;
  const { copied, order, products, places, bias, total } = found;
  if (copied !== undefined) return { copied };
  const made = order.filter((at) => products[at] !== 0);
  return { bias, total, made: made.map((at) => [places[at], products[at]]) };
}

const floats = ({ shape, values }) => ({ shape, values: Float32Array.from(values) });
const cases = JSON.parse(readFileSync(0, "utf8"));
const answers = cases.map(({ kind, link, tensors, image, units }) => {
  const weights = Object.entries(tensors).map(([name, tensor]) => [name, floats(tensor)]);
  const parameters = Object.fromEntries(weights);
  const about = { shape: link.takes, source: "before", link, parameters };
  const entering = Float32Array.from(image);
  return units.map((unit) => ({
    ...kindOf({ kind }).derive({ ...about, unit, entering }),
    feeding: feeds({ link, parameters, values: entering }, unit),
  }));
});
process.stdout.write(JSON.stringify(answers));
