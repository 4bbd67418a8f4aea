/** An upload for a network of colour planes: the part that was cut, in its colours. */

import { contextOf } from "../base/elements.js";
import { base64 } from "../base/numbers.js";

/**
 * The middle of a picture, filling a network's size.
 *
 * @param {string} png base64
 * @param {number[]} box left, top, right, bottom of what was cut, as shares of its sides
 * @param {import("../state/pictures.js").Size} size
 * @returns {Promise<{pixels: string, png: string}>} plane after plane; the same to be looked at
 */
export async function coloured(png, [left, top, right, bottom], { height, width }) {
  const picture = new Image();
  picture.src = `data:image/png;base64,${png}`;
  await picture.decode();
  const [cutWidth, cutHeight] = [
    (right - left) * picture.naturalWidth,
    (bottom - top) * picture.naturalHeight,
  ];
  const scale = Math.min(cutWidth / width, cutHeight / height);
  const [across, down] = [scale * width, scale * height];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  const x = left * picture.naturalWidth + (cutWidth - across) / 2;
  const y = top * picture.naturalHeight + (cutHeight - down) / 2;
  context.drawImage(picture, x, y, across, down, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = Uint8Array.from({ length: 3 * height * width }, (_, index) => {
    const [plane, at] = [Math.floor(index / (height * width)), index % (height * width)];
    return data[4 * at + plane];
  });
  return { pixels: base64(pixels), png: canvas.toDataURL("image/png").split(",")[1] };
}
