/** A random image of the real test set, and what it truly is while it is on the pad. */

import { make } from "../base/elements.js";

/** @param {import("../state/types.js").Page} page */
export function createTestImage(page) {
  const { say, store, start, model, actions, once, fit } = page;
  const button = make("button", {
    type: "button",
    "data-action": "random",
    onclick: (event) => draw(event.timeStamp),
  });
  const truth = make("p", { class: "truth", hidden: true });
  /** @type {import("../state/types.js").TestImage | null} */
  let last = null;

  async function draw(since) {
    const { language, focus } = store.get(); // it lands on the image that it was asked for
    const { tell } = actions.of("upload");
    const name = model().dataset;
    button.disabled = true;
    try {
      const image = await once("test_image")({ language, dataset: name });
      if (image.error) return tell(image.error.message);
      put({ ...image, name }, { focus, since });
    } catch {
      tell(say("live.once"));
    } finally {
      button.disabled = false;
    }
  }

  function put(image, where) {
    last = { ...image, pixels: fit(image.pixels) };
    actions.put(last.pixels, where);
  }

  return {
    button,
    truth,
    put,
    chosen({ images, focus, language }) {
      const there = last !== null && images[focus] === last.pixels;
      truth.hidden = !there;
      if (there)
        truth.textContent = say("upload.truth", {
          name: last.name,
          index: last.index,
          label: start.sampled[last.name][language][last.label],
        });
    },
    name() {
      button.textContent = say("upload.random");
      button.title = say("upload.random.title", { name: model().dataset });
    },
  };
}
