/** The current step in symbols, code and numbers. */

import { make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";

/** @returns {import("../state/types.js").Part} */
export function createNumbers() {
  const formula = make("code", { class: "formula" });
  const code = make("code", { class: "code" });
  const facts = make("dl", { class: "facts" });
  const printed = make("pre", { class: "printed", tabindex: "0" });
  const lines = make("div", { class: "lines" }, formula, code);

  return {
    element: make("div", { class: "numbers" }, lines, facts, printed),
    about: ["step"],
    update(reply) {
      formula.textContent = reply.texts.formula;
      code.textContent = reply.texts.code;
      facts.replaceChildren(
        ...reply.facts.map(({ key, label, value }) =>
          make("div", { "data-fact": key }, make("dt", {}, label), make("dd", {}, fixed(value))),
        ),
      );
      printed.hidden = !reply.texts.printed;
      printed.textContent = reply.texts.printed ?? "";
    },
  };
}
