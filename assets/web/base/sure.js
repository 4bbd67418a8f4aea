/** What cannot be missing. */

/**
 * A value that is there, whatever its type allows.
 *
 * @template Value
 * @param {Value} value
 * @returns {NonNullable<Value>}
 * @throws {Error} where it is missing after all: a fault of the program
 */
export function sure(value) {
  if (value === null || value === undefined) throw new Error("What must be there is missing.");
  return value;
}

/**
 * The last of some that are there.
 *
 * @template Item
 * @param {Item[]} items
 * @throws {Error} where there are none
 */
export const last = (items) => sure(items.at(-1));
