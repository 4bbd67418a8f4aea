/**
 * Which units decide: each switched off alone, ranked by what that does to a class, and a set that
 * flips the answer.
 */

import { choices, make } from "../base/elements.js";
import { listed } from "../base/lists.js";
import { copyExactly, number, percent, signed } from "../base/numbers.js";
import { body, head, row, scrolled } from "../base/tables.js";

const NAMED = 12; // units written out
const COLUMNS = ["unit", "activation", "change", "probability", "winner"];

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createDeciding(page) {
  const { say, labels, store, actions } = page;
  const lead = make("p");
  const label = make("label", { for: "deciding-class" });
  const choice = make("select", {
    id: "deciding-class",
    onchange: (event) => actions.option("class", Number(choice.value), event.timeStamp),
  });
  const flips = make("p");
  const set = make("p");
  const table = make("table");
  const tools = make("div", { class: "tools" }, label, choice);
  const box = scrolled(table, say);
  const section = make("section", { id: "deciding" }, lead, tools, set, flips, box.box);
  copyExactly(section);

  return {
    element: section,
    asks: "deciding",
    about: ["step"],
    when: page.predicts,
    chosen({ options }) {
      if (options.class !== undefined) choice.value = options.class;
    },
    update({ sections: { deciding: ranking } }) {
      if (!ranking) return;
      for (const element of [tools, set, flips, table]) element.hidden = !ranking.possible;
      lead.textContent = ranking.possible
        ? say("deciding.lead", {
            label: labels()[ranking.class],
            logit: ranking.logit.toFixed(4),
            share: percent(ranking.probability),
          })
        : say("deciding.impossible");
      if (!ranking.possible) return;
      choices(
        choice,
        labels().map((name, index) => [String(index), name]),
      );
      choice.value = store.get().options.class ?? ranking.class;
      flips.textContent = flipping(page, ranking);
      set.replaceChildren(...smallest(page, ranking));
      table.replaceChildren(...ranked(page, ranking));
    },
    name() {
      box.name();
      label.textContent = say("deciding.class");
    },
  };
}

/** A button that switches units off. */
function off({ store, actions }, step, units, attributes, words) {
  const edit = { step, units, action: "off", value: 0, source: null };
  const onclick = (event) => actions.edit([...store.get().edits, edit], event.timeStamp);
  return make("button", { type: "button", ...attributes, onclick }, words);
}

/** A unit, as the way to it. */
function link({ say, actions }, step, unit) {
  return make(
    "button",
    {
      type: "button",
      class: "link",
      title: say("inspector.follow", { step, unit }),
      onclick: (event) => actions.follow(step, unit, event.timeStamp),
    },
    String(unit),
  );
}

/** Which units flip the answer alone. */
function flipping({ say }, { flips }) {
  if (!flips.length) return say("deciding.noflip");
  const units = listed(say, flips.slice(0, NAMED)) + (flips.length > NAMED ? " …" : "");
  return say("deciding.flips", { count: flips.length, units });
}

/** A set that flips it, with a button to try. */
function smallest(page, { step, set }) {
  const { say, labels } = page;
  const { units, found, verified, stopped, before, after } = set;
  if (!found || !verified)
    return [say(stopped ? "deciding.stopped" : "deciding.noset", { count: units.length })];
  return [
    `${say("deciding.set", {
      count: units.length,
      before: labels()[before],
      after: labels()[after],
    })} `,
    ...units.flatMap((unit) => [link(page, step, unit), " "]),
    off(
      page,
      step,
      units,
      { "data-action": "try-set" },
      say("deciding.try", { count: units.length }),
    ),
  ];
}

/** The units, and what becomes of the answer without each. */
function ranked(page, { step, rows }) {
  const { say, labels } = page;
  return [
    head([...COLUMNS.map((key) => say(`deciding.${key}`)), null]),
    body(
      rows.map(({ unit, activation, change, probability, winner }) =>
        row(
          [
            link(page, step, unit),
            number(activation),
            signed(change),
            number(probability),
            labels()[winner],
            off(page, step, [unit], { class: "link" }, say("deciding.off")),
          ],
          { "data-unit": unit },
        ),
      ),
    ),
  ];
}
