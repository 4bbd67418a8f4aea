/** Gradio's own buttons around the upload speak its language; here they speak the page's. */

import { sure } from "../base/sure.js";

const PANEL = "#picture-panel";
/** What Gradio calls its buttons: some in English always, some as the browser speaks. */
const NAMES = {
  "Upload file": "upload",
  "Capture from camera": "webcam",
  "Paste from clipboard": "clipboard",
  "Drop an image file here to upload": "drop",
  "Click to upload or drop files": "drop",
  将图像文件拖放到此处以上传: "drop",
};

/**
 * @param {import("../state/types.js").Say} say
 * @returns {() => void} to be called when the language changes
 */
export function relabelled(say) {
  const panel = sure(document.querySelector(PANEL));
  /** @param {string} selector @returns {any[]} */
  const all = (selector) => [...panel.querySelectorAll(selector)];

  function name() {
    for (const element of all("[aria-label]")) {
      const known = NAMES[element.getAttribute("aria-label")];
      // the one button above an uploaded picture takes it away
      const above = element.closest(".icon-button-wrapper") && "clear";
      const key = element.dataset.word ?? known ?? above;
      if (!key) continue;
      const words = say(`upload.source.${key}`);
      element.dataset.word = key;
      if (element.getAttribute("aria-label") !== words) element.setAttribute("aria-label", words);
      if (element.title !== words) element.title = words;
    }
    // Gradio names a choice by its value; what people read is its label.
    for (const input of all("label > input[title]")) {
      const words = input.parentElement.textContent.trim();
      if (words && input.title !== words) input.title = words;
    }
  }

  new MutationObserver(name).observe(panel, {
    childList: true,
    subtree: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["aria-label", "title"],
  });
  return name;
}
