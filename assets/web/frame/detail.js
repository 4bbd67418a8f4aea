/** How much of a large network is folded: one level more, one less. */

import { icon, make } from "../base/elements.js";
import { movable } from "../state/cards.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createDetail({ say, store, actions }) {
  const button = (name, sign, move) =>
    make(
      "button",
      {
        type: "button",
        class: "tool",
        "data-detail": name,
        onclick: (event) => actions.detail(move, event.timeStamp),
      },
      icon(sign),
    );
  const more = button("more", "add", 1);
  const less = button("less", "less", -1);
  const level = make("output", { "data-level": "" });
  const element = make(
    "div",
    { class: "tools detail", role: "group", hidden: true },
    more,
    level,
    less,
  );
  /** @type {any} */ let folding = null;

  function show() {
    element.hidden = !folding?.most;
    if (element.hidden) return;
    const { detail, most } = folding;
    level.textContent = `${detail}/${most}`;
    level.dataset.level = detail;
    level.setAttribute("aria-label", say("folding.level", { detail, most }));
    more.disabled = !movable(store.get().folding, folding, 1);
    less.disabled = !movable(store.get().folding, folding, -1);
  }

  return {
    element,
    about: ["folding"],
    chosen(now, before) {
      if (now.model !== before.model) folding = null;
      show();
    },
    update({ sections }) {
      folding = sections.folding ?? null;
      show();
    },
    name() {
      element.setAttribute("aria-label", say("folding.label"));
      more.title = say("folding.more");
      less.title = say("folding.less");
      for (const each of [more, less]) each.setAttribute("aria-label", each.title);
      show();
    },
  };
}
