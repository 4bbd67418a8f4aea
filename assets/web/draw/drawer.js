/** The drawer around Gradio's upload, and the button that opens it. */

import { icon, make } from "../base/elements.js";
import { SIDE } from "../base/size.js";
import { sure } from "../base/sure.js";

const OPEN = "data-picture";

/**
 * @param {import("../state/types.js").Page} page
 * @param {HTMLElement[]} content what stands below the upload
 */
export function createDrawer({ say, size }, content) {
  const root = document.documentElement;
  const panel = /** @type {HTMLElement} */ (document.querySelector("#picture-panel"));
  const title = make("h2");
  const lead = make("p");
  const close = make(
    "button",
    { type: "button", class: "tool", "data-action": "close-upload", onclick: () => open(false) },
    icon("close"),
  );
  const button = make("button", {
    type: "button",
    "data-action": "upload",
    "aria-expanded": "false",
    "aria-controls": "picture-panel",
    onclick: () => open(!isOpen()),
  });
  const head = make("div", { class: "head" }, title, close);
  sure(document.querySelector("#picture-head")).append(head, lead);
  sure(document.querySelector("#pipeline")).append(...content);
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // it closes this, and nothing behind it
    open(false);
  });

  const isOpen = () => root.hasAttribute(OPEN);

  function open(wanted) {
    root.toggleAttribute(OPEN, wanted);
    button.setAttribute("aria-expanded", String(wanted));
    (wanted ? close : button).focus();
  }

  return {
    button,
    /** Open it, unless it is: then the focus stays where it is. */
    open() {
      if (!isOpen()) open(true);
    },
    /** What becomes of a picture, which depends on the network. */
    chosen() {
      const { planes, height, width } = size();
      const usual = height === SIDE && width === SIDE;
      const key = planes > 1 ? "upload.lead.coloured" : usual ? "upload.lead" : "upload.lead.sized";
      lead.textContent = say(key, { height, width });
    },
    name() {
      title.textContent = say("upload.title");
      close.title = say("upload.close");
      close.setAttribute("aria-label", close.title);
      button.textContent = say("upload.open");
      button.title = say("upload.open.title");
    },
  };
}
