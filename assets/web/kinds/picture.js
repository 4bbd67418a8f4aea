/**
 * One of the three pictures of a sum: a cell for each input, in the places where the inputs stand.
 */

import { make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";
import { limit, places } from "../canvas/arrays.js";
import { paintCells } from "../canvas/cells.js";
import { ticked } from "../canvas/scales.js";
import { beside, moveOf } from "../canvas/walking.js";

const DIGITS = 5;
const LETTERS = { weights: "w", inputs: "x", products: "w·x" };
const { indexOf } = Array.prototype;

/**
 * @param {import("../state/types.js").Page} page
 * @param {string} name `weights`, `inputs` or `products`
 * @param {() => {section: any, values: Record<string, Float32Array>, from: any}} shown the sum on
 *   the stage
 */
export function createPicture(page, name, shown) {
  const { say, colours, actions } = page;
  const canvas = make("canvas", { role: "img", tabindex: "0" });
  const mark = make("span", { class: "mark", hidden: true });
  const frame = make("div", { class: "frame" }, canvas, mark);
  const [full, brief] = [make("span", { class: "full" }), make("span", { class: "brief" })];
  const caption = make("figcaption", {}, full, brief); // which of them, the style sheet says
  const element = make("figure", { "data-picture": name }, frame, caption);
  let rest = ["", ""]; // what the caption says while no cell is lit
  let lit = -1;

  /** The input under the pointer; −1 between maps. */
  function at({ offsetX, offsetY }) {
    const { values, shape } = places(shown().from.grid);
    const part = (offset, length, count) =>
      Math.min(count - 1, Math.max(0, Math.floor((offset / length) * count)));
    const row = part(offsetY, canvas.clientHeight, shape[0]);
    return values[row * shape[1] + part(offsetX, canvas.clientWidth, shape[1])];
  }

  canvas.addEventListener("pointermove", (event) => actions.light(at(event)));
  canvas.addEventListener("pointerleave", () => actions.light(-1));
  canvas.addEventListener("focus", () => actions.light(lit < 0 ? strongest(shown()) : lit));
  canvas.addEventListener("blur", () => actions.light(-1));
  canvas.addEventListener("click", (event) => follow(at(event), event));
  canvas.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (plain && event.key === "Enter" && lit >= 0) return follow(lit, event);
    const move = moveOf(event);
    if (!move) return;
    event.preventDefault();
    event.stopPropagation(); // these arrows do not step the network
    actions.light(beside(places(shown().from.grid), Math.max(0, lit), move));
  });

  function follow(index, event) {
    if (index >= 0) actions.follow(shown().section.source, index, event.timeStamp);
  }

  function words(index) {
    const { section, values } = shown();
    const value = fixed(values[name][index], DIGITS);
    const of = {
      weights: `w[${section.unit}, ${index}] = `,
      inputs: `x[${index}] = `,
      products: "",
    };
    return [`${of[name]}${value}`, value];
  }

  function light(index) {
    lit = index;
    mark.hidden = index < 0;
    element.toggleAttribute("data-lit", index >= 0);
    const [long, short] = index < 0 ? rest : words(index);
    full.textContent = long;
    brief.textContent = short;
    if (index < 0) return;
    const { values, shape } = places(shown().from.grid);
    const place = indexOf.call(values, index);
    const [row, column] = [Math.floor(place / shape[1]), place % shape[1]];
    Object.assign(mark.style, {
      left: `${(100 * column) / shape[1]}%`,
      top: `${(100 * row) / shape[0]}%`,
      width: `${100 / shape[1]}%`,
      height: `${100 / shape[0]}%`,
    });
  }

  return {
    element,
    caption,
    light,
    /** @param {boolean} other whether it is another unit's sum than before: no cell of it is lit */
    draw(other) {
      const { values, from } = shown();
      const own = { grid: from.grid, scale: "signed", limit: limit(values[name]) };
      const how = name === "inputs" ? from : own;
      paintCells(canvas, values[name], how, colours);
      const signed = how.scale === "signed" && !how.switches;
      const most = ticked(Number(how.limit.toPrecision(2)));
      const range = signed ? `±${most}` : `0 … ${most}`;
      rest = [say(`inspector.${name}.picture`, { limit: range }), `${LETTERS[name]} ${range}`];
      canvas.setAttribute("aria-label", rest[0]);
      light(other ? -1 : lit);
    },
    /** @param {number} cell pixels of a cell's edge @param {number[]} shape rows and columns */
    fit(cell, [rows, columns]) {
      frame.style.width = `${Math.floor(cell * columns)}px`;
      frame.style.height = `${Math.floor(cell * rows)}px`;
    },
  };
}

/** The input with the largest product. @param {{values: Record<string, Float32Array>}} sum */
function strongest({ values: { products } }) {
  return products.reduce(
    (best, value, index) => (Math.abs(value) > Math.abs(products[best]) ? index : best),
    0,
  );
}
