/** The server's functions, and why one of them was refused. */

import { Unreachable } from "./live.js";
import { post } from "./posting.js";

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
  if (reply !== undefined) return reply;
  const body = JSON.stringify({ data: [text] });
  const address = new URL(`reach?${new URLSearchParams({ script })}`, document.baseURI);
  await post(address, body, "application/json");
  throw new Unreachable("no reply");
};
