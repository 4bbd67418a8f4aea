/** A frame of light around what a stop is about; what it lies on can be used as ever. */

import { make } from "../base/elements.js";
import { sure } from "../base/sure.js";

const SETTLING = 1500; // milliseconds in which a page that is built moves what is meant
const AROUND = 6; // pixels between what is meant and its frame

/** What each stop means, the first of them that is on screen. */
const MEANT = {
  device: ["#device", "#bar"],
  class: ["#strip"],
  structure: ['#strip [data-step="linear_relu_stack.0"]'],
  predicted: ["#prediction"],
  batch: ["#tray", "#pad"],
  flatten: ["#stage .plot"],
  linear: ["#stage .plot"],
  relu: ["#stage .plot"],
  sequential: ["#stage .plot"],
  softmax: ["#stage .plot"],
  parameters: ["#weights .table"],
  graph: ["#teach .loss"],
  backward: ["#teach .pictures"],
  untracked: ["#strip"],
  adding: ["#teach .pictures"],
  data: [".samples", "#pad"],
  hyperparameters: ["#teach .lesson .tools"],
  loss: ["#teach .loss"],
  optimizer: ["#teach .lesson .tools"],
  loops: ['[data-action="optimizer-step"]'],
  zeroing: ["#teach .pictures"],
  epochs: ["#teach .losses"],
};

export function createSpotlight() {
  const frame = make("div", { class: "spotlight", "aria-hidden": "true", hidden: true });
  let stop = "";
  let until = 0; // the moment up to which what is meant is brought into view
  let met = false; // what is meant has been seen, or somebody scrolls
  let due = false;
  /** @type {HTMLDetailsElement | null} what was unfolded for a stop */ let unfolded = null;

  const target = () =>
    (MEANT[stop] ?? [])
      .map((name) => document.querySelector(name))
      .find((each) => each?.checkVisibility() && each.getClientRects().length > 0);

  /** Follow what is meant, once a frame. */
  function follow() {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      place();
    });
  }

  function place() {
    const meant = target();
    frame.hidden = !meant;
    if (!meant) return;
    frame.toggleAttribute("data-raised", meant.closest("#bar") !== null);
    if (!met) until = performance.now() + SETTLING; // it may wait for an answer of the server
    met = true;
    if (performance.now() < until) bring(meant);
    const { left, top, width, height } = meant.getBoundingClientRect();
    Object.assign(frame.style, {
      left: `${left - AROUND}px`,
      top: `${top - AROUND}px`,
      width: `${width + 2 * AROUND}px`,
      height: `${height + 2 * AROUND}px`,
    });
  }

  /** What is meant may lie folded away; behind the stop it is folded again. */
  function unfold() {
    if (unfolded) unfolded.open = false;
    const first = document.querySelector(MEANT[stop]?.[0] ?? "#none");
    const fold = /** @type {HTMLDetailsElement | null} */ (first?.closest("details:not([open])"));
    if (fold) fold.open = true;
    unfolded = fold ?? null;
  }

  for (const event of ["scroll", "resize"]) addEventListener(event, follow, true);
  /** Whoever scrolls is not scrolled. */
  function free() {
    until = 0;
    met = true;
  }

  for (const event of ["wheel", "touchmove", "pointerdown"])
    addEventListener(event, free, { capture: true, passive: true });
  new ResizeObserver(follow).observe(document.documentElement);

  return {
    element: frame,
    follow,
    /** @param {string} next the stop; none switches the light off */
    show(next) {
      stop = next;
      unfold();
      until = 0;
      met = next === "";
      frame.toggleAttribute("data-seen", false);
      follow();
    },
    /** Whoever begins to do something needs no darkness around it. */
    fade: () => frame.toggleAttribute("data-seen", true),
  };
}

/**
 * Scroll what is meant to where it can be seen: above the sheet, where the text is one.
 *
 * @param {Element} meant
 */
function bring(meant) {
  const sheet = document.querySelector("#tour")?.getBoundingClientRect();
  const below = sheet && sheet.top > innerHeight / 4 ? sheet.top : innerHeight;
  const above = Math.max(0, sure(document.querySelector("#bar")).getBoundingClientRect().bottom);
  const { top, bottom } = meant.getBoundingClientRect();
  if (top >= above && bottom <= below - AROUND) return;
  const room = below - above - (bottom - top);
  const wanted = above + Math.max(2 * AROUND, room / 2);
  scrollBy({ top: top - wanted, behavior: "instant" });
}
