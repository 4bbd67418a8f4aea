/** The server's functions, and why one of them was refused. */

import { Unreachable } from "./live.js";
import { post } from "./posting.js";

/** A field that an answer of each function has, if it is no refusal. */
const MARKS = { view: "steps", parameters: "structure", test_image: "pixels", awaited: "pending" };

/** Whether an answer is the server's: whoever stands before it may answer with data of his own. */
function ours(name, reply) {
  if (typeof reply !== "object" || reply === null) return false;
  return MARKS[name] in reply || typeof reply.error?.message === "string";
}

/**
 * Ask a function of the server. Gradio keeps to itself why one has failed, so the same is asked of
 * an address that does nothing: what stands in front of all of them refuses it, too, and says why.
 *
 * @param {Record<string, (text: string) => Promise<any>>} server
 * @param {string} script the address of the page's own, which says of which version the page is
 * @returns {(name: string) => (text: string) => Promise<any>} throws as `fetched` does
 */
export const createAsking = (server, script) => (name) => async (text) => {
  const reply = await server[name](text);
  if (ours(name, reply)) return reply;
  const body = JSON.stringify({ data: [text] });
  const address = new URL(`reach?${new URLSearchParams({ script })}`, document.baseURI);
  await post(address, body, "application/json");
  throw new Unreachable("no reply");
};
