/** Our own drawings to start from, as a row of buttons: also the way to a picture without a pointer. */

import { make } from "../base/elements.js";
import { bytes } from "../base/numbers.js";
import { SIDE } from "../base/size.js";

/** @param {{say: any, samples: any[], labels: () => string[], take: (pixels: string, since: number) => void}} page */
export function createSamples({ say, samples, labels, take }) {
  const row = make("div", { class: "samples", role: "group" });
  const buttons = samples.map((sample) => {
    const canvas = make("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
    const context = canvas.getContext("2d");
    const image = context.createImageData(SIDE, SIDE);
    bytes(sample.pixels).forEach((grey, index) =>
      image.data.set([grey, grey, grey, 255], 4 * index),
    );
    context.putImageData(image, 0, 0);
    return make(
      "button",
      { type: "button", class: "sample", onclick: (event) => take(sample.pixels, event.timeStamp) },
      canvas,
    );
  });
  row.append(...buttons);
  return {
    row,
    name() {
      row.setAttribute("aria-label", say("samples.label"));
      buttons.forEach((button, index) => {
        const label = labels()[samples[index].label];
        button.title = label;
        button.setAttribute("aria-label", say("samples.take", { label }));
      });
    },
  };
}
