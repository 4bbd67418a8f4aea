/** Steps of an optimizer on the drawing: the answers before and after, and what is forgotten. */

import { choices, make } from "../base/elements.js";
import { bytes, digits, fixed } from "../base/numbers.js";
import { SIDE } from "../base/size.js";
import { paintPicture } from "../canvas/cells.js";
import { USUAL } from "../state/pictures.js";

const OPTIMIZERS = ["sgd", "momentum", "adam"];
const RATES = [1e-5, 1];
const TEN = 10;

/** @param {import("../state/types.js").Page} page */
export function createLesson(page) {
  const { say } = page;
  const title = make("h3");
  const lead = make("p", { class: "muted" });
  const how = createHow(page);
  const steps = createSteps(page);
  const losses = make("p", { class: "losses", role: "status" });
  const bars = createBars(page);
  const samples = createForgotten(page);
  const lines = make("div", { class: "formulas" });
  const both = make("div", { class: "both" }, bars.element, samples.element);
  return {
    element: make(
      "div",
      { class: "lesson" },
      ...[title, lead, how.element, steps.element, losses, both, lines],
    ),
    chosen(query) {
      how.chosen(query);
      steps.chosen(query);
    },
    update(lesson, asked) {
      both.hidden = lines.hidden = !lesson.possible || !lesson.finite;
      how.element.hidden = steps.element.hidden = !lesson.possible;
      losses.textContent = lesson.possible ? told(page, lesson) : say("teach.large");
      if (both.hidden) return steps.update(lesson, asked);
      bars.fill(lesson);
      samples.fill(lesson);
      lines.replaceChildren(...lesson.formulas.map((line) => make("code", {}, line)));
      steps.update(lesson, asked);
    },
    name() {
      title.textContent = say("teach.step");
      lead.textContent = say("teach.step.lead");
      how.name();
      steps.name();
      samples.name();
    },
  };
}

/** What became of the loss. */
function told({ say }, { steps, finite, losses }) {
  const [first, last] = [losses[0], losses.at(-1)];
  if (!finite || last === null) return say("teach.beyond", { count: steps });
  if (!steps) return say("teach.untaught", { loss: digits(first) });
  return say("teach.taught", { count: steps, before: digits(first), after: digits(last) });
}

/** The optimizer, and its rate on a slider of logarithms. */
function createHow({ say, actions, store }) {
  const optimizer = make("select", {
    id: "optimizer",
    onchange: (event) => actions.teach({ optimizer: optimizer.value }, event.timeStamp),
  });
  const slider = make("input", {
    type: "range",
    id: "rate",
    min: Math.log10(RATES[0]),
    max: Math.log10(RATES[1]),
    step: 0.05,
    oninput: (event) => slide(10 ** Number(slider.value), event.timeStamp),
    onchange: () => (sliding = false),
  });
  const [named, label] = [make("label", { for: "optimizer" }), make("label", { for: "rate" })];
  const reading = make("output", { for: "rate" });
  let sliding = false;

  /** One drag of the slider is one change that can be undone. */
  function slide(rate, since) {
    const { taught } = store.get();
    if (!taught) return;
    if (sliding) actions.change({ taught: { ...taught, rate } }, since);
    else actions.teach({ rate }, since);
    sliding = true;
  }

  return {
    element: make("div", { class: "tools" }, named, optimizer, label, slider, reading),
    chosen({ taught }) {
      if (!taught) return;
      optimizer.value = taught.optimizer;
      slider.value = Math.log10(taught.rate);
      reading.textContent = `η = ${digits(taught.rate, 2)}`;
    },
    name() {
      named.textContent = say("teach.optimizer");
      label.textContent = say("teach.rate");
      choices(
        optimizer,
        OPTIMIZERS.map((name) => [name, say(`teach.${name}`)]),
      );
    },
  };
}

