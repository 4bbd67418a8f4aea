/** A random image of the real test set, and what it truly is while it is on the pad. */

import { make } from "../base/elements.js";
import { Sentence } from "../base/sentence.js";
import { Unreachable } from "../state/live.js";

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
  /** Whether the data set lies on the server's machine: else the button says that it does not. */
  const there = () => Boolean(start.pictured?.includes(model().dataset));

  function offer() {
    const [name, key] = [model().dataset, there() ? "upload.random.title" : "upload.random.none"];
    button.title = say(key, { name });
    button.setAttribute("aria-disabled", String(!there()));
  }

  async function draw(since) {
    const { language } = store.get();
    const place = actions.place(); // it lands on the image that it was asked for
    const { tell } = actions.of("upload");
    const name = model().dataset;
    if (!there()) return tell(say("upload.random.none", { name })); // a finger reads no title
    if (button.ariaBusy) return;
    button.ariaBusy = "true"; // not disabled meanwhile: focus would leave it
    try {
      const image = await once("test_image")({ language, dataset: name });
      if (image.error) return tell(image.error.message);
      if (model().dataset === name) put({ ...image, name }, { place, since });
    } catch (error) {
      if (error instanceof Sentence) tell(error.message);
      else if (error instanceof Unreachable) tell(say("live.once"));
      else actions.failed(error);
    } finally {
      button.ariaBusy = null;
    }
  }

  function put(image, where) {
    const pixels = fit(image.pixels);
    last = { ...image, pixels };
    actions.put(pixels, where);
  }

  return {
    button,
    truth,
    put,
    chosen({ images, focus, language }) {
      offer();
      const shown = last?.pixels === images[focus] ? last : null;
      truth.hidden = shown === null;
      if (shown)
        truth.textContent = say("upload.truth", {
          name: shown.name,
          index: shown.index,
          label: start.sampled[shown.name][language][shown.label],
        });
    },
    name() {
      button.textContent = say("upload.random");
      offer();
    },
  };
}
