/**
 * What feeds a unit, in words, on a card beside its cell; and what the lines of the picture mean.
 */

import { make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";

const AWAY = 18; // pixels between a cell and its card

/** @param {import("../state/types.js").Page} page */
export function createFeeding(page) {
  const { say } = page;
  const title = make("strong");
  const words = make("span");
  const card = make("p", { class: "reading", "aria-live": "polite", hidden: true }, title, words);
  const legend = make("p", { class: "legend" });

  /** Beside the cell, on the side where there is room. */
  function place({ x, y, width, height }) {
    const [wide, high] = [card.offsetWidth, card.offsetHeight];
    const right = x + AWAY + wide <= width;
    card.style.left = `${Math.max(0, right ? x + AWAY : x - AWAY - wide)}px`;
    card.style.top = `${Math.max(0, Math.min(height - high, y - high / 2))}px`;
  }

  return {
    card,
    legend,
    /**
     * @param {any} reading `paths` of a unit, its `name` and the widest line; or nothing, and what
     *   is drawn at rest
     * @param {{x: number, y: number, width: number, height: number} | null} at where the unit is,
     *   and in what
     */
    read({ paths, name, most, rest, label, rows }, at) {
      card.hidden = !paths || !at;
      if (paths && at) {
        title.textContent = name;
        const { unfollowed: count } = paths;
        const rest = count ? ` ${say("network.unfollowed", { count })}` : "";
        words.textContent = sentence(page, paths) + rest;
        place(at);
      }
      legend.textContent = paths
        ? say("network.legend", { most: fixed(most, 4) })
        : rest
          ? say("network.rest", { count: rest, label })
          : `${rows} ${say("network.none")}`.trim();
    },
  };
}

function sentence({ say, steps }, { step, edges, left }) {
  // the nearest one: the unit's own, or the one that a ReLU or the softmax passes on
  const [sum] = left;
  const picture = steps()[0].id;
  if (!sum) {
    const reached = step === picture || edges.some(({ from }) => from === picture);
    return say(reached ? "network.pass" : "network.ends");
  }
  const drawn = edges
    .filter(
      ({ to, target, value: size }) => to === sum.step && target === sum.unit && size !== null,
    )
    .reduce((total, edge) => total + edge.value, 0);
  const bias = fixed(sum.bias, 4);
  const total = fixed(sum.total, 4);
  if (!sum.count) return say("network.sum.all", { drawn: fixed(drawn, 4), bias, total });
  return say("network.sum", {
    drawn: fixed(drawn, 4),
    count: sum.count,
    positive: `+${fixed(sum.positive, 4)}`,
    negative: fixed(sum.negative, 4),
    bias,
    total,
  });
}
