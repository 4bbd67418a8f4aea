/** Where values of layers come from, as the page derives it, for tests/test_twin_units.py. */

import { readFileSync } from "node:fs";
import { kindOf } from "../../../assets/web/kinds/index.js";

const floats = ({ shape, values }) => ({ shape, values: Float32Array.from(values) });
const cases = JSON.parse(readFileSync(0, "utf8"));
const answers = cases.map(({ kind, link, tensors, image, units }) => {
  const weights = Object.entries(tensors).map(([name, tensor]) => [name, floats(tensor)]);
  const parameters = Object.fromEntries(weights);
  const about = { shape: link.takes, source: "before", link, parameters };
  const entering = Float32Array.from(image);
  return units.map((unit) => kindOf({ kind }).derive({ ...about, unit, entering }));
});
process.stdout.write(JSON.stringify(answers));
