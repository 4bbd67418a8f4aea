/** Addresses of the server's own, beside the questions of the live path, and what is sent there. */

import { Sentence } from "../base/sentence.js";
import { Unreachable } from "./live.js";

/** Where the file of a checkpoint is; its sha256 names it, so that it is kept for good. */
export const weightsAddress = (model, checkpoint, sha256) =>
  new URL(`weights/${model}/${checkpoint}/${sha256}.safetensors`, document.baseURI);

/**
 * The server's reply as JSON; null where there is nothing yet, as while a training begins.
 *
 * @param {URL} address @param {BodyInit} body @param {string} [type] of the body
 * @throws {Sentence} the server's own, where it refuses
 * @throws {Unreachable} where it does not answer
 */
export async function post(address, body, type = "application/octet-stream") {
  const headers = { "content-type": type };
  const answer = await fetch(address, { method: "POST", headers, body }).catch((error) => {
    throw new Unreachable(String(error));
  });
  if (answer.status === 204) return null;
  if (answer.ok) return answer.json();
  if (answer.headers.get("content-type")?.startsWith("text/plain"))
    throw new Sentence(await answer.text());
  throw new Unreachable(String(answer.status));
}
