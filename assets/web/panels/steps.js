/** How is learnt, and for how long: the optimizer, its rate, and the buttons of the steps. */

import { choices, make } from "../base/elements.js";
import { digits } from "../base/numbers.js";
import { createSwitch } from "../base/switch.js";

const OPTIMIZERS = ["sgd", "momentum", "adam"];
const RATES = [1e-5, 1];
const TEN = 10;

/** The optimizer, its rate on a slider of logarithms, and whether gradients are set to zero. */
export function createHow({ say, actions, store }) {
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
  const summed = createSwitch("summed", (on, since) => actions.teach({ summed: on }, since));
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
    element: make(
      "div",
      { class: "tools" },
      named,
      optimizer,
      label,
      slider,
      reading,
      summed.element,
    ),
    chosen({ taught }) {
      if (!taught) return;
      optimizer.value = taught.optimizer;
      summed.set(taught.summed);
      slider.value = Math.log10(taught.rate);
      reading.textContent = `η = ${digits(taught.rate)}`;
    },
    name() {
      named.textContent = say("teach.optimizer");
      label.textContent = say("teach.rate");
      summed.name(say("teach.summed"));
      choices(
        optimizer,
        OPTIMIZERS.map((name) => [name, say(`teach.${name}`)]),
      );
    },
  };
}

/** One step, ten, as many as it takes until the answer is the class, and none again. */
export function createSteps({ say, actions, store }) {
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
