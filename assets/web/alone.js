/**
 * The page as one file to take home: no server, no request; all it needs stands in the document.
 */

import { bytes } from "./base/numbers.js";
import { start } from "./main.js";
import { createLocal } from "./twin/local.js";
import { createRecorded, unpooled } from "./twin/recorded.js";

const text = (id) => document.getElementById(id).textContent;

/** @param {string} packed base64 of gzip @returns {Response} */
function inflated(packed) {
  const stream = new Blob([bytes(packed)]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("gzip")));
}

export async function open() {
  const { start: first, recorded, weights, passed } = await inflated(text("data")).json();
  const plotly = await inflated(text("plotly")).arrayBuffer();
  const script = new Blob([plotly], { type: "text/javascript" });
  first.figures.script = URL.createObjectURL(script);
  const get = (model, checkpoint) => inflated(weights[model][checkpoint]).arrayBuffer();
  const kept = passed && unpooled(await inflated(passed).json());
  await start({
    element: document.querySelector("#live"),
    props: { start: JSON.stringify(first) },
    server: kept
      ? createRecorded({ start: first, passed: kept })
      : createLocal({ start: first, recorded, get }),
    weights: get,
    recorded: Boolean(kept),
    watch() {},
    relabel() {},
    cut() {},
  });
}
