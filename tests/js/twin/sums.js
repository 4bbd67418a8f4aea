/** The page's sums, for tests/test_twin.py: of base64 of float32 by name, the same again. */

import { readFileSync } from "node:fs";
import { base64, decode } from "../../../assets/web/base/numbers.js";
import { sums } from "../../../assets/web/twin/comparing.js";

const each = (change, given) =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, change(value)]));
const found = sums(each((data) => decode({ data }), JSON.parse(readFileSync(0, "utf8"))));
process.stdout.write(
  JSON.stringify(each((values) => base64(new Uint8Array(values.buffer)), found)),
);
