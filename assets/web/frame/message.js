/**
 * Sentences for people: each has an owner and stands until its owner clears it or somebody puts it
 * away.
 */

import { icon, make } from "../base/elements.js";
import { Sentence } from "../base/sentence.js";
import { Unreachable } from "../state/live.js";

const MOST = 3; // sentences at the same time; the oldest makes room
const HERE = import.meta.url;
// one by one they lie in a folder; usually all scripts of ours are one
const OURS = HERE.endsWith("/frame/message.js") ? new URL("..", HERE).href : HERE;

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createMessage({ say }) {
  const box = make("div", { id: "message", "aria-live": "polite", hidden: true });
  /** @type {HTMLElement | null} */ let home = null;

  const find = (owner) => [...box.children].find((item) => item.dataset.owner === owner);
  const stands = (sentence) =>
    [...box.children].some((item) => item.querySelector("p").textContent === sentence);

  function remove(item) {
    item?.remove();
    box.hidden = box.children.length === 0;
  }

  /** A sentence with its close button; `choices` are buttons that help. */
  function put(owner, sentence, choices) {
    find(owner)?.remove();
    if (stands(sentence)) return; // two parts have asked, and are refused for the same reason
    while (box.children.length >= MOST) box.firstChild.remove();
    const close = make(
      "button",
      {
        type: "button",
        class: "tool",
        "data-action": "close-message",
        onclick: () => remove(item),
      },
      icon("close"),
    );
    const actions = make("div", { class: "tools" }, ...choices, close);
    const item = make(
      "div",
      { "data-owner": owner, role: "alert" },
      make("p", {}, sentence),
      actions,
    );
    label(item);
    place();
    box.append(item);
    box.hidden = false;
  }

  function label(item) {
    const close = item.querySelector("[data-action=close-message]");
    close.title = say("message.close");
    close.setAttribute("aria-label", say("message.close"));
  }

  /** Inside the open dialog, else where it belongs: only there it can be seen and reached. */
  function place() {
    home ??= box.parentElement;
    const dialog = document.querySelector("dialog[open]");
    const host = dialog ?? home;
    if (host && box.parentElement !== host) host.append(box);
  }

  const of = (owner) => ({
    /** @param {string} sentence @param {...HTMLElement} choices buttons that help */
    tell: (sentence, ...choices) => put(owner, sentence, choices),
    clear: () => remove(find(owner)),
  });

  /**
   * Say what failed: a sentence as it is, anything else as one sentence of ours, whole on the
   * console.
   */
  function failed(error) {
    if (error instanceof Sentence) put("page", error.message, []);
    else if (error instanceof Unreachable) put("page", say("live.once"), []);
    else {
      console.error(error);
      put("fault", say("page.fault"), []);
    }
  }

  /** Escape puts the last one away, unless an open dialog hides it. */
  function putAway(event) {
    const last = /** @type {HTMLElement | null} */ (box.lastElementChild);
    if (event.key !== "Escape" || event.defaultPrevented || !last) return;
    if (document.querySelector("dialog[open]") && !last.closest("dialog")) return;
    event.preventDefault();
    remove(last);
  }

  document.addEventListener("close", place, true);
  document.addEventListener("keydown", putAway);
  hearFaults(failed, () => put("fault", say("page.fault"), []));

  return {
    element: box,
    actions: { of, failed, tell: of("page").tell },
    name() {
      for (const item of box.children) label(item);
    },
  };
}

/**
 * What nobody has caught: sentences are said, our own faults too; the browser has written those to
 * the console.
 */
function hearFaults(failed, fault) {
  addEventListener("error", (event) => {
    if (event.filename?.startsWith(OURS)) fault();
  });
  addEventListener("unhandledrejection", (event) => {
    if (event.reason instanceof Sentence || event.reason instanceof Unreachable) {
      event.preventDefault();
      failed(event.reason);
    } else if (String(event.reason?.stack).includes(OURS)) fault();
  });
}
