/** The one place that holds what is on screen: a query. Undo is a list of queries. */

const REMEMBERED = 100;

/**
 * @typedef {object} Query
 * @property {string} model
 * @property {string} checkpoint
 * @property {string[]} images base64, of as many bytes as the network takes
 * @property {number} focus
 * @property {string} step
 * @property {number | null} unit
 * @property {any[]} edits
 * @property {any} versus
 * @property {any} folding
 * @property {any} taught
 * @property {string} language
 * @property {string[]} show
 * @property {Record<string, string | number>} options
 */

/**
 * @param {Query} first
 * @param {(query: Query) => Query} [settled] what a query becomes before anybody sees it
 */
export function createStore(first, settled = (query) => query) {
  let query = settled(first);
  /** @typedef {{from: Query, whole: boolean}} Memory */
  /** @type {Memory[]} */ const past = [];
  /** @type {Memory[]} */ const future = [];
  /** @type {Set<(query: Query, before: Query) => void>} */ const listeners = new Set();

  /** @param {Query} next */
  function replace(next) {
    const before = query;
    query = settled(next);
    for (const listener of listeners) listener(query, before);
  }

  /**
   * What undo brings back: the pictures, the edits and what is taught, where one stands stays;
   * after a link the whole state. Which language one reads, and what is open, always stays.
   */
  function restore(/** @type {Memory} */ { from, whole }) {
    const { images, focus, edits, versus, taught } = from;
    const { language, show } = query;
    const what = { images, focus, edits, versus, taught };
    replace(whole ? { ...from, language, show } : { ...query, ...what });
  }

  /** Go to the newest memory of one list, and remember the present in the other. */
  function move(/** @type {Memory[]} */ out, /** @type {Memory[]} */ into) {
    const memory = out.pop();
    if (!memory) return;
    into.push({ from: query, whole: memory.whole });
    restore(memory);
  }

  return {
    get: () => query,
    subscribe: (/** @type {(query: Query, before: Query) => void} */ listener) =>
      listeners.add(listener),
    /** Change some fields. */
    set: (/** @type {Partial<Query>} */ patch) => replace({ ...query, ...patch }),
    /**
     * Remember the present before a change that can be undone; `whole` where all of it changes, as
     * by a link.
     */
    remember({ whole = false } = {}) {
      past.push({ from: query, whole });
      if (past.length > REMEMBERED) past.shift();
      future.length = 0;
    },
    undo: () => move(past, future),
    redo: () => move(future, past),
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
  };
}
