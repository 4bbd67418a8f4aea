/**
 * Paint the picture of the whole network: cells, the lines that feed a unit, names. Where they lie
 * says `flow.js`.
 */

import { paintCells } from "./cells.js";
import { middle } from "./flow.js";

const WIDEST = 7; // pixels of the strongest line

/**
 * @typedef {import("./flow.js").Box} Box
 * @typedef {object} Paint
 * @property {CanvasRenderingContext2D} context
 * @property {(name: string) => string} style a colour or font of the palette
 * @property {(size: number) => number} grown a size of words, which grow with the page's text
 * @property {any} colours
 */

const aside = document.createElement("canvas");

/** All values of a step. @param {Paint} paint @param {Box} box @param {Float32Array} values */
export function paintBox({ context, colours }, box, values) {
  const { grid, step, left, top, columns, rows, across, down } = box;
  paintCells(aside, values, { grid, scale: step.scale, limit: step.limit }, colours);
  context.imageSmoothingEnabled = false;
  context.drawImage(aside, left, top, columns * across, rows * down);
}

/** What a step is called, and how many units it has. @param {Paint} paint @param {Box} box */
export function paintName({ context, style, grown }, box, name) {
  context.textAlign = "left";
  context.fillStyle = style("--le-text");
  context.font = `600 ${grown(15)}px ${style("--le-font")}`;
  context.fillText(name, box.left, grown(18));
  context.fillStyle = style("--le-muted");
  context.font = `${grown(13)}px ${style("--le-mono")}`;
  context.fillText(String(box.count), box.left, grown(36));
}

/** The classes beside the cells of the last step. @param {Paint} paint @param {Box} box */
export function paintLabels({ context, style, grown }, box, labels, best) {
  context.textAlign = "left";
  context.font = `${grown(14)}px ${style("--le-font")}`;
  for (let unit = 0; unit < box.count; unit += 1) {
    context.fillStyle = style(unit === best ? "--le-text" : "--le-muted");
    const words = labels[unit] ?? String(unit);
    context.fillText(words, box.left + box.across + 8, middle(box, unit).y + 5);
  }
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
    const bend = (end.x - start.x) / 2;
    context.beginPath();
    context.moveTo(start.x, start.y);
    context.bezierCurveTo(start.x + bend, start.y, end.x - bend, end.y, end.x, end.y);
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
