/**
 * The connection: one request in flight, asked again until it is answered, and always ending on the
 * last state.
 */

import { Sentence } from "../base/sentence.js";

const PATIENCE = 8000; // milliseconds for a reply
const SLOW = 1000; // after which a person is shown that the page waits
// between attempts; the last repeats, so that a server's return is seen within 3 s
const PAUSES = [500, 1000, 2000];

/** Why an attempt that hangs is given up: somebody knows that the network is back. */
const HURRY = new Error("asked anew");

/** The clock of the browser; tests bring one of their own. */
const CLOCK = {
  now: () => performance.now(),
  setTimeout: (act, wait) => setTimeout(act, wait),
  clearTimeout: (timer) => clearTimeout(timer),
};

/** @typedef {"fine" | "waiting" | "away"} State of the connection */

/** Nothing usable came back: no network, no server, or no time left. */
export class Unreachable extends Error {}

/**
 * What `send` promises.
 *
 * @template Reply
 * @param {() => Promise<Reply>} send
 * @returns {Promise<Reply>}
 * @throws {Sentence} the server's own, when it refuses
 * @throws {Unreachable} when that fails, is no reply, or does not come within `patience`
 *   milliseconds
 */
export function answerOf(send, { patience = PATIENCE, clock = CLOCK } = {}) {
  return new Promise((resolve, reject) => {
    const fail = (reason) =>
      reject(reason instanceof Sentence ? reason : new Unreachable(String(reason)));
    const timer = clock.setTimeout(() => fail("no reply in time"), patience);
    new Promise((begin) => begin(send()))
      .then(
        (reply) =>
          typeof reply === "object" && reply !== null ? resolve(reply) : fail("no reply"),
        fail,
      )
      .finally(() => clock.clearTimeout(timer));
  });
}

/**
 * One request after the other, each repeated until it is answered.
 *
 * @template Reply
 * @param {(text: string) => Promise<Reply>} send
 * @param {{report: (state: State, reason?: string) => void, clock?: typeof CLOCK}} page
 */
function createLine(send, { report, clock = CLOCK }) {
  /** @type {Promise<any>} */ let last = Promise.resolve();
  let under = 0; // calls that are not answered yet
  /** @type {() => void} */ let hurry = () => {};

  const pause = (wait) =>
    new Promise((resolve) => {
      const timer = clock.setTimeout(resolve, wait);
      hurry = () => {
        clock.clearTimeout(timer);
        resolve(null);
      };
    });

  /** One attempt, given up early when `hurry` is called after it has become slow. */
  function attempt(text) {
    const since = clock.now();
    const hurried = new Promise((_, reject) => {
      hurry = () => clock.now() - since > SLOW && reject(HURRY);
    });
    return Promise.race([answerOf(() => send(text), { clock }), hurried]);
  }

  async function persist(text) {
    const since = clock.now();
    const slow = clock.setTimeout(() => report("waiting"), SLOW);
    for (let failures = 0; ; failures += 1) {
      try {
        const reply = await attempt(text());
        report("fine");
        return reply;
      } catch (error) {
        if (error === HURRY) continue;
        const reason = error instanceof Sentence ? error.message : "";
        report(failures > 0 || clock.now() - since > SLOW ? "away" : "waiting", reason);
      } finally {
        clock.clearTimeout(slow);
      }
      await pause(PAUSES[Math.min(failures, PAUSES.length - 1)]);
    }
  }

  return {
    /**
     * @param {() => string} text what to send, asked for at each attempt
     * @returns {Promise<Reply>}
     */
    call(text) {
      const reply = under === 0 ? persist(text) : last.then(() => persist(text));
      under += 1;
      last = reply.finally(() => {
        under -= 1;
      });
      return reply;
    },
    hurry: () => hurry(),
  };
}

/**
 * @template Reply
 * @param {{send: (text: string) => Promise<Reply>,
 *   answered: (reply: Reply, sent: {query: any, since: number}) => void,
 *   failed: (error: unknown) => void,
 *   report: (state: State, reason?: string) => void, clock?: typeof CLOCK}} page
 *   `report` hears when the server is slow, when it is away or refuses, in its own words, and when
 *   it answers; `failed` gets faults of `answered`
 */
export function createLive({ send, answered, failed, report, clock }) {
  const line = createLine(send, { report, clock });
  /** @type {{query: any, since: number, how: any} | null} */ let waiting = null;
  let busy = false;

  async function paint(reply, sent) {
    try {
      await answered(reply, sent);
    } catch (error) {
      failed(error);
    }
  }

  async function run() {
    if (busy) return;
    busy = true;
    while (waiting) {
      /** @type {any} */ let sent = null;
      const reply = await line.call(() => {
        [sent, waiting] = [waiting ?? sent, null]; // an attempt asks for the newest state
        return JSON.stringify({ ...sent.query, ...sent.how });
      });
      const done = sent;
      // The next request leaves before this reply is drawn, so that server and page work at the
      // same time.
      if (waiting) queueMicrotask(() => paint(reply, done));
      else paint(reply, done);
    }
    busy = false;
  }

  return {
    /**
     * @param {any} query
     * @param {number} since when the input event happened, on the clock of performance.now()
     * @param {{sums?: boolean}} [how] what else is sent, of the answer and not of what is on screen
     */
    request(query, since, how) {
      waiting = { query, since, how };
      run();
    },
    /** Ask once for a query that is not on screen. @param {any} query @returns {Promise<Reply>} */
    ask: (query) => line.call(() => JSON.stringify(query)),
    /** The network is back, or somebody looks again: do not wait any longer. */
    retry: () => line.hurry(),
    idle: () => !busy && !waiting,
  };
}
