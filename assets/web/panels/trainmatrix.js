/** The confusion matrix: what the test images are, and what they are taken for. */

import { make } from "../base/elements.js";
import { body, head, row, scrolled } from "../base/tables.js";
import { namesOf } from "./trainanswer.js";

const STRONGEST = 60; // per cent of the accent colour behind a full cell

/** @param {import("../state/types.js").Page} page */
export function createMatrix(page) {
  const { say, store } = page;
  const confusion = createTable(say);
  const whole = (number) => number.toLocaleString(store.get().language);

  function matrix({ confusion: counts, measured, settings }) {
    const names = namesOf(page.start, settings.model, store.get().language);
    confusion.title.textContent = say("train.confusion", { batch: whole(measured) });
    const heading = head([say("train.class"), ...names.map((_, index) => String(index))]);
    [...heading.querySelectorAll("th")].slice(1).forEach((cell, index) => {
      cell.title = names[index];
    });
    const lines = counts.map((line, label) => {
      const total = line.reduce((sum, count) => sum + count, 0);
      const cells = line.map((count, answer) =>
        cell(count, total, {
          title: say("train.confusion.cell", {
            ...{ count, total, label: names[label], answer: names[answer] },
          }),
        }),
      );
      return row([`${label} ${names[label]}`, ...cells], { "data-label": label });
    });
    confusion.table.replaceChildren(heading, body(lines));
  }

  return {
    elements: [confusion.element],
    show: matrix,
    name: confusion.name,
  };
}

/** A count of images, the stronger coloured the larger its share of the row. */
function cell(count, total, attributes) {
  const strength = total ? Math.round((STRONGEST * count) / total) : 0;
  const style = `background: color-mix(in srgb, var(--le-accent) ${strength}%, transparent)`;
  return make("span", { class: "count", style, ...attributes }, String(count));
}

function createTable(say) {
  const title = make("h4");
  const table = make("table");
  const { box, name } = scrolled(table, say);
  return { title, table, name, element: make("figure", { class: "confusion" }, title, box) };
}
