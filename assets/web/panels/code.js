/** The PyTorch that reproduces what is on screen, to copy and run; how hooks captured it; all tensors as a file. */

import { copy as copyText } from "../base/copying.js";
import { make } from "../base/elements.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createCode({ say, actions }) {
  const lead = make("p");
  const npz = make("button", {
    type: "button",
    "data-action": "npz",
    onclick: () => actions.save("npz").catch(actions.failed),
  });
  const blocks = ["reproduce", "capture"].map((name) => {
    const title = make("h3");
    const text = make("pre", { class: "printed", tabindex: "0", "data-code": name });
    const copy = make("button", { type: "button", onclick: copied });
    async function copied() {
      const done = await copyText(text.textContent, text);
      copy.textContent = say(done ? "code.copied" : "share.selected");
      setTimeout(() => (copy.textContent = say("code.copy")), 1500);
    }
    return {
      name,
      title,
      text,
      copy,
      box: make("div", { class: "block" }, make("div", { class: "head" }, title, copy), text),
    };
  });
  const section = make(
    "section",
    { id: "code" },
    make("div", { class: "head" }, lead, npz),
    ...blocks.map((block) => block.box),
  );

  return {
    element: section,
    asks: "code",
    about: ["step"],
    update({ sections }) {
      const { code: told } = sections;
      if (!told) return;
      for (const block of blocks)
        if (block.text.textContent !== told[block.name]) block.text.textContent = told[block.name];
    },
    name() {
      lead.textContent = say("code.run");
      npz.textContent = say("code.npz");
      for (const block of blocks) {
        block.title.textContent = say(`code.${block.name}`);
        block.copy.textContent = say("code.copy");
      }
    },
  };
}
