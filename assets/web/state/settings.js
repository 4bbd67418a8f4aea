/**
 * How the page is shown to this visitor: light or dark, presenter mode. Remembered, and never part
 * of the query.
 */

import { remember, remembered } from "./words.js";

const TAB = "sessionStorage"; // another visit begins in the usual layout
const root = document.documentElement;

/** Take the whole screen, or give it back; a browser that refuses leaves the page in its window. */
function fill(wanted) {
  const asked = wanted
    ? root.requestFullscreen?.()
    : document.fullscreenElement && document.exitFullscreen();
  Promise.resolve(asked).catch((reason) => console.info("full screen:", reason.message));
}

/** @param {() => void} changed @param {Set<string>} [locked] what the page does not offer */
export function createSettings(changed, locked = new Set()) {
  let theme =
    remembered("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  function show() {
    // Gradio's own parts follow this class
    document.body.classList.toggle("dark", theme === "dark");
    root.dataset.theme = theme;
  }

  // Escape gives the screen back before the page hears of it; so does a reload, which changes
  // nothing. Who leaves and enters in one breath hears of the first once the second is asked for:
  // no reason to leave.
  let [leaving, filled] = [false, false];
  addEventListener("beforeunload", () => {
    leaving = true;
  });
  document.addEventListener("fullscreenchange", () => {
    const given = filled && !document.fullscreenElement;
    filled = Boolean(document.fullscreenElement);
    if (given && !leaving && settings.presenting()) settings.present(false);
  });
  show();
  root.toggleAttribute("data-present", remembered("present", TAB) === "yes");
  const settings = {
    theme: () => theme,
    otherTheme() {
      theme = theme === "dark" ? "light" : "dark";
      remember("theme", theme);
      show();
      changed();
    },
    presenting: () => root.hasAttribute("data-present"),
    /**
     * For a projector: on or off, kept over a reload. A browser gives the whole `screen` only to a
     * hand.
     *
     * @param {boolean} [wanted]
     */
    present(wanted = !root.hasAttribute("data-present"), { screen = true } = {}) {
      if (screen && locked.has("present")) return;
      root.toggleAttribute("data-present", wanted);
      root.removeAttribute("data-details");
      remember("present", wanted ? "yes" : "", TAB);
      filled = false;
      if (screen) fill(wanted);
      changed();
    },
    /** The panels of a presented page lie behind one button. */
    details() {
      root.toggleAttribute("data-details");
      changed();
    },
  };
  return settings;
}
