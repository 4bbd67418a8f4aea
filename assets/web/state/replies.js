/** A reply of the server as the parts of the page read it. */

import { decode } from "../base/numbers.js";
import { completed } from "./steps.js";

/** @param {any} reply as it came @param {any} colours @returns {import("./types.js").Reply} */
export function received(reply, colours) {
  reply.values = Object.fromEntries(
    Object.entries(reply.tensors).map(([step, tensor]) => [step, decode(tensor)]),
  );
  return completed(reply, colours.limit);
}
