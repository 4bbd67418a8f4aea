/** Interventions: choose units of the current step, and say what happens to them. */

import { learnt } from "../base/age.js";
import { choices, make, steady } from "../base/elements.js";
import { units as unitsOf } from "../base/numbers.js";
import { editable } from "../kinds/index.js";
import { LEARNT, sources } from "./checkpoints.js";
import { numbered } from "./numbered.js";
import { parseUnits, writeUnits } from "./units.js";

const ACTIONS = ["off", "clamp", "scale", "patch"];

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createEdits(page) {
  const { say, store, actions } = page;
  const which = createWhich(page);
  const what = createWhat(page, submit);
  const lead = make("p");
  let at = "";

  function submit(since) {
    const { step, edits } = store.get();
    if (!editable(page.step())) return actions.tell(say("edits.softmax"));
    const count = unitsOf(page.step()?.shape ?? []);
    const units = parseUnits(which.list.value, count);
    if (units === null) return actions.tell(say("edits.none", { high: count - 1 }));
    if (!units.length) return actions.tell(say("edits.which"));
    const chosen = units.length === count ? [] : units; // the whole layer has no list
    actions.edit([...edits, { step, units: chosen, ...what.value() }], since);
  }

  return {
    element: make("section", { id: "edit" }, lead, which.tools, what.tools),
    chosen({ step, unit }) {
      what.offer();
      const key = `${step}/${unit}`;
      if (at === key) return;
      at = key;
      which.list.value = unit === null ? "" : String(unit);
    },
    name() {
      lead.textContent = say("edits.lead");
      which.name();
      what.name();
    },
  };
}

/** The units: written down, drawn around, or all of them. */
function createWhich(page) {
  const { say, actions } = page;
  const list = make("input", {
    type: "text",
    id: "edit-units",
    autocomplete: "off",
    spellcheck: "false",
  });
  const label = make("label", { for: "edit-units" });
  const write = (units) => {
    list.value = writeUnits(units);
  };
  const draw = make("button", {
    type: "button",
    "data-action": "lasso",
    onclick: () => actions.lasso(write),
  });
  const whole = make("button", {
    type: "button",
    "data-action": "whole-layer",
    onclick: () => write([...Array(unitsOf(page.step().shape)).keys()]),
  });
  return {
    list,
    tools: make("div", { class: "tools" }, label, list, draw, whole),
    name() {
      label.textContent = say("edits.list");
      list.placeholder = "3, 10-20";
      draw.textContent = say("edits.lasso");
      whole.textContent = say("edits.layer");
    },
  };
}

/** What happens to them: the action, its number or where it copies from. */
function createWhat(page, submit) {
  const { say } = page;
  const action = make("select", { id: "edit-action", onchange: fit });
  const label = make("label", { for: "edit-action" });
  const number = { type: "number", id: "edit-value", value: "0", step: "any" };
  const value = steady(make("input", number));
  const image = make("select", { id: "edit-image" });
  const checkpoint = make("select", { id: "edit-checkpoint" });
  const apply = make("button", {
    type: "button",
    class: "primary",
    "data-action": "apply-edit",
    onclick: (event) => submit(event.timeStamp),
  });

  let lesson = false; // whether what was learnt is shown

  function source() {
    const { checkpoint: now } = page.store.get();
    const from = { image: Number(image.value) };
    if (checkpoint.value !== LEARNT) return { ...from, checkpoint: checkpoint.value };
    return { ...from, checkpoint: now || page.model().default, learnt: true };
  }

  function fit() {
    value.hidden = !["clamp", "scale"].includes(action.value);
    image.hidden = checkpoint.hidden = action.value !== "patch";
  }

  return {
    tools: make("div", { class: "tools" }, label, action, value, image, checkpoint, apply),
    value: () => ({
      action: action.value,
      value: Number(value.value),
      source: action.value === "patch" ? source() : null,
    }),
    offer() {
      choices(image, numbered(page));
      const from = sources(page);
      choices(checkpoint, from);
      const shown = learnt(page.store.get()) > 0;
      if (shown !== lesson) checkpoint.value = from[0][0]; // what stands on the page comes first
      lesson = shown;
    },
    name() {
      label.textContent = say("edits.action");
      value.setAttribute("aria-label", say("edits.value"));
      image.setAttribute("aria-label", say("edits.patch"));
      checkpoint.setAttribute("aria-label", say("header.weights"));
      apply.textContent = say("edits.apply");
      choices(
        action,
        ACTIONS.map((name) => [name, say(`edits.${name}`)]),
      );
      fit();
    },
  };
}
