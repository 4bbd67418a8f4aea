/** The chapters of the tour: which stops belong together, and how many they are. */

/** @typedef {{id: string, chapter: string, taught: any}} Stop */

/** The names of the chapters, in order. @param {Stop[]} stops */
export const chapters = (stops) => [...new Set(stops.map(({ chapter }) => chapter))];

/**
 * Where a stop stands within its chapter, from 1, and of how many.
 *
 * @param {Stop[]} stops @param {number} at
 */
export function within(stops, at) {
  const { chapter } = stops[at];
  const first = stops.findIndex((each) => each.chapter === chapter);
  const count = stops.filter((each) => each.chapter === chapter).length;
  return { chapter, place: at - first + 1, count, first };
}

/** Whether a stop is the last of its chapter. @param {Stop[]} stops @param {number} at */
export const ending = (stops, at) => stops[at].chapter !== stops[at + 1]?.chapter;
