/** A sentence in the place of what a page without its server cannot show. */

import { make } from "../base/elements.js";

/**
 * A panel or view, or, where this page lacks what it needs, the sentence that says so.
 *
 * @param {import("../state/types.js").Page} page @param {string} name
 * @param {(page: any) => import("../state/types.js").Part} create
 * @returns {import("../state/types.js").Part}
 */
export function createOrSay(page, name, create) {
  if (!page.start.lacks?.includes(name)) return create(page);
  const sentence = make("p", { class: "needs" });
  return {
    element: make("section", { id: name }, sentence),
    name() {
      sentence.textContent = page.say("file.needs");
    },
  };
}
