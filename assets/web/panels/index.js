/** The panels below the figure, in the order of their tabs. */

import { createCode } from "./code.js";
import { createDeciding } from "./deciding.js";
import { createEdits } from "./edits.js";
import { createFraction } from "./fraction.js";
import { createInspector } from "./inspector.js";
import { createLinear } from "./linear.js";
import { createNumbers } from "./numbers.js";
import { createRobustness } from "./robustness.js";

export const PANELS = [
  { name: "numbers", create: createNumbers },
  { name: "unit", create: createInspector },
  { name: "fraction", create: createFraction },
  { name: "linear", create: createLinear },
  { name: "edit", create: createEdits },
  { name: "deciding", create: createDeciding },
  { name: "robustness", create: createRobustness },
  { name: "code", create: createCode },
];
