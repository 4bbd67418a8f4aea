/** Which layers do not learn: a box to tick for each that has weights of its own. */

import { make } from "../base/elements.js";
import { glossed } from "../base/gloss.js";
import { listed } from "../base/lists.js";
import { createSwitch } from "../base/switch.js";

/** @param {import("../state/types.js").Page} page */
export function createFreezing({ say, store, actions }) {
  const title = make("legend");
  const text = make("p", { class: "muted" });
  const list = make("div", { class: "layers" });
  const all = make("p", { role: "status" });
  const own = make("p", { class: "muted" });
  /** @type {Map<string, ReturnType<typeof createSwitch>>} by path */ let switches = new Map();
  /** @type {string[]} */ let still = []; // those that the module's owner has frozen

  function freeze(path, on, since) {
    const { frozen } = store.get().taught;
    const others = frozen.filter((each) => each !== path);
    const known = [...switches.keys()];
    const next = on ? [...others, path] : others;
    next.sort((one, two) => known.indexOf(one) - known.indexOf(two));
    const { shown } = store.get().taught; // what learns nothing has nothing to show
    const some = known.some((each) => !next.includes(each) && !still.includes(each));
    actions.teach({ frozen: next, shown: shown && some }, since);
  }

  function build(paths) {
    if (JSON.stringify(paths) === JSON.stringify([...switches.keys()])) return;
    const made = paths.map((path, index) => {
      const id = `frozen-${index}`;
      return [path, createSwitch(id, (on, since) => freeze(path, on, since))];
    });
    switches = new Map(made);
    list.replaceChildren(...made.map(([, each]) => each.element));
  }

  function chosen({ taught }) {
    for (const [path, each] of switches) {
      each.set(still.includes(path) || Boolean(taught?.frozen.includes(path)));
      each.enable(!still.includes(path));
      each.name(called(path));
    }
  }

  const called = (path) => path || say("teach.frozen.root");

  return {
    element: make("fieldset", { class: "freezing" }, title, text, list, own, all),
    chosen,
    fill({ freezable, fixed, learning }) {
      still = fixed;
      build(freezable);
      own.hidden = !still.length;
      own.textContent = say("teach.frozen.own", { layers: listed(say, still.map(called)) });
      chosen(store.get());
      all.textContent = learning ? "" : say("teach.frozen.all");
    },
    name() {
      title.replaceChildren(...glossed(say, say("teach.frozen")));
      text.textContent = say("teach.frozen.text");
    },
  };
}
