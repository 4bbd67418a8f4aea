/** Where the pinned unit's value comes from: in symbols, in numbers, in pictures. */

import { copy as copyText } from "../base/copying.js";
import { icon, make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";
import { kindOf } from "../kinds/index.js";
import { copyExactly, number, renew } from "../base/value.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createInspector(page) {
  const { say, labels, actions } = page;
  const hint = make("p", { class: "muted" });
  const body = make("div", { class: "body" });
  const section = make("section", { id: "inspector" }, hint, body);
  let shown = "";
  /** @type {import("../kinds/index.js").Explained} */ let explained = { parts: [] };
  let value = make("span");
  copyExactly(section);

  function build(told) {
    const button = (action, picture, act) =>
      make(
        "button",
        {
          type: "button",
          class: "tool",
          "data-action": action,
          title: say(`inspector.${picture}`),
          "aria-label": say(`inspector.${picture}`),
          onclick: act,
        },
        icon(picture),
      );
    const close = button("release", "close", (event) => actions.choose(null, event.timeStamp));
    const copy = button("copy-value", "copy", () =>
      copyText(section.dataset.value, section.querySelector("strong")),
    );
    const name = page.step()?.named ? ` · ${labels()[told.unit]}` : "";
    value = number(told.value, 6);
    body.replaceChildren(
      make(
        "div",
        { class: "head" },
        make("h3", {}, say("inspector.title", { step: told.step, unit: told.unit }) + name),
        make("strong", {}, value),
        copy,
        close,
      ),
      told.edited
        ? make("p", {}, say("edits.natural", { value: fixed(told.natural, 6) }))
        : make("div", { class: "parts" }, ...explained.parts),
    );
  }

  function clear() {
    hint.hidden = false;
    body.replaceChildren();
    shown = "";
    delete section.dataset.unit;
    delete section.dataset.value;
  }

  return {
    element: section,
    asks: "unit",
    about: ["step", "unit"],
    chosen({ unit }) {
      if (unit === null && shown) clear();
    },
    update({ sections }) {
      const { unit: told } = sections;
      if (!told) return clear();
      hint.hidden = true;
      section.dataset.unit = told.unit;
      section.dataset.value = told.value;
      const key = `${told.step}/${told.unit}/${told.edited}/${say("inspector.sum")}`;
      if (key === shown && explained.fits?.(told)) {
        renew(value, told.value, 6);
        explained.renew(told);
        return;
      }
      shown = key;
      explained = (!told.edited && kindOf(told).explain?.(page, told)) || { parts: [] };
      build(told);
    },
    name() {
      hint.textContent = say("inspector.hint");
    },
  };
}
