/**
 * How products add up: a bar that fills from 0 forward, comes back, and ends at the unit's value.
 */

import { make } from "../base/elements.js";
import { number, renew, signed } from "../base/numbers.js";
import { limit } from "../canvas/arrays.js";
import { ticked } from "../canvas/scales.js";
import { kindOf } from "./index.js";

const SVG = "http://www.w3.org/2000/svg";
const DIGITS = 3;
const HEIGHT = 26; // of the bars, in pixels
const LANES = { plus: 1, minus: 9.5, bias: 18 }; // where each of them lies
const THICK = 7;
const CLOSE = 6; // pixels between two numbers of the axis

/** Where the bar ends: round numbers on either side of 0. */
export function span({ above, below, value }) {
  const least = Math.min(0, above + below, value);
  const most = Math.max(0, above, value);
  const low = least < 0 ? -limit([least]) : 0;
  return [low, most > 0 || low === 0 ? limit([most]) : 0];
}

/** @param {import("../state/types.js").Page} page @param {Node} close a button beside the words */
export function createTotal({ say, steps }, close) {
  const parts = { plus: signed(0), minus: signed(0), bias: signed(0) };
  const [value, output] = [number(0), number(0)];
  const names = Object.keys(parts).map((name) => [name, make("span")]);
  const said = names.map(([name, word]) =>
    make("span", { class: `part ${name}` }, word, " ", parts[name]),
  );
  const [letter, bend] = [make("span"), make("span", { class: "part bend" })];
  const sum = make("span", { class: "part sum" }, "= ", letter, " = ", value);
  bend.append("→ ReLU: ", output);
  const drawing = createDrawing();
  const ticks = ["low", "zero", "high"].map((name) => make("span", { class: name }));
  const axis = make("div", { class: "axis", "aria-hidden": "true" }, ...ticks);
  const words = make("p", { class: "words" }, ...said, sum, bend);

  function numbers(section, switched) {
    const { above, below, bias, value: total } = section;
    for (const [name, word] of names) word.textContent = say(`flow.${name}`);
    renew(parts.plus, above, DIGITS, true);
    renew(parts.minus, below, DIGITS, true);
    renew(parts.bias, bias, DIGITS, true);
    renew(value, total, DIGITS);
    letter.textContent = `${kindOf(section).letter ?? "z"}[${section.unit}]`;
    bend.hidden = !switched;
    renew(output, Math.max(0, total), DIGITS);
  }

  const element = make(
    "div",
    { class: "total" },
    make("div", { class: "said" }, words, close),
    drawing.element,
    axis,
  );

  /** The 0 of the axis stands where the numbers at its ends leave room. */
  function arrange() {
    const [low, zero, high] = ticks;
    zero.hidden = false;
    const [at, half] = [zero.offsetLeft, zero.offsetWidth / 2];
    const room = axis.clientWidth - high.offsetWidth - CLOSE;
    zero.hidden = at - half < low.offsetWidth + CLOSE || at + half > room;
  }
  new ResizeObserver(arrange).observe(element);

  return {
    ...{ words, element },
    /** Whether nothing of it is cut in the width it has and so much height. */
    fits: (/** @type {number} */ height) =>
      element.offsetHeight <= height && words.scrollWidth <= words.clientWidth,
    /**
     * @param {any} section of the unit
     * @param {boolean} anew whether the bar fills before one's eyes
     */
    renew(section, anew) {
      const switched = steps().some(
        ({ switches, over }) => switches && over.includes(section.step),
      );
      const [low, high] = span(section);
      const place = (at) => (100 * (at - low)) / (high - low);
      numbers(section, switched);
      drawing.renew(section, place, switched);
      const zero = place(0);
      [low, 0, high].forEach((at, tick) => {
        ticks[tick].textContent = ticked(Number(at.toPrecision(2)));
      });
      ticks[1].style.left = `${zero}%`;
      arrange();
      if (anew) drawing.fill();
    },
  };
}

/** The three bars, where they end, and the bend of the ReLU that follows. */
function createDrawing() {
  const draw = (tag, name) => {
    const element = document.createElementNS(SVG, tag);
    element.setAttribute("class", name);
    return element;
  };
  const set = (element, attributes) => {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  };
  const bars = Object.entries(LANES).map(([name, y]) => {
    const bar = draw("rect", name);
    set(bar, { y, height: THICK });
    return bar;
  });
  const [flat, rising, zero, end] = ["bend", "bend", "zero", "end"].map((name) =>
    draw("line", name),
  );
  const svg = draw("svg", "bars");
  set(svg, { width: "100%", height: HEIGHT, "aria-hidden": "true" });
  svg.append(flat, rising, ...bars, zero, end);

  /** From one value to another, on their scale in percent. */
  function stretch(bar, from, to) {
    const width = Math.max(0.3, Math.abs(to - from));
    set(bar, { x: `${Math.min(from, to)}%`, width: `${width}%` });
    bar.style.transformOrigin = to < from ? "right" : "left";
  }

  return {
    element: svg,
    renew({ above, below, value }, place, switched) {
      const [start, far, back, last] = [0, above, above + below, value].map(place);
      stretch(bars[0], start, far);
      stretch(bars[1], far, back);
      stretch(bars[2], back, last);
      for (const line of [zero, end]) set(line, { y1: 0, y2: HEIGHT });
      set(zero, { x1: `${start}%`, x2: `${start}%` });
      set(end, { x1: `${last}%`, x2: `${last}%` });
      set(flat, { x1: "0%", x2: `${start}%`, y1: HEIGHT - 1, y2: HEIGHT - 1 });
      set(rising, { x1: `${start}%`, x2: "100%", y1: HEIGHT - 1, y2: 1 });
      for (const line of [flat, rising]) line.style.display = switched ? "" : "none";
    },
    /** Grow from 0, one after the other; where motion is unwanted the style sheet says so. */
    fill() {
      svg.classList.remove("filling");
      svg.getBoundingClientRect(); // so that the movement starts again
      svg.classList.add("filling");
    },
  };
}
