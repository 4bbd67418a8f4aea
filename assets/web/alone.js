/**
 * The page as one file to take home: no server, no request; all it needs stands in the document.
 */

import { bytes } from "./base/numbers.js";
import { start } from "./main.js";
import { createLocal } from "./twin/local.js";

const text = (id) => document.getElementById(id).textContent;

/** @param {string} packed base64 of gzip @returns {Promise<ArrayBuffer>} */
function inflated(packed) {
  const stream = new Blob([bytes(packed)]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

export async function open() {
  const { start: first, recorded, weights } = JSON.parse(text("data"));
  const script = new Blob([await inflated(text("plotly"))], { type: "text/javascript" });
  first.figures.script = URL.createObjectURL(script);
  const get = (model, checkpoint) => inflated(weights[model][checkpoint]);
  await start({
    element: document.querySelector("#live"),
    props: { start: JSON.stringify(first) },
    server: createLocal({ start: first, recorded, get }),
    weights: get,
    watch() {},
    relabel() {},
    cut() {},
  });
}
