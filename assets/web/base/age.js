/** What weights are called: by how far their training had come. */

/** @typedef {(key: string, values?: Record<string, any>) => string} Say */
/**
 * @typedef {{name: string, epoch: number, batch: number, tested: number, given: string,
 *   accuracy: number | null}} Age `epoch` 0 before the first ends; `tested` 0 where it was not
 *   measured here; `given` the name of somebody's file
 */

/** @param {Say} say @param {Age | undefined} age none: untrained @returns {string} */
export function called(say, age) {
  if (!age) return say("header.untrained");
  const { epoch, batch, tested, given } = age;
  if (given) return say("header.brought", { file: given });
  const name = epoch ? say("header.epoch", { epoch }) : say("header.batch", { batch });
  return tested ? say("header.here", { age: name }) : name;
}

/**
 * How many steps the network on the page has learnt from the drawing, beyond its checkpoint.
 *
 * @param {{taught?: any}} query @returns {number} 0 where the checkpoint itself is shown
 */
export function learnt({ taught }) {
  return taught?.shown ? taught.steps : 0;
}

/** What weights are called with the steps that they have learnt since. @param {Say} say */
export function grown(say, /** @type {string} */ age, /** @type {number} */ count) {
  return count ? say("header.taught", { age, count }) : age;
}
