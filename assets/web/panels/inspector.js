/** Where the pinned unit's value comes from: in symbols, in numbers, in pictures. */

import { copy } from "../base/copying.js";
import { icon, make } from "../base/elements.js";
import { copyExactly, fixed, number, renew } from "../base/numbers.js";
import { kindOf } from "../kinds/index.js";
import { stepped } from "../state/cards.js";
import { createLikes } from "./likes.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createInspector(page) {
  const { say, labels } = page;
  const hint = make("p", { class: "muted" });
  const body = make("div", { class: "body" });
  const likes = createLikes(page);
  const section = make("section", { id: "inspector" }, hint, body, likes.element);
  let built = "";
  let value = make("span");
  /** @type {import("../kinds/index.js").Explained} */ let explained = { parts: [] };
  copyExactly(section);

  function clear() {
    hint.hidden = false;
    body.replaceChildren();
    built = "";
    delete section.dataset.unit;
    delete section.dataset.value;
  }

  function build(unit) {
    const known = !unit.edited && !unit.hooked && kindOf(unit).explain?.(page, unit);
    explained = known || { parts: [] };
    value = number(unit.value, 6);
    const step = stepped(say, page.steps(), unit.step);
    const title = say("inspector.title", { step, unit: unit.unit });
    const name = page.step()?.named ? ` · ${labels()[unit.unit]}` : "";
    const parts = explained.parts.filter((part) => part !== null);
    body.replaceChildren(
      make("div", { class: "head" }, make("h3", {}, title + name), ...tools(page, value)),
      unit.edited || unit.hooked
        ? make("p", {}, instead(say, unit))
        : make("div", { class: "parts" }, ...parts),
    );
  }

  function show(unit) {
    hint.hidden = true;
    section.dataset.unit = unit.unit;
    section.dataset.value = unit.value;
    const key = `${unit.step}/${unit.unit}/${unit.edited}/${unit.hooked}/${say("inspector.sum")}`;
    if (key === built && explained.fits?.(unit)) {
      renew(value, unit.value, 6);
      explained.renew?.(unit);
    } else build(unit);
    built = key;
  }

  return {
    element: section,
    parts: [likes],
    asks: ({ unit }) => (unit === null ? undefined : "unit"),
    about: ["step", "unit"],
    chosen({ unit }) {
      if (unit === null && built) clear();
    },
    update({ sections: { unit } }) {
      if (unit) show(unit);
      else clear();
    },
    /** While the server is away the page explains the unit itself. */
    hand({ unit }) {
      if (unit) show(unit);
    },
    light: (index) => explained.light?.(index),
    name() {
      hint.textContent = say("inspector.hint");
    },
  };
}

/** What is said of a unit whose value is not what its layer alone makes of what goes in. */
function instead(say, unit) {
  return unit.hooked
    ? say("inspector.hooked")
    : say("edits.natural", { value: fixed(unit.natural, 6) });
}

/** The value, a button that copies all of its digits, and one that lets the unit go. */
function tools({ say, actions }, value) {
  const button = (action, picture, onclick) =>
    make(
      "button",
      {
        type: "button",
        class: "tool",
        "data-action": action,
        title: say(`inspector.${picture}`),
        "aria-label": say(`inspector.${picture}`),
        onclick,
      },
      icon(picture),
    );
  const strong = make("strong", {}, value);
  return [
    strong,
    button("copy-value", "copy", () => copy(value.dataset.exact, strong)),
    button("release", "close", (event) => actions.choose(null, event.timeStamp)),
  ];
}