/** One step, ten, as many as it takes until the answer is the class, and none again. */
function createSteps({ say, actions, store }) {
  const button = (action, step) =>
    make("button", {
      type: "button",
      "data-action": action,
      onclick(event) {
        flipping = null;
        step(event.timeStamp);
      },
    });
  const by = (count) => (since) => {
    const { steps } = store.get().taught;
    actions.teach({ steps: Math.min(most, steps + count) }, since);
  };
  const one = button("optimizer-step", by(1));
  const ten = button("optimizer-ten", by(TEN));
  const flip = button("optimizer-flip", (since) => {
    by(1)(since);
    flipping = store.get().taught;
  });
  const none = button("optimizer-undo", (since) => actions.teach({ steps: 0 }, since));
  one.classList.add("primary");
  let most = 0;
  /** What is taught while steps are taken until the answer flips. @type {any} */
  let flipping = null;

  function ends() {
    const { steps = 0 } = store.get().taught ?? {};
    for (const each of [one, ten, flip]) each.disabled = most > 0 && steps >= most;
    none.disabled = steps === 0;
  }

  return {
    element: make("div", { class: "tools" }, one, ten, flip, none),
    chosen({ taught }) {
      if (taught !== flipping) flipping = null; // something else was chosen meanwhile
      ends();
    },
    /** Another step as long as the answer is not the class, and there may be more. */
    update(lesson, { taught }) {
      if (!lesson.possible) return;
      most = lesson.most;
      ends();
      if (!flipping || taught !== flipping) return;
      const done = !lesson.finite || lesson.after.winner === lesson.label;
      flipping = null;
      if (done || taught.steps >= most) return;
      const next = { ...taught, steps: taught.steps + 1 };
      flipping = next;
      actions.change({ taught: next }, performance.now());
    },
    name() {
      one.textContent = say("teach.single");
      ten.textContent = say("teach.ten");
      flip.textContent = say("teach.flip");
      none.textContent = say("teach.none");
    },
  };
}

/** A bar for each class: before as a line, after as a fill. */
function createBars({ say, labels }) {
  const list = make("div", { class: "shares" });
  const title = make("h4");
  return {
    element: make("div", { class: "drawn" }, title, list),
    fill({ before, after, label }) {
      title.textContent = say("teach.drawing");
      list.replaceChildren(
        ...labels().map((name, index) => {
          const [was, is] = [before.probabilities[index], after.probabilities[index]];
          const filled = make("span", {
            class: "fill",
            style: `width: ${100 * is}%`,
          });
          const line = make("span", {
            class: "was",
            style: `left: ${100 * was}%`,
          });
          return make(
            "div",
            { class: "share", "data-class": index, "data-aim": index === label },
            make("span", { class: "name" }, name),
            make("span", { class: "track" }, filled, line),
            make("span", { class: "values" }, `${fixed(was, 2)} → ${fixed(is, 2)}`),
          );
        }),
      );
    },
  };
}

/** The samples of the page, each with its answer before and after. */
function createForgotten({ say, samples, labels, sampled }) {
  const title = make("h4");
  const summary = make("p");
  const list = make("ul");
  /** @type {any} */ let shown = null;
  /** @type {any[]} */ let cards = [];

  function card(sample) {
    const canvas = make("canvas", { width: SIDE, height: SIDE, role: "img" });
    paintPicture(canvas, bytes(sample.pixels), USUAL);
    const words = make("span");
    return { sample, canvas, words, element: make("li", {}, canvas, words) };
  }

  function build() {
    if (samples() !== shown) {
      shown = samples();
      cards = shown.map(card);
      list.replaceChildren(...cards.map(({ element }) => element));
    }
    for (const { sample, canvas } of cards)
      canvas.setAttribute("aria-label", sampled()[sample.label]);
  }

  return {
    element: make("div", { class: "forgotten" }, title, summary, list),
    fill({ samples: { pairs, right, changed, count } }) {
      build();
      summary.textContent = right
        ? say("teach.right", { before: right[0], after: right[1], total: count })
        : say("teach.changed", { changed, total: count });
      cards.forEach(({ sample, element, words }, index) => {
        const [one, two] = pairs[index];
        const state = one === two ? "same" : two === sample.label && right ? "learnt" : "lost";
        element.dataset.state = state;
        words.textContent = one === two ? labels()[one] : `${labels()[one]} → ${labels()[two]}`;
      });
    },
    name() {
      title.textContent = say("teach.samples");
      build();
    },
  };
}
