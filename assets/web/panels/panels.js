/** What lies below the figure: tabs, each with the section of the view it asks the server for while it is open. */

import { make } from "../base/elements.js";

/**
 * @param {{say: any, parts: Record<string, {element: HTMLElement, asks: string | null, when: (kind: string) => boolean}>,
 *   opened: (name: string, since: number) => void}} page
 */
export function createPanels({ say, parts, opened }) {
  const tabs = Object.keys(parts).map((name) =>
    make("button", {
      type: "button",
      role: "tab",
      "data-panel": name,
      id: `tab-${name}`,
      "aria-controls": `panel-${name}`,
      onclick: (event) => open(name, event.timeStamp),
    }),
  );
  const list = make("div", { class: "tabs", role: "tablist" }, ...tabs);
  const boxes = Object.entries(parts).map(([name, part]) =>
    make(
      "div",
      { id: `panel-${name}`, role: "tabpanel", "aria-labelledby": `tab-${name}` },
      part.element,
    ),
  );
  const section = make("section", { id: "panels" }, list, ...boxes);
  let current = "numbers";

  function open(name, since) {
    current = name;
    mark();
    opened(name, since);
  }

  function mark() {
    for (const tab of tabs)
      tab.setAttribute("aria-selected", String(tab.dataset.panel === current));
    boxes.forEach((box) => (box.hidden = box.id !== `panel-${current}`));
  }

  mark();
  return {
    section,
    current: () => current,
    /** The sections that the open panel needs. */
    asks: () => (parts[current].asks ? [parts[current].asks] : []),
    /** Open a panel without asking anew: the caller is about to ask. */
    show(name) {
      current = name;
      mark();
    },
    /** Hide what makes no sense at a step; fall back to the numbers. */
    update(kind) {
      for (const tab of tabs) tab.hidden = !parts[tab.dataset.panel].when(kind);
      if (!parts[current].when(kind)) this.show("numbers");
    },
    name() {
      list.setAttribute("aria-label", say("panel.label"));
      for (const tab of tabs) tab.textContent = say(`panel.${tab.dataset.panel}`);
    },
  };
}
