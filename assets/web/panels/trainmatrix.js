/**
 * The confusion matrix: what the test images are, and what they are taken for. Its cells stay the
 * same while their numbers change, so that one can be pressed while a network learns.
 */

import { make } from "../base/elements.js";
import { crossing } from "../base/roving.js";
import { body, head, row, scrolled } from "../base/tables.js";
import { namesOf } from "./trainanswer.js";
import { createImages } from "./trainimages.js";

const STRONGEST = 60; // per cent of the accent colour behind a full cell
const CLASSES = Array.from({ length: 10 }, (_, index) => index);

/** @param {import("../state/types.js").Page} page */
export function createMatrix(page) {
  const { say, store } = page;
  const images = createImages(page);
  const title = make("h4");
  const table = make("table");
  const cells = CLASSES.map((label) => CLASSES.map((answer) => cell(label, answer)));
  const { box, name } = scrolled(table, say);
  const pair = make("div", { class: "pair" }, box, images.element);
  let written = "";
  let drawn = "";
  let measured = 0;
  crossing(table, cells);

  function cell(label, answer) {
    const place = { "data-label": label, "data-answer": answer };
    const onclick = () => images.ask({ batch: measured, label, answer }).then(mark);
    return make("button", { type: "button", class: "count", ...place, onclick });
  }

  /** Rows and columns by the names of the classes, anew where these are others. */
  function frame(names) {
    if (written === (written = `${say("train.class")} ${names}`)) return;
    const heading = head([say("train.class"), ...CLASSES.map(String)]);
    [...heading.querySelectorAll("th")].slice(1).forEach((each, index) => {
      each.title = names[index];
    });
    const lines = cells.map((line, label) =>
      row([`${label} ${names[label]}`, ...line], { "data-label": label }),
    );
    table.replaceChildren(heading, body(lines));
  }

  function count(counts, names) {
    if (drawn === (drawn = `${store.get().language} ${names} ${counts}`)) return;
    cells.forEach((line, label) => {
      const total = counts[label].reduce((sum, each) => sum + each, 0);
      line.forEach((each, answer) => {
        const values = { count: counts[label][answer], total };
        const words = say("train.confusion.cell", {
          ...{ count: values.count, total, label: names[label], answer: names[answer] },
        });
        fill(each, values, words);
      });
    });
  }

  /** Whose images are shown. */
  function mark() {
    cells.forEach((line, label) => {
      line.forEach((each, answer) => {
        each.setAttribute("aria-pressed", String(images.shows(label, answer)));
      });
    });
  }

  function show(state) {
    const names = namesOf(page.start, state.settings.model, store.get().language);
    const batch = state.measured.toLocaleString(store.get().language);
    measured = state.measured;
    title.textContent = say("train.confusion", { batch });
    frame(names);
    count(state.confusion, names);
    images.show(state, names);
    mark();
  }

  return { elements: [make("figure", { class: "confusion" }, title, pair)], show, name };
}

/** A count of images, the stronger coloured the larger its share of the row. */
function fill(cell, { count, total }, words) {
  const strength = total ? Math.round((STRONGEST * count) / total) : 0;
  cell.style.background = `color-mix(in srgb, var(--le-accent) ${strength}%, transparent)`;
  cell.textContent = String(count);
  cell.title = words;
  cell.setAttribute("aria-label", words);
}
