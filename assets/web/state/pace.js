/**
 * How often the server is asked while the page computes for itself: seldom while the pen moves, at
 * once when it rests.
 */

const EVERY = 250; // milliseconds between two questions while the pen moves
const SELDOM = 2000; // where nothing is wanted but that the page's own values are confirmed
const REST = 100; // milliseconds without a move, after which the pen rests

/** The clock of the browser; tests bring one of their own. */
const CLOCK = {
  now: () => performance.now(),
  setTimeout: (act, wait) => setTimeout(act, wait),
  clearTimeout: (timer) => clearTimeout(timer),
};

/**
 * @param {{request: (query: any, since: number) => void, idle: () => boolean}} live
 * @param {typeof CLOCK} [clock]
 */
export function createPace(live, clock = CLOCK) {
  let last = -Infinity;
  let moved = -Infinity;
  /** @type {any} */ let timer = null;

  function send(query, since) {
    clock.clearTimeout(timer);
    last = clock.now();
    live.request(query, since);
  }

  const lean = ({ show }) => show.every((each) => each === "figure");

  return {
    send,
    /** One of many questions of a moving pen. */
    move(query, since) {
      clock.clearTimeout(timer);
      const now = clock.now();
      if (lean(query) && now - moved > REST) last = now; // a stroke begins from what was confirmed
      moved = now;
      if (now - last >= (lean(query) ? SELDOM : EVERY) && live.idle()) send(query, since);
      else timer = clock.setTimeout(() => send(query, since), REST);
    },
  };
}
