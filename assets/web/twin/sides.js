/**
 * What the two sides of a comparison are called, as `explorer/sections/versus.py` has it: by what
 * they differ in.
 */

import { called } from "../base/age.js";

/** @typedef {import("../base/age.js").Say} Say */
/** @typedef {import("../base/age.js").Age} Age */

/**
 * @param {any} query with its `versus`
 * @param {{say: Say, checkpoints: Age[], usual: string}} known `usual`:
 *   the weights of no other name
 * @returns {[string, string]}
 */
export function names({ versus, focus, checkpoint }, { say, checkpoints, usual }) {
  const now = say("compare.now");
  const image = (index) => say("compare.image", { index });
  const weights = (name) => {
    const wanted = name || usual;
    return called(
      say,
      checkpoints.find((each) => each.name === wanted),
    );
  };
  const pairs = [];
  if (versus.image !== null) pairs.push([image(focus), image(versus.image)]);
  if (versus.checkpoint !== null) pairs.push([weights(checkpoint), weights(versus.checkpoint)]);
  if (versus.edits !== null)
    pairs.push([now, say(versus.edits.length ? "compare.patched" : "compare.before")]);
  if (!pairs.length) pairs.push([now, now]);
  return [pairs.map(([one]) => one).join(" · "), pairs.map(([, two]) => two).join(" · ")];
}

/**
 * A recorded figure of a comparison with other names for its sides.
 *
 * @param {any} figure three pictures side by side, or two bars per class
 * @param {[string, string]} sides @param {Say} say
 */
export function renamed(figure, [one, two], say) {
  const { layout, data } = figure;
  if (!layout.xaxis3) {
    const called = [one, two];
    const bars = data.map((trace, side) => ({
      ...trace,
      name: called[side],
      hovertemplate: trace.hovertemplate.replace(trace.name, () => called[side]),
    }));
    return { ...figure, data: bars };
  }
  const titled = (part, text) => ({ ...part, title: { ...part.title, text } });
  const difference = say("figure.difference", { one, two });
  const { coloraxis5: scale, meta } = layout;
  const placed = (places) => ({ ...places, xaxis3: titled(places.xaxis3, difference) });
  const { narrow, presented } = meta;
  const titles = {
    xaxis: titled(layout.xaxis, one),
    xaxis2: titled(layout.xaxis2, two),
    coloraxis5: { ...scale, colorbar: titled(scale.colorbar, difference) },
    meta: { ...meta, narrow: placed(narrow), presented: placed(presented) },
  };
  return { ...figure, layout: { ...layout, ...titles } };
}
