/** Lists within sentences, with the comma of the language. */

/**
 * @param {(key: string, values: Record<string, any>) => string} say
 * @param {(string | number)[]} items
 */
export const listed = (say, items) =>
  items.slice(1).reduce((one, two) => say("page.list", { one, two }), String(items[0] ?? ""));
