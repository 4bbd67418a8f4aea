/** The test images behind a number of the confusion matrix, each to be put on the pad. */

import { make } from "../base/elements.js";
import { bytes } from "../base/numbers.js";
import { Sentence } from "../base/sentence.js";
import { paintPicture } from "../canvas/cells.js";
import { latest } from "../state/latest.js";
import { Unreachable } from "../state/live.js";
import { USUAL } from "../state/pictures.js";
import { post } from "./trainorders.js";

/**
 * @typedef {{batch: number, label: number, answer: number}} Place in the matrix of a batch
 * @typedef {Place & {count: number, images: {index: number, pixels: string}[]}} Found
 */

/** @param {import("../state/types.js").Page} page */
export function createImages(page) {
  const { say, store } = page;
  const note = make("p", { role: "status" });
  const list = make("div", { class: "shown" });
  const newest = latest();
  /** @type {Found | null} */ let found = null;
  /** @type {string[]} */ let names = [];
  /** @type {string[]} */ let known = []; // the run and the language

  async function ask(/** @type {Place} */ place) {
    const [run] = known;
    try {
      const come = await newest(post("images", { ...place, language: store.get().language }));
      if (run !== known[0]) return; // of a training that another has followed meanwhile
      found = come;
      list.replaceChildren(...come.images.map(picture));
      name();
    } catch (error) {
      empty();
      if (error instanceof Sentence) note.textContent = error.message;
      else if (error instanceof Unreachable) note.textContent = say("train.unreachable");
      else page.actions.failed(error);
    }
  }

  function picture({ index, pixels }) {
    const canvas = make("canvas", { "aria-hidden": "true" });
    paintPicture(canvas, bytes(pixels), USUAL);
    const put = (event) => page.actions.put(page.fit(pixels), { since: event.timeStamp });
    const attributes = { type: "button", class: "sample", "data-index": index, onclick: put };
    return make("button", attributes, canvas);
  }

  function empty() {
    found = null;
    list.replaceChildren();
    name();
  }

  function name() {
    note.textContent = say("train.images.hint");
    if (!found) return;
    const { batch, label, answer, count, images } = found;
    const kind = count === 0 ? "none" : count > images.length ? "some" : "all";
    note.textContent = say(`train.images.${kind}`, {
      ...{ count, shown: images.length, label: names[label], answer: names[answer] },
      batch: batch.toLocaleString(store.get().language),
    });
    for (const each of list.children) {
      const words = say("train.images.take", { index: /** @type {any} */ (each).dataset.index });
      each.setAttribute("aria-label", words);
      each.setAttribute("title", words);
    }
  }

  return {
    element: make("div", { class: "behind" }, note, list),
    ask,
    shows: (label, answer) => found?.label === label && found?.answer === answer,
    /** Images stay while the run goes on; they go with the run. */
    show({ settings, measured }, classes) {
      const [before, now] = [known, [JSON.stringify(settings), store.get().language]];
      [names, known] = [classes, now];
      if (now[0] !== before[0] || (found && measured < found.batch)) empty();
      else if (now[1] !== before[1]) name();
    },
  };
}
