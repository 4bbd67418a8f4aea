/** The strip: one card per step in order, each with all its values as a picture. */

import { make } from "../base/elements.js";
import { paintCells, sized } from "../canvas/cells.js";
import { kindOf } from "../kinds/index.js";
import { decode, fixed, size, units } from "../base/numbers.js";

const FEW = 16;

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createStrip({ say, store, colours, actions }) {
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
            onclick: (event) => actions.goTo(step.id, event.timeStamp),
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
          if (event.dataTransfer.getData("text/plain") === step.id)
            actions.patch(event.timeStamp, step.id, []);
        });
        cards.set(step.id, { step, button, canvas, other, shape, limit, kind });
        return make("li", {}, button);
      }),
    );
  }

  /** Draw one side, or both on a shared scale. */
  function paint(card, step, values, others) {
    const { scale, grid } = step;
    const limit = others ? Math.max(step.limit, colours.limit(others)) : step.limit;
    card.other.hidden = !others;
    card.canvas.draggable = Boolean(others) && kindOf(step).hooked !== false;
    for (const [canvas, shown] of others
      ? [
          [card.canvas, values],
          [card.other, others],
        ]
      : [[card.canvas, values]])
      if (shown.length <= FEW) bars(canvas, shown, scale, limit);
      else paintCells(canvas, shown, { grid, scale, limit }, colours);
    const low = scale === "signed" ? `\u2212${fixed(limit, 2)}` : "0";
    card.limit.textContent = `${low} … ${fixed(limit, 2)}`;
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

  /** Show which step is the current one, before any reply comes. */
  function mark(current) {
    for (const [id, card] of cards)
      if (id === current) card.button.setAttribute("aria-current", "step");
      else card.button.removeAttribute("aria-current");
  }

  return {
    element: list,
    chosen(now, before) {
      if (now.step !== before.step) mark(now.step);
    },
    update(reply) {
      const wanted = reply.steps.map((step) => `${step.id}:${step.kind}`).join();
      if (wanted !== signature) {
        signature = wanted;
        build(reply.steps);
      }
      for (const step of reply.steps) {
        const card = cards.get(step.id);
        card.shape.textContent = size(step.shape);
        card.kind.textContent = step.module || say("strip.input");
        card.canvas.setAttribute(
          "aria-label",
          say("strip.picture", {
            step: step.id,
            count: units(step.shape),
          }),
        );
        const others = reply.sections.versus?.tensors[step.id];
        paint(card, step, reply.values[step.id], others && decode(others));
      }
      mark(store.get().step);
    },
    name() {
      list.setAttribute("aria-label", say("strip.label"));
    },
  };
}
