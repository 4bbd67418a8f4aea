/** The arithmetic of a soft round pen on a 28×28 picture of bytes. No DOM here. */

import { SIDE } from "../base/size.js";

/** Radii in pixels of the 28×28 picture, and the width of the soft edge around them. */
export const RADII = { small: 0.55, medium: 1.0, large: 1.9 };
const SOFT = 0.9;

/**
 * Draw a segment into `pixels`: each takes the pen's grey where that is lighter (or, erasing,
 * darker) than what it has.
 *
 * @param {Uint8Array} pixels 784 grey values, changed in place
 * @param {{x: number, y: number}} from in pixels, (0, 0) the upper left corner
 * @param {{x: number, y: number}} to
 * @param {{radius: number, grey: number, erase: boolean}} pen
 */
export function draw(pixels, from, to, pen) {
  const reach = pen.radius + SOFT;
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
  const right = Math.min(SIDE - 1, Math.ceil(Math.max(from.x, to.x) + reach));
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
  const bottom = Math.min(SIDE - 1, Math.ceil(Math.max(from.y, to.y) + reach));
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const away = distance(column + 0.5, row + 0.5, from, to);
      const cover = Math.min(1, Math.max(0, (pen.radius - away) / SOFT + 0.5));
      if (cover === 0) continue;
      const index = SIDE * row + column;
      pixels[index] = pen.erase
        ? Math.min(pixels[index], Math.round(255 * (1 - cover)))
        : Math.max(pixels[index], Math.round(pen.grey * cover));
    }
  }
}

/** The distance of a point from a segment. */
function distance(x, y, from, to) {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = dx * dx + dy * dy;
  const along =
    length === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / length));
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}
