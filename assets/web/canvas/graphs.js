/**
 * The graphs of the last figures, each as Plotly has drawn it: whoever comes back to a step finds
 * its axes standing, and so does who comes to a step whose figure differs from another's in nothing
 * but values. One of them is on the page.
 */

import { make } from "../base/elements.js";

const KEPT = 8; // as many as the course's network has steps

/**
 * @typedef {{frame: string, units: any[]}} Look `frame`: all of a figure but the values, and for
 *   which room and theme; `units`: which of them each trace shows, and where
 * @typedef {Look & {graph: any, holds: any, begun: boolean, marked: boolean}} Stand `frame` is ""
 *   while it is drawn. `holds`: the figure that it was prepared with and has not shown yet;
 *   `begun`: it was drawn before; `marked`: a pointer has put marks on it
 */

/** The graphs by the names of those whose figures they stand for: several may share one. */
function createStands() {
  /** The latest comes last. @type {Map<string, Stand>} */ const stands = new Map();

  /** How many names a stand has. @param {Stand} stand */
  const sharers = (stand) => [...stands.values()].filter((each) => each === stand).length;

  return {
    /**
     * One that stands with a look: that of the name, or one that another figure of this look left.
     *
     * @param {string} name @param {Look} look
     */
    standing(name, { frame, units }) {
      const own = stands.get(name);
      if (own?.frame === frame) return own;
      const same = (each) => each.frame === frame && !each.marked && alike(each.units, units);
      return [...stands.values()].findLast(same);
    },
    /**
     * One on which a look can be drawn: the name's own, unless it stands for others, too; else a
     * new one, or the one that has not been on the page for longest.
     *
     * @param {string} name @param {Look} look
     */
    free(name, { frame }) {
      const own = stands.get(name);
      if (own && (own.frame === frame || sharers(own) === 1)) return own;
      if (stands.size < KEPT) return fresh();
      const [[oldest, stand]] = stands;
      stands.delete(oldest);
      return sharers(stand) === 0 ? stand : fresh();
    },
    /** @param {string} name @param {Stand} stand */
    last(name, stand) {
      stands.delete(name);
      stands.set(name, stand);
    },
  };
}

/** @returns {Stand} */
function fresh() {
  const graph = make("div", { class: "graph" });
  return { graph, frame: "", units: [], holds: null, begun: false, marked: false };
}

/**
 * Draw on a stand; what is under way on it meanwhile has no look.
 *
 * @param {Stand} stand @param {Look} look
 * @param {{draw: (graph: any) => Promise<void>, begin: (graph: any) => void}} how
 */
async function drawn(stand, look, { draw, begin }) {
  Object.assign(stand, { frame: "", holds: null, marked: false });
  await draw(stand.graph);
  Object.assign(stand, look);
  if (!stand.begun) begin(stand.graph);
  stand.begun = true;
}

/** A place out of sight for one graph, as large as an element. @param {HTMLElement} element */
function createRoom(element) {
  const room = make("div", { class: "graphs", "aria-hidden": "true" });
  return (/** @type {HTMLElement} */ graph) => {
    const { clientWidth: width, clientHeight: height } = element;
    Object.assign(room.style, { width: `${width}px`, height: `${height}px` });
    document.body.append(room);
    room.replaceChildren(graph);
  };
}

/**
 * @param {HTMLElement} element where they stand, one at a time
 * @param {{begin: (graph: any) => void, leave: (graph: any) => void}} hear `begin`: there is a new
 *   one; `leave`: one goes from the page
 */
export function createGraphs(element, { begin, leave }) {
  const stands = createStands();
  const hide = createRoom(element);
  /** @type {Stand | null} */ let shown = null;
  let named = ""; // whose figure that one shows

  /** @param {string} name @param {Stand} stand */
  function show(name, stand) {
    stands.last(name, stand);
    if (shown === stand && named === name) return;
    named = name;
    if (shown?.begun) leave(shown.graph);
    if (shown === stand) return;
    if (shown?.marked) shown.frame = ""; // what a pointer has marked does not come back
    shown?.graph.remove();
    element.prepend(stand.graph);
    shown = stand;
  }

  return {
    /** The one on the page. */
    graph: () => shown?.graph ?? null,
    /** Whether that one stands with a frame. @param {Look} look */
    fits: ({ frame }) => shown?.frame === frame,
    /**
     * Whether a graph stands with a look, but shows another's figure or is not on the page.
     *
     * @param {string} name @param {Look} look
     */
    waits: (name, look) => name !== named && Boolean(stands.standing(name, look)),
    /**
     * Put a graph of a name on the page; false where none stands with that very look, and, where
     * it is asked for, none that was prepared with that very figure.
     *
     * @param {string} name @param {Look} look @param {any} [figure]
     */
    turn(name, look, figure) {
      const stand = stands.standing(name, look);
      if (!stand || (figure && stand.holds !== figure)) return false;
      stand.holds = null; // others are painted over it
      show(name, stand);
      return true;
    },
    /**
     * Have a graph of a name drawn.
     *
     * @param {string} name @param {Look} look @param {(graph: any) => Promise<void>} draw
     */
    async draw(name, look, draw) {
      const stand = stands.free(name, look);
      show(name, stand);
      await drawn(stand, look, { draw, begin });
    },
    /**
     * The same out of sight, with as much room as the one on the page has.
     *
     * @param {string} name @param {Look} look
     * @param {{figure: any, draw: (graph: any) => Promise<void>}} what
     */
    async prepare(name, look, { figure, draw }) {
      if (stands.standing(name, look)) return; // it will be painted over
      const stand = stands.free(name, look);
      hide(stand.graph);
      stands.last(name, stand);
      await drawn(stand, look, { draw, begin });
      stand.holds = figure;
    },
    /** A pointer has put marks on the one on the page, or taken them away. */
    mark(/** @type {boolean} */ marked) {
      if (shown) shown.marked = marked;
    },
  };
}

/**
 * Whether two figures show the same units in the same places: whoever presses one of the figure
 * that was drawn means that of the figure painted over it.
 *
 * @param {any[]} some @param {any[]} others
 */
function alike(some, others) {
  return some.every((one, place) => {
    const other = others[place];
    if (one === other) return true;
    if (one?.bdata) return one.bdata === other?.bdata && one.shape === other.shape;
    return equal(one?.values, other?.values);
  });
}

/** Whether two are arrays that hold the same. @param {any} one @param {any} other */
function equal(one, other) {
  if (![one, other].every((each) => ArrayBuffer.isView(each))) return false;
  if (one.length !== other.length) return false;
  return one.every((unit, place) => unit === other[place]);
}
