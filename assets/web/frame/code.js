/** A QR code on a canvas: the server encodes, the page draws. */

import { contextOf } from "../base/elements.js";
import { latest } from "../state/latest.js";
import { post } from "../state/posting.js";

const QUIET = 4; // light modules around a code, as the standard asks for

/**
 * Draws the code of a text, or none; of several only that of the newest one.
 *
 * @param {HTMLCanvasElement} canvas @param {number} scale pixels of one module
 */
export function createCoder(canvas, scale) {
  const newest = latest();
  return async (/** @type {string | null} */ text) => {
    const rows = await newest(text === null ? Promise.resolve(null) : rowsOf(text));
    if (rows) draw(canvas, rows, scale);
  };
}

/** @param {string} text @returns {Promise<string[]>} */
async function rowsOf(text) {
  return (await post(new URL("qr", document.baseURI), text, "text/plain")).rows;
}

/** Dark on light in any theme: cameras expect it. */
function draw(canvas, rows, scale) {
  const side = scale * (rows.length + 2 * QUIET);
  canvas.width = canvas.height = side;
  const context = contextOf(canvas);
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, side, side);
  context.fillStyle = "#000000";
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1)
      if (row[x] === "1") context.fillRect(scale * (x + QUIET), scale * (y + QUIET), scale, scale);
  });
}

/**
 * The link as another machine can open it: a phone knows nothing of this machine's "localhost".
 * @param {string} link @param {string[]} addresses of the server in its network
 * @returns {{link: string, here: boolean}} `here`: it can only be opened on this machine
 */
export function reachable(link, addresses) {
  const url = new URL(link);
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (local && addresses.length)
    url.hostname = addresses[0].includes(":") ? `[${addresses[0]}]` : addresses[0];
  return { link: url.href, here: local && !addresses.length };
}
