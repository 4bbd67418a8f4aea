/** Pictures from outside and the batch: folded away where there is little room. */

import { make } from "../base/elements.js";
import { createPicture } from "./picture.js";
import { createTray } from "./tray.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createMore(page) {
  const parts = [createPicture(page), createTray(page)];
  const summary = make("summary");
  const elements = parts.map(({ element }) => element);
  const box = make("details", { id: "more-pictures" }, summary, ...elements);
  box.open = matchMedia("(min-width: 961px) and (min-height: 700px)").matches;
  return {
    element: box,
    parts,
    name() {
      summary.textContent = page.say("more.pictures");
    },
  };
}
