/** What the page asks of the training: orders, answers and files. */

import { post as posted } from "../state/posting.js";

/** @param {string} name of a route of the training */
export function address(name) {
  return new URL(`train/${name}`, document.baseURI);
}

/** The server's answer; null where there is nothing yet. Throws as `state/posting.js` does. */
export function post(/** @type {string} */ name, /** @type {any} */ data) {
  return posted(address(name), JSON.stringify(data), "application/json");
}

/** One question at a time; what was asked meanwhile is asked once more, anew. */
export function oneByOne(/** @type {() => Promise<void>} */ ask) {
  let busy = false;
  let again = false;
  return async () => {
    again = true;
    if (busy) return;
    busy = true;
    try {
      while (again) {
        again = false;
        await ask();
      }
    } finally {
      busy = false; // whatever has happened to this one, the next one is asked
    }
  };
}
