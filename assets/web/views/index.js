/** The views, in the order of their tabs. `beside`: the pad stays beside it. */

import { createCourse } from "./course.js";
import { createNetwork } from "./network.js";
import { createStage } from "./stage.js";
import { createWeights } from "./weights.js";

export const VIEWS = [
  { name: "explore", create: createStage, beside: true },
  { name: "network", create: createNetwork, beside: true },
  { name: "weights", create: createWeights, beside: false },
  { name: "course", create: createCourse, beside: false },
];
