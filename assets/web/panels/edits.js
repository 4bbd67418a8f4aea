/** Interventions: choose units, say what happens to them, and see every edit as a chip that can be taken back. */

import { icon, make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";

const ACTIONS = ["off", "clamp", "scale", "patch"];

/** Numbers and ranges as people write them: "3, 10-20". @returns {number[] | null} null when it makes no sense */
export function parseUnits(text, count) {
  const units = new Set();
  for (const part of text.split(/[,，\s]+/).filter(Boolean)) {
    const match = /^(\d+)(?:[-–](\d+))?$/.exec(part);
    if (!match) return null;
    const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (from > to || to >= count) return null;
    for (let unit = from; unit <= to; unit += 1) units.add(unit);
  }
  return [...units].sort((one, other) => one - other);
}

/** Units as people write them, ranges joined. */
export function writeUnits(/** @type {number[]} */ units) {
  const parts = [];
  for (let index = 0; index < units.length; index += 1) {
    let last = index;
    while (units[last + 1] === units[last] + 1) last += 1;
    parts.push(last > index ? `${units[index]}-${units[last]}` : `${units[index]}`);
    index = last;
  }
  return parts.join(", ");
}

/**
 * @param {{say: any, query: () => any, count: () => number, checkpoints: () => string[], lasso: (done: (units: number[]) => void) => void,
 *   change: (edits: any[], since: number) => void, tell: (sentence: string) => void}} page
 */
export function createEdits({ say, query, count, checkpoints, lasso, change, tell }) {
  const lead = make("p");
  const list = make("input", {
    type: "text",
    id: "edit-units",
    autocomplete: "off",
    spellcheck: "false",
  });
  const listLabel = make("label", { for: "edit-units" });
  const draw = make("button", {
    type: "button",
    "data-action": "lasso",
    onclick: () => lasso((units) => (list.value = writeUnits(units))),
  });
  const whole = make("button", {
    type: "button",
    "data-action": "whole-layer",
    onclick: () => (list.value = ""),
  });
  const action = make("select", { id: "edit-action", onchange: shape });
  const actionLabel = make("label", { for: "edit-action" });
  const value = make("input", { type: "number", id: "edit-value", value: "0", step: "any" });
  const image = make("select", { id: "edit-image" });
  const checkpoint = make("select", { id: "edit-checkpoint" });
  const apply = make("button", {
    type: "button",
    class: "primary",
    "data-action": "apply-edit",
    onclick: (event) => submit(event.timeStamp),
  });
  const section = make(
    "section",
    { id: "edit" },
    lead,
    make("div", { class: "tools" }, listLabel, list, draw, whole),
    make("div", { class: "tools" }, actionLabel, action, value, image, checkpoint, apply),
  );
  const chips = make("ul", { id: "edits", hidden: true });

  function shape() {
    value.hidden = !["clamp", "scale"].includes(action.value);
    image.hidden = checkpoint.hidden = action.value !== "patch";
  }

  function submit(since) {
    const { step, edits } = query();
    if (step === "softmax") return tell(say("edits.softmax"));
    const units = parseUnits(list.value, count());
    if (units === null) return tell(say("edits.none", { high: count() - 1 }));
    add(
      {
        step,
        units,
        action: action.value,
        value: Number(value.value),
        source:
          action.value === "patch"
            ? { image: Number(image.value), checkpoint: checkpoint.value }
            : null,
      },
      since,
      edits,
    );
  }

  /** Put an edit at the end; a later one on the same units acts upon what the earlier left. */
  function add(edit, since, edits = query().edits) {
    change([...edits, edit], since);
  }

  function words(edit) {
    const what =
      edit.units.length === 0
        ? say("edits.layer")
        : edit.units.length > 1
          ? say("edits.units", { count: edit.units.length })
          : say(edit.step === "input" ? "edits.pixel" : "edits.unit", { unit: edit.units[0] });
    const how = {
      off: "",
      clamp: ` ${fixed(edit.value, 3)}`,
      scale: ` ${fixed(edit.value, 3)}`,
      patch: edit.source
        ? ` ${say("edits.image", { index: edit.source.image })} ${edit.source.checkpoint}`
        : "",
    }[edit.action];
    return `${edit.step} · ${what} · ${say(`edits.${edit.action}`)}${how}`;
  }

  return {
    section,
    chips,
    add,
    update() {
      const { edits, images, unit, step } = query();
      chips.hidden = edits.length === 0;
      const remove = (index) => (event) =>
        change(
          edits.filter((_, each) => each !== index),
          event.timeStamp,
        );
      chips.replaceChildren(
        make("li", { class: "title" }, say("edits.title")),
        ...edits.map((edit, index) =>
          make(
            "li",
            { class: "chip", "data-edit": index },
            words(edit),
            make(
              "button",
              {
                type: "button",
                class: "remove",
                "aria-label": say("edits.remove"),
                title: say("edits.remove"),
                onclick: remove(index),
              },
              icon("close"),
            ),
          ),
        ),
        make(
          "li",
          {},
          make(
            "button",
            {
              type: "button",
              class: "link",
              "data-action": "clear-edits",
              onclick: (event) => change([], event.timeStamp),
            },
            say("edits.clear"),
          ),
        ),
      );
      const kept = [image.value, checkpoint.value];
      image.replaceChildren(
        ...images.map((_, index) =>
          make("option", { value: index }, say("edits.image", { index })),
        ),
      );
      checkpoint.replaceChildren(
        ...checkpoints().map((name) => make("option", { value: name }, name)),
      );
      if ([...image.options].some((option) => option.value === kept[0])) image.value = kept[0];
      if ([...checkpoint.options].some((option) => option.value === kept[1]))
        checkpoint.value = kept[1];
      const key = `${step}/${unit}`;
      if (section.dataset.at !== key) {
        section.dataset.at = key;
        list.value = unit === null ? "" : String(unit);
      }
    },
    name() {
      lead.textContent = say("edits.lead");
      listLabel.textContent = say("edits.list");
      list.placeholder = say("edits.layer");
      draw.textContent = say("edits.lasso");
      whole.textContent = say("edits.layer");
      actionLabel.textContent = say("edits.action");
      value.setAttribute("aria-label", say("edits.value"));
      image.setAttribute("aria-label", say("edits.patch"));
      checkpoint.setAttribute("aria-label", say("header.weights"));
      apply.textContent = say("edits.apply");
      const kept = action.value || "off";
      action.replaceChildren(
        ...ACTIONS.map((name) => make("option", { value: name }, say(`edits.${name}`))),
      );
      action.value = kept;
      shape();
      this.update();
    },
  };
}
