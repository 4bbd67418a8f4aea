/** How often the server is asked while the page computes for itself: seldom while the pen moves, at once when it rests. */

const EVERY = 250; // milliseconds between two questions while the pen moves
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
  /** @type {any} */ let timer = null;

  function send(query, since) {
    clock.clearTimeout(timer);
    last = clock.now();
    live.request(query, since);
  }

  return {
    send,
    /** One of many questions of a moving pen. */
    move(query, since) {
      clock.clearTimeout(timer);
      if (clock.now() - last >= EVERY && live.idle()) send(query, since);
      else timer = clock.setTimeout(() => send(query, since), REST);
    },
  };
}
