/** A reply of the server as the parts of the page read it. */

import { decode } from "../base/numbers.js";

/** @param {any} reply as it came @returns {import("./types.js").Reply} */
export function received(reply) {
  reply.values = Object.fromEntries(
    Object.entries(reply.tensors).map(([step, tensor]) => [step, decode(tensor)]),
  );
  const versus = reply.sections?.versus;
  if (versus)
    versus.values = Object.fromEntries(
      Object.entries(versus.tensors).map(([step, tensor]) => [step, decode(tensor)]),
    );
  return reply;
}
