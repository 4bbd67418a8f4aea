/**
 * The text of one stop: words, formula, the course's own lines, what they print here, one question.
 */

import { createCopyButton } from "../base/copying.js";
import { make } from "../base/elements.js";
import { glossed } from "../base/gloss.js";
import { listed } from "../base/lists.js";
import { formula } from "./formulas.js";
import { highlighted } from "./highlight.js";
import { PIXEL } from "./questions.js";

/** What stands under marked lines. */
const GIVEN = {
  course: "tour.given",
  autograd: "tour.given.autograd",
  optimizing: "tour.given.optimizing",
};
const LAYERS = ["input", "hidden", "output"]; // of the note on the structure
const SYMBOLS = ["class", "numerator", "denominator"]; // of the softmax's formula

/**
 * @param {import("../state/types.js").Page} page
 * @param {{id: string, chapter: string}} stop
 * @param {() => void} check
 */
export function createStop(page, { id, chapter }, check) {
  const { say } = page;
  const example = createExample(page, chapter);
  const question = createQuestion(page, id, check);
  const element = make(
    "div",
    { "data-stop": id },
    make("p", {}, ...glossed(say, say(`course.${id}.text`))),
    formula(id),
    ...notes(say, id),
    ...example.elements,
    question.element,
  );
  return { element, fill: example.fill, answer: question.answer };
}

/**
 * The course's lines, what they print, what the variables hold then, and probabilities in per cent.
 */
function createExample({ say, labels }, chapter) {
  const code = make("pre", { class: "printed", tabindex: "0", "aria-label": say("tour.code") });
  const output = createOutput(say("course.output"));
  const looks = createOutput(say("tour.looks"));
  const shares = make("p", { class: "shares" });
  const marked = make("p", { class: "legend", hidden: true }, say(GIVEN[chapter]));
  const copy = createCopyButton(say, "code", code);
  copy.name();
  const head = make("div", { class: "head" }, make("h3", {}, say("tour.code")), copy.element);
  let built = "";

  return {
    elements: [head, code, marked, output.element, looks.element, shares],
    /**
     * @param {{code: string, given: number[], output: string, looks: string,
     *   values: {shares?: number[][]}}} contents
     * @param {number} focus
     */
    fill(contents, focus) {
      if (contents.code !== built)
        code.replaceChildren(...highlighted(contents.code, contents.given));
      built = contents.code;
      marked.hidden = contents.given.length === 0;
      output.fill(contents.output);
      looks.fill(contents.looks);
      const row = contents.values.shares?.[focus];
      const list = row ? listed(say, percentages(row, labels())) : "";
      shares.textContent = row ? say("tour.shares", { image: focus, list }) : "";
    },
  };
}

/** Text as a terminal has it, under its title; hidden while there is none. @param {string} title */
function createOutput(title) {
  const text = make("pre", { class: "printed output", tabindex: "0", "aria-label": title });
  const element = make("div", { hidden: true }, make("h3", {}, title), text);
  return {
    element,
    fill(next) {
      element.hidden = next === "";
      if (text.textContent !== next) text.textContent = next; // what is selected stays selected
    },
  };
}

/** The question of a stop, and what the page answers. */
function createQuestion({ say }, id, check) {
  const answer = make("p", { class: "answer", role: "status" });
  const button = make(
    "button",
    { type: "button", "data-action": "check-answer", onclick: check },
    say("tour.check"),
  );
  const head = make("h3", {}, say("tour.question"));
  const sentence = make("p", {}, say(`course.${id}.question`, PIXEL));
  return {
    element: make("div", { class: "question" }, head, sentence, button, answer),
    /** @param {Record<string, any>} values of the answer's blanks */
    answer(values) {
      const next = say(`course.${id}.answer`, values);
      if (answer.textContent !== next) answer.textContent = next;
    },
  };
}

/** Probabilities as people read them. @param {number[]} shares @param {string[]} labels */
function percentages(shares, labels) {
  return shares.map((share, index) => `${labels[index]}\u00a0${(100 * share).toFixed(1)}\u202f%`);
}

/** What stands beside the text of some stops. */
function notes(say, id) {
  const list = { structure: LAYERS, softmax: SYMBOLS }[id];
  if (!list) return [];
  return [make("ul", {}, ...list.map((key) => make("li", {}, say(`course.${id}.${key}`))))];
}
