/** What chains of layers make of images, for tests/test_twin_layers.py; null where they are unknown. */

import { readFileSync } from "node:fs";
import { createNetwork } from "../../../assets/web/twin/network.js";

const floats = ({ shape, values }) => ({ shape, values: Float32Array.from(values) });
const cases = JSON.parse(readFileSync(0, "utf8"));
const answers = cases.map(({ chain, tensors, image }) => {
  const weights = Object.entries(tensors).map(([name, tensor]) => [name, floats(tensor)]);
  const network = createNetwork(chain, Object.fromEntries(weights));
  return network && Array.from(network.run(Float32Array.from(image))[chain.at(-1).id]);
});
process.stdout.write(JSON.stringify(answers));
