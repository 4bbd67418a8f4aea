/** Nine images of a test set, each with its class and a number, to be put on the pad. */

import { make } from "../base/elements.js";
import { bytes, fixed, number, renew } from "../base/numbers.js";
import { paintPicture } from "../canvas/cells.js";
import { Unreachable } from "../state/live.js";
import { USUAL } from "../state/pictures.js";

const COUNT = 9;
const DIGITS = 4;

/** Whether a network's test images are on the machine of the server. */
export const pictured = ({ start, model }) =>
  !model().own && Boolean(start.pictured?.includes(model().dataset));

/**
 * A sentence, and below it the images: cells that stay where they are, so that the focus stays too.
 *
 * @param {import("../state/types.js").Page} page
 * @param {(answer: any) => string} sentence of what is there
 */
export function createNine(page, sentence) {
  const { say } = page;
  const lead = make("p", { role: "status" });
  const cells = Array.from({ length: COUNT }, () => createCell(page));
  const list = make(
    "ol",
    { class: "nine", "data-waiting": true },
    ...cells.map(({ element }) => element),
  );
  const wait = createWait(page);
  /** @type {any} */ let answer = null;

  function name() {
    if (!answer) return;
    const { state, nine, edited } = answer;
    if (state !== "ready") lead.textContent = answer.sentence ?? say(`nine.${state}`);
    else
      lead.textContent = sentence(answer) + (edited && nine.length ? ` ${say("nine.edited")}` : "");
    for (const cell of cells) cell.name();
  }

  return {
    element: make("div", { class: "crowd" }, lead, list),
    /** What a section of a reply says of them. */
    show(now, asked) {
      answer = now;
      list.hidden = !["ready", "waiting"].includes(now.state) || now.nine?.length === 0;
      list.toggleAttribute("data-waiting", now.state === "waiting");
      if (now.nine) cells.forEach((cell, index) => cell.show(now.nine[index]));
      if (now.state === "waiting") wait(asked);
      name();
    },
    name,
  };
}

function createCell(page) {
  const { say, actions, model, sampled } = page;
  const canvas = make("canvas", { "aria-hidden": "true" });
  const button = make("button", { type: "button", class: "sample", onclick: put }, canvas);
  const label = make("span", { class: "label" });
  const value = number(0, DIGITS);
  /** @type {any} */ let image = null;

  function put(event) {
    if (!image) return;
    const { index, label: truth, pixels } = image;
    const where = { since: event.timeStamp };
    actions.test({ index, label: truth, pixels, name: model().dataset }, where);
  }

  function name() {
    if (!image) return;
    label.textContent = sampled()[image.label];
    const [index, shown] = [image.index, fixed(image.value, DIGITS)];
    button.title = say("nine.take", { index, label: label.textContent, value: shown });
    button.setAttribute("aria-label", button.title);
  }

  const element = make("li", {}, button, value, label);
  return {
    element,
    /** One of the nine; nothing where a test set has fewer. */
    show(now) {
      image = now ?? null;
      element.hidden = !now;
      if (!now) return;
      button.dataset.index = image.index;
      paintPicture(canvas, bytes(image.pixels), USUAL);
      renew(value, image.value, DIGITS);
    },
    name,
  };
}

/** One question that is answered when the images have come; then the page asks for them anew. */
function createWait(page) {
  let under = "";
  return async ({ model, checkpoint, step }) => {
    const query = { model, checkpoint, step };
    const key = JSON.stringify(query);
    if (under === key) return;
    under = key;
    try {
      await page.once("awaited")(query);
    } catch (error) {
      if (!(error instanceof Unreachable)) return page.actions.failed(error);
    } finally {
      if (under === key) under = "";
    }
    const now = page.store.get(); // the connection waits for a server that is away
    if (Object.entries(query).every(([field, value]) => now[field] === value))
      page.actions.ask(performance.now());
  };
}
