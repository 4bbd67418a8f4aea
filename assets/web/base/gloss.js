/**
 * Sentences in which the terms of the field can be asked about: each becomes a button with a dotted
 * line.
 */

import { make } from "./elements.js";

export const TERMS = [
  "preactivation",
  "activation",
  "unit",
  "logit",
  "bias",
  "weight",
  "batch",
  "softmax",
];

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
    const { term } = words.find(({ word }) => word.toLowerCase() === found[0].toLowerCase());
    if (met.has(term)) continue;
    met.add(term);
    parts.push(text.slice(from, found.index), button(term, found[0]));
    from = found.index + found[0].length;
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
