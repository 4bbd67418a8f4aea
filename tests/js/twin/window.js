/** A browser's window, as far as the hand needs one: what it fetches are the weights of one Linear. */

import { file, singles } from "./files.js";

const WEIGHTS = file({ w: singles([1, 2, 3, -4], [2, 2]), b: singles([0, 1], [2]) });
Object.assign(globalThis, {
  document: { baseURI: "http://page.test/" },
  location: { search: "" },
  fetch: async () => new Response(WEIGHTS),
  requestAnimationFrame: (paint) => setTimeout(paint),
});

export const { createHand } = await import("../../../assets/web/twin/hand.js");
