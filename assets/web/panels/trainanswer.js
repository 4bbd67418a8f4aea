/** What the newest weights make of the visitor's drawing, and the first weights as pictures. */

import { make } from "../base/elements.js";
import { percent } from "../base/numbers.js";
import { SIDE } from "../base/size.js";
import { Sentence } from "../base/sentence.js";
import { limit } from "../canvas/arrays.js";
import { Unreachable } from "../state/live.js";
import { createSlope } from "./slope.js";
import { address, oneByOne, post } from "./trainorders.js";

const ACROSS = 8; // pictures in a row
const PAUSE = 700; // milliseconds between two looks at the weights

/** @param {import("../state/types.js").Page} page */
export function createAnswer(page) {
  const bars = createBars(page);
  const rows = createRows(page);
  /** @type {any} */ let state = null;
  let asked = "";

  const ask = oneByOne(async () => {
    const { images, focus, language } = page.store.get();
    const { planes, height, width } = page.size();
    if (!state || state.batch === undefined) return;
    if (planes * height * width !== SIDE * SIDE) return bars.refuse(page.say("train.drawing.size"));
    try {
      const found = await post("answer", { image: images[focus], language });
      if (found) bars.fill(found, state); // else the next event asks again
    } catch (error) {
      if (error instanceof Sentence) bars.refuse(error.message);
      else if (!(error instanceof Unreachable)) page.actions.failed(error);
    }
  });

  return {
    elements: [bars.element, rows.element],
    ask,
    show(next) {
      state = next;
      const key = `${state.version} ${page.store.get().language}`;
      if (key === asked) return rows.draw();
      asked = key;
      ask();
      rows.follow();
    },
  };
}

/** One bar for each class of the network that is trained. */
function createBars({ say, start, store }) {
  const title = make("h4");
  const note = make("p", { class: "muted", hidden: true });
  const list = make("div", { class: "answers" });
  const lines = Array.from({ length: 10 }, (_, index) => {
    const parts = ["name", "fill", "values"].map((name) => make("span", { class: name }));
    const [name, fill, values] = parts;
    const track = make("span", { class: "track" }, fill);
    const element = make("div", { class: "answer", "data-class": index }, name, track, values);
    return { name, fill, values, element };
  });
  list.append(...lines.map(({ element }) => element));
  return {
    element: make("figure", { class: "drawing" }, title, list, note),
    fill({ batch, probabilities }, { settings }) {
      const { language } = store.get();
      title.textContent = say("train.drawing", { batch: batch.toLocaleString(language) });
      list.hidden = !(note.hidden = true);
      const names = namesOf(start, settings.model, language);
      const most = Math.max(...probabilities);
      lines.forEach(({ name, fill, values, element }, index) => {
        name.textContent = names[index];
        fill.style.width = `${100 * probabilities[index]}%`;
        values.textContent = percent(probabilities[index]);
        element.dataset.probability = probabilities[index];
        element.toggleAttribute("data-most", probabilities[index] === most);
      });
    },
    refuse(sentence) {
      title.textContent = say("train.drawing.wait");
      list.hidden = !(note.hidden = false);
      note.textContent = sentence;
    },
  };
}

/** The classes of a shipped network in a language, else numbers. */
export function namesOf(start, model, language) {
  const card = start.models.find(({ name }) => name === model);
  return card?.labels[language] ?? Array.from({ length: 10 }, (_, index) => String(index));
}

/** The first rows of the first weight, on the scale of the weights view: −limit to limit. */
function createRows(page) {
  const picture = createSlope(page);
  /** @type {any} */ let shown = null;
  let since = Number.NEGATIVE_INFINITY;
  let timer = 0;

  async function read() {
    const answer = await fetch(address("weights"));
    if (!answer.ok || answer.status === 204) return null;
    const values = new Float32Array(await answer.arrayBuffer());
    const [batch, side] = ["x-batch", "x-side"].map((name) => Number(answer.headers.get(name)));
    return { values, batch, side };
  }

  const fetched = oneByOne(async () => {
    const found = await read().catch(() => null); // the connection dropped, maybe half-way
    if (!found) return; // the next event asks again
    shown = found;
    since = performance.now();
    draw();
  });

  function draw() {
    if (!shown) return;
    const { values, batch, side } = shown;
    const count = values.length / side ** 2;
    const place = { rows: Math.ceil(count / ACROSS), columns: ACROSS, maps: count };
    const grid = { ...place, height: side, width: side };
    picture.draw(count ? values : null, {
      step: { grid },
      limit: limit(values),
      name: page.say("train.rows", {
        ...{ count, side },
        batch: batch.toLocaleString(page.store.get().language),
      }),
    });
  }

  return {
    element: make("div", { class: "weights" }, picture.element),
    draw,
    /** Weights came in: look at them, not too often. */
    follow() {
      clearTimeout(timer);
      timer = setTimeout(fetched, Math.max(0, since + PAUSE - performance.now()));
    },
  };
}
