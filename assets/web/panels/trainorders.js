/** What the page asks of the training: orders, answers and files. */

import { Sentence } from "../base/sentence.js";
import { Unreachable } from "../state/live.js";

/** @param {string} name of a route of the training */
export function address(name) {
  return new URL(`train/${name}`, document.baseURI);
}

/**
 * The server's reply as JSON; null where there is nothing yet, as while a run begins.
 *
 * @param {string} name @param {any} data
 * @throws {Sentence} the server's own, where it refuses
 * @throws {Unreachable} where it does not answer
 */
export async function post(name, data) {
  const answer = await fetch(address(name), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(data),
  }).catch((error) => {
    throw new Unreachable(String(error));
  });
  if (answer.status === 204) return null;
  if (answer.ok) return answer.json();
  if (answer.headers.get("content-type")?.startsWith("text/plain"))
    throw new Sentence(await answer.text());
  throw new Unreachable(String(answer.status));
}

/** One question at a time; what was asked meanwhile is asked once more, anew. */
export function oneByOne(/** @type {() => Promise<void>} */ ask) {
  let busy = false;
  let again = false;
  return async () => {
    again = true;
    if (busy) return;
    busy = true;
    while (again) {
      again = false;
      await ask();
    }
    busy = false;
  };
}
