/**
 * What a person sees of the connection: a quiet sign while the page waits, one sentence while the
 * server is away.
 */

import { make } from "../base/elements.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createConnection(page) {
  const { say, root } = page;
  const { retry } = page.live;
  const sentence = page.actions.of("connection");
  const sign = make("p", { id: "waiting", role: "status", hidden: true });
  let state = "fine";

  addEventListener("online", retry);
  addEventListener("pageshow", retry);
  document.addEventListener("visibilitychange", () => document.hidden || retry());

  function name() {
    sign.textContent = say("live.waiting");
  }

  /** @param {"fine" | "waiting" | "away"} next */
  function report(next) {
    if (next === state) return;
    state = next;
    const waits = state !== "fine";
    root.toggleAttribute("data-waiting", waits);
    sign.hidden = !waits;
    if (state === "away") sentence.tell(say("live.away"));
    if (state !== "fine") return;
    sentence.clear();
    for (const part of page.parts) part.again?.(); // what has waited for the server is asked again
  }

  return {
    element: sign,
    name,
    actions: {
      report(next) {
        report(next);
        // what the page computes by itself says so while the server is away
        page.actions.reach(next);
        page.hand.alone(next === "away");
      },
    },
  };
}
