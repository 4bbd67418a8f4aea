/** The panels below the figure, in the order of their tabs. */

import { createCode } from "./code.js";
import { createDeciding } from "./deciding.js";
import { createEdits } from "./edits.js";
import { createFraction } from "./fraction.js";
import { createInspector } from "./inspector.js";
import { createLinear } from "./linear.js";
import { createMind } from "./mind.js";
import { createNumbers } from "./numbers.js";
import { createRobustness } from "./robustness.js";
import { createTeach } from "./teach.js";
import { createTrain } from "./train.js";

export const PANELS = [
  { name: "numbers", group: "see", create: createNumbers },
  { name: "code", group: "see", create: createCode },
  { name: "unit", group: "explain", create: createInspector },
  { name: "fraction", group: "explain", create: createFraction },
  { name: "linear", group: "explain", create: createLinear },
  { name: "edit", group: "experiment", create: createEdits },
  { name: "deciding", group: "experiment", create: createDeciding },
  { name: "mind", group: "experiment", create: createMind },
  { name: "robustness", group: "experiment", create: createRobustness },
  { name: "teach", group: "experiment", create: createTeach },
  { name: "train", group: "experiment", create: createTrain },
];
