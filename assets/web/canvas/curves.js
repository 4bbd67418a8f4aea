/** Probabilities over the range of a slider, as curves on a canvas. */

import { fixed } from "../base/numbers.js";

// classes are told apart by more than colour
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5]];
const COLOURS = ["--le-accent", "--le-positive", "--le-negative"]; // and the text's from there on
const [LEFT, RIGHT, TOP, BOTTOM] = [40, 12, 10, 24]; // margins, in pixels

/**
 * @typedef {object} Sweep
 * @property {{low: number, high: number, neutral: number}} range
 * @property {number[]} amounts
 * @property {{probabilities: number[]}[]} curves
 * @property {{amount: number}[]} turns where the answer changes
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Sweep} sweep
 * @param {number} now where the slider stands
 */
export function drawCurves(canvas, sweep, now) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const computed = getComputedStyle(canvas);
  const { low, high } = sweep.range;
  const across = width - LEFT - RIGHT;
  const frame = {
    context,
    width: across,
    height,
    style: (name) => computed.getPropertyValue(name),
    x: (amount) => LEFT + ((amount - low) / (high - low)) * across,
    y: (share) => height - BOTTOM - share * (height - BOTTOM - TOP),
  };
  axes(frame, sweep);
  for (const { amount } of sweep.turns) upright(frame, amount, 1);
  sweep.curves.forEach((curve, place) => line(frame, sweep.amounts, curve.probabilities, place));
  context.fillStyle = frame.style("--le-accent");
  upright(frame, now, 3);
}

function axes({ context, style, width, height, x, y }, { range }) {
  context.font = `13px ${style("--le-font")}`;
  context.fillStyle = context.strokeStyle = style("--le-muted");
  for (const share of [0, 0.5, 1]) {
    context.fillText(String(share), 8, y(share) + 4);
    context.globalAlpha = 0.4;
    context.strokeRect(LEFT, y(share), width, 0);
    context.globalAlpha = 1;
  }
  for (const amount of [range.low, range.neutral, range.high])
    context.fillText(fixed(amount, 1), x(amount) - 8, height - 6);
}

function upright({ context, x, y }, amount, thick) {
  context.fillRect(x(amount) - (thick - 1) / 2, TOP, thick, y(0) - TOP);
}

function line({ context, style, x, y }, amounts, shares, place) {
  context.strokeStyle = style(COLOURS[place] ?? "--le-text");
  context.lineWidth = place === 0 ? 3 : 2;
  context.setLineDash(DASHES[place]);
  context.beginPath();
  shares.forEach((share, index) => context.lineTo(x(amounts[index]), y(share)));
  context.stroke();
}
