/**
 * What to do here, in one sentence and one gesture: a ghost of a stroke, once, until somebody
 * draws.
 */

import { make } from "../base/elements.js";

// on the pad's 28×28: a T-shirt, a three
const STROKES = {
  FashionMNIST: "M8 9 L20 9 L24 16 L20 18 L19 15 L19 26 L9 26 L9 15 L8 18 L4 16 Z",
  MNIST: "M9 8 Q14 3 18 8 Q20 12 14 13 Q21 14 19 20 Q15 26 8 21",
};
const LASTS = 3200; // milliseconds

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createInvitation({ say, store, model, actions }) {
  const words = make("span");
  const tour = make("button", {
    type: "button",
    class: "link",
    "data-action": "tour",
    onclick: () => actions.tour(),
  });
  const sentence = make("p", { class: "invitation" }, words, " ", tour);
  const first = store.get().images[0];
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let ghost = calm ? null : drawn(STROKES[model().dataset]);

  function put() {
    ghost?.remove();
    ghost = null;
  }

  addEventListener("pointerdown", put, { once: true, capture: true });
  addEventListener("keydown", put, { once: true, capture: true });
  setTimeout(put, LASTS);

  return {
    element: sentence,
    /** The ghost lies on the pad; whoever comes with a drawing of their own needs none. */
    chosen({ images }) {
      if (images[0] !== first) put();
      const pad = document.querySelector("#pad");
      if (ghost && pad && !ghost.isConnected) pad.after(ghost);
      words.textContent = say(`pad.invitation.${model().dataset}`);
      tour.textContent = say(actions.tourPlace() === 0 ? "tour.start" : "tour.continue");
    },
    name() {
      words.textContent = say(`pad.invitation.${model().dataset}`);
    },
  };
}

/**
 * The stroke as a picture above the pad; the style sheet lets it draw itself. It is never part of
 * the pixels.
 */
/** @param {string} stroke */
function drawn(stroke) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 28 28");
  svg.setAttribute("class", "ghost");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", stroke);
  path.setAttribute("pathLength", "1");
  svg.append(path);
  return svg;
}
