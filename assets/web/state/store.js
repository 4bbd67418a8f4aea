/** The one place that holds what is on screen: a query. Undo is a list of queries. */

const REMEMBERED = 100;

/**
 * @typedef {object} Query
 * @property {string} model
 * @property {string} checkpoint
 * @property {string[]} images base64, 784 bytes each
 * @property {number} focus
 * @property {string} step
 * @property {number | null} unit
 * @property {any[]} edits
 * @property {any} versus
 * @property {"en" | "zh"} language
 * @property {string[]} show
 * @property {Record<string, string | number>} options
 */

/** @param {Query} first */
export function createStore(first) {
  let query = first;
  /** @type {Query[]} */ const past = [];
  /** @type {Query[]} */ const future = [];
  /** @type {Set<(query: Query, before: Query) => void>} */ const listeners = new Set();

  /** @param {Query} next */
  function replace(next) {
    const before = query;
    query = next;
    for (const listener of listeners) listener(query, before);
  }

  /** What undo brings back: the pictures and the edits; where one stands and which language one reads stays. */
  function restore(/** @type {Query} */ from) {
    replace({
      ...query,
      images: from.images,
      focus: from.focus,
      edits: from.edits,
      versus: from.versus,
    });
  }

  return {
    get: () => query,
    subscribe: (/** @type {(query: Query, before: Query) => void} */ listener) =>
      listeners.add(listener),
    /** Change some fields. */
    set: (/** @type {Partial<Query>} */ patch) => replace({ ...query, ...patch }),
    /** Remember the present before a change that can be undone. */
    remember() {
      past.push(query);
      if (past.length > REMEMBERED) past.shift();
      future.length = 0;
    },
    undo() {
      const from = past.pop();
      if (!from) return;
      future.push(query);
      restore(from);
    },
    redo() {
      const from = future.pop();
      if (!from) return;
      past.push(query);
      restore(from);
    },
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
  };
}
