/** The arithmetic of a soft round pen on a picture of bytes. No DOM here. */

import { SIDE } from "../base/size.js";

/** Radii in pixels of a 28×28 picture, and the width of the soft edge around them. */
export const RADII = { small: 0.55, medium: 1.0, large: 1.9 };
const SOFT = 0.9;
const THINNEST = 0.5; // pixels, of the smallest pictures

/**
 * Draw a segment into `pixels`. Of one plane each takes the pen's grey where that is lighter (or,
 * erasing, darker) than what it has; of three planes as much of the pen's colour (or, erasing, of
 * black) as is covered.
 *
 * @param {Uint8Array} pixels plane after plane, changed in place
 * @param {{x: number, y: number}} from in pixels, (0, 0) the upper left corner
 * @param {{x: number, y: number}} to
 * @param {{radius: number, grey: number, colour?: number[], erase: boolean}} pen `colour`
 *   for three planes
 * @param {import("../state/pictures.js").Size} [size]
 */
export function draw(pixels, from, to, pen, size = { planes: 1, height: SIDE, width: SIDE }) {
  const { planes, height, width } = size;
  const scale = Math.max(height, width) / SIDE;
  const radius = Math.max(THINNEST, pen.radius * scale);
  const reach = radius + SOFT;
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
  const right = Math.min(width - 1, Math.ceil(Math.max(from.x, to.x) + reach));
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(from.y, to.y) + reach));
  const put = planes === 1 ? shade : tint;
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const away = distance(column + 0.5, row + 0.5, from, to);
      const cover = Math.min(1, Math.max(0, (radius - away) / SOFT + 0.5));
      if (cover > 0) put(pixels, width * row + column, cover, pen, height * width);
    }
  }
}

function shade(pixels, index, cover, pen) {
  const { erase, grey } = pen;
  pixels[index] = erase
    ? Math.min(pixels[index], Math.round(255 * (1 - cover)))
    : Math.max(pixels[index], Math.round(grey * cover));
}

function tint(pixels, index, cover, pen, area) {
  const { erase, colour } = pen;
  colour.forEach((value, plane) => {
    const at = plane * area + index;
    pixels[at] = Math.round(pixels[at] + cover * ((erase ? 0 : value) - pixels[at]));
  });
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
