/** What a file without a server answers to queries, for tests/ui/test_home.py: its replies with arrays as lists. */

import { readFileSync } from "node:fs";
import { createLocal } from "../../../assets/web/twin/local.js";

const { start, recorded, files, queries } = JSON.parse(readFileSync(0, "utf8"));
const local = createLocal({
  start,
  recorded,
  get: async (model, checkpoint) => new Uint8Array(readFileSync(files[model][checkpoint])).buffer,
});
const plain = (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
const answers = [];
for (const query of queries) answers.push(await local.view(JSON.stringify(query)));
process.stdout.write(JSON.stringify(answers, plain));
