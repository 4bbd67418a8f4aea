/** The strip: one card per step in order, each with all its values as a picture. */

import { make } from "../base/elements.js";
import { decode, fixed, grid, size } from "../base/numbers.js";

const SCALES = { input: "grey", flatten: "grey", relu: "unsigned", softmax: "unsigned" };
const FEW = 16;

/** Which scale suits a step's values: pictures are grey, what cannot be negative is one-sided. */
export const scaleOf = (kind) => SCALES[kind] ?? "signed";

/**
 * @param {{say: any, colours: any, goTo: (step: string, since: number) => void, patch: (step: string, since: number) => void}} page
 *   `patch`: a step of A was dragged onto B
 */
export function createStrip({ say, colours, goTo, patch }) {
  const list = make("ol", { id: "strip" });
  /** @type {Map<string, any>} */ let cards = new Map();
  let signature = "";

  function build(steps) {
    cards = new Map();
    list.replaceChildren(
      ...steps.map((step, index) => {
        const canvas = make("canvas", { role: "img" });
        const shape = make("span", { class: "shape" });
        const limit = make("span", { class: "limit" });
        const other = make("canvas", { class: "other", role: "img", hidden: true });
        const kind = make("span", { class: "kind" });
        const button = make(
          "button",
          {
            type: "button",
            class: "card",
            "data-step": step.id,
            onclick: (event) => goTo(step.id, event.timeStamp),
          },
          make("span", { class: "head" }, make("span", { class: "number" }, String(index)), kind),
          make("span", { class: "picture" }, canvas, other),
          make("span", { class: "path" }, step.module_path || "\u00a0"),
          shape,
          limit,
        );
        canvas.addEventListener("dragstart", (event) =>
          event.dataTransfer.setData("text/plain", step.id),
        );
        other.addEventListener("dragover", (event) => event.preventDefault());
        other.addEventListener("drop", (event) => {
          event.preventDefault();
          if (event.dataTransfer.getData("text/plain") === step.id) patch(step.id, event.timeStamp);
        });
        cards.set(step.id, { step, button, canvas, other, shape, limit, kind });
        return make("li", {}, button);
      }),
    );
  }

  /** Draw one side, or both on a shared scale. */
  function paint(card, values, kind, others) {
    const scale = scaleOf(kind);
    const most = others
      ? Math.max(colours.limit(values), colours.limit(others))
      : colours.limit(values);
    const limit = scale === "grey" || kind === "softmax" ? 1 : most;
    card.other.hidden = !others;
    card.canvas.draggable = Boolean(others) && kind !== "softmax";
    for (const [canvas, shown] of others
      ? [
          [card.canvas, values],
          [card.other, others],
        ]
      : [[card.canvas, values]])
      if (shown.length <= FEW) bars(canvas, shown, scale, limit);
      else cells(canvas, shown, scale, limit);
    const low = scale === "signed" ? `\u2212${fixed(limit, 2)}` : "0";
    card.limit.textContent = `${low} … ${fixed(limit, 2)}`;
  }

  function cells(canvas, values, scale, limit) {
    const { rows, columns } = grid(values.length);
    const context = sized(canvas, columns, rows);
    const image = context.createImageData(columns, rows);
    colours.fill(values, scale, limit, new Uint32Array(image.data.buffer));
    context.putImageData(image, 0, 0);
  }

  function bars(canvas, values, scale, limit) {
    const height = 48;
    const context = sized(canvas, 5 * values.length, height);
    const colour = new Uint32Array(values.length);
    colours.fill(values, scale, limit, colour);
    const rgba = new Uint8Array(colour.buffer);
    const zero = scale === "signed" ? height / 2 : height - 1;
    const unit = limit === 0 ? 0 : (scale === "signed" ? height / 2 - 1 : height - 2) / limit;
    context.clearRect(0, 0, canvas.width, height);
    for (let index = 0; index < values.length; index += 1) {
      context.fillStyle = `rgb(${rgba[4 * index]},${rgba[4 * index + 1]},${rgba[4 * index + 2]})`;
      const length = values[index] * unit;
      context.fillRect(5 * index, Math.min(zero, zero - length), 4, Math.max(1, Math.abs(length)));
    }
  }

  function sized(canvas, width, height) {
    if (canvas.width !== width || canvas.height !== height)
      Object.assign(canvas, { width, height });
    return canvas.getContext("2d");
  }

  return {
    list,
    ids: () => [...cards.keys()],
    /** Draw a reply. */
    update(reply, current) {
      const wanted = reply.steps.map((step) => `${step.id}:${step.kind}`).join();
      if (wanted !== signature) {
        signature = wanted;
        build(reply.steps);
      }
      for (const step of reply.steps) {
        const card = cards.get(step.id);
        card.shape.textContent = size(step.shape);
        card.kind.textContent = step.kind === "input" ? say("strip.input") : step.module;
        card.canvas.setAttribute(
          "aria-label",
          say("strip.picture", {
            step: step.id,
            count: step.shape.slice(1).reduce((a, b) => a * b, 1),
          }),
        );
        const others = reply.sections.versus?.tensors[step.id];
        paint(card, decode(reply.tensors[step.id]), step.kind, others && decode(others));
      }
      this.mark(current);
    },
    /** Show which step is the current one, before any reply comes. */
    mark(current) {
      for (const [id, card] of cards)
        if (id === current) card.button.setAttribute("aria-current", "step");
        else card.button.removeAttribute("aria-current");
    },
    name() {
      list.setAttribute("aria-label", say("strip.label"));
    },
  };
}
