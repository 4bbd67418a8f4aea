/**
 * A unit whose story is a few lines of numbers, written where its kind is known; the last number
 * leads on.
 */

import { make } from "../base/elements.js";
import { lines, link } from "./parts.js";

/** @param {import("../state/types.js").Page} page @param {any} section */
export function explain(page, section) {
  if (!section.formulas) return { parts: [] };
  const { say } = page;
  const { formulas, source } = section;
  const way =
    source && section.from !== undefined
      ? make("p", {}, `${say("inspector.source")} `, link(page, source, section.from, source))
      : null;
  return { parts: [make("div", { class: "left" }, lines(...formulas), way)] };
}
