/**
 * The graphs of the last figures, each as Plotly has drawn it: whoever comes back to a step finds
 * its axes standing. One of them is on the page.
 */

import { make } from "../base/elements.js";

const KEPT = 8; // as many as the course's network has steps

/**
 * @typedef {{graph: any, frame: string, begun: boolean, marked: boolean}} Stand `frame`: all of its
 *   figure but the values, and for which room and theme; "" while it is drawn. `begun`: it was
 *   drawn before; `marked`: a pointer has put marks on it
 */

/**
 * @param {HTMLElement} element where they stand, one at a time
 * @param {{begin: (graph: any) => void, leave: (graph: any) => void}} hear `begin`: there is a new
 *   one; `leave`: one goes from the page
 */
export function createGraphs(element, { begin, leave }) {
  /** The one on the page comes last. @type {Map<string, Stand>} */ const stands = new Map();
  /** @type {Stand | null} */ let shown = null;

  /** @param {string} name @param {Stand} stand */
  function show(name, stand) {
    stands.delete(name);
    stands.set(name, stand);
    if (shown === stand) return;
    if (shown?.begun) leave(shown.graph);
    if (shown?.marked) shown.frame = ""; // what a pointer has marked does not come back
    shown?.graph.remove();
    element.prepend(stand.graph);
    shown = stand;
  }

  /** A new one, or the one that has not been on the page for longest. */
  function free() {
    const [oldest] = stands.keys();
    if (stands.size < KEPT) return fresh();
    const stand = stands.get(oldest);
    stands.delete(oldest);
    return stand;
  }

  function fresh() {
    return { graph: make("div", { class: "graph" }), frame: "", begun: false, marked: false };
  }

  return {
    /** The one on the page. */
    graph: () => shown?.graph ?? null,
    /** Whether that one stands with a frame. @param {string} frame */
    fits: (frame) => shown?.frame === frame,
    /** Whether the graph of a name is kept, but not on the page. @param {string} name */
    waits: (name) => stands.has(name) && stands.get(name) !== shown,
    /**
     * Put the graph of a name on the page; false where it does not stand with that very frame.
     *
     * @param {string} name @param {string} frame
     */
    turn(name, frame) {
      const stand = stands.get(name);
      if (stand?.frame !== frame) return false;
      show(name, stand);
      return true;
    },
    /**
     * Have a graph of a name drawn: its own as it stands, else another.
     *
     * @param {string} name @param {string} frame @param {(graph: any) => Promise<void>} draw
     */
    async draw(name, frame, draw) {
      const stand = stands.get(name) ?? free();
      show(name, stand);
      Object.assign(stand, { frame: "", marked: false });
      await draw(stand.graph);
      stand.frame = frame;
      if (!stand.begun) begin(stand.graph);
      stand.begun = true;
    },
    /** A pointer has put marks on the one on the page, or taken them away. */
    mark(/** @type {boolean} */ marked) {
      if (shown) shown.marked = marked;
    },
  };
}
