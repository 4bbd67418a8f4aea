/**
 * Copy text where the clipboard's own interface is missing too: on a plain http address, and in a
 * frame.
 */

import { make } from "./elements.js";

/**
 * @param {string} text
 * @param {HTMLElement} shown where a person sees the text; it is selected when nothing else works
 * @returns {Promise<boolean>} whether it is copied; if not, it is selected and waits for Ctrl+C
 */
export async function copy(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // no clipboard here, or not allowed: the older way still works from a click
  }
  if (byHand(text)) return true;
  select(shown);
  return false;
}

/**
 * Copy through a field of its own, inside the open dialog if there is one: nothing else can have
 * the focus.
 */
function byHand(text) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true; // no keyboard comes up on a phone
  field.style.cssText = "position: fixed; top: 0; left: 0; opacity: 0";
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    done = false; // a browser may refuse by throwing
  }
  field.remove();
  before?.focus({ preventScroll: true });
  return done;
}

function select(shown) {
  if (shown instanceof HTMLInputElement) {
    shown.focus();
    shown.select();
  } else getSelection()?.selectAllChildren(shown);
}

const SHORT = 1500; // milliseconds for which a button says that it has copied

/**
 * A button that copies the text of an element, and says so for a moment.
 *
 * @param {import("../state/types.js").Say} say
 * @param {string} owner whose words it speaks: `….copy`, `….copied`
 * @param {HTMLElement} source a field, or an element with text
 */
export function createCopyButton(say, owner, source) {
  const element = make("button", { type: "button", onclick: copied });

  async function copied() {
    const text = source instanceof HTMLInputElement ? source.value : source.textContent;
    const done = await copy(text, source);
    element.textContent = say(done ? `${owner}.copied` : "share.selected");
    if (done) setTimeout(name, SHORT);
  }

  function name() {
    element.textContent = say(`${owner}.copy`);
  }

  return { element, name };
}
