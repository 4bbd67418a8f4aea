/** The bar on top: which network, which weights, which view, which language, which light. */

import { choices, icon, make } from "../base/elements.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createHeader(page) {
  const { say, store, screen, start, actions, settings } = page;
  const network = createNetworkChoice(page);
  const tabs = page.views.map((view) =>
    make("button", {
      type: "button",
      role: "tab",
      "data-view": view,
      onclick: () => actions.show(view),
    }),
  );
  const nav = make("nav", { id: "views", role: "tablist" }, ...tabs);
  const where = make("span", { id: "device", class: "device" }, start.device);
  const language = make("button", {
    type: "button",
    "data-action": "language",
    onclick: (event) => actions.speak(nextLanguage().code, event.timeStamp),
  });
  const acts = {
    share: () => actions.share(),
    theme: settings.otherTheme,
    present: settings.present,
    help: () => actions.help(),
  };
  const names = /** @type {("share" | "theme" | "present" | "help")[]} */ (Object.keys(acts));
  const buttons = names.map((action) =>
    make(
      "button",
      { type: "button", class: "tool", "data-action": action, onclick: acts[action] },
      icon(action),
    ),
  );

  /** The one behind the present one in the list; behind the last comes the first. */
  function nextLanguage() {
    const { languages } = start;
    const now = languages.findIndex(({ code }) => code === store.get().language);
    return languages[(now + 1) % languages.length];
  }

  return {
    element: make(
      "header",
      { id: "bar" },
      make("h1", {}, "Layer Explorer"),
      nav,
      make("div", { class: "choices" }, network.model, network.checkpoint, where),
      make("div", { class: "tools" }, language, ...buttons),
    ),
    chosen() {
      network.chosen();
      for (const tab of tabs)
        tab.setAttribute("aria-selected", String(tab.dataset.view === screen.view));
    },
    name() {
      network.name();
      nav.setAttribute("aria-label", say("header.views"));
      for (const tab of tabs) tab.textContent = say(`view.${tab.dataset.view}`);
      where.title = say("header.device", { device: start.device });
      where.setAttribute("aria-label", where.title);
      language.textContent = nextLanguage().name;
      language.lang = nextLanguage().tag;
      for (const button of buttons) {
        button.title = say(`header.${button.dataset.action}`);
        button.setAttribute("aria-label", button.title);
      }
    },
  };
}

/** Which network, and how far it was trained. */
function createNetworkChoice({ say, store, start, actions, model: card }) {
  const model = make("select", {
    id: "model",
    onchange: (event) => actions.load(model.value, {}, event.timeStamp),
  });
  const checkpoint = make("select", {
    id: "checkpoint",
    onchange: (event) => actions.change({ checkpoint: checkpoint.value }, event.timeStamp),
  });

  function trained({ epoch, accuracy }) {
    return say("header.checkpoint", { epoch, accuracy: (100 * accuracy).toFixed(1) });
  }

  return {
    model,
    checkpoint,
    chosen() {
      const { language, checkpoint: asked } = store.get();
      const { name, checkpoints, default: usual } = card();
      choices(
        model,
        start.models.map((each) => [each.name, each.title[language]]),
      );
      choices(checkpoint, [
        ...checkpoints.map((each) => [each.name, trained(each)]).reverse(),
        ["untrained", say("header.untrained")],
      ]);
      model.value = name;
      checkpoint.value = asked || usual;
    },
    name() {
      model.setAttribute("aria-label", say("header.model"));
      checkpoint.setAttribute("aria-label", say("header.weights"));
    },
  };
}
