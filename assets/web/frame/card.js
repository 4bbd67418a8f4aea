/** One card of the strip: a step with all its values as a picture, or a folded box. */

import { icon, make, put } from "../base/elements.js";
import { fixed, size, units } from "../base/numbers.js";
import { makeTail } from "../base/tail.js";
import { paintCells, sized } from "../canvas/cells.js";
import { editable } from "../kinds/index.js";

const FEW = 16; // up to here values are bars
const HEIGHT = 48; // of the bars, in pixels

/**
 * @typedef {import("../state/types.js").Page} Page
 * @typedef {import("../state/types.js").Step} Step
 * @typedef {import("../state/cards.js").Card} Card
 */

/** @param {Page} page @param {Step} first @param {number} place in the order of the cards */
export function createCard(page, first, place) {
  const { say, actions } = page;
  const pictures = createPictures(page, first.id);
  const kind = make("span", { class: "kind" });
  const shape = make("span", { class: "shape" });
  const limit = make("span", { class: "limit" });
  const button = make(
    "button",
    {
      type: "button",
      class: "card",
      "data-step": first.id,
      onclick: (event) => actions.goTo(first.id, event.timeStamp),
    },
    make("span", { class: "head" }, make("span", { class: "number" }, String(place)), kind),
    make("span", { class: "picture" }, pictures.canvas, pictures.other),
    makeTail("path", first.module_path || "\u00a0"),
    shape,
    limit,
  );

  return {
    element: button,
    button,
    /** Draw one side, or both on the one scale of the step. @param {Step} step */
    update(step, values, others) {
      pictures.draw(step, values, others);
      const title = step.block.length ? say("strip.mean", { block: step.block.join(" × ") }) : "";
      put(shape, { textContent: sizeOf(step.size), title });
      put(kind, { textContent: step.module || say("strip.input") });
      const low = step.scale === "signed" ? `\u2212${fixed(step.limit, 2)}` : "0";
      put(limit, { textContent: `${low} … ${fixed(step.limit, 2)}` });
    },
  };
}

// of four dimensions and more there is room for the numbers alone
const sizeOf = (shape) => (shape.length > 3 ? `[${shape.join(", ")}]` : size(shape));

/** The name that people know a box by: how many of what. */
export const titled = ({ module, times }) => (times > 1 ? `${module} × ${times}` : module);

/**
 * A folded box: its picture is what comes out of it, and a button of its own opens it.
 *
 * @param {Page} page @param {Step} last its last step @param {number} place
 * @param {NonNullable<Card["box"]>} box
 */
export function createBox(page, last, place, box) {
  const { say, actions } = page;
  const pictures = createPictures(page, last.id);
  const inside = make("span", { class: "inside" });
  const shape = make("span", { class: "shape" });
  const button = make(
    "button",
    {
      type: "button",
      class: "card",
      "data-step": last.id,
      "data-box": box.id,
      onclick: (event) => actions.goTo(last.id, event.timeStamp),
    },
    make(
      "span",
      { class: "head" },
      make("span", { class: "number" }, String(place)),
      make("span", { class: "kind" }, box.module),
      box.times > 1 ? make("span", { class: "times" }, `× ${box.times}`) : null,
    ),
    make("span", { class: "picture" }, pictures.canvas, pictures.other, inside),
    makeTail("path", box.module_path),
    shape,
  );
  const open = createOpener(page, box);

  return {
    element: [button, open],
    button,
    /** @param {Step} step */
    update(step, values, others) {
      pictures.draw(step, values, others);
      const [entering, leaving] = [sizeOf(box.entering), sizeOf(step.size)];
      const name = box.module_path;
      shape.replaceChildren(make("span", {}, entering), make("span", {}, `→ ${leaving}`));
      inside.replaceChildren(
        makeTail("name", name),
        make("span", {}, say("folding.count", { count: box.end - box.start })),
        box.skips ? held(say("folding.skip")) : "",
      );
      button.title = say("folding.about", { module: titled(box), name, entering, leaving });
      open.title = say("folding.open", { name: `${titled(box)} ${name}` });
      open.setAttribute("aria-label", open.title);
    },
  };
}

/** @param {Page} page @param {NonNullable<Card["box"]>} box */
function createOpener({ actions }, box) {
  return make(
    "button",
    {
      type: "button",
      class: "fold",
      "data-fold": box.id,
      "aria-expanded": "false",
      onclick: (event) => actions.unfold(box, event.timeStamp),
    },
    icon("add"),
  );
}

/** That something inside is gone past. */
const held = (words) =>
  make("span", { class: "holds", title: words }, icon("past"), make("span", {}, words));

/** The pictures of both sides; dragged from A onto B, a step's values are put there. */
function createPictures({ say, colours, settings, actions }, id) {
  const canvas = make("canvas", { role: "img" });
  const other = make("canvas", { class: "other", role: "img", hidden: true });
  canvas.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", id));
  other.addEventListener("dragover", (event) => event.preventDefault());
  other.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.getData("text/plain") === id) actions.patch(event.timeStamp, id, []);
  });

  /** What stands on each side. @type {Map<HTMLCanvasElement, any[]>} */ const painted = new Map();

  /**
   * From step to step the values stay: nothing is painted but what differs.
   *
   * @param {HTMLCanvasElement} side @param {Step} step
   */
  function paint(side, step, values) {
    const { grid, scale, limit, switches } = step;
    const now = [values, settings.theme(), JSON.stringify([grid, scale, limit, switches])];
    if (painted.get(side)?.every((each, place) => each === now[place])) return;
    painted.set(side, now);
    if (values.length <= FEW) paintBars(side, values, step, colours);
    else paintCells(side, values, step, colours);
  }

  return {
    canvas,
    other,
    /** @param {Step} step @param {Float32Array} values @param {Float32Array | null} others */
    draw(step, values, others) {
      put(other, { hidden: !others });
      put(canvas, { draggable: Boolean(others) && editable(step) });
      paint(canvas, step, values);
      if (others) paint(other, step, others);
      const words = say("strip.picture", { step: id, count: units(step.shape) });
      for (const side of [canvas, other]) put(side, { ariaLabel: words });
    },
  };
}

/** Few values as bars, from the middle where they are signed. */
function paintBars(canvas, values, { scale, limit }, colours) {
  const context = sized(canvas, 5 * values.length, HEIGHT);
  const painted = new Uint32Array(values.length);
  colours.fill(values, scale, limit, painted);
  const rgba = new Uint8Array(painted.buffer);
  const signed = scale === "signed";
  const zero = signed ? HEIGHT / 2 : HEIGHT - 1;
  const unit = limit === 0 ? 0 : (signed ? HEIGHT / 2 - 1 : HEIGHT - 2) / limit;
  context.clearRect(0, 0, canvas.width, HEIGHT);
  for (let index = 0; index < values.length; index += 1) {
    const at = 4 * index;
    context.fillStyle = `rgb(${rgba[at]},${rgba[at + 1]},${rgba[at + 2]})`;
    const length = values[index] * unit;
    context.fillRect(5 * index, Math.min(zero, zero - length), 4, Math.max(1, Math.abs(length)));
  }
}
