/** The bar on top: which network, which weights, which view, which language, which light. */

import { icon, make } from "../base/elements.js";

/**
 * @param {{say: any, models: any[], device: string, views: string[], query: () => any,
 *   change: (patch: any, since: number) => void, show: (view: string) => void, act: Record<string, (event: Event) => void>}} page
 */
export function createHeader({ say, models, device, views, query, change, show, act }) {
  const model = make("select", {
    id: "model",
    onchange: (event) =>
      change(
        { model: model.value, checkpoint: "", step: "input", unit: null, edits: [] },
        event.timeStamp,
      ),
  });
  const checkpoint = make("select", {
    id: "checkpoint",
    onchange: (event) => change({ checkpoint: checkpoint.value }, event.timeStamp),
  });
  const tabs = views.map((view) =>
    make("button", { type: "button", role: "tab", "data-view": view, onclick: () => show(view) }),
  );
  const nav = make("nav", { id: "views", role: "tablist" }, ...tabs);
  const where = make("span", { id: "device", class: "device" }, device);
  const language = make("button", {
    type: "button",
    "data-action": "language",
    onclick: act.language,
  });
  const buttons = ["share", "theme", "present", "help"].map((action) =>
    make(
      "button",
      { type: "button", class: "tool", "data-action": action, onclick: act[action] },
      icon(action),
    ),
  );
  const brand = make("h1", {}, "Layer Explorer");
  const bar = make(
    "header",
    { id: "bar" },
    brand,
    nav,
    make("div", { class: "choices" }, model, checkpoint, where),
    make("div", { class: "tools" }, language, ...buttons),
  );

  function checkpointName(item) {
    return say("header.checkpoint", {
      epoch: item.epoch,
      accuracy: (100 * item.accuracy).toFixed(1),
    });
  }

  return {
    bar,
    update(view) {
      const asked = query();
      const chosen = models.find((each) => each.name === asked.model) ?? models[0];
      model.value = chosen.name;
      checkpoint.value = asked.checkpoint || chosen.default;
      for (const tab of tabs) tab.setAttribute("aria-selected", String(tab.dataset.view === view));
    },
    name() {
      const asked = query();
      const chosen = models.find((each) => each.name === asked.model) ?? models[0];
      model.replaceChildren(
        ...models.map((each) => make("option", { value: each.name }, each.title[asked.language])),
      );
      checkpoint.replaceChildren(
        ...[...chosen.checkpoints]
          .reverse()
          .map((each) => make("option", { value: each.name }, checkpointName(each))),
        make("option", { value: "untrained" }, say("header.untrained")),
      );
      model.setAttribute("aria-label", say("header.model"));
      checkpoint.setAttribute("aria-label", say("header.weights"));
      nav.setAttribute("aria-label", say("header.views"));
      for (const tab of tabs) tab.textContent = say(`view.${tab.dataset.view}`);
      where.title = say("header.device", { device });
      where.setAttribute("aria-label", where.title);
      language.textContent = say("header.language");
      language.lang = asked.language === "en" ? "zh-CN" : "en";
      for (const button of buttons) {
        button.setAttribute("aria-label", say(`header.${button.dataset.action}`));
        button.title = say(`header.${button.dataset.action}`);
      }
    },
  };
}
