/**
 * The numbers of scales and axes that move with the end of a step's scale.
 *
 * Python says in `layout.meta` what moves with it (`ends`), and with the end of a difference
 * (`apart.ends`), always as multiples of that end: so the places of all ticks stay, and only their
 * numbers change. While the pen moves they are written anew where Plotly has put them, which would
 * take it thirty times as long; once the pen rests it draws them itself.
 */

import { digits, MINUS } from "../base/numbers.js";
import { sure } from "../base/sure.js";

const [LOW, HIGH] = [1e-3, 1e5]; // what is written out; beyond, as powers of ten
const [DIGIT, POINT] = ["\u2007", "\u2008"]; // spaces as wide as these
const LONG = 6; // signs of a number that is written out: any longer one is a power of ten
const WIDE = 4; // digits and the sign of "−0.75", the widest of the usual numbers

/** @typedef {{layout: any, written: any}} Stand as Plotly has drawn it, and what it says now */

/** The fields of a layout that move, by the name of its scale or axis. */
const moving = ({ meta }) =>
  Object.entries({ ...(meta?.ends ?? {}), ...(meta?.apart?.ends ?? {}) });

/** The numbers beside a scale or an axis. */
const ticks = (part) => part?.colorbar?.tickvals ?? part?.tickvals ?? [];

/** A number at a tick: at most three digits. @param {number} value */
export function ticked(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < LOW || size >= HIGH)) return digits(value, 2);
  return String(Number(value.toPrecision(3))).replace("-", MINUS);
}

/**
 * A number beside a scale, as wide as most others with spaces of a digit's and of a point's width:
 * Plotly gives a legend as much room as its numbers take, and the figure would move with them.
 *
 * @param {number} value
 */
export function padded(value) {
  const text = ticked(value);
  const point = text.includes(".");
  const digits = text.length - Number(point);
  return text + DIGIT.repeat(Math.max(0, WIDE - digits)) + (point ? "" : POINT);
}

/**
 * What the ticks of a scale or of an axis say. Powers of ten would lie on each other along an axis,
 * where the ends and the middle have room, and end beyond the figure beside one: there its 0 alone
 * is said, for the scale above says its ends.
 *
 * @param {string} name @param {any} part @param {number[]} values at its ticks
 */
function textsOf(name, part, values) {
  if (part.colorbar) return values.map(padded);
  const all = values.map(ticked);
  if (all.every((text) => text.length <= LONG)) return all;
  const upright = name.startsWith("y");
  const room = (/** @type {number} */ place) =>
    upright ? values[place] === 0 : all.length <= 3 || place % 2 === 0;
  return all.map((text, place) => (room(place) ? text : DIGIT));
}

/** A layout whose moving ticks say what `ticked` does. @param {any} layout */
export function numbered(layout) {
  const result = { ...layout };
  for (const [name] of moving(layout)) {
    const part = layout[name];
    if (!part) continue; // it does not stand in this layout
    const ticktext = textsOf(name, part, ticks(part));
    result[name] = part.colorbar
      ? { ...part, colorbar: { ...part.colorbar, ticktext } }
      : { ...part, ticktext };
  }
  return result;
}

/** A layout without what moves. @param {any} layout */
export function still(layout) {
  const result = { ...layout };
  for (const [name, fields] of moving(layout))
    if (layout[name]) result[name] = without(layout[name], fields);
  return result;
}

function without(from, fields) {
  const result = { ...from };
  for (const [field, factor] of Object.entries(fields)) {
    if (Array.isArray(factor) || typeof factor !== "object") delete result[field];
    else if (result[field]) result[field] = without(result[field], factor);
  }
  return result;
}

/** How far an axis of a layout goes beside the same one of another. */
export function stretched(/** @type {any} */ axis, /** @type {any} */ other) {
  const [one, two] = [axis?.range?.[1], other?.range?.[1]];
  return one > 0 && two > 0 ? one / two : 1;
}

/** The texts of a scale's or an axis's ticks, as Plotly has put them. */
function drawnTexts(graph, name) {
  const scale = name.startsWith("coloraxis");
  const tick = scale ? `ycb${name}tick` : name.replace("axis", "") + "tick";
  return [...graph.querySelectorAll(`.${tick} > text`)];
}

/** What the ticks of graphs say. */
export function createScales() {
  /** @type {WeakMap<HTMLElement, Stand>} */ const stands = new WeakMap();
  return {
    /** Plotly has drawn a graph, all its ticks anew. @param {any} graph @param {any} layout */
    drawn: (graph, layout) => stands.set(graph, { layout, written: layout }),
    /** Write the numbers of a layout at a graph's ticks. @param {any} graph @param {any} layout */
    write(graph, layout) {
      const stand = sure(stands.get(graph));
      for (const [name] of moving(layout)) {
        const [now, before] = [ticks(layout[name]), ticks(stand.written[name])];
        if (now.every((value, index) => value === before[index])) continue;
        const said = textsOf(name, layout[name], now);
        drawnTexts(graph, name).forEach((text, index) => {
          text.textContent = said[index];
        });
      }
      stand.written = layout;
    },
    /** How a graph was drawn. @param {any} graph */
    layout: (graph) => sure(stands.get(graph)).layout,
  };
}
