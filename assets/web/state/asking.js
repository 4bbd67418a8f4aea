/** The server's functions, and why one of them was refused. */

import { Unreachable } from "./live.js";
import { post } from "./posting.js";

/**
 * Ask a function of the server. Gradio keeps to itself why one has failed, so the same is asked of
 * an address that does nothing: what stands in front of all of them refuses it, too, and says why.
 *
 * @param {Record<string, (text: string) => Promise<any>>} server
 * @returns {(name: string) => (text: string) => Promise<any>} throws as `fetched` does
 */
export const createAsking = (server) => (name) => async (text) => {
  const reply = await server[name](text);
  if (reply !== undefined) return reply;
  const body = JSON.stringify({ data: [text] });
  await post(new URL("reach", document.baseURI), body, "application/json");
  throw new Unreachable("no reply");
};
