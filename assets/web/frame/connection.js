/** What a person sees of the connection: a quiet sign while the page waits, one sentence while the server is away. */

import { make } from "../base/elements.js";

/**
 * @param {{say: any, root: HTMLElement, sentence: {tell: (sentence: string) => void, clear: () => void}, retry: () => void,
 *   returned: () => void}} page `returned`: what has waited for the server can be asked again
 */
export function createConnection({ say, root, sentence, retry, returned }) {
  const sign = make("p", { id: "waiting", role: "status", hidden: true });
  let state = "fine";

  addEventListener("online", retry);
  addEventListener("pageshow", retry);
  document.addEventListener("visibilitychange", () => document.hidden || retry());

  function name() {
    sign.textContent = say("live.waiting");
  }

  return {
    sign,
    name,
    /** @param {"fine" | "waiting" | "away"} next */
    report(next) {
      if (next === state) return;
      state = next;
      const waits = state !== "fine";
      root.toggleAttribute("data-waiting", waits);
      sign.hidden = !waits;
      if (state === "away") sentence.tell(say("live.away"));
      else if (state === "fine") {
        sentence.clear();
        returned();
      }
    },
  };
}
