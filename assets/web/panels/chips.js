/** Every edit in force as a chip that can be taken back. */

import { grown } from "../base/age.js";
import { icon, make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";
import { kindOf } from "../kinds/index.js";
import { stepped } from "../state/cards.js";
import { titled } from "./numbered.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createChips(page) {
  const { say, steps, actions, store } = page;
  const chips = make("ul", { id: "edits", hidden: true });
  let listed = "";

  function amount({ action, value, source }) {
    if (action === "patch" && source) {
      const taken = source.learnt ? (store.get().taught?.steps ?? 0) : 0;
      return ` ${titled(page, source.image)} ${grown(say, source.checkpoint, taken)}`;
    }
    return action === "clamp" || action === "scale" ? ` ${fixed(value, 3)}` : "";
  }

  function words(edit) {
    const { step, units, action } = edit;
    const kind = kindOf(steps().find(({ id }) => id === step));
    const [unit] = units;
    const what =
      units.length === 0
        ? say("edits.layer")
        : units.length > 1
          ? say("edits.units", { count: units.length })
          : say(kind.unit ?? "edits.unit", { unit });
    return `${stepped(say, steps(), step)} · ${what} · ${say(`edits.${action}`)}${amount(edit)}`;
  }

  function chip(edit, index, edits) {
    const others = edits.filter((each) => each !== edit);
    const remove = make(
      "button",
      {
        type: "button",
        class: "remove",
        "aria-label": say("edits.remove"),
        title: say("edits.remove"),
        onclick: (event) => actions.edit(others, event.timeStamp),
      },
      icon("close"),
    );
    return make("li", { class: "chip", "data-edit": index }, words(edit), remove);
  }

  function all() {
    return make(
      "button",
      {
        type: "button",
        class: "link",
        "data-action": "clear-edits",
        onclick: (event) => actions.edit([], event.timeStamp),
      },
      say("edits.clear"),
    );
  }

  return {
    element: chips,
    chosen({ edits, language, taught }) {
      const key = JSON.stringify([edits, language, taught?.steps]);
      if (key === listed) return;
      listed = key;
      chips.hidden = edits.length === 0;
      chips.replaceChildren(
        make("li", { class: "title" }, say("edits.title")),
        ...edits.map(chip),
        make("li", {}, all()),
      );
    },
  };
}
