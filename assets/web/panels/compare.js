/** Two at once: what the page is compared with, and what that says of each step. */

import { learnt } from "../base/age.js";
import { choices, make, put } from "../base/elements.js";
import { fixed, percent } from "../base/numbers.js";
import { editable } from "../kinds/index.js";
import { otherCheckpoints } from "./checkpoints.js";
import { numbered } from "./numbered.js";

/**
 * @typedef {import("../state/types.js").Page} Page
 * @typedef {import("../state/types.js").Versus} Versus
 */

/** The other side as far as it can be chosen from the list. @param {Versus | null} versus */
function key(versus) {
  return JSON.stringify(
    versus && { checkpoint: versus.checkpoint, image: versus.image, edits: versus.edits },
  );
}

/** @param {Page} page @returns {import("../state/types.js").Part} */
export function createCompare(page) {
  const { say, labels, actions } = page;
  const label = make("label", { for: "versus" });
  const choice = make("select", {
    id: "versus",
    onchange: (event) => actions.change({ versus: JSON.parse(choice.value) }, event.timeStamp),
  });
  const summary = make("p", { class: "muted" });
  const apart = make("p", { class: "muted" });
  const patch = make("button", {
    type: "button",
    "data-action": "patch-step",
    onclick: (event) => patchStep(page, event.timeStamp),
  });
  const tools = make("div", { class: "tools" }, label, choice);
  let [one, two] = ["A", "B"]; // what the two sides are called

  function offer() {
    const { unit } = page.store.get();
    const copied = unit === null ? "compare.patch" : "compare.patch.unit";
    patch.textContent = say(copied, { unit, one, two });
    patch.disabled = !editable(page.step());
  }

  return {
    element: make("section", { id: "compare" }, tools, summary, apart, patch),
    view: "explore",
    asks: ({ versus }) => (versus ? "versus" : undefined),
    about: ["step"],
    actions: { patch: (since, step, units) => patchStep(page, since, step, units) },
    chosen({ versus }) {
      const all = others(page);
      const now = key(versus);
      if (!all.some(([value]) => value === now)) all.push([now, say("compare.patched")]);
      choices(choice, all);
      choice.value = now;
      for (const element of [summary, apart, patch]) put(element, { hidden: !versus });
      offer();
    },
    update({ sections: { versus } }, { step }) {
      if (versus) [one, two] = versus.names;
      offer();
      if (!versus) return;
      const { probabilities, winner } = versus;
      summary.textContent = say("compare.summary", {
        name: two,
        label: labels()[winner],
        share: percent(probabilities[winner]),
      });
      apart.textContent = between(versus.apart[step], say);
    },
    name() {
      label.textContent = say("compare.label");
    },
  };
}

/** How far both sides are apart at a step; nothing where one of them has none of that shape. */
function between(found, say) {
  if (!found) return "";
  const { largest, changed, switched } = found;
  const numbers = say("compare.apart", { largest: fixed(largest, 4), changed });
  return switched ? `${numbers} · ${say("compare.switched", { count: switched.length })}` : numbers;
}

/**
 * Activation patching: B gets A's values of a step; everything behind it in B follows. What is
 * shown as it has learnt gives what it has learnt.
 */
function patchStep({ store, actions }, since, step, units) {
  const { versus, focus, checkpoint, edits, ...now } = store.get();
  const patch = {
    step: step ?? now.step,
    units: units ?? (now.unit === null ? [] : [now.unit]),
    action: "patch",
    value: 0,
    source: { image: focus, checkpoint, ...(learnt(store.get()) ? { learnt: true } : {}) },
  };
  actions.change({ versus: { ...versus, edits: [...(versus.edits ?? edits), patch] } }, since);
}

/**
 * Everything that this side can be compared with.
 *
 * @param {Page} page
 * @returns {[string, string][]}
 */
function others(page) {
  const { say, store } = page;
  const { focus, edits } = store.get();
  const same = { checkpoint: null, image: null, edits: null };
  const before = edits.length ? [offered({ ...same, edits: [] }, say("compare.before"))] : [];
  const pictures = numbered(page)
    .filter((_, image) => image !== focus)
    .map(([image, words]) => offered({ ...same, image: Number(image) }, words));
  const weights = otherCheckpoints(page).map(({ name, title }) =>
    offered({ ...same, checkpoint: name }, say("compare.checkpoint", { name: title })),
  );
  return [offered(null, say("compare.none")), ...before, ...pictures, ...weights];
}

/** @param {Versus | null} versus @param {string} words @returns {[string, string]} */
const offered = (versus, words) => [key(versus), words];
