/** The strip: one card per step in order, each with all its values as a picture; boxes of steps. */

import { icon, make } from "../base/elements.js";
import { makeTail } from "../base/tail.js";
import { cardsOf, placeOf } from "../state/cards.js";
import { createBox, createCard, titled } from "./card.js";
import { createEdges } from "./edges.js";

const STAGE = 8; // cards that are beside each other before a class

/**
 * @typedef {import("../state/types.js").Page} Page
 * @typedef {import("../state/types.js").Reply} Reply
 */

/** @param {Page} page @returns {import("../state/types.js").Part} */
export function createStrip(page) {
  const { say, store } = page;
  const list = make("ol", { id: "strip" });
  const edges = createEdges(list);
  /** @type {{card: import("../state/cards.js").Card, shown: any}[]} */ let cards = [];
  /** @type {any[]} */ let frames = [];
  /** @type {{id: string}[]} */ let steps = [];
  let built = "";
  let revealed = "";

  /** @param {Reply} reply */
  function build(reply) {
    const found = cardsOf(reply);
    const key = keyOf(found, reply);
    if (key === built) return;
    built = key;
    const focus = document.activeElement?.closest("#strip [data-fold]");
    cards = found.map((card, place) => ({ card, shown: cardOf(page, card, reply, place) }));
    frames = [];
    list.replaceChildren(...nested(page, cards, reply, frames));
    list.toggleAttribute("data-folding", Boolean(reply.sections.folding));
    list.toggleAttribute("data-many", cards.length > STAGE);
    edges.set(cards, reply);
    const name = focus instanceof HTMLElement ? focus.dataset.fold : undefined;
    if (name !== undefined) refocus(list, name);
  }

  /** Show which card is the current one, before any reply comes. */
  function mark(current) {
    const place = placeOf(
      cards.map(({ card }) => card),
      steps,
      current,
    );
    cards.forEach(({ shown: { button } }, index) => {
      if (index === place) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    edges.mark(place);
    const now = `${built}${current}`;
    if (place >= 0 && now !== revealed) reveal(list, cards[place].shown.button);
    revealed = now; // whoever has looked elsewhere since is not called back
  }

  /** @param {Reply} reply */
  function paint(reply) {
    const { values, sections } = reply;
    steps = reply.steps;
    build(reply);
    for (const { card, shown } of cards) {
      const step = reply.steps[card.end - 1];
      shown.update(step, values[step.id], sections.versus?.values[step.id] ?? null);
    }
    for (const frame of frames) frame.name();
    edges.name(say);
    mark(store.get().step);
  }

  return {
    element: list,
    about: ["folding"],
    asks: ({ model }) =>
      page.start.models.find(({ name }) => name === model)?.chain ? undefined : "folding",
    hand: paint,
    update: paint,
    chosen(now, before) {
      if (now.step !== before.step) mark(now.step);
    },
    again: edges.draw,
    name() {
      list.setAttribute("aria-label", say("strip.label"));
    },
  };
}

/** What tells one arrangement of the strip from another. */
function keyOf(cards, { steps, sections }) {
  const all = cards.map(({ start, end, within, box }) => {
    const { id, kind } = steps[start];
    return [id, kind, end - start, box?.id, ...within];
  });
  return JSON.stringify([all, sections.folding?.edges]);
}

function cardOf(page, card, { steps }, place) {
  const last = steps[card.end - 1];
  return card.box ? createBox(page, last, place, card.box) : createCard(page, last, place);
}

/**
 * Cards as items of a list, those within an open box in a list of their own.
 *
 * @param {Page} page @param {any[]} cards @param {Reply} reply
 * @param {any[]} frames all open boxes are put here
 */
function nested(page, cards, reply, frames, depth = 0) {
  const items = [];
  for (let place = 0; place < cards.length; ) {
    const name = cards[place].card.within[depth];
    let behind = place + 1;
    if (name === undefined) {
      const { card, shown } = cards[place];
      items.push(make("li", { class: card.box ? "box" : null }, ...[shown.element].flat()));
    } else {
      while (cards[behind]?.card.within[depth] === name) behind += 1;
      const inner = nested(page, cards.slice(place, behind), reply, frames, depth + 1);
      const box = reply.sections.folding.frames.find(({ id }) => id === name);
      const frame = createFrame(page, box, inner, behind - place);
      frames.push(frame);
      items.push(frame.element);
    }
    place = behind;
  }
  return items;
}

/** An open box around its cards, with a button at its head that folds it. */
function createFrame({ say, actions }, box, items, count) {
  const fold = make(
    "button",
    {
      type: "button",
      class: "fold",
      "data-fold": box.id,
      "aria-expanded": "true",
      onclick: (event) => actions.fold(box, event.timeStamp),
    },
    icon("less"),
    makeTail("", box.module_path),
  );
  const list = make("ol", {}, ...items);
  return {
    element: make("li", { class: "opened", style: `--cards: ${count}` }, fold, list),
    name() {
      const words = say("folding.close", { name: `${titled(box)} ${box.module_path}` });
      fold.setAttribute("aria-label", words);
      fold.title = words;
      list.setAttribute("aria-label", `${titled(box)} ${box.module_path}`);
    },
  };
}

/** Whoever opened or folded a box by a key stands at it still. */
function refocus(list, name) {
  const fold = [...list.querySelectorAll("[data-fold]")].find(
    ({ dataset }) => dataset.fold === name,
  );
  if (!(fold instanceof HTMLElement)) return;
  fold.focus({ preventScroll: true });
  if (fold.ariaExpanded === "true") begin(list, fold);
}

/** Bring the head of an open box to the left, so that what is in it is seen. */
function begin(list, fold) {
  const [window, head] = [list.getBoundingClientRect(), fold.getBoundingClientRect()];
  const right = fold.closest(".opened").getBoundingClientRect().right;
  if (right > window.right) list.scrollLeft += head.left - window.left - head.width;
}

/** Bring a card into the strip's window, and nothing else of the page. */
function reveal(list, button) {
  const [window, card] = [list.getBoundingClientRect(), button.getBoundingClientRect()];
  const over = Math.max(0, card.right - window.right) || Math.min(0, card.left - window.left);
  if (over !== 0) list.scrollLeft += over + Math.sign(over) * card.width;
}
