/** The bar on top: which network, which weights, which view, which language, which light. */

import { called, grown, learnt } from "../base/age.js";
import { choices, icon, make } from "../base/elements.js";
import { roving } from "../base/roving.js";

const TAUGHT = "+"; // no name of weights: those of the checkpoint, and what they have learnt since

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createHeader(page) {
  const { say, start } = page;
  const tabs = createTabs(page);
  const network = createNetworkChoice(page);
  const language = createLanguage(page);
  const buttons = createButtons(page);
  const device = make("span", { id: "device", class: "device" }, start.device);
  const bar = make("header", { id: "bar" });
  const menu = createMenu(page, bar);
  const tour = createTourButton(page);
  bar.append(
    make("h1", {}, "Layer Explorer"),
    tabs.element,
    tour.element,
    menu.element,
    make("div", { class: "choices" }, network.model, network.checkpoint, device),
    make("div", { class: "tools" }, language.element, ...buttons.elements),
  );

  return {
    element: bar,
    again: buttons.mark,
    chosen() {
      network.chosen();
      tabs.chosen();
      buttons.mark();
    },
    name() {
      for (const part of [tabs, network, language, buttons, menu, tour]) part.name();
      device.title = say("header.device", { device: start.device });
      device.setAttribute("aria-label", device.title);
    },
  };
}

/** The way into the tour, where there is no room for it below the pad. */
function createTourButton({ say, actions }) {
  const words = make("span");
  const element = make(
    "button",
    { type: "button", "data-action": "tour", onclick: () => actions.tour() },
    words,
  );
  return {
    element,
    name() {
      words.textContent = say("header.tour.word");
      element.title = say("header.tour");
      element.setAttribute("aria-label", element.title);
    },
  };
}

/** On narrow pages the choices lie behind a button. */
function createMenu({ say }, bar) {
  const element = make(
    "button",
    { type: "button", class: "tool", "data-action": "menu", "aria-expanded": "false" },
    icon("menu"),
  );

  function unfold(open) {
    bar.toggleAttribute("data-open", open);
    element.setAttribute("aria-expanded", String(open));
  }

  element.addEventListener("click", () => unfold(bar.dataset.open === undefined));
  bar.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || bar.dataset.open === undefined) return;
    event.preventDefault();
    unfold(false);
    element.focus();
  });
  return {
    element,
    name() {
      element.title = say("header.menu");
      element.setAttribute("aria-label", element.title);
    },
  };
}

/** The views. */
function createTabs({ say, views, screen, actions }) {
  const tabs = views.map((view) =>
    make("button", {
      type: "button",
      role: "tab",
      "data-view": view,
      onclick: () => actions.show(view),
    }),
  );
  const element = make("div", { id: "views", role: "tablist" }, ...tabs);
  roving(element);
  return {
    element,
    chosen() {
      for (const tab of tabs) {
        const selected = tab.dataset.view === screen.view;
        tab.setAttribute("aria-selected", String(selected));
        tab.tabIndex = selected ? 0 : -1;
        if (selected) uncovered(element, tab);
      }
    },
    name() {
      element.setAttribute("aria-label", say("header.views"));
      for (const tab of tabs) tab.textContent = say(`view.${tab.dataset.view}`);
    },
  };
}

/** Bring the tab that is shown into the row, where that is too short for all. */
function uncovered(row, tab) {
  const [outer, inner] = [row.getBoundingClientRect(), tab.getBoundingClientRect()];
  if (inner.left < outer.left) row.scrollLeft += inner.left - outer.left;
  if (inner.right > outer.right) row.scrollLeft += inner.right - outer.right;
}

/** A button that goes on to the next language of the list; behind the last comes the first. */
function createLanguage({ store, start, actions }) {
  const element = make("button", {
    type: "button",
    "data-action": "language",
    onclick: (event) => actions.speak(next().code, event.timeStamp),
  });

  function next() {
    const { languages } = start;
    const now = languages.findIndex(({ code }) => code === store.get().language);
    return languages[(now + 1) % languages.length];
  }

  return {
    element,
    name() {
      element.textContent = next().name;
      element.lang = next().tag;
    },
  };
}

/** Share, light, presenter mode, help. */
function createButtons({ say, actions, settings }) {
  const act = {
    share: () => actions.share(),
    theme: settings.otherTheme,
    details: () => settings.details(),
    present: () => settings.present(),
    help: () => actions.help(),
  };
  const names = /** @type {(keyof typeof act)[]} */ (Object.keys(act));
  const elements = names.map((name) =>
    make(
      "button",
      { type: "button", class: "tool", "data-action": name, onclick: act[name] },
      icon(name),
      make("span", { class: "word" }),
    ),
  );
  return {
    elements,
    /** Whether the page is presented, and its panels are open. */
    mark() {
      for (const button of elements) {
        const attribute = `data-${button.dataset.action}`;
        if (["data-present", "data-details"].includes(attribute))
          button.setAttribute(
            "aria-pressed",
            String(document.documentElement.hasAttribute(attribute)),
          );
      }
    },
    name() {
      for (const button of elements) {
        button.title = say(`header.${button.dataset.action}`);
        button.setAttribute("aria-label", button.title);
        button.querySelector(".word").textContent = say(`header.${button.dataset.action}.word`);
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
    onchange: (event) => choose(checkpoint.value, event.timeStamp),
  });

  /** Whoever chooses weights from the list wants them as they are. */
  function choose(name, since) {
    if (name === TAUGHT) return;
    if (learnt(store.get())) {
      const { taught } = store.get();
      store.remember();
      actions.change({ checkpoint: name, taught: { ...taught, shown: false } }, since);
    } else actions.change({ checkpoint: name }, since);
  }

  function trained(age) {
    if (age.accuracy === null) return called(say, age);
    const accuracy = (100 * age.accuracy).toFixed(1);
    return say("header.checkpoint", { age: called(say, age), accuracy });
  }

  return {
    model,
    checkpoint,
    chosen() {
      const { language, checkpoint: asked } = store.get();
      const { name, checkpoints, weights, own, default: usual } = card();
      choices(
        model,
        start.models.map((each) => [each.name, each.title[language]]),
      );
      const all = [
        ...checkpoints.map((each) => [each.name, trained(each)]).reverse(),
        own ? [usual, say("header.given")] : ["untrained", say("header.untrained")],
      ];
      const steps = learnt(store.get());
      if (steps) {
        const age = checkpoints.find((each) => each.name === (asked || usual));
        const words = own ? say("header.given") : called(say, age);
        all.unshift([TAUGHT, grown(say, words, steps)]);
      }
      const here = ([each]) => each === TAUGHT || each in weights;
      choices(checkpoint, start.lacks ? all.filter(here) : all);
      model.value = name;
      checkpoint.value = steps ? TAUGHT : asked || usual;
    },
    name() {
      model.setAttribute("aria-label", say("header.model"));
      checkpoint.setAttribute("aria-label", say("header.weights"));
    },
  };
}
