/** What the network answers before and after its steps: to the drawing, and to the samples. */

import { make } from "../base/elements.js";
import { glossed } from "../base/gloss.js";
import { bytes, fixed } from "../base/numbers.js";
import { SIDE } from "../base/size.js";
import { paintPicture } from "../canvas/cells.js";
import { USUAL } from "../state/pictures.js";

/** A bar for each class: before as a line, after as a fill. */
export function createBars({ say, labels }) {
  const list = make("div", { class: "shares" });
  const title = make("h4");
  const untracked = make("p", { class: "muted" });
  return {
    element: make("div", { class: "drawn" }, title, list, untracked),
    name() {
      untracked.replaceChildren(...glossed(say, say("teach.untracked")));
    },
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

/**
 * The samples of the page, each with its answer before and after; `more` stands below their count.
 *
 * @param {import("../state/types.js").Page} page
 * @param {HTMLElement} more
 */
export function createForgotten({ say, samples, labels, sampled }, more) {
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
    element: make("div", { class: "forgotten" }, title, summary, more, list),
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
