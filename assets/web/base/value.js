/** Numbers on the page: fixed digits to read, full precision to copy. */

import { make } from "./elements.js";
import { fixed } from "./numbers.js";

/** @param {number} value @param {number} [digits] */
export function number(value, digits = 4) {
  return renew(make("span"), value, digits);
}

/** A number with its sign always written, as in a sum. */
export function signed(/** @type {number} */ value, digits = 4) {
  return renew(make("span"), value, digits, true);
}

/** Give the element of a number another value; while the pen moves this costs a fifth of making it anew. */
export function renew(element, value, digits = 4, withSign = false) {
  const text = fixed(value, digits);
  element.textContent = withSign && value >= 0 ? `+${text}` : text;
  element.className = withSign ? `num ${value < 0 ? "minus" : "plus"}` : "num";
  element.dataset.exact = value;
  element.title = String(value);
  return element;
}

/** What is copied out of `section` are the exact numbers, not the rounded ones on screen. */
export function copyExactly(/** @type {HTMLElement} */ section) {
  section.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (!selection || selection.isCollapsed) return;
    const copied = make("div", {}, selection.getRangeAt(0).cloneContents());
    for (const element of copied.querySelectorAll("[data-exact]"))
      element.textContent = element.dataset.exact;
    event.clipboardData.setData(
      "text/plain",
      [...copied.childNodes].map((node) => node.textContent).join(" "),
    );
    event.preventDefault();
  });
}
