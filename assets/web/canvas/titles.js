/**
 * The names of two sides that are compared, in the room there is beside and below their pictures: a
 * longer one loses its middle, for beginnings and numbers at the end tell names apart. Whole it is
 * said where one points.
 */

import { contextOf } from "../base/elements.js";

const LARGER = 1.2; // times the type of a figure is that of its titles
const KEY = 52; // pixels of a legend before each of its names, and behind it
const BETWEEN = " − "; // two names, of which each is cut for itself

/**
 * A text that is not longer than it may be.
 *
 * @param {string} text @param {(text: string) => boolean} fits
 */
export function cut(text, fits) {
  if (fits(text)) return text;
  const signs = [...text];
  for (let kept = signs.length - 1; kept > 1; kept -= 1) {
    const first = Math.ceil(kept / 2);
    const shorter = [...signs.slice(0, first), "…", ...signs.slice(first - kept)].join("");
    if (fits(shorter)) return shorter;
  }
  return "…";
}

/** Cuts texts of a type to so many pixels. @param {string} family @param {number} size */
function cutter(family, size) {
  const pen = contextOf(document.createElement("canvas"));
  pen.font = `${size}px ${family}`;
  return (/** @type {string} */ text, /** @type {number} */ room) => {
    if (pen.measureText(text).width <= room) return text;
    const parts = text.split(BETWEEN);
    const each = (room - (parts.length - 1) * pen.measureText(BETWEEN).width) / parts.length;
    return parts.map((part) => cut(part, (it) => pen.measureText(it).width <= each)).join(BETWEEN);
  };
}

/** A part of a layout with a title that fits, of a type of so many pixels. */
function entitled(part, { size, shorter }, room) {
  const { title } = part;
  if (!title?.text) return part;
  return { ...part, title: { ...title, text: shorter(title.text, room), font: { size } } };
}

/** What the title below a picture may take: all of the width where nothing stands beside that. */
function roomBelow(layout, axes, width) {
  const down = (name) => layout[name.replace(/^x/, "y")].domain;
  const [low, high] = down(`xaxis${axes}`);
  const beside = (name) => down(name)[0] < high && down(name)[1] > low;
  const all = Object.keys(layout).filter((name) => /^xaxis\d*$/.test(name));
  const [from, to] = layout[`xaxis${axes}`].domain;
  return all.filter(beside).length > 1 ? width : width / (to - from);
}

/**
 * A layout of a comparison whose titles fit; any other as it is.
 *
 * @param {any} layout with its font and margins
 * @param {(axes: string) => {width: number, height: number}} roomOf a pair of axes
 * @param {{height: number, presented: boolean}} size of the figure, in pixels; before a class its
 *   type is large, and its titles are no larger
 */
export function fittedTitles(layout, roomOf, { height, presented }) {
  if (!layout.meta?.apart) return layout;
  const { font, margin } = layout;
  const size = presented ? font.size : LARGER * font.size;
  const type = { size, shorter: cutter(font.family, size) };
  const high = height - margin.t - margin.b;
  const result = { ...layout };
  for (const [name, part] of Object.entries(layout)) {
    const [, axes] = /^xaxis(\d*)$/.exec(name) ?? [];
    if (axes !== undefined)
      result[name] = entitled(part, type, roomBelow(layout, axes, roomOf(axes).width));
    if (part?.colorbar)
      result[name] = {
        ...part,
        colorbar: entitled(part.colorbar, type, high * (part.colorbar.len ?? 1)),
      };
  }
  return result;
}

/**
 * Traces whose names fit beside each other in a legend.
 *
 * @param {any} figure @param {{family: string, size: number}} font @param {number} width in pixels
 */
export function fittedNames({ data, layout }, { family, size }, width) {
  if (!layout.showlegend) return { data, layout };
  const shorter = cutter(family, size);
  const room = width / data.length - KEY;
  return { layout, data: data.map((each) => ({ ...each, name: shorter(each.name ?? "", room) })) };
}
