/** Steps of an optimizer on the drawing: the answers before and after, and what is forgotten. */

import { make } from "../base/elements.js";
import { digits } from "../base/numbers.js";
import { createSwitch } from "../base/switch.js";
import { createBars, createForgotten } from "./answers.js";
import { createPasses } from "./passes.js";
import { createHow, createSteps } from "./steps.js";
import { createTested } from "./tested.js";

/** @param {import("../state/types.js").Page} page */
export function createLesson(page) {
  const { say } = page;
  const title = make("h3");
  const lead = make("p", { class: "muted" });
  const how = createHow(page);
  const steps = createSteps(page);
  const losses = make("p", { class: "losses", role: "status" });
  const outcome = make("p", { class: "outcome", role: "status" });
  const shown = createSwitch("taught-shown", (on, at) => page.actions.teach({ shown: on }, at));
  const passes = createPasses(page);
  const bars = createBars(page);
  const tested = createTested(page);
  const samples = createForgotten(page, tested.element);
  const lines = make("div", { class: "formulas" });
  const both = make("div", { class: "both" }, bars.element, samples.element);
  return {
    element: make(
      "div",
      { class: "lesson" },
      ...[title, lead, how.element, steps.element, losses, outcome],
      ...[shown.element, passes.element, both, lines],
    ),
    chosen(query) {
      how.chosen(query);
      steps.chosen(query);
      shown.set(Boolean(query.taught?.shown));
    },
    update(lesson, asked) {
      both.hidden = lines.hidden = !lesson.possible || !lesson.finite;
      how.element.hidden = steps.element.hidden = shown.element.hidden = !lesson.possible;
      shown.enable(Boolean(lesson.learning)); // what learns nothing has nothing to show
      losses.textContent = lesson.possible ? written(page, lesson) : say("teach.large");
      outcome.hidden = steps.element.hidden;
      outcome.textContent = outcome.hidden ? "" : answered(page, lesson);
      passes.fill((!both.hidden && lesson.sums) || null, lesson.steps);
      tested.update(!both.hidden && lesson.steps > 0);
      if (both.hidden) return steps.update(lesson, asked);
      bars.fill(lesson);
      samples.fill(lesson);
      lines.replaceChildren(...lesson.formulas.map((line) => make("code", {}, line)));
      steps.update(lesson, asked);
    },
    again: passes.again,
    name() {
      title.textContent = say("teach.step");
      lead.textContent = say("teach.step.lead");
      how.name();
      shown.name(say("teach.shown"));
      steps.name();
      bars.name();
      samples.name();
      passes.name();
    },
  };
}

/** What became of the loss. */
function written({ say }, { steps, finite, losses, learning }) {
  const [first, last] = [losses[0], losses.at(-1)];
  if (!learning) return say("teach.held", { loss: digits(first) });
  if (!finite || last === null) return say("teach.beyond", { count: steps });
  if (!steps) return say("teach.untaught", { loss: digits(first) });
  return say("teach.taught", { count: steps, before: digits(first), after: digits(last) });
}

/** What the steps came to: that the answer is the class, or that there are no more of them. */
function answered({ say, labels }, { steps, most, finite, after, label, learning }) {
  if (!steps || !finite || !learning) return "";
  const named = labels()[after.winner];
  const right = after.winner === label;
  if (steps < most) return right ? say("teach.flipped", { count: steps, label: named }) : "";
  return say(right ? "teach.most" : "teach.still", { most, label: named });
}
