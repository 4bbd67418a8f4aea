/**
 * The values of the last passes: a question says which are here, so that no answer brings them
 * again. From step to step they are the same.
 */

import { decode } from "../base/numbers.js";

const KEPT = 4; // passes, as of two sides that are compared, and of what one has just undone

/** @typedef {Record<string, Float32Array>} Values each step's, of one image */

/** @param {(text: string) => Promise<any>} send a query as JSON */
export function createPasses(send) {
  /** The newest last, by their digests. @type {Map<string, Values>} */ const known = new Map();

  /** The values of an answer's part: those that came, or those that stand for its digest. */
  function complete(part, held) {
    if (!part?.digest) return; // a file that somebody took home has all values itself
    const values = part.tensors ? decoded(part.tensors) : held.get(part.digest);
    part.tensors = values;
    known.delete(part.digest);
    known.set(part.digest, values);
    if (known.size > KEPT) known.delete([...known.keys()][0]);
  }

  return {
    /** @param {string} text a query as JSON @returns {Promise<any>} the whole reply */
    async ask(text) {
      const held = new Map(known); // as the question names them, whatever comes meanwhile
      const reply = await send(JSON.stringify({ ...JSON.parse(text), held: [...held.keys()] }));
      complete(reply, held);
      complete(reply?.sections?.versus, held);
      return reply;
    },
  };
}

/** @param {Record<string, any>} tensors as they came @returns {Values} */
export function decoded(tensors) {
  return Object.fromEntries(Object.entries(tensors).map(([step, each]) => [step, decode(each)]));
}
