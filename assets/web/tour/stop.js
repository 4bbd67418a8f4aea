/** The text of one stop: words, formula, the course's own lines, what they print here, one question. */

import { createCopyButton } from "../base/copying.js";
import { make } from "../base/elements.js";
import { formula } from "./formulas.js";
import { highlighted } from "./highlight.js";
import { PIXEL } from "./questions.js";

const LAYERS = ["input", "hidden", "output"]; // of the note on the structure
const SYMBOLS = ["class", "numerator", "denominator"]; // of the softmax's formula

/** @param {import("../state/types.js").Page} page @param {string} id of the stop @param {() => void} check */
export function createStop({ say, labels }, id, check) {
  const code = make("pre", { class: "printed", tabindex: "0" });
  const output = make("pre", { class: "printed output", tabindex: "0" });
  const looks = make("pre", { class: "printed output", tabindex: "0" });
  const shares = make("p", { class: "shares" });
  const marked = make("p", { class: "legend", hidden: true }, say("tour.given"));
  const answer = make("p", { class: "answer", role: "status" });
  const copy = createCopyButton(say, "code", code);
  copy.name();
  const head = (key) => make("h3", {}, say(key));
  const printed = make("div", { hidden: true }, head("course.output"), output);
  const looked = make("div", { hidden: true }, head("tour.looks"), looks);
  const element = make(
    "div",
    { "data-stop": id },
    make("p", {}, say(`course.${id}.text`)),
    formula(id),
    ...notes(say, id),
    make("div", { class: "head" }, head("tour.code"), copy.element),
    code,
    marked,
    printed,
    looked,
    shares,
    make(
      "div",
      { class: "question" },
      make("h3", {}, say("tour.question")),
      make("p", {}, say(`course.${id}.question`, PIXEL)),
      make(
        "button",
        { type: "button", "data-action": "check-answer", onclick: check },
        say("tour.check"),
      ),
      answer,
    ),
  );
  code.setAttribute("aria-label", say("tour.code"));
  output.setAttribute("aria-label", say("course.output"));
  looks.setAttribute("aria-label", say("tour.looks"));
  let built = "";

  return {
    element,
    /** @param {{code: string, given: number[], output: string, looks: string, shares?: number[][]}} told @param {number} focus */
    fill(told, focus) {
      if (told.code !== built) code.replaceChildren(...highlighted(told.code, told.given));
      built = told.code;
      marked.hidden = told.given.length === 0;
      printed.hidden = told.output === "";
      looked.hidden = told.looks === "";
      if (output.textContent !== told.output) output.textContent = told.output;
      if (looks.textContent !== told.looks) looks.textContent = told.looks;
      shares.textContent = told.shares
        ? say("tour.shares", { image: focus, list: percentages(told.shares[focus], labels()) })
        : "";
    },
    /** @param {Record<string, any>} values of the answer's blanks */
    answer(values) {
      const sentence = say(`course.${id}.answer`, values);
      if (answer.textContent !== sentence) answer.textContent = sentence;
    },
  };
}

/** Probabilities as people read them. @param {number[]} shares @param {string[]} labels */
function percentages(shares, labels) {
  return shares
    .map((share, index) => `${labels[index]}\u00a0${(100 * share).toFixed(1)}\u202f%`)
    .join(", ");
}

/** What stands beside the text of some stops. */
function notes(say, id) {
  const list = { structure: LAYERS, softmax: SYMBOLS }[id];
  if (!list) return [];
  return [make("ul", {}, ...list.map((key) => make("li", {}, say(`course.${id}.${key}`))))];
}
