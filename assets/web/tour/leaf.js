/** The leaf on which the tour is read: its head, the text of one stop, and the way on. */

import { choices, icon, make } from "../base/elements.js";

/**
 * @param {import("../state/types.js").Page} page
 * @param {{go: (place: number) => void, leave: () => void}} tour
 */
export function createLeaf({ say, start }, { go, leave }) {
  const { stops } = start;
  const parts = createParts({ leave });
  const { section, title, close, fold, network, moved, back, body, kept, choice } = parts;
  let at = 0;

  const step = (move) => () => (at + move < stops.length ? go(at + move) : leave());
  parts.previous.addEventListener("click", step(-1));
  parts.next.addEventListener("click", step(1));
  choice.addEventListener("change", () => go(Number(choice.value)));
  back.addEventListener("click", () => go(at));
  fold.addEventListener("click", () => {
    const folded = section.toggleAttribute("data-folded");
    fold.setAttribute("aria-expanded", String(!folded));
  });

  /** What depends on the stop, in the language at hand. */
  function name() {
    title.textContent = say(`course.${stops[at].id}.title`);
    section.setAttribute("aria-label", say("tour.title"));
    const count = stops.length;
    const listed = stops.map(({ id }, index) => [
      String(index),
      `${say("tour.place", { place: index + 1, count })} · ${say(`course.${id}.title`)}`,
    ]);
    choices(choice, listed);
    choice.value = String(at);
    choice.setAttribute("aria-label", say("tour.stops"));
    for (const [button, key] of [
      [close, "tour.leave"],
      [fold, "tour.fold"],
    ]) {
      button.title = say(key);
      button.setAttribute("aria-label", say(key));
    }
    parts.previous.disabled = at === 0;
    parts.previous.textContent = say("tour.back");
    parts.next.textContent = say(at === count - 1 ? "tour.finish" : "tour.next");
    moved.firstChild.textContent = say("tour.moved");
    back.textContent = say("tour.return");
    kept.textContent = say("tour.kept");
  }

  return {
    element: section,
    name,
    /** @param {number} place @param {HTMLElement} text of the stop */
    show(place, text) {
      at = place;
      section.hidden = false;
      body.replaceChildren(text);
      parts.scroller.scrollTop = 0;
      name();
    },
    hide() {
      section.hidden = true;
      body.replaceChildren();
    },
    /** A sentence on the network that the page shows now. @param {string} sentence */
    announce(sentence) {
      network.textContent = sentence;
      network.hidden = sentence === "";
    },
    /** Whether the page shows something else than this stop. @param {boolean} elsewhere */
    away(elsewhere) {
      moved.hidden = !elsewhere;
    },
    focus: () => title.focus({ preventScroll: true }),
  };
}

const button = (name, attributes, ...children) =>
  make("button", { type: "button", "data-action": name, ...attributes }, ...children);

/** The elements of the leaf. @param {{leave: () => void}} tour */
function createParts({ leave }) {
  const title = make("h2", { tabindex: "-1" });
  const fold = button("tour-fold", { class: "tool", "aria-expanded": "true" }, icon("details"));
  const close = button("tour-leave", { class: "tool", onclick: () => leave() }, icon("close"));
  const network = make("p", { class: "network", role: "status", hidden: true });
  const back = button("tour-return", {});
  const moved = make("p", { class: "moved", hidden: true }, make("span"), back);
  const text = make("div", { class: "text" });
  const kept = make("p", { class: "legend" });
  const scroller = make("div", { class: "body", tabindex: "0", role: "group" }, text, kept);
  const choice = make("select", { id: "tour-stop" });
  const previous = button("tour-back", {});
  const next = button("tour-next", { class: "primary" });
  const section = make(
    "section",
    { id: "tour", hidden: true },
    make("div", { class: "head" }, title, fold, close),
    network,
    moved,
    scroller,
    make("div", { class: "way" }, previous, choice, next),
  );
  return {
    section,
    title,
    fold,
    close,
    network,
    moved,
    back,
    body: text,
    scroller,
    kept,
    choice,
    previous,
    next,
  };
}
