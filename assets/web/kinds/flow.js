/**
 * A sum in pictures, on the stage: [weights] × [inputs] = [products], and how they add up to the
 * unit's value.
 */

import { icon, make } from "../base/elements.js";
import { decode, units } from "../base/numbers.js";
import { places } from "../canvas/arrays.js";
import { createPicture } from "./picture.js";
import { createTotal } from "./total.js";

const NAMES = ["weights", "inputs", "products"];
const NARROW = 560; // of width below which the sum stands below the pictures
// In pixels, times the scale of the page's text:
const SIGN = 28; // × and = between two pictures
const GAP = 22; // the same on a narrow page
const LINE = 21; // of a caption
// Widths of the sum beside the pictures, for words of 14: below the button that lets the unit go,
// or, where that is too low, beside it.
const BESIDE = { below: 130, beside: 190 };
const EDGE = 12;

/**
 * How the inputs of a sum are arranged; null where no hook has seen the step that they come from.
 */
function arrangement({ steps }, { inputs, source }) {
  const from = steps().find(({ id }) => id === source);
  if (!from) return null;
  const [picture] = steps();
  const pixels = from.scale === "grey" && units(picture.shape) === inputs;
  if (!pixels && units(from.shape) !== inputs) return null;
  return { ...from, grid: pixels ? picture.grid : from.grid };
}

/**
 * @param {import("../state/types.js").Page} page
 * @returns {any} a part of the stage; `fit` gives it its height
 */
export function createFlow(page) {
  const { say, actions } = page;
  /** @type {any} */ let shown = null;
  const pictures = NAMES.map((name) => createPicture(page, name, () => shown));
  const close = make(
    "button",
    {
      type: "button",
      class: "tool",
      "data-action": "close-flow",
      onclick: (event) => actions.choose(null, event.timeStamp),
    },
    icon("close"),
  );
  const total = createTotal(page, close);
  const [weights, inputs, products] = pictures.map(({ element }) => element);
  const sign = (text) => make("span", { class: "sign", "aria-hidden": "true" }, text);
  const row = make("div", { class: "row" }, weights, sign("×"), inputs, sign("="), products);
  const element = make("section", { class: "flow", hidden: true }, row, total.element);
  new ResizeObserver(size).observe(element);

  /**
   * The largest size at which three pictures and their captions fit, with the sum below or beside
   * them.
   */
  function size() {
    const style = getComputedStyle(row);
    const width = element.clientWidth - Number.parseFloat(style.paddingRight);
    const height = element.clientHeight;
    if (!shown || !height) return;
    const scale = Number.parseFloat(style.getPropertyValue("--le-scale")) || 1;
    const type = Number.parseFloat(getComputedStyle(total.words).fontSize);
    const narrow = width < NARROW;
    element.toggleAttribute("data-narrow", narrow);
    const [rows, columns] = places(shown.from.grid).shape;
    const caption = LINE * scale + EDGE;
    const signs = (narrow ? 2 * GAP : 2 * SIGN) * scale;
    const fit = (across, down) => Math.min((across - signs) / 3 / columns, (down - caption) / rows);
    element.removeAttribute("data-beside");
    const below = fit(width, height - total.element.offsetHeight);
    const draw = (cell) => {
      for (const picture of pictures) picture.fit(Math.max(1, cell), [rows, columns]);
    };
    for (const [button, wide] of narrow ? [] : Object.entries(BESIDE)) {
      const beside = fit(width - (wide * type) / 14, height);
      if (beside <= below) break;
      draw(beside);
      element.dataset.beside = button;
      if (total.fits(height - EDGE)) return;
    }
    element.removeAttribute("data-beside");
    draw(below);
  }

  function hide() {
    shown = null;
    element.hidden = true;
    delete element.dataset.unit;
  }

  function show(section) {
    const from = section?.pictures && !section.edited ? arrangement(page, section) : null;
    if (!from) return hide();
    const values = Object.fromEntries(NAMES.map((name) => [name, decode(section.pictures[name])]));
    const other = shown?.section.step !== section.step || shown.section.unit !== section.unit;
    shown = { section, values, from };
    element.hidden = false;
    element.dataset.unit = section.unit;
    for (const picture of pictures) picture.draw(other);
    total.renew(section, other);
    if (other) size();
  }

  return {
    element,
    view: "explore",
    asks: ({ unit }) => (unit === null ? undefined : "unit"),
    about: ["step", "unit"],
    chosen: ({ unit }) => unit === null && shown && hide(),
    update: ({ sections }) => show(sections.unit),
    hand: ({ unit }) => unit && show(unit), // while the server is away
    light(index) {
      if (shown) for (const picture of pictures) picture.light(index);
    },
    name() {
      const words = say("flow.close");
      close.title = words;
      close.setAttribute("aria-label", words);
      element.setAttribute("aria-label", say("flow.label"));
    },
    /** @param {number} height that it may take; 0: none */
    fit(height) {
      element.style.height = `${height}px`;
      element.toggleAttribute("data-small", height === 0);
    },
  };
}
