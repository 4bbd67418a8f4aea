/**
 * Sentences in which the terms of the field can be asked about: each becomes a button with a dotted
 * line.
 */

import { make } from "./elements.js";
import { sure } from "./sure.js";

export const TERMS = [
  "preactivation",
  "activation",
  "unit",
  "logit",
  "bias",
  "weight",
  "batch",
  "softmax",
  "nograd",
  "frozen",
];

// What never begins a line; a browser would break one behind a button.
const STOPS = /^[，。；：、！？）,.;:!?)]*/;

/**
 * A sentence with its terms, each where it stands first.
 *
 * @param {(key: string) => string} say @param {string} text @returns {(Node | string)[]}
 */
export function glossed(say, text) {
  const words = TERMS.flatMap((term) =>
    say(`gloss.${term}.words`)
      .split("|")
      .map((word) => ({ term, word })),
  );
  const pattern = words.map(({ word }) => word.replaceAll(".", "\\.")).join("|");
  const met = new Set();
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(new RegExp(`(?<![\\w-])(?:${pattern})(?![\\w-])`, "gi"))) {
    const { term } = sure(words.find(({ word }) => word.toLowerCase() === found[0].toLowerCase()));
    if (met.has(term)) continue;
    met.add(term);
    const end = found.index + found[0].length;
    const [stop] = sure(text.slice(end).match(STOPS));
    const asked = button(term, found[0]);
    const kept = stop ? make("span", { class: "together" }, asked, stop) : asked;
    parts.push(text.slice(from, found.index), kept);
    from = end + stop.length;
  }
  return [...parts, text.slice(from)];
}

function button(term, word) {
  return make(
    "button",
    { type: "button", class: "link term", "data-term": term, "aria-expanded": "false" },
    word,
  );
}
