/** What several explanations are made of. */

import { make } from "../base/elements.js";

/** The way back to the unit that a number comes from; plain text where no hook has seen it. */
export function link({ say, actions }, step, unit, text = String(unit)) {
  if (!step) return make("span", {}, text);
  return make(
    "button",
    {
      type: "button",
      class: "link",
      title: say("inspector.follow", { unit, step }),
      onclick: (event) => actions.follow(step, unit, event.timeStamp),
    },
    text,
  );
}

/** @param {...(string | (Node | string)[])} formulas one below the other */
export function lines(...formulas) {
  return make(
    "div",
    { class: "formulas" },
    ...formulas.map((formula) => make("p", { class: "formula" }, ...[formula].flat())),
  );
}

/** Where a unit stands in an array, axis by axis. @param {number} unit @param {number[]} shape */
export function placeOf(unit, shape) {
  const index = [];
  let left = unit;
  for (const size of [...shape].reverse()) {
    index.unshift(left % size);
    left = Math.floor(left / size);
  }
  return index;
}

/**
 * How a unit, its row of weights and its inputs are indexed: in a sequence every place has a row of
 * its own.
 *
 * @param {{unit: number, place?: number[]}} section
 */
export function placed({ unit, place = [unit] }) {
  const row = place.slice(0, -1);
  return {
    unit: place.join(", "),
    output: place[place.length - 1],
    input: (/** @type {number | string} */ index) => [...row, index].join(", "),
  };
}
