/** Step with buttons, or let the page step by itself. */

import { icon, make } from "../base/elements.js";
import { placeOf } from "../state/cards.js";

const PAUSE = 2000; // milliseconds at each step while playing

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createPlayer(page) {
  const { say } = page;
  const steps = createSteps(page);
  const button = (id, name, onclick) =>
    make("button", { type: "button", class: "tool", ...id, onclick }, icon(name));
  const previous = button({ id: "previous" }, "previous", (event) => steps.by(-1, event));
  const next = button({ id: "next" }, "next", (event) => steps.by(1, event));
  const play = button({ "data-action": "play" }, "play", toggle);
  const element = make("div", { class: "tools player", role: "group" }, previous, play, next);
  let timer = 0;
  let walking = false; // by itself
  let way = 0; // in which direction the last step went

  function toggle() {
    const playing = timer !== 0;
    clearInterval(timer);
    timer = playing ? 0 : setInterval(walk, PAUSE);
    play.replaceChildren(icon(playing ? "play" : "pause"));
    name();
  }

  function walk() {
    walking = true;
    steps.around();
    walking = false;
    if (steps.place() === steps.all().length - 1) toggle(); // all of it has been shown
  }

  function name() {
    element.setAttribute("aria-label", say("player.label"));
    play.setAttribute("aria-pressed", String(timer !== 0));
    previous.title = say("player.previous");
    next.title = say("player.next");
    play.title = say(timer ? "player.pause" : "player.play");
    for (const each of [previous, next, play]) each.setAttribute("aria-label", each.title);
  }

  /** Whether there is a step on either side. */
  function ends() {
    const place = steps.place();
    previous.disabled = place <= 0;
    next.disabled = place === steps.all().length - 1;
  }

  return {
    element,
    name,
    actions: { by: steps.by, to: steps.to, toggle },
    still() {
      if (timer) toggle();
    },
    chosen(now, before) {
      if (now.model !== before.model) way = 0;
      else if (now.step !== before.step) way = steps.way(before.step);
      if (now.step !== before.step) ends();
      const taken = now.step !== before.step && !walking;
      // whoever draws or steps is not carried away
      if (timer && (taken || now.images !== before.images)) toggle();
    },
    update(_, asked) {
      ends();
      if (way === 0 || asked.step !== page.store.get().step) return;
      steps.expect(way);
      way = 0; // who draws now does not walk on
    },
  };
}

/** Walking along the cards of the strip. */
function createSteps({ cards, steps, store, actions }) {
  const all = () => cards().map(({ step }) => step);
  const at = (step) => placeOf(cards(), steps(), step);
  const place = () => at(store.get().step);

  function to(index, since) {
    const step = all().at(index);
    if (step && step !== store.get().step) actions.goTo(step, since);
  }

  return {
    ...{ all, place, to },
    /** 1 for a step that lies behind another, −1 for one before it. */
    way: (from) => Math.sign(place() - at(from)),
    /** Somebody goes this way, and the next step is expected. */
    expect(way) {
      const step = all()[place() + way];
      if (step) actions.expected(step).catch(actions.failed);
    },
    by(move, event) {
      to(Math.min(all().length - 1, Math.max(0, place() + move)), event.timeStamp);
    },
    /** The next one; behind the last comes the first. */
    around: () => to((place() + 1) % all().length, performance.now()),
  };
}
