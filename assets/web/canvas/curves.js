/** Probabilities over the range of a slider, as curves on a canvas. */

import { contextOf } from "../base/elements.js";
import { fixed } from "../base/numbers.js";

// classes are told apart by more than colour
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [12, 3, 2, 3, 2, 3]];
const COLOURS = ["--le-accent", "--le-positive", "--le-negative", "--le-text", "--le-muted"];
const SIZE = 13; // pixels of type before it is scaled for a stage
const [LEFT, RIGHT, TOP, BOTTOM] = [40, 12, 10, 24]; // margins, in pixels at the usual type

/**
 * @typedef {object} Sweep
 * @property {{low: number, high: number, neutral: number}} range
 * @property {number[]} amounts
 * @property {{probabilities: number[]}[]} curves
 * @property {{amount: number}[]} turns where the answer changes
 */

/** How the curve at a place is drawn, on the canvas and in the legend. @param {number} place */
export function stroke(place) {
  return { colour: COLOURS[place], dash: DASHES[place], width: place === 0 ? 3 : 2 };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Sweep} sweep
 * @param {number} now where the slider stands
 */
export function drawCurves(canvas, sweep, now) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  const context = contextOf(canvas);
  context.scale(ratio, ratio);
  const computed = getComputedStyle(canvas);
  const { low, high } = sweep.range;
  const type = Math.max(SIZE, Number.parseFloat(computed.getPropertyValue("--le-least"))) / SIZE;
  const [left, top, ground] = [LEFT * type, TOP * type, height - BOTTOM * type];
  const across = width - left - RIGHT;
  const frame = {
    context,
    type,
    box: { left, top, right: width - RIGHT, height },
    style: (name) => computed.getPropertyValue(name),
    x: (amount) => left + ((amount - low) / (high - low)) * across,
    y: (share) => ground - share * (ground - top),
  };
  axes(frame, sweep);
  for (const { amount } of sweep.turns) upright(frame, amount, 1);
  sweep.curves.forEach((curve, place) => line(frame, sweep.amounts, curve.probabilities, place));
  context.fillStyle = frame.style("--le-accent");
  upright(frame, now, 3);
}

function axes({ context, style, type, box, x, y }, { range }) {
  context.font = `${SIZE * type}px ${style("--le-font")}`;
  context.fillStyle = context.strokeStyle = style("--le-muted");
  for (const share of [0, 0.5, 1]) {
    context.fillText(String(share), 8, y(share) + 4 * type);
    context.globalAlpha = 0.4;
    context.strokeRect(box.left, y(share), box.right - box.left, 0);
    context.globalAlpha = 1;
  }
  for (const amount of [range.low, range.neutral, range.high]) {
    context.textAlign = amount === range.high ? "right" : "center";
    const at = amount === range.high ? box.right + RIGHT : x(amount);
    context.fillText(fixed(amount, 1), at, box.height - 6 * type);
  }
}

function upright({ context, x, y }, amount, thick) {
  context.fillRect(x(amount) - (thick - 1) / 2, y(1), thick, y(0) - y(1));
}

function line({ context, style, x, y }, amounts, shares, place) {
  const { colour, dash, width } = stroke(place);
  context.strokeStyle = style(colour);
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  shares.forEach((share, index) => context.lineTo(x(amounts[index]), y(share)));
  context.stroke();
}
