/**
 * How the page is shown to this visitor: light or dark, presenter mode. Remembered, and never part
 * of the query.
 */

import { createScreen } from "./screen.js";
import { remember, remembered } from "./words.js";

const TAB = "sessionStorage"; // another visit begins in the usual layout
const root = document.documentElement;

/** @param {() => void} changed @param {Set<string>} [locked] what the page does not offer */
export function createSettings(changed, locked = new Set()) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const machines = () => (dark.matches ? "dark" : "light");
  let theme = remembered("theme") ?? machines();

  function show() {
    // Gradio's own parts follow this class
    document.body.classList.toggle("dark", theme === "dark");
    root.dataset.theme = theme;
  }

  show();
  // a phone turns dark in the evening: who has chosen nothing goes with it
  dark.addEventListener("change", () => {
    if (remembered("theme")) return;
    theme = machines();
    show();
    changed();
  });
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
      if (screen) whole[wanted ? "take" : "give"]();
      changed();
    },
    /** The panels of a presented page lie behind one button. */
    details() {
      root.toggleAttribute("data-details");
      changed();
    },
  };
  const whole = createScreen({
    wanted: settings.presenting,
    lost: () => settings.present(false),
  });
  return settings;
}
