/** Step with buttons, or let the page step by itself. */

import { icon, make } from "../base/elements.js";

const PAUSE = 2000; // milliseconds at each step while playing

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createPlayer({ say, store, actions, ...page }) {
  const steps = () => page.steps().map(({ id }) => id);
  const current = () => store.get().step;
  const previous = make(
    "button",
    { id: "previous", type: "button", class: "tool", onclick: (event) => by(-1, event) },
    icon("previous"),
  );
  const next = make(
    "button",
    { id: "next", type: "button", class: "tool", onclick: (event) => by(1, event) },
    icon("next"),
  );
  const play = make(
    "button",
    {
      type: "button",
      class: "tool",
      "data-action": "play",
      "aria-pressed": "false",
      onclick: toggle,
    },
    icon("play"),
  );
  const group = make("div", { class: "tools player", role: "group" }, previous, play, next);
  let timer = 0;

  function by(move, event) {
    const all = steps();
    to(Math.min(all.length - 1, Math.max(0, all.indexOf(current()) + move)), event.timeStamp);
  }

  function to(index, since) {
    const step = steps().at(index);
    if (step && step !== current()) actions.goTo(step, since);
  }

  function toggle() {
    const playing = timer !== 0;
    clearInterval(timer);
    timer = 0;
    if (!playing)
      timer = setInterval(() => {
        const all = steps();
        to((all.indexOf(current()) + 1) % all.length, performance.now());
      }, PAUSE);
    play.setAttribute("aria-pressed", String(!playing));
    play.replaceChildren(icon(playing ? "play" : "pause"));
    name();
  }

  function name() {
    group.setAttribute("aria-label", say("player.label"));
    for (const [button, key] of [
      [previous, "player.previous"],
      [next, "player.next"],
      [play, timer ? "player.pause" : "player.play"],
    ]) {
      button.setAttribute("aria-label", say(key));
      button.title = say(key);
    }
  }

  /** Whether there is a step on either side. */
  function ends() {
    const index = steps().indexOf(current());
    previous.disabled = index <= 0;
    next.disabled = index === steps().length - 1;
  }

  return {
    element: group,
    name,
    actions: { by, to, toggle },
    chosen: (now, before) => now.step !== before.step && ends(),
    update: ends,
  };
}
