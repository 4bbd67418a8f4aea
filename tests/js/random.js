/** Numbers that look random and are the same in every run. */

/** @param {number} seed @returns {() => number} the next number from 0 up to 1 */
export function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
