/**
 * The page as one file to take home: no server, no request; all it needs stands in the document.
 */

import { bytes } from "./base/numbers.js";
import { sure } from "./base/sure.js";
import { start } from "./main.js";
import { createLocal } from "./twin/local.js";
import { createRecorded, unpooled } from "./twin/recorded.js";

const text = (id) => sure(document.getElementById(id)).textContent;

/** @param {string} packed base64 of gzip @returns {Response} */
function inflated(packed) {
  const stream = new Blob([bytes(packed)]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("gzip")));
}

/** Bytes at even places and at odd ones, which come one after the other (outgoing/home.py). */
function whole(halves) {
  const found = new Uint8Array(halves.length);
  const half = Math.ceil(halves.length / 2);
  for (let place = 0; place < halves.length; place += 1)
    found[place] = halves[(place >> 1) + (place % 2) * half];
  return found.buffer;
}

export async function open() {
  const { start: first, recorded, weights, passed } = await inflated(text("data")).json();
  const plotly = await inflated(text("plotly")).arrayBuffer();
  const script = new Blob([plotly], { type: "text/javascript" });
  first.figures.script = URL.createObjectURL(script);
  const get = async (model, checkpoint) =>
    whole(new Uint8Array(await inflated(weights[model][checkpoint]).arrayBuffer()));
  const kept = passed && unpooled(await inflated(passed).json());
  await start({
    element: sure(document.querySelector("#live")),
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
