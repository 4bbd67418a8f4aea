/** What is locked is not offered: for exhibitions, and for a lesson that is about one thing. */

import { LOCKS } from "../state/locks.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createLock({ root, start, locked }) {
  /** Take out of the page what is locked; its parts go on, only that nobody can reach them. */
  function take() {
    for (const name of locked)
      for (const element of root.querySelectorAll(LOCKS[name])) element.remove();
  }

  for (const name of start.lock) locked.add(name);
  return {
    element: null,
    name: take,
    actions: {
      /**
       * @param {string[]} names known ones; what is locked stays so until the page is opened anew
       */
      lock(names) {
        for (const name of names) locked.add(name);
        take();
      },
    },
  };
}
