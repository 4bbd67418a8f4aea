/**
 * Which of the inputs is looked at, where a network is fed with examples: one of the batch,
 * whatever dimension counts it.
 */

import { icon, make } from "../base/elements.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createInputs(page) {
  const { say, store, actions } = page;
  const by = (move) => (event) => choose(store.get().focus + move, event.timeStamp);
  const previous = createStep("previous", by(-1));
  const next = createStep("next", by(1));
  const words = make("span");
  const range = make("span", { class: "muted" });
  const place = make("input", {
    type: "number",
    id: "input-place",
    min: "0",
    step: "1",
    onchange: (event) => typed(event.timeStamp),
  });
  const label = make("label", {}, words, place, range);
  const element = make(
    "div",
    { class: "tools inputs", role: "group", hidden: true },
    previous,
    label,
    next,
  );

  function choose(wanted, since) {
    const focus = Math.min(page.inputs() - 1, Math.max(0, wanted));
    if (focus !== store.get().focus) actions.change({ focus }, since);
    show();
  }

  function typed(since) {
    const wanted = Math.round(place.valueAsNumber);
    if (Number.isNaN(wanted)) show();
    else choose(wanted, since);
  }

  function show() {
    const high = page.inputs() - 1;
    const { focus } = store.get();
    element.hidden = page.model().drawn || high < 1 || Boolean(page.start.lacks);
    place.value = String(focus);
    place.max = String(high);
    range.textContent = say("inputs.range", { high });
    previous.disabled = focus <= 0;
    next.disabled = focus >= high;
  }

  return {
    element,
    chosen: show,
    update: show,
    name() {
      words.textContent = say("inputs.label");
      element.setAttribute("aria-label", say("inputs.label"));
      previous.title = say("inputs.previous");
      next.title = say("inputs.next");
      for (const each of [previous, next]) each.setAttribute("aria-label", each.title);
      show();
    },
  };
}

function createStep(name, onclick) {
  return make("button", { type: "button", class: "tool", "data-input": name, onclick }, icon(name));
}
