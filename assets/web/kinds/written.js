/**
 * A unit whose story is a few lines of numbers, written where its kind is known; the last number
 * leads on.
 */

import { make } from "../base/elements.js";
import { lines, link } from "./parts.js";

/** @param {import("../state/types.js").Page} page @param {any} section */
export function explain(page, section) {
  const { say } = page;
  const { formulas, source, note } = section;
  if (note) return { parts: [make("p", {}, note)] }; // why it cannot be written out
  if (!formulas) return { parts: [] };
  const way =
    source && section.from !== undefined
      ? make("p", {}, `${say("inspector.source")} `, link(page, source, section.from, source))
      : null;
  return { parts: [make("div", { class: "left" }, lines(...formulas), way)] };
}
