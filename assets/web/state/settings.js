/** How the page is shown to this visitor: light or dark, presenter mode. Remembered, and never part of the query. */

import { remember, remembered } from "./words.js";

/** @param {() => void} changed */
export function createSettings(changed) {
  let theme =
    remembered("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  function show() {
    document.body.classList.toggle("dark", theme === "dark"); // Gradio's own parts follow this class
    document.documentElement.dataset.theme = theme;
  }

  show();
  return {
    theme: () => theme,
    otherTheme() {
      theme = theme === "dark" ? "light" : "dark";
      remember("theme", theme);
      show();
      changed();
    },
    present() {
      document.documentElement.toggleAttribute("data-present");
      changed();
    },
  };
}
