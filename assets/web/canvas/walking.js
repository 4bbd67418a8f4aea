/** Arrow keys from cell to cell of a picture of values. */

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const { indexOf } = Array.prototype;

/**
 * Rows and columns that a key goes; none: it is no arrow, or part of something else.
 *
 * @param {KeyboardEvent} event @returns {number[] | undefined}
 */
export function moveOf({ key, ctrlKey, metaKey, altKey }) {
  return ctrlKey || metaKey || altKey ? undefined : MOVES[key];
}

/**
 * The value in the next cell, over the gap between maps; the same one at the edge.
 *
 * @param {{values: ArrayLike<number>, shape: number[]}} cells which value each shows
 * @param {number} index @param {number[]} move
 */
export function beside({ values, shape: [rows, columns] }, index, [down, across]) {
  const place = indexOf.call(values, index);
  for (const far of [1, 2]) {
    const row = Math.floor(place / columns) + far * down;
    const column = (place % columns) + far * across;
    if (row < 0 || row >= rows || column < 0 || column >= columns) return index;
    const next = values[row * columns + column];
    if (next >= 0) return next;
  }
  return index;
}
