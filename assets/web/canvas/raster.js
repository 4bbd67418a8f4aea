/** Large tensors on a canvas: one value, one pixel; nothing sampled, exact on hover. */

import { contextOf, make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";

/**
 * A heatmap of a (rows, columns) array, or of any arrangement of its values given as tiles.
 *
 * @param {{colours: any, hover: (text: string, index: number) => void,
 *   describe: (index: number) => string, choose?: (index: number, since: number) => void}} options
 *   `hover` is told of a value and its index, of none with -1
 */
export function createRaster({ colours, hover, describe, choose }) {
  const keys = createTileKeys({ hover: read, choose });
  const canvas = make("canvas", { class: "raster", role: "img" });
  /** Index into the values for every pixel; −1 in the gutters. @type {Int32Array} */ let order =
    new Int32Array(0);
  /** @type {Float32Array} */ let values = new Float32Array(0);

  canvas.addEventListener("pointermove", (event) => {
    read(at(event));
  });
  canvas.addEventListener("pointerleave", () => hover("", -1));
  if (choose)
    canvas.addEventListener("click", (event) => {
      const index = at(event);
      if (index >= 0) choose(index, event.timeStamp);
    });
  keys.listen(canvas);

  function read(index) {
    hover(index < 0 ? "" : `${describe(index)} = ${fixed(values[index], 6)}`, index);
  }

  function at(event) {
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * canvas.width);
    const row = Math.floor(((event.clientY - box.top) / box.height) * canvas.height);
    return column < 0 || row < 0 || column >= canvas.width || row >= canvas.height
      ? -1
      : order[row * canvas.width + column];
  }

  return {
    canvas,
    /**
     * @param {Float32Array} next
     * @param {{width: number, height: number, order: Int32Array}} place
     */
    draw(next, place, limit) {
      values = next;
      order = place.order;
      canvas.width = place.width;
      canvas.height = place.height;
      const context = contextOf(canvas);
      const image = context.createImageData(place.width, place.height);
      const pixels = new Uint32Array(image.data.buffer);
      const coloured = new Uint32Array(values.length);
      colours.fill(values, "signed", limit, coloured);
      for (let pixel = 0; pixel < order.length; pixel += 1)
        if (order[pixel] >= 0) pixels[pixel] = coloured[order[pixel]];
      context.putImageData(image, 0, 0);
      keys.drawn(place, image);
    },
  };
}

/**
 * Arrows go from tile to tile, each with a frame around it; Enter chooses, where there is a choice.
 * A tile's first pixel stands for it.
 */
function createTileKeys({ hover, choose }) {
  let tile = 0;
  /** @type {any} */ let place = null;
  /** @type {any} */ let image = null;
  /** @type {any} */ let canvas = null;

  const corner = () =>
    [tile % place.across, Math.floor(tile / place.across)].map((n) => n * place.step);

  function first() {
    const [left, top] = corner();
    return place.order[top * place.width + left];
  }

  /** The tile under the keys, or none. @param {boolean} framed */
  function show(framed) {
    const context = contextOf(canvas);
    context.putImageData(image, 0, 0);
    hover(framed ? first() : -1);
    if (!framed) return;
    const [left, top] = corner();
    context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--le-accent");
    context.lineWidth = 2;
    const edge = Math.max(4, place.step - 1); // a single pixel, too, is seen within its frame
    const before = place.step > 1 ? 0 : 1.5;
    context.strokeRect(left - before, top - before, edge, edge);
  }

  function pressed(event) {
    if (event.key === "Enter") return choose?.(first(), event.timeStamp);
    const { across, count } = place;
    const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // these arrows do not step the network
    if (tile + move >= 0 && tile + move < count) tile += move;
    show(true);
  }

  return {
    listen(element) {
      canvas = element;
      canvas.tabIndex = 0;
      canvas.addEventListener("focus", () => place && show(true));
      canvas.addEventListener("blur", () => place && show(false));
      canvas.addEventListener("keydown", (event) => place && pressed(event));
    },
    /** Other tiles lie there now. */
    drawn(next, picture) {
      [place, image] = [next, picture];
      tile = Math.min(tile, place.count - 1);
      if (document.activeElement === canvas) show(true);
    },
  };
}

/** Row after row as they are. */
export function plain(/** @type {number} */ rows, /** @type {number} */ columns) {
  return {
    width: columns,
    height: rows,
    order: Int32Array.from({ length: rows * columns }, (_, index) => index),
    ...{ across: columns, step: 1, count: rows * columns },
  };
}

/**
 * Each row of a matrix as a small picture, pictures in the given order, one pixel of gutter between
 * them.
 *
 * @param {number[]} rows which row comes first, second, …
 * @param {number} side pixels of a picture's edge
 * @param {number} across pictures per line
 */
export function tiles(rows, side, across) {
  const down = Math.ceil(rows.length / across);
  const width = across * (side + 1) - 1;
  const height = down * (side + 1) - 1;
  const order = new Int32Array(width * height).fill(-1);
  rows.forEach((row, position) => {
    const left = (position % across) * (side + 1);
    const top = Math.floor(position / across) * (side + 1);
    for (let y = 0; y < side; y += 1)
      for (let x = 0; x < side; x += 1)
        order[(top + y) * width + left + x] = row * side * side + y * side + x;
  });
  return { width, height, order, across, step: side + 1, count: rows.length };
}

const BETWEEN = 3; // pixels between the kernels of one output and those of the next

/**
 * A weight (O, I, height, width) as small pictures, a kernel each: the I kernels of one output side
 * by side, one pixel between them, and as many outputs in a line as make the whole about twice as
 * wide as high.
 *
 * @param {number[]} size
 */
export function kernels([outputs, inputs, height, width]) {
  const block = inputs * (width + 1) - 1 + BETWEEN;
  const across = outputsAcross(outputs, block, height + 1);
  const wide = across * block - BETWEEN;
  const high = Math.ceil(outputs / across) * (height + 1) - 1;
  const order = new Int32Array(wide * high).fill(-1);
  let index = 0;
  for (let output = 0; output < outputs; output += 1)
    for (let input = 0; input < inputs; input += 1) {
      const left = (output % across) * block + input * (width + 1);
      const top = Math.floor(output / across) * (height + 1);
      for (let y = 0; y < height; y += 1)
        for (let x = 0; x < width; x += 1, index += 1) order[(top + y) * wide + left + x] = index;
    }
  return { width: wide, height: high, order };
}

/** How many blocks stand in a line. */
function outputsAcross(count, wide, high) {
  const off = (across) =>
    Math.abs(Math.log((across * wide) / (2 * high * Math.ceil(count / across))));
  let best = 1;
  for (let across = 2; across <= count; across += 1) if (off(across) < off(best)) best = across;
  return best;
}
