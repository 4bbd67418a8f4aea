/** What went from card to card, as lines above them: where it goes past others it is seen to. */

import { sure } from "../base/sure.js";

const NAME = "http://www.w3.org/2000/svg";
const HOP = 9; // height of a line to the next card
const APART = 7; // between lines above each other, at most
const PORT = 14; // from a card's edge to where lines leave and enter it
const ROUND = 6;
const HEAD = 4; // of an arrow

/**
 * Lines that share what they carry share a lane; lanes lie above each other where they overlap, the
 * short ones below.
 *
 * @param {[number, number][]} edges from and to, places of cards
 * @returns {Map<number, number>} the lane of each card that something leaves to go past others
 */
export function lanes(edges) {
  /** @type {Map<number, number>} */ const reach = new Map();
  for (const [from, to] of edges)
    if (to - from > 1) reach.set(from, Math.max(to, reach.get(from) ?? 0));
  const spans = [...reach].sort(([a, b], [c, d]) => b - a - (d - c) || a - c);
  /** @type {[number, number][][]} */ const taken = [];
  const found = new Map();
  for (const [from, to] of spans) {
    const free = (lane) => lane.every(([start, end]) => end <= from || to <= start);
    let lane = taken.findIndex(free);
    if (lane < 0) lane = taken.push([]) - 1;
    taken[lane].push([from, to]);
    found.set(from, lane);
  }
  return found;
}

/**
 * The way of a line, in pixels: up, along, and down, with its point at the card.
 *
 * @param {number} from @param {number} to @param {number} high @param {number} low
 */
export function way(from, to, high, low) {
  const bend = Math.min(ROUND, low - high, (to - from) / 2);
  const up = `M${from} ${low}V${high + bend}Q${from} ${high} ${from + bend} ${high}`;
  const down = `H${to - bend}Q${to} ${high} ${to} ${high + bend}V${low}`;
  const point = `M${to - HEAD} ${low - HEAD}L${to} ${low}L${to + HEAD} ${low - HEAD}`;
  return up + down + point;
}

/** @param {HTMLElement} list of the cards */
export function createEdges(list) {
  const svg = document.createElementNS(NAME, "svg");
  svg.setAttribute("class", "edges");
  svg.setAttribute("aria-hidden", "true");
  /** @type {any[]} */ let cards = [];
  /** @type {[number, number][]} */ let edges = [];
  /** @type {Element[]} */ let lines = [];
  let current = -1;
  const observer = new ResizeObserver(draw);

  function draw() {
    if (lines.length === 0 || list.offsetParent === null) return;
    const boxes = cards.map(({ shown: { button } }) => placed(list, button));
    const of = lanes(edges);
    const most = Math.max(0, ...of.values());
    const apart = Math.min(APART, (boxes[0].top - HOP - 8) / (most + 1));
    svg.setAttribute("width", String(list.scrollWidth));
    svg.setAttribute("height", String(boxes[0].top));
    edges.forEach(([from, to], index) => {
      const low = boxes[to].top - 2;
      const lane = to - from > 1 ? 1 + sure(of.get(from)) : 0;
      const start = boxes[from].right - PORT;
      lines[index].setAttribute(
        "d",
        way(start, boxes[to].left + PORT, low - HOP - lane * apart, low),
      );
    });
  }

  function mark(place) {
    current = place;
    edges.forEach(([from, to], index) => {
      lines[index].toggleAttribute("data-current", from === place || to === place);
    });
    svg.append(...lines.filter((line) => line.hasAttribute("data-current"))); // above the others
  }

  return {
    draw,
    mark,
    /**
     * Draw what a reply says; of a chain there is nothing to be seen.
     *
     * @param {any[]} shown the cards @param {any} reply
     */
    set(shown, reply) {
      const { folding } = reply.sections;
      cards = shown;
      edges = folding && !folding.chain ? folding.edges : [];
      lines = edges.map(([from, to]) => line(cards[from].card, cards[to].card, to - from > 1));
      svg.replaceChildren(...lines);
      list.toggleAttribute("data-edges", edges.length > 0);
      observer.disconnect();
      // a card is as wide as its name, which comes later, and in another language anew
      for (const each of [list, ...cards.map(({ shown: { button } }) => button)])
        observer.observe(each);
      if (edges.length > 0) list.firstElementChild?.append(svg);
      draw();
      mark(current);
    },
    /** Say to those who listen what comes from further away. */
    name(say) {
      cards.forEach(({ shown: { button } }, place) => {
        const from = edges.filter(([one, two]) => two === place && two - one > 1);
        const names = from.map(([one]) => called(cards[one].card)).join(", ");
        const words = names && say("folding.receives", { list: names });
        if (words) button.setAttribute("aria-description", words);
      });
    },
  };
}

const called = ({ step, box }) => box?.module_path ?? step;

function line(from, to, past) {
  const path = document.createElementNS(NAME, "path");
  path.dataset.from = from.box?.id ?? from.step;
  path.dataset.to = to.box?.id ?? to.step;
  path.classList.toggle("past", past);
  return path;
}

/** Where a card lies among all that the list holds. */
function placed(list, button) {
  const [outer, card] = [list.getBoundingClientRect(), button.getBoundingClientRect()];
  const left = card.left - outer.left - list.clientLeft + list.scrollLeft;
  return { left, right: left + card.width, top: card.top - outer.top - list.clientTop };
}
