/** The identities a view carries: a quiet tick that opens to its numbers, or a loud cross. */

import { make } from "../base/elements.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createChecks({ say }) {
  const title = make("h2");
  const list = make("div", { class: "checks" });
  const section = make("section", { id: "checks" }, title, list);
  /** @type {Map<string, any>} */ const rows = new Map();

  function row(key) {
    if (!rows.has(key)) {
      const mark = make("span", { class: "mark", "aria-hidden": "true" });
      const words = make("span");
      const numbers = make("dl");
      const element = make("details", {}, make("summary", {}, mark, words), numbers);
      rows.set(key, { element, mark, words, numbers });
    }
    return rows.get(key);
  }

  function checked(checks) {
    const shown = checks.map((check) => {
      const { element, mark, words, numbers } = row(check.key);
      const state = check.passed ? "passed" : "failed";
      element.dataset.check = state;
      element.dataset.key = check.key;
      element.dataset.residual = check.residual;
      mark.textContent = check.passed ? "✓" : "✗";
      words.textContent = check.passed
        ? check.sentence
        : `${check.sentence} ${say("check.failed")}`;
      const parts = {
        left: check.left,
        right: check.right,
        residual: check.residual,
        tolerance: check.tolerance,
      };
      numbers.replaceChildren(
        ...Object.entries(parts).map(([key, value]) =>
          make("div", {}, make("dt", {}, say(`check.${key}`)), make("dd", {}, String(value))),
        ),
      );
      return element;
    });
    if (
      shown.length !== list.children.length ||
      shown.some((element, index) => list.children[index] !== element)
    )
      list.replaceChildren(...shown);
  }

  return {
    element: section,
    checked,
    update: (reply) => checked(reply.checks),
    name() {
      title.textContent = say("check.title");
    },
  };
}
