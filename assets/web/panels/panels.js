/** What lies below the figure: tabs, each with the section of the reply it asks for while it is open. */

import { make } from "../base/elements.js";
import { PANELS } from "./index.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createPanels(page) {
  const { say, screen, actions } = page;
  const parts = PANELS.map(({ name, create }) => ({ ...create(page), panel: name }));
  const tabs = PANELS.map(({ name }) =>
    make("button", {
      type: "button",
      role: "tab",
      "data-panel": name,
      id: `tab-${name}`,
      "aria-controls": `panel-${name}`,
      onclick: (event) => actions.open(name, event.timeStamp),
    }),
  );
  const list = make("div", { class: "tabs", role: "tablist" }, ...tabs);
  const boxes = parts.map(({ panel, element }) =>
    make(
      "div",
      { id: `panel-${panel}`, role: "tabpanel", "aria-labelledby": `tab-${panel}` },
      element,
    ),
  );

  function mark() {
    parts.forEach(({ panel }, index) => {
      tabs[index].setAttribute("aria-selected", String(panel === screen.panel));
      boxes[index].hidden = panel !== screen.panel;
    });
  }

  return {
    element: make("section", { id: "panels" }, list, ...boxes),
    parts,
    about: ["step"],
    chosen: mark,
    /** Hide what makes no sense at this step; fall back to the first one. */
    update() {
      const step = page.step();
      const sensible = parts.map(({ when }) => !when || when(step));
      tabs.forEach((tab, index) => {
        tab.hidden = !sensible[index];
      });
      const open = parts.findIndex(({ panel }) => panel === screen.panel);
      if (!sensible[open]) screen.panel = PANELS[0].name;
      mark();
    },
    name() {
      list.setAttribute("aria-label", say("panel.label"));
      for (const tab of tabs) tab.textContent = say(`panel.${tab.dataset.panel}`);
    },
  };
}
