/** What the steps cost: test images right before and after, counted once the drawing rests. */

import { make } from "../base/elements.js";
import { pictured } from "../draw/nine.js";

const REST = 300; // milliseconds without another lesson before 2,000 images are asked about

/** @param {import("../state/types.js").Page} page */
export function createTested(page) {
  const { say, store, once } = page;
  const element = make("p", { class: "tested", role: "status", hidden: true }, "\u00a0");
  let timer = 0;
  let asked = ""; // the lesson that is counted; what is answered about another one is outdated

  function forget() {
    clearTimeout(timer);
    asked = "";
    element.textContent = "\u00a0";
  }

  async function ask(lesson) {
    const query = { ...JSON.parse(lesson), show: ["tested"] };
    const { sections } = await once("view")(query);
    if (lesson !== asked || !sections?.tested?.known) return;
    const { count, before, after } = sections.tested;
    element.textContent = say("teach.tested", { total: count, before, after });
  }

  return {
    element,
    /** A lesson stands. @param {boolean} learnt whether there was a step */
    update(learnt) {
      element.hidden = !pictured(page);
      const { step: _, unit: __, ...query } = store.get();
      const wanted = learnt && !element.hidden ? JSON.stringify(query) : "";
      if (wanted === asked) return;
      forget();
      asked = wanted;
      // the count is one more thing to know: who is away or busy lacks it, and nothing else
      const lacks = () => wanted === asked && forget();
      if (asked) timer = setTimeout(() => ask(wanted).catch(lacks), REST);
    },
  };
}
