/** Addresses of the server's own, beside the questions of the live path, and what is sent there. */

import { Sentence } from "../base/sentence.js";
import { Unreachable } from "./live.js";

/** Marks a sentence of the server's, which a proxy's own words are not. */
const OURS = "x-layer-explorer";

/** Where the file of a checkpoint is; its sha256 names it, so that it is kept for good. */
export const weightsAddress = (model, checkpoint, sha256) =>
  new URL(`weights/${model}/${checkpoint}/${sha256}.safetensors`, document.baseURI);

/**
 * What an address answers, read as a whole; null where there is nothing yet, as while a training
 * begins.
 *
 * @template Found
 * @param {URL} address @param {RequestInit} options @param {(answer: Response) => Promise<Found>}
 *   read
 * @returns {Promise<Found | null>}
 * @throws {Sentence} the server's own, where it refuses
 * @throws {Unreachable} where it does not answer, the answer breaks off, or is not what was asked
 *   for, as a proxy's page
 */
export async function fetched(address, options, read) {
  const { lang } = document.documentElement; // of the page, which may not be the browser's
  const headers = { ...options.headers, "accept-language": lang };
  const answer = await reached(fetch(address, { ...options, headers }));
  if (answer.status === 204) return null;
  if (answer.ok) return reached(read(answer));
  if (answer.headers.has(OURS)) throw new Sentence(await reached(answer.text()));
  throw new Unreachable(String(answer.status));
}

/** What comes over the line: whatever breaks there is no fault of the program. */
function reached(promise) {
  return promise.catch((error) => {
    throw new Unreachable(String(error));
  });
}

/**
 * The server's reply as JSON. Throws as `fetched` does.
 *
 * @param {URL} address @param {BodyInit} body @param {string} [type] of the body
 */
export function post(address, body, type = "application/octet-stream") {
  const headers = { "content-type": type };
  return fetched(address, { method: "POST", headers, body }, (answer) => answer.json());
}
