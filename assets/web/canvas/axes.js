/** Lines over two axes with round numbers, as curves of training are drawn. */

import { contextOf } from "../base/elements.js";
import { digits } from "../base/numbers.js";

const [LEFT, RIGHT, TOP, BOTTOM] = [46, 14, 10, 40]; // margins, in pixels at the usual type
const LABELS = 60; // left margin where numbers are written as powers
const FACTORS = [1, 2, 5, 10];
const SIZE = 16; // pixels of type before it is scaled for a stage

/**
 * @typedef {{points: number[][], colour: string, width?: number, dash?: number[]}} Line pairs of x
 *   and y; a colour by the name of its variable
 */

/**
 * Round numbers from `low` to `high`, at most `most` of them.
 *
 * @param {number} low @param {number} high @param {number} most
 */
export function ticks(low, high, most) {
  const rough = (high - low) / Math.max(1, most - 1);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (FACTORS.find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** 1, 2 and 5 times powers of ten, from not above `low` to not below `high`, both above 0. */
function rounds(low, high) {
  const [first, last] = [low, high].map((value) => Math.floor(Math.log10(value)));
  const all = Array.from({ length: last - first + 3 }, (_, index) => first - 1 + index)
    .flatMap((power) => [1, 2, 5].map((factor) => Number(`${factor}e${power}`)))
    .concat(Number(`1e${last + 2}`));
  const begin = all.findLastIndex((each) => each <= low);
  return all.slice(
    begin,
    Math.max(
      begin + 1,
      all.findIndex((each) => each >= high),
    ) + 1,
  );
}

/**
 * The ends of a logarithmic axis on which all values above 0 have a place.
 *
 * @param {number[]} values @returns {[number, number]}
 */
export function span(values) {
  const known = values.filter((value) => value > 0 && value < Infinity);
  if (!known.length) return [0.1, 1];
  const all = rounds(Math.min(...known), Math.max(...known));
  return [all[0], all[all.length - 1]];
}

/**
 * Round numbers on a logarithmic axis, at most `most`, of which two have room: 1, 2 and 5 times
 * powers of ten, else the powers alone where there are two, else every second or third of them.
 *
 * @param {number} low @param {number} high @param {number} most
 */
export function powers(low, high, most) {
  const all = rounds(low, high).filter((each) => each >= low && each <= high);
  if (all.length <= most) return all;
  const tens = all.filter((each) => each === Number(`1e${Math.round(Math.log10(each))}`));
  const some = tens.length < 2 ? all : tens;
  const every = Math.ceil(some.length / Math.max(1, most));
  return some.filter((_, index) => index % every === 0);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{lines: Line[], x: [number, number], y: [number, number], name: string, log?: boolean}}
 *   chart `name` of the x axis; `log` where the y axis is logarithmic: what is not above 0 is a gap
 */
export function drawLines(canvas, { lines, x, y, name, log = false }) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !height) return;
  const ratio = devicePixelRatio || 1;
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  const context = contextOf(canvas);
  context.scale(ratio, ratio);
  const computed = getComputedStyle(canvas);
  const type = Math.max(SIZE, Number.parseFloat(computed.fontSize) || SIZE) / SIZE;
  const [left, bottom] = [(log ? LABELS : LEFT) * type, BOTTOM * type];
  const place = log ? Math.log10 : Number;
  const [low, high] = y.map(place);
  const frame = {
    context,
    type,
    box: { left, top: TOP, right: width - RIGHT, bottom: height - bottom },
    style: (variable) => computed.getPropertyValue(variable),
    x: (value) => left + ((value - x[0]) / (x[1] - x[0])) * (width - left - RIGHT),
    y: (value) => height - bottom - ((place(value) - low) / (high - low)) * (height - bottom - TOP),
    ticks: log ? powers : ticks,
    written: log ? (value) => digits(value, 1) : String,
  };
  axes(frame, x, y, name);
  for (const line of lines) draw(frame, line);
}

/**
 * @param {any} frame @param {[number, number]} across @param {[number, number]} up
 * @param {string} name
 */
function axes({ context, type, box, style, x, y, ...scale }, across, up, name) {
  context.font = `${SIZE * type}px ${style("--le-font")}`;
  context.fillStyle = context.strokeStyle = style("--le-muted");
  context.textBaseline = "middle";
  context.textAlign = "right";
  const rows = Math.max(2, Math.floor((box.bottom - box.top) / (36 * type)));
  for (const value of scale.ticks(...up, rows)) {
    context.fillText(scale.written(value), box.left - 6, y(value));
    context.globalAlpha = 0.35;
    context.fillRect(box.left, Math.round(y(value)), box.right - box.left, 1);
    context.globalAlpha = 1;
  }
  const columns = Math.max(2, Math.floor((box.right - box.left) / (60 * type)));
  context.textBaseline = "top";
  for (const value of ticks(...across, columns)) {
    context.textAlign = x(value) > box.right - 24 * type ? "right" : "center";
    context.fillText(value.toLocaleString("en"), x(value), box.bottom + 4);
    context.fillRect(Math.round(x(value)), box.bottom, 1, 4);
  }
  context.textAlign = "right";
  context.fillText(name, box.right, box.bottom + 4 + SIZE * type * 1.1);
}

/** @param {any} frame @param {Line} line */
function draw({ context, style, x, y }, { points, colour, width = 2, dash = [] }) {
  context.strokeStyle = style(colour);
  context.lineWidth = width;
  context.lineJoin = "round";
  context.setLineDash(dash);
  context.beginPath();
  let gap = true;
  for (const [at, value] of points) {
    const place = [x(at), y(value)];
    if (gap) context.moveTo(...place);
    gap = !Number.isFinite(place[1]);
    if (!gap) context.lineTo(...place);
  }
  context.stroke();
  context.setLineDash([]);
  if (gap) return;
  const [first, last] = [points[0], points[points.length - 1]];
  if (x(last[0]) - x(first[0]) > 2 * width) return;
  const [left, top] = [x(last[0]), y(last[1])]; // no line yet: a point
  context.fillStyle = style(colour);
  context.fillRect(left - width, top - width, 2 * width, 2 * width);
}
