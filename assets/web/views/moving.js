/**
 * One movement from a step to the next: how the values that stood before became those that stand
 * now.
 */

import { createMovement } from "../canvas/moving.js";
import { kindOf } from "../kinds/index.js";

/** What the values on screen are of. */
const VALUES = [
  ...["model", "checkpoint", "images", "focus", "step"],
  ...["edits", "versus", "taught", "options"],
];

/**
 * @param {import("../state/types.js").Page} page @param {any} plot of the stage
 * @returns {any} a part without an element
 */
export function createMoving(page, plot) {
  const movement = createMovement(plot);
  /** The step that was left, until its movement begins. @type {string | null} */ let left = null;
  let turn = 0; // of the choice: a movement waits for a figure, and another choice may be made

  /** Nobody waits for it: the numbers stand, and keys are heard. */
  function begin({ steps, values, sections }) {
    const { step } = page.store.get();
    const mine = turn;
    const place = steps.findIndex(({ id }) => id === step);
    const [before, after] = [steps[place - 1], steps[place]];
    const from = left;
    left = null;
    if (from === null || before?.id !== from || sections.versus) return;
    const side = (each) => ({ step: each, values: values[each.id] });
    const paint = kindOf(after).move?.(page, side(before), side(after));
    if (paint)
      plot.ready().then(
        () => mine === turn && movement.start(paint),
        () => {}, // a figure that could not be drawn has said so itself
      );
  }

  return {
    element: null,
    view: "explore",
    about: ["step"],
    chosen(now, before) {
      if (VALUES.every((field) => now[field] === before[field])) return;
      turn += 1;
      movement.stop();
      left = now.step === before.step ? null : before.step;
    },
    hand(reply, { step }) {
      if (step === page.store.get().step) begin(reply);
    },
    draw: (reply) => left !== null && begin(reply),
  };
}
