/**
 * How often the server is asked while the page computes for itself: now and then while the pen
 * moves, for sums that its values are compared with; once it rests, for every value.
 */

const EVERY = 250; // milliseconds between two questions while the pen moves
// Where nothing is wanted but that the page's own values are confirmed: thirty pens may ask for
// 1 Mbit/s, and every value of the course's network, once a pen rests, is most of that.
const SELDOM = 2500;
const REST = 100; // milliseconds without a move, after which the pen rests

/** The clock of the browser; tests bring one of their own. */
const CLOCK = {
  now: () => performance.now(),
  setTimeout: (act, wait) => setTimeout(act, wait),
  clearTimeout: (timer) => clearTimeout(timer),
};

/**
 * @param {{request: (query: any, since: number, how?: {sums: boolean}) => void, idle: () =>
 *   boolean}} live
 * @param {typeof CLOCK} [clock]
 */
export function createPace(live, clock = CLOCK) {
  let last = -Infinity;
  let resting = true; // every value has been asked for last
  /** @type {any} */ let timer = null;

  function send(query, since, how) {
    clock.clearTimeout(timer);
    last = clock.now();
    resting = !how;
    live.request(query, since, how);
  }

  const lean = ({ show }) => show.every((each) => each === "figure");

  return {
    /** Ask at once, for every value. */
    send: (query, since) => send(query, since),
    /** One of many questions of a moving pen. */
    move(query, since) {
      clock.clearTimeout(timer);
      const now = clock.now();
      if (lean(query) && resting) last = now; // a stroke begins from what was confirmed
      resting = false;
      if (now - last >= (lean(query) ? SELDOM : EVERY) && live.idle())
        send(query, since, { sums: true });
      timer = clock.setTimeout(() => send(query, since), REST);
    },
  };
}
