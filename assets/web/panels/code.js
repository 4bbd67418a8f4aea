/**
 * The PyTorch that reproduces what is on screen, to copy and run; how hooks captured it; all
 * tensors as a file.
 */

import { createCopyButton } from "../base/copying.js";
import { make } from "../base/elements.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createCode({ say, actions }) {
  const lead = make("p");
  const npz = make("button", {
    type: "button",
    "data-action": "npz",
    onclick: () => actions.save("npz").catch(actions.failed),
  });
  const blocks = ["reproduce", "capture"].map((name) => createBlock(say, name));

  return {
    element: make(
      "section",
      { id: "code" },
      make("div", { class: "head" }, lead, npz),
      ...blocks.map(({ element }) => element),
    ),
    asks: "code",
    about: ["step", "taught"],
    update({ sections: { code } }) {
      if (code === undefined) return; // not asked for
      const none = code?.taught ? "code.taught" : "code.unable";
      const text = code?.reproduce ? code : null;
      lead.textContent = say(!text ? none : text.traced ? "code.traced" : "code.run");
      for (const block of blocks) {
        block.element.hidden = !text;
        if (text) block.update(text);
      }
    },
    name() {
      lead.textContent = say("code.run");
      npz.textContent = say("code.npz");
      for (const block of blocks) block.name();
    },
  };
}

/** One piece of code with its title and a button that copies it. */
function createBlock(say, name) {
  const title = make("h3");
  const text = make("pre", { class: "printed", tabindex: "0", "data-code": name });
  const copy = createCopyButton(say, "code", text);
  return {
    element: make(
      "div",
      { class: "block" },
      make("div", { class: "head" }, title, copy.element),
      text,
    ),
    /** What is selected stays selected while nothing changes. */
    update(code) {
      if (text.textContent !== code[name]) text.textContent = code[name];
    },
    name() {
      title.textContent = say(`code.${name}`);
      copy.name();
    },
  };
}
