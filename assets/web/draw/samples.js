/**
 * Our own drawings to start from, as a row of buttons: also the way to a picture without a pointer.
 */

import { make } from "../base/elements.js";
import { bytes } from "../base/numbers.js";
import { paintPicture } from "../canvas/cells.js";
import { USUAL } from "../state/pictures.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createSamples({ say, samples, sampled, actions, fit }) {
  const row = make("div", { class: "samples", role: "group" });
  /** @type {any} */ let shown = null;

  function button(sample) {
    const canvas = make("canvas", { "aria-hidden": "true" });
    paintPicture(canvas, bytes(sample.pixels), USUAL);
    return make(
      "button",
      {
        type: "button",
        class: "sample",
        onclick: (event) => actions.put(fit(sample.pixels), { since: event.timeStamp }),
      },
      canvas,
    );
  }

  function name() {
    row.setAttribute("aria-label", say("samples.label"));
    [...row.children].forEach((each, index) => {
      const label = sampled()[shown[index].label];
      each.setAttribute("title", label);
      each.setAttribute("aria-label", say("samples.take", { label }));
    });
  }

  return {
    element: row,
    /** Each network has samples of what it knows: clothes or digits. */
    chosen() {
      if (samples() === shown) return;
      shown = samples();
      row.replaceChildren(...shown.map(button));
      name();
    },
    name,
  };
}
