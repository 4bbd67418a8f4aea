/** Two at once: what the page is compared with, and what that says of each step. */

import { make } from "../base/elements.js";
import { fixed, percent } from "../base/numbers.js";

/**
 * @param {{say: any, query: () => any, checkpoints: () => {name: string, title: string}[], labels: () => string[],
 *   change: (versus: any, since: number) => void}} page
 */
export function createCompare({ say, query, checkpoints, labels, change }) {
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
    for (const each of checkpoints())
      if (each.name !== checkpoint)
        all.push([
          { checkpoint: each.name, image: null, edits: null },
          say("compare.checkpoint", { name: each.title }),
        ]);
    return all.map(([value, text]) => [JSON.stringify(value), text]);
  }

  return {
    section,
    patchStep,
    update(told) {
      const { versus, step } = query();
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
      for (const element of [summary, apart, patch]) element.hidden = !told;
      patch.disabled = step === "softmax";
      patch.textContent = say(query().unit === null ? "compare.patch" : "compare.patch.unit", {
        unit: query().unit,
      });
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
