/**
 * Paint the picture of the whole network: cells, the lines that feed a unit, names. Where they lie
 * says `flow.js`.
 */

import { paintCells } from "./cells.js";
import { middle } from "./flow.js";

const WIDEST = 7; // pixels of the strongest line
const SHARE = 52 / 14; // times the size of its type: room for a share in per cent

/**
 * @typedef {import("./flow.js").Box} Box
 * @typedef {object} Paint
 * @property {CanvasRenderingContext2D} context
 * @property {(name: string) => string} style a colour or font of the palette
 * @property {(size: number) => number} grown a size beside words, which grow with the page's text
 * @property {(size: number) => number} type a size of words, on a stage no smaller than its least
 * @property {any} colours
 */

const aside = document.createElement("canvas");

/** All values of a step. @param {Paint} paint @param {Box} box @param {Float32Array} values */
export function paintBox({ context, colours }, box, values) {
  const { grid, step, left, top, columns, rows, across, down } = box;
  paintCells(aside, values, { ...step, grid }, colours);
  context.imageSmoothingEnabled = across < 1; // else cells below a pixel would be left out
  context.imageSmoothingQuality = "high";
  context.drawImage(aside, left, top, columns * across, rows * down);
}

/**
 * What a step is called, and how many units it has; where there is no room for that, its number.
 *
 * @param {Paint} paint
 * @param {Box} box
 * @param {string} name
 * @param {number} place of the step
 * @param {number} room
 */
export function paintName({ context, style, grown, type }, box, name, place, room) {
  context.textAlign = "left";
  context.fillStyle = style("--le-text");
  context.font = `600 ${type(15)}px ${style("--le-font")}`;
  const several = box.label !== undefined;
  const said = several ? `${place} ${name}` : name;
  const fits = context.measureText(said).width <= (box.room ?? room);
  context.fillText(fits ? said : String(place), box.left, (box.label ?? 0) + grown(18));
  if (!fits || several) return;
  context.fillStyle = style("--le-muted");
  context.font = `${type(13)}px ${style("--le-mono")}`;
  context.fillText(String(box.count), box.left, grown(36));
}

/**
 * The classes beside the cells of the last step, each with its share in per cent and as a bar.
 *
 * @param {Paint} paint
 * @param {Box} box
 * @param {{labels: string[], shares: number[], best: number}} answer
 * @param {number} width for all of it
 */
export function paintLabels({ context, style, type }, box, { labels, shares, best }, width) {
  const [left, room] = [box.left + box.across + 8, width - 14];
  const low = box.down < type(14) + 8; // a name, and no bar below it
  for (let unit = 0; unit < box.count; unit += 1) {
    const y = middle(box, unit).y + (low ? 0.3 * type(14) : 0);
    const mine = unit === best;
    context.font = `${mine ? "600 " : ""}${type(14)}px ${style("--le-font")}`;
    context.fillStyle = style(mine ? "--le-text" : "--le-muted");
    context.textAlign = "left";
    context.fillText(labels[unit] ?? String(unit), left, y + 1, room - type(14) * SHARE);
    context.textAlign = "right";
    context.fillText(`${(100 * shares[unit]).toFixed(1)}\u202f%`, left + room, y + 1);
    if (low) continue;
    context.fillStyle = style("--le-raised");
    context.fillRect(left, y + 6, room, 5);
    context.fillStyle = style(mine ? "--le-accent" : "--le-bar");
    context.fillRect(left, y + 6, room * shares[unit], 5);
  }
}

/**
 * Whole ways through the network, faintly: what many of them share is drawn once.
 *
 * @param {Paint} paint @param {Box[]} boxes in the order of the paths' units
 * @param {import("../twin/strongest.js").Path[]} paths the strongest first
 */
export function paintPaths({ context, style }, boxes, paths) {
  const drawn = new Set();
  const [positive, negative] = [style("--le-positive"), style("--le-negative")];
  for (const { units, value, sign } of paths) {
    const share = value / paths[0].value;
    context.strokeStyle = sign < 0 ? negative : positive;
    context.globalAlpha = 0.22 + 0.3 * share;
    context.lineWidth = 0.8 + 1.4 * share;
    context.beginPath();
    for (let place = 1; place < units.length; place += 1) {
      const key = `${place}/${units[place - 1]}/${units[place]}`;
      if (drawn.has(key)) continue;
      drawn.add(key);
      way(context, middle(boxes[place - 1], units[place - 1]), middle(boxes[place], units[place]));
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** From one place to another, leaving and arriving level. */
function way(context, start, end) {
  const bend = (end.x - start.x) / 2;
  context.moveTo(start.x, start.y);
  context.bezierCurveTo(start.x + bend, start.y, end.x - bend, end.y, end.x, end.y);
}

/**
 * What each unit adds to the one above it; the size of the largest.
 *
 * @param {Paint} paint @param {(step: string) => Box} find
 * @param {{from: string, source: number, to: string, target: number, value: number | null}[]} edges
 */
export function paintEdges({ context, style }, find, edges) {
  const sizes = edges.map(({ value }) => Math.abs(value ?? 0));
  const most = Math.max(0, ...sizes);
  edges.forEach(({ from, source, to, target, value }, place) => {
    const [start, end] = [middle(find(from), source), middle(find(to), target)];
    const share = most === 0 ? 0 : sizes[place] / most;
    const passed = value === null; // a ReLU or the like hands it on unchanged
    context.strokeStyle = style(
      passed ? "--le-muted" : value < 0 ? "--le-negative" : "--le-positive",
    );
    context.globalAlpha = passed ? 0.35 : 0.3 + 0.65 * share;
    context.lineWidth = passed ? 1 : 0.6 + WIDEST * share;
    context.beginPath();
    way(context, start, end);
    context.stroke();
  });
  context.globalAlpha = 1;
  return most;
}

/** A frame around one unit. @param {Paint} paint @param {Box} box */
export function paintFrame({ context, style }, box, unit) {
  const { x, y } = middle(box, unit);
  const { across, down } = box;
  context.strokeStyle = style("--le-accent");
  context.lineWidth = 3;
  context.strokeRect(x - across / 2 - 2, y - down / 2 - 2, across + 4, down + 4);
}
