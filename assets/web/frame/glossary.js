/**
 * What a term means, in two sentences beside it: opened by a tap or Enter, closed by Escape or
 * anywhere else.
 */

import { icon, make } from "../base/elements.js";

const GAP = 8; // pixels between a term and its explanation, and to the edges of the page

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createGlossary({ say, root }) {
  const words = make("p");
  const close = make(
    "button",
    { type: "button", class: "tool", onclick: () => shut(true) },
    icon("close"),
  );
  const box = make("div", { id: "gloss", role: "status", hidden: true }, words, close);
  /** @type {HTMLElement | null} the term that is explained */ let term = null;

  function open(/** @type {HTMLElement} */ next) {
    shut(false);
    term = next;
    next.setAttribute("aria-expanded", "true");
    box.hidden = false;
    words.textContent = say(`gloss.${next.dataset.term}.text`);
    place(next);
  }

  /** @param {boolean} back whether the focus goes back to the term */
  function shut(back) {
    box.hidden = true;
    term?.setAttribute("aria-expanded", "false");
    if (back && term?.isConnected) term.focus();
    term = null;
  }

  /** Below the term, or above it where there is no room. @param {HTMLElement} explained */
  function place(explained) {
    const at = explained.getBoundingClientRect();
    const { width, height } = box.getBoundingClientRect();
    const left = Math.min(Math.max(GAP, at.left), innerWidth - width - GAP);
    const below = at.bottom + GAP;
    const fits = below + height <= innerHeight - GAP;
    box.style.left = `${left}px`;
    box.style.top = `${fits ? below : Math.max(GAP, at.top - GAP - height)}px`;
  }

  root.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const next = /** @type {HTMLElement | null} */ (target.closest(".term"));
    if (next && next !== term) open(next);
    else if (!box.contains(target)) shut(false);
  });
  // Before anything else hears of it: Escape closes the explanation, and nothing behind it.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !term) return;
      event.preventDefault();
      shut(true);
    },
    true,
  );
  for (const event of ["scroll", "resize"])
    addEventListener(event, () => term && shut(false), true);

  return {
    element: box,
    name() {
      shut(false);
      close.title = say("gloss.close");
      close.setAttribute("aria-label", close.title);
    },
  };
}
