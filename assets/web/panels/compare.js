/** Two at once: what the page is compared with, and what that says of each step. */

import { make } from "../base/elements.js";
import { kindOf } from "../kinds/index.js";
import { checkpoints } from "./checkpoints.js";
import { fixed, percent } from "../base/numbers.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createCompare(page) {
  const { say, store, labels, actions } = page;
  const query = store.get;
  const change = (versus, since) => actions.change({ versus }, since);
  const label = make("label", { for: "versus" });
  const choice = make("select", {
    id: "versus",
    onchange: (event) => change(JSON.parse(choice.value), event.timeStamp),
  });
  const summary = make("p", { class: "muted" });
  const apart = make("p", { class: "muted" });
  const patch = make("button", {
    type: "button",
    "data-action": "patch-step",
    onclick: (event) => patchStep(event.timeStamp),
  });
  const section = make(
    "section",
    { id: "compare" },
    make("div", { class: "tools" }, label, choice),
    summary,
    apart,
    patch,
  );
  let listed = "";

  /** Activation patching: B gets A's values of the current step; everything behind it in B follows. */
  function patchStep(
    since,
    step = query().step,
    units = query().unit === null ? [] : [query().unit],
  ) {
    const { versus, focus, checkpoint, edits } = query();
    const source = { image: focus, checkpoint };
    change(
      {
        ...versus,
        edits: [...(versus.edits ?? edits), { step, units, action: "patch", value: 0, source }],
      },
      since,
    );
  }

  function options() {
    const { images, focus, edits, checkpoint } = query();
    /** @type {[import("../state/types.js").Versus | null, string][]} */
    const all = [[null, say("compare.none")]];
    if (edits.length)
      all.push([{ checkpoint: null, image: null, edits: [] }, say("compare.before")]);
    images.forEach(
      (_, image) =>
        image !== focus &&
        all.push([
          { checkpoint: null, image, edits: null },
          say("compare.image", { index: image }),
        ]),
    );
    for (const each of checkpoints(page))
      if (each.name !== checkpoint)
        all.push([
          { checkpoint: each.name, image: null, edits: null },
          say("compare.checkpoint", { name: each.title }),
        ]);
    return all.map(([value, text]) => [JSON.stringify(value), text]);
  }

  function list() {
    const { versus } = query();
    const all = options();
    const now = JSON.stringify(
      versus && { checkpoint: versus.checkpoint, image: versus.image, edits: versus.edits },
    );
    if (!all.some(([value]) => value === now)) all.push([now, say("compare.patched")]);
    const key = JSON.stringify([all, now]);
    if (key !== listed) {
      listed = key;
      choice.replaceChildren(...all.map(([value, text]) => make("option", { value }, text)));
      choice.value = now;
    }
  }

  return {
    element: section,
    view: "explore",
    asks: "versus",
    about: ["step"],
    actions: { patch: patchStep },
    chosen({ versus, step, unit }) {
      list();
      for (const element of [summary, apart, patch]) element.hidden = !versus;
      patch.disabled = kindOf(page.step()).hooked === false;
      patch.textContent = say(unit === null ? "compare.patch" : "compare.patch.unit", { unit });
    },
    update({ sections }, { step }) {
      const { versus: told } = sections;
      if (!told) return;
      const share = told.probabilities[told.winner];
      summary.textContent = say("compare.summary", {
        label: labels()[told.winner],
        share: percent(share),
      });
      const { largest, changed, switched } = told.apart[step];
      apart.textContent =
        say("compare.apart", { largest: fixed(largest, 4), changed }) +
        (switched ? ` · ${say("compare.switched", { count: switched.length })}` : "");
    },
    name() {
      label.textContent = say("compare.label");
      listed = "";
    },
  };
}
