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
      const [words, how] = [make("span"), make("span", { class: "how" })];
      const numbers = make("dl");
      const summary = make("summary", {}, mark, make("span", {}, words, how));
      const element = make("details", {}, summary, numbers);
      rows.set(key, { element, mark, words, how, numbers });
    }
    return rows.get(key);
  }

  function checked(/** @type {import("../state/types.js").Check[]} */ checks) {
    const shown = checks.map((check) => {
      const { element, mark, words, how, numbers } = row(check.key);
      const state = check.passed ? "passed" : "failed";
      element.dataset.check = state;
      element.dataset.key = check.key;
      element.dataset.residual = check.residual;
      mark.textContent = check.passed ? "✓" : "✗";
      words.textContent = check.passed
        ? check.sentence
        : `${check.sentence} ${say("check.failed")}`;
      how.textContent = check.how ?? "";
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
