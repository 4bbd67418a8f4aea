/**
 * The unit of the whole network that is pointed at, by a pointer or by the keys, and what feeds it.
 */

import { createLive } from "../state/live.js";
import { received } from "../state/replies.js";

/**
 * @param {import("../state/types.js").Page} page
 * @param {() => void} changed
 */
export function createPointed({ view, store, actions }, changed) {
  /** @type {{step: string, unit: number, paths?: any, value?: number} | null} */ let now = null;
  const live = createLive({
    send: view,
    answered,
    failed: (error) => actions.failed(error),
    report: () => {},
  });

  /** Asked anew whenever the picture changes. */
  function ask() {
    if (!now) return;
    const { step, unit } = now;
    live.request({ ...store.get(), step, unit, show: ["paths"] }, performance.now());
  }

  function answered(reply, { query }) {
    const { model, focus } = store.get();
    const { step, unit } = query;
    const elsewhere = now?.step !== step || now?.unit !== unit;
    if (reply.error || elsewhere || query.model !== model || query.focus !== focus) return;
    const value = received(reply).values[step][unit];
    now = { step, unit, paths: reply.sections.paths, value };
    changed();
  }

  function move(unit) {
    if (unit?.step === now?.step && unit?.unit === now?.unit) return;
    now = unit;
    ask();
    changed();
  }

  return {
    ask,
    unit: () => now,
    paths: () => now?.paths ?? null,
    value: () => now?.value,
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {(event: any) => any} at the unit under a pointer
     */
    listen(canvas, at) {
      canvas.addEventListener("pointermove", (event) => {
        const unit = at(event);
        canvas.style.cursor = unit ? "pointer" : "default";
        move(unit);
      });
      canvas.addEventListener("pointerleave", () => move(null));
      canvas.addEventListener("click", (event) => {
        const unit = at(event);
        if (unit) actions.follow(unit.step, unit.unit, event.timeStamp);
      });
    },
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {(unit: any, key: string) => any} beside the unit that a key leads to
     */
    walk(canvas, beside) {
      canvas.addEventListener("blur", () => move(null));
      canvas.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "Enter" && now)
          return actions.follow(now.step, now.unit, event.timeStamp);
        if (!event.key.startsWith("Arrow")) return;
        event.preventDefault();
        event.stopPropagation(); // these arrows do not step the network
        move(beside(now, event.key));
      });
    },
  };
}
