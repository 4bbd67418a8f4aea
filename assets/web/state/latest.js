/** Drop answers that nobody waits for any more. */

/**
 * Return a function for one kind of question: of several promises given to it, only the newest one
 * is ever answered. What stands behind `await newest(…)` of an older one does not run: nothing of
 * it reaches the page, not even its error.
 *
 * @returns {<T>(promise: Promise<T>) => Promise<T>}
 */
export function latest() {
  let count = 0;
  return (promise) => {
    count += 1;
    const mine = count;
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => mine === count && resolve(value),
        (error) => mine === count && reject(error),
      );
    });
  };
}
