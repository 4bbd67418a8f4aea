/** The leaf on which the tour is read: its head, the text of one stop, and the way on. */

import { icon, make } from "../base/elements.js";
import { chapters, ending, within } from "./chapters.js";

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
    choice.replaceChildren(...listed({ say, stops }));
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
    const next = stops[at + 1]?.chapter;
    parts.next.textContent = !next
      ? say("tour.finish")
      : ending(stops, at)
        ? say("tour.on", { chapter: say(`tour.short.${next}`) })
        : say("tour.next");
    parts.ends.replaceChildren(...(ending(stops, at) ? onward({ say, stops }, at, go, leave) : []));
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

/** All stops by chapter, for the select. */
function listed({ say, stops }) {
  return chapters(stops).map((chapter) => {
    const own = stops.flatMap((stop, index) => (stop.chapter === chapter ? index : []));
    const options = own.map((index) => {
      const { place, count } = within(stops, index);
      const numbered = say("tour.place", { place, count });
      return make(
        "option",
        { value: index },
        `${numbered} · ${say(`course.${stops[index].id}.title`)}`,
      );
    });
    return make("optgroup", { label: say(`course.chapter.${chapter}`) }, ...options);
  });
}

/** Behind the last stop of a chapter: the others, and the way out. */
function onward({ say, stops }, at, go, leave) {
  const { chapter } = stops[at];
  const others = chapters(stops).filter((each) => each !== chapter);
  const links = others.map((name) =>
    button(
      "tour-chapter",
      { "data-chapter": name, onclick: () => go(stops.findIndex((each) => each.chapter === name)) },
      say(`course.chapter.${name}`),
    ),
  );
  const out = button("tour-finish", { onclick: () => leave() }, say("tour.finish"));
  const title = say("tour.ends", { chapter: say(`course.chapter.${chapter}`) });
  return [make("p", {}, title), ...links, out];
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
  const [ends, kept] = [make("div", { class: "ends" }), make("p", { class: "legend" })];
  const scroller = make("div", { class: "body", tabindex: "0", role: "group" }, text, ends, kept);
  const choice = make("select", { id: "tour-stop" });
  const [previous, next] = [button("tour-back", {}), button("tour-next", { class: "primary" })];
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
    ends,
    kept,
    choice,
    previous,
    next,
  };
}
