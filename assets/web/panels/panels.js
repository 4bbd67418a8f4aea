/**
 * What lies below the figure: tabs, each with the section of the reply it asks for while it is
 * open.
 */

import { make } from "../base/elements.js";
import { roving } from "../base/roving.js";
import { createOrSay } from "../frame/needs.js";
import { PANELS } from "./index.js";

const inside =
  (page) =>
  ({ name, create }) => ({ ...createOrSay(page, name, create), panel: name });

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createPanels(page) {
  const { say, screen, actions } = page;
  const parts = PANELS.map(inside(page));
  let wish = ""; // what was open, and opens again where it makes sense
  const tabs = PANELS.map(({ name }) =>
    make("button", {
      type: "button",
      role: "tab",
      "data-panel": name,
      id: `tab-${name}`,
      "aria-controls": `panel-${name}`,
      onclick(event) {
        wish = "";
        actions.open(name, event.timeStamp);
      },
    }),
  );
  const groups = [...new Set(PANELS.map(({ group }) => group))].map((group) => {
    const heading = make("span", { class: "group", "aria-hidden": "true", "data-group": group });
    const own = tabs.filter((_, index) => PANELS[index].group === group);
    return make("div", { role: "presentation" }, heading, ...own);
  });
  const list = make("div", { class: "tabs", role: "tablist" }, ...groups);
  roving(list);
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
      tabs[index].tabIndex = panel === screen.panel ? 0 : -1;
      boxes[index].hidden = panel !== screen.panel;
    });
  }

  /** Hide what makes no sense at this step; fall back to the first one, until it does again. */
  function fit() {
    const step = page.step();
    if (!step) return mark();
    const sensible = parts.map(({ when }) => !when || when(step));
    tabs.forEach((tab, index) => {
      tab.disabled = !sensible[index]; // its place stays, so that no other tab moves
    });
    const shown = (name) => sensible[parts.findIndex(({ panel }) => panel === name)];
    if (!shown(screen.panel)) [wish, screen.panel] = [screen.panel, PANELS[0].name];
    else if (screen.panel === PANELS[0].name && shown(wish)) [wish, screen.panel] = ["", wish];
    mark();
  }

  return {
    element: make("section", { id: "panels" }, list, ...boxes),
    parts,
    about: ["step"],
    chosen: fit,
    update: fit,
    name() {
      list.setAttribute("aria-label", say("panel.label"));
      for (const tab of tabs) tab.textContent = say(`panel.${tab.dataset.panel}`);
      for (const heading of list.querySelectorAll(".group"))
        heading.textContent = say(`panel.group.${heading.dataset.group}`);
    },
  };
}
