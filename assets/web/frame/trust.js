/**
 * How often the present weights are right: as sure as now, and class by class. Nothing of it is
 * asked for before it is opened.
 */

import { make } from "../base/elements.js";
import { inWhole } from "../base/numbers.js";
import { body, head, row, scrolled } from "../base/tables.js";
import { createOrSay } from "./needs.js";

const DEEPEST = 40; // per cent of the accent behind a cell that holds all of its row

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createTrust(page) {
  const summary = make("summary");
  const numbers = createOrSay(page, "trust", createNumbers);
  const element = make("details", { class: "trust", ontoggle: opened }, summary, numbers.element);

  function opened(event) {
    if (element.open) page.actions.ask(event.timeStamp);
  }

  return {
    element,
    parts: [numbers],
    asks: () => (element.open ? "trust" : undefined),
    chosen() {
      element.hidden = page.model().own;
    },
    name() {
      summary.textContent = page.say("trust.title");
    },
  };
}

/**
 * The sentence on the present answer, the ten bins, and the confusion matrix.
 *
 * @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part}
 */
function createNumbers(page) {
  const { say } = page;
  const sentence = make("p");
  const tables = ["bins", "confusion"].map((name) => {
    const table = make("table", { class: name });
    const caption = make("p", { class: "muted", id: `trust-${name}`, hidden: true });
    table.setAttribute("aria-labelledby", caption.id);
    return { kind: name, table, caption, box: scrolled(table, say).box };
  });
  const [bins, confusion] = tables;

  return {
    element: make(
      "section",
      { id: "trust" },
      sentence,
      ...tables.flatMap(({ caption, box }) => [caption, box]),
    ),
    about: ["checkpoint", "focus", "taught"],
    update({ sections: { trust } }) {
      if (!trust) return;
      for (const each of tables.flatMap(({ caption, box }) => [caption, box]))
        each.hidden = !trust.known;
      sentence.textContent = trust.known ? said(page, trust) : say(`trust.reason.${trust.reason}`);
      if (!trust.known) return;
      bins.table.replaceChildren(...confidence(page, trust));
      confusion.table.replaceChildren(...answers(page, trust));
    },
    name() {
      for (const { kind, caption, box } of tables) {
        caption.textContent = say(`trust.${kind}`);
        box.setAttribute("aria-label", caption.textContent);
      }
    },
  };
}

const tenths = ({ low, high }) => `${Math.round(100 * low)}–${Math.round(100 * high)}`;

/** What answers as sure as the present one are worth. */
function said({ say, store }, trust) {
  const values = {
    share: inWhole(trust.share),
    range: tenths(trust),
    images: trust.images.toLocaleString(store.get().language),
    count: trust.count.toLocaleString(store.get().language),
    right: inHundred(trust.right, trust.count),
  };
  return say(trust.count === 0 ? "trust.nobody" : "trust.said", values);
}

const inHundred = (right, count) => (count === 0 ? "—" : inWhole(right / count));

/** The ten bins of confidence; the present one is marked. */
function confidence({ say }, { bins, low }) {
  return [
    head(["says", "images", "right"].map((key) => say(`trust.${key}`))),
    body(
      bins.map(([count, right], place) => {
        const range = { low: place / bins.length, high: (place + 1) / bins.length };
        const now = range.low === low ? { "aria-current": "true" } : {};
        return row([`${tenths(range)} %`, String(count), inHundred(right, count)], now);
      }),
    ),
  ];
}

/** What images of each class are taken for: what is true in rows, what is said in columns. */
function answers({ labels }, { confusion, now }) {
  const table = [
    head([null, ...labels()]),
    body(
      confusion.map((counts, truth) => {
        const all = counts.reduce((sum, count) => sum + count, 0);
        const line = row([labels()[truth], ...counts.map(String)]);
        [...line.querySelectorAll("td")].forEach((cell, index) => {
          const depth = Math.round((DEEPEST * counts[index]) / (all || 1));
          cell.style.background = `color-mix(in srgb, var(--le-accent) ${depth}%, transparent)`;
          cell.toggleAttribute("data-right", index === truth);
        });
        return line;
      }),
    ),
  ];
  table[0].querySelectorAll("th")[now]?.setAttribute("aria-current", "true");
  return table;
}
