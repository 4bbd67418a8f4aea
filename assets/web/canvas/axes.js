/** Lines over two axes with round numbers, as curves of training are drawn. */

const [LEFT, RIGHT, TOP, BOTTOM] = [46, 14, 10, 40]; // margins, in pixels at the usual type
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

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{lines: Line[], x: [number, number], y: [number, number], name: string}} chart `name` of
 *   the x axis
 */
export function drawLines(canvas, { lines, x, y, name }) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !height) return;
  const ratio = devicePixelRatio || 1;
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const computed = getComputedStyle(canvas);
  const type = Math.max(SIZE, Number.parseFloat(computed.fontSize) || SIZE) / SIZE;
  const [left, bottom] = [LEFT * type, BOTTOM * type];
  const frame = {
    context,
    type,
    box: { left, top: TOP, right: width - RIGHT, bottom: height - bottom },
    style: (variable) => computed.getPropertyValue(variable),
    x: (value) => left + ((value - x[0]) / (x[1] - x[0])) * (width - left - RIGHT),
    y: (value) => height - bottom - ((value - y[0]) / (y[1] - y[0])) * (height - bottom - TOP),
  };
  axes(frame, x, y, name);
  for (const line of lines) draw(frame, line);
}

/**
 * @param {any} frame @param {[number, number]} across @param {[number, number]} up
 * @param {string} name
 */
function axes({ context, type, box, style, x, y }, across, up, name) {
  context.font = `${SIZE * type}px ${style("--le-font")}`;
  context.fillStyle = context.strokeStyle = style("--le-muted");
  context.textBaseline = "middle";
  context.textAlign = "right";
  const rows = Math.max(2, Math.floor((box.bottom - box.top) / (36 * type)));
  for (const value of ticks(...up, rows)) {
    context.fillText(String(value), box.left - 6, y(value));
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

function draw({ context, style, x, y }, { points, colour, width = 2, dash = [] }) {
  context.strokeStyle = style(colour);
  context.lineWidth = width;
  context.lineJoin = "round";
  context.setLineDash(dash);
  context.beginPath();
  for (const [at, value] of points) context.lineTo(x(at), y(value));
  context.stroke();
  context.setLineDash([]);
}
