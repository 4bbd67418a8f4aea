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
  let said = ""; // by the server, why it refuses
  const other = page.actions.of("offer");
  let same = true; // whether the server offers what this page was made with

  addEventListener("online", retry);
  addEventListener("pageshow", retry);
  document.addEventListener("visibilitychange", () => document.hidden || retry());

  function name() {
    sign.textContent = say("live.waiting");
  }

  /** @param {"fine" | "waiting" | "away"} next @param {string} reason in the server's own words */
  function report(next, reason) {
    if (next === state && reason === said) return;
    [state, said] = [next, reason];
    const waits = state !== "fine";
    root.toggleAttribute("data-waiting", waits);
    sign.hidden = !waits;
    if (state === "away") sentence.tell(reason || say("live.away"));
    if (state !== "fine") return;
    sentence.clear();
    for (const part of page.parts) part.again?.(); // what has waited for the server is asked again
  }

  /** Another server may stand where this page came from, as after a start with other networks. */
  function offered(offer) {
    if (same === (same = offer === page.start.offer)) return;
    page.hand.trust(same);
    if (same) return other.clear();
    const again = make("button", { type: "button", "data-action": "reload" }, say("live.reload"));
    again.addEventListener("click", () => location.reload());
    other.tell(say("live.other"), again);
  }

  return {
    element: sign,
    name,
    actions: {
      offered,
      report(next, reason = "") {
        report(next, reason);
        // what the page computes by itself says so while the server is away
        page.actions.reach(next);
        page.hand.alone(next === "away");
      },
    },
  };
}
