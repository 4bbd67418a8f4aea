/** What the twin answers to queries, for tests/test_twin.py: every step's values as base64 of float32. */

import { readFileSync } from "node:fs";
import { base64 } from "../../../assets/web/base/numbers.js";
import { createTwin } from "../../../assets/web/twin/twin.js";

const { models, perturbations, files, queries } = JSON.parse(readFileSync(0, "utf8"));
const twin = createTwin({
  models,
  perturbations,
  get: async (model, checkpoint) => new Uint8Array(readFileSync(files[model][checkpoint])).buffer,
  changed: () => {},
});
for (const query of queries) twin.load(query);
await new Promise((resolve) => setTimeout(resolve, 50));

const written = (outputs) =>
  outputs &&
  Object.fromEntries(
    Object.entries(outputs).map(([step, values]) => [step, base64(new Uint8Array(values.buffer))]),
  );
const answers = queries.map((query) => {
  const answer = twin.answer(query);
  if (!answer) return { state: twin.state(query) };
  return {
    state: "ready",
    passes: answer.passes.map(written),
    other: written(answer.other),
    ...twin.prediction(query, answer),
  };
});
process.stdout.write(JSON.stringify(answers));
