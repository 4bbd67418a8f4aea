/** Which headers of links the page takes whole, for tests/ui/test_bounds.py: `{start, headers}` to booleans. */

import { readFileSync } from "node:fs";
import { usable } from "../../../assets/web/state/fields.js";

const { start, headers } = JSON.parse(readFileSync(0, "utf8"));
const { bounds, perturbations } = start;
const known = { views: ["explore"], amounts: Object.keys(perturbations), bounds };
const taken = headers.map((header) => usable(header, bounds.images, known).unused.length === 0);
process.stdout.write(JSON.stringify(taken));
