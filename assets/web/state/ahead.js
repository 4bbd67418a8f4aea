/**
 * The answer to what is probably asked next, asked for while the present one is looked at: whoever
 * walks on does not wait for the server.
 */

/** @param {(text: string) => Promise<any>} send a query as JSON */
export function createAhead(send) {
  /** @type {{text: string, reply: Promise<any>} | null} */ let kept = null;

  return {
    /**
     * The reply to a query, which may be here already. Another question is what came instead of
     * the expected one: nothing is kept beyond it.
     *
     * @param {string} text
     * @returns {Promise<any>}
     */
    ask(text) {
      const reply = kept?.text === text ? kept.reply : send(text);
      kept = null;
      return reply;
    },
    /**
     * Ask for what is expected next, once.
     *
     * @param {string} text
     * @returns {Promise<any>} null where it does not come: who asks for it then asks again
     */
    expect(text) {
      if (kept?.text === text) return kept.reply.catch(() => null);
      const reply = send(text);
      kept = { text, reply };
      return reply.catch(() => {
        if (kept?.reply === reply) kept = null;
        return null;
      });
    },
  };
}
