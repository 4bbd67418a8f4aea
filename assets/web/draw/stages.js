/**
 * What the pipeline made of a picture from outside: what is wrong, what is doubtful, and every
 * stage as a picture.
 */

import { make } from "../base/elements.js";

/** @param {import("../state/types.js").Page} page */
export function createStages({ say, store }) {
  const title = make("h3", { hidden: true });
  const list = make("ol", { class: "stages" });
  const trouble = make("p", { class: "trouble", role: "alert", hidden: true });
  const doubts = make("div", { class: "doubts", role: "status" });
  const done = make("p", { class: "done", role: "status", hidden: true });

  function stage({ name, png, width, height, note }) {
    return make(
      "li",
      { "data-stage": name },
      make("img", { src: `data:image/png;base64,${png}`, alt: "", class: name }),
      make(
        "div",
        {},
        make("strong", {}, say(`image.stage.${name}`)),
        make("span", { class: "size" }, `${width} × ${height}`),
        make("p", {}, note[store.get().language]),
      ),
    );
  }

  return {
    above: [trouble, doubts],
    below: [title, list, done],
    /** @param {any} answer of the upload; null before the first one */
    show(answer) {
      const { language } = store.get();
      trouble.hidden = !answer?.error;
      title.hidden = done.hidden = !answer?.pixels;
      trouble.textContent = answer?.error?.[language] ?? "";
      const sentences = (answer?.doubts ?? []).map((doubt) => doubt[language]);
      doubts.replaceChildren(...sentences.map((each) => make("p", { class: "doubt" }, each)));
      list.replaceChildren(...(answer?.stages ?? []).map(stage));
    },
    name() {
      title.textContent = say("upload.stages");
      done.textContent = say("upload.done");
    },
  };
}
