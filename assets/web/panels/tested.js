/** What the steps cost: test images right before and after, counted once the drawing rests. */

import { make } from "../base/elements.js";
import { latest } from "../state/latest.js";

const REST = 300; // milliseconds without another lesson before 2,000 images are asked about

/** @param {import("../state/types.js").Page} page */
export function createTested({ say, store, once }) {
  const element = make("p", { class: "tested", role: "status", hidden: true }, "\u00a0");
  const newest = latest();
  let timer = 0;
  let asked = "";

  function forget() {
    clearTimeout(timer);
    asked = "";
    element.textContent = "\u00a0";
  }

  async function ask(query) {
    const reply = await newest(once("view")({ ...query, unit: null, show: ["tested"] }));
    const found = reply.sections?.tested;
    element.hidden = !found?.known; // the data set is not on this machine
    if (!found?.known) return;
    const { count, before, after } = found;
    element.textContent = say("teach.tested", { total: count, before, after });
  }

  return {
    element,
    /** A lesson stands. @param {boolean} learnt whether there was a step */
    update(learnt) {
      const { step: _, unit: __, ...query } = store.get();
      const wanted = learnt ? JSON.stringify(query) : "";
      if (wanted === asked) return;
      forget();
      asked = wanted;
      // the count is one more thing to know: who is away or busy lacks it, and nothing else
      if (learnt) timer = setTimeout(() => ask(store.get()).catch(forget), REST);
    },
  };
}
