/** Which units decide: each switched off alone, ranked by what that does to a class, and a set that flips the answer. */

import { make } from "../base/elements.js";
import { percent } from "../base/numbers.js";
import { copyExactly, number, signed } from "../base/value.js";

const NAMED = 12;

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createDeciding({ say, labels, store, actions }) {
  const lead = make("p");
  const label = make("label", { for: "deciding-class" });
  const choice = make("select", {
    id: "deciding-class",
    onchange: (event) => actions.option("class", Number(choice.value), event.timeStamp),
  });
  const flips = make("p");
  const set = make("p");
  const table = make("table");
  const section = make(
    "section",
    { id: "deciding" },
    lead,
    make("div", { class: "tools" }, label, choice),
    set,
    flips,
    make("div", { class: "scroll" }, table),
  );
  copyExactly(section);

  const off = (step, units) => (event) =>
    actions.edit(
      [...store.get().edits, { step, units, action: "off", value: 0, source: null }],
      event.timeStamp,
    );
  const link = (step, unit) =>
    make(
      "button",
      {
        type: "button",
        class: "link",
        title: say("inspector.follow", { step, unit }),
        onclick: (event) => actions.follow(step, unit, event.timeStamp),
      },
      String(unit),
    );

  return {
    element: section,
    asks: "deciding",
    about: ["step"],
    chosen({ options }) {
      if (options.class !== undefined) choice.value = options.class;
    },
    update({ sections }) {
      const { deciding: told } = sections;
      if (!told) return;
      for (const element of [choice.parentElement, set, flips, table])
        element.hidden = !told.possible;
      if (!told.possible) {
        lead.textContent = say("deciding.impossible");
        return;
      }
      const names = labels();
      lead.textContent = say("deciding.lead", {
        label: names[told.class],
        logit: told.logit.toFixed(4),
        share: percent(told.probability),
      });
      choice.replaceChildren(...names.map((name, index) => make("option", { value: index }, name)));
      choice.value = store.get().options.class ?? told.class;
      flips.textContent = told.flips.length
        ? say("deciding.flips", {
            count: told.flips.length,
            units: told.flips.slice(0, NAMED).join(", ") + (told.flips.length > NAMED ? " …" : ""),
          })
        : say("deciding.noflip");
      const { units, found, verified, stopped, before, after } = told.set;
      set.replaceChildren(
        found && verified
          ? `${say("deciding.set", { count: units.length, before: names[before], after: names[after] })} `
          : say(stopped ? "deciding.stopped" : "deciding.noset", { count: units.length }),
        ...(found && verified
          ? [
              ...units.flatMap((unit) => [link(told.step, unit), " "]),
              make(
                "button",
                { type: "button", "data-action": "try-set", onclick: off(told.step, units) },
                say("deciding.try"),
              ),
            ]
          : []),
      );
      table.replaceChildren(
        make(
          "thead",
          {},
          make(
            "tr",
            {},
            ...["unit", "activation", "change", "probability", "winner"].map((key) =>
              make("th", { scope: "col" }, say(`deciding.${key}`)),
            ),
            make("th"),
          ),
        ),
        make(
          "tbody",
          {},
          ...told.rows.map((row) =>
            make(
              "tr",
              { "data-unit": row.unit },
              make("th", { scope: "row" }, link(told.step, row.unit)),
              make("td", {}, number(row.activation)),
              make("td", {}, signed(row.change)),
              make("td", {}, number(row.probability)),
              make("td", {}, names[row.winner]),
              make(
                "td",
                {},
                make(
                  "button",
                  { type: "button", class: "link", onclick: off(told.step, [row.unit]) },
                  say("deciding.off"),
                ),
              ),
            ),
          ),
        ),
      );
    },
    name() {
      label.textContent = say("deciding.class");
    },
  };
}
