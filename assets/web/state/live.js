/** One request in flight, stale replies dropped, and the last state always asked for. */

/**
 * @template Reply
 * @param {(text: string) => Promise<Reply>} ask
 * @param {(reply: Reply, sent: {query: any, since: number}) => void} answered
 * @param {(error: unknown) => void} failed
 */
export function createLive(ask, answered, failed) {
  /** @type {{query: any, since: number} | null} */ let waiting = null;
  let busy = false;

  async function run() {
    if (busy) return;
    busy = true;
    while (waiting) {
      const sent = waiting;
      waiting = null;
      try {
        const reply = await ask(JSON.stringify(sent.query));
        // The next request leaves before this reply is drawn, so that server and page work at the same time.
        if (waiting) queueMicrotask(() => answered(reply, sent));
        else answered(reply, sent);
      } catch (error) {
        failed(error);
      }
    }
    busy = false;
  }

  return {
    /** @param {any} query @param {number} since when the input event happened, on the clock of performance.now() */
    request(query, since) {
      waiting = { query, since };
      run();
    },
    idle: () => !busy && !waiting,
  };
}
