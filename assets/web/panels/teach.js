/**
 * The gradient desk: what the drawing is said to be, the loss of that, its backward pass, and some
 * steps of an optimizer.
 */

import { choices, make } from "../base/elements.js";
import { copyExactly, digits, shareOf } from "../base/numbers.js";
import { createFreezing } from "./freezing.js";
import { createLesson } from "./lesson.js";
import { createSlopes } from "./slopes.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createTeach(page) {
  const { say, labels, actions } = page;
  const lead = make("p");
  const label = make("label", { for: "taught-class" });
  const choice = make("select", { id: "taught-class", onchange: choose });
  const loss = make("p", { class: "loss" });
  const notes = make("p", { class: "muted" });
  const slopes = createSlopes(page);
  const freezing = createFreezing(page);
  const lesson = createLesson(page);
  const desk = make(
    "div",
    { class: "desk", hidden: true },
    ...[slopes.element, freezing.element, lesson.element],
  );
  const tools = make("div", { class: "tools" }, label, choice, loss);
  const section = make("section", { id: "teach" }, lead, tools, notes, desk);
  copyExactly(section);

  function choose(event) {
    const label = choice.value === "" ? null : { label: Number(choice.value) };
    actions.teach(label, event.timeStamp);
  }

  /** Whether there is a desk at all. */
  function open(possible) {
    desk.hidden = loss.hidden = !possible;
    if (!possible) delete section.dataset.loss;
  }

  function show(gradient) {
    open(gradient.possible);
    if (!gradient.possible) {
      notes.textContent = say("teach.unable");
      return;
    }
    section.dataset.loss = gradient.loss;
    loss.textContent = say("teach.loss", {
      label: labels()[gradient.label],
      share: shareOf(gradient.loss),
      loss: digits(gradient.loss),
    });
    const reasons = [
      gradient.edited && say("teach.edited"),
      !gradient.by_hand && say("teach.alone"),
    ];
    notes.textContent = reasons.filter(Boolean).join(" ");
  }

  return {
    element: section,
    asks: ({ taught }) => (taught ? ["gradient", "lesson"] : undefined),
    about: ["step", "unit", "taught"],
    chosen(now) {
      const names = /** @type {[string, string][]} */ (
        labels().map((name, index) => [String(index), name])
      );
      choices(choice, [["", say("teach.nothing")], ...names]);
      choice.value = now.taught === null ? "" : String(now.taught.label);
      if (now.taught === null) {
        notes.textContent = "";
        open(false);
      }
      freezing.chosen(now);
      lesson.chosen(now);
    },
    update({ sections }, asked) {
      tools.hidden = !page.predicts();
      if (!page.predicts()) notes.textContent = say("teach.unable");
      const { gradient } = sections;
      if (!gradient || !page.store.get().taught) return;
      show(gradient);
      if (!gradient.possible) return;
      slopes.update(gradient);
      freezing.fill(gradient);
      lesson.update(sections.lesson, asked);
    },
    again() {
      slopes.again();
      lesson.again();
    },
    name() {
      lead.textContent = say("teach.lead");
      label.textContent = say("teach.label");
      slopes.name();
      freezing.name();
      lesson.name();
    },
  };
}
