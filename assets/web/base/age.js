/** What weights are called: by how far their training had come. */

/** @typedef {(key: string, values?: Record<string, any>) => string} Say */
/**
 * @typedef {{name: string, epoch: number, batch: number, tested: number}} Age `epoch` 0 before the
 *   first ends; `tested` 0 where it was not trained here
 */

/** @param {Say} say @param {Age | undefined} age none: untrained @returns {string} */
export function called(say, age) {
  if (!age) return say("header.untrained");
  const { epoch, batch, tested } = age;
  const name = epoch ? say("header.epoch", { epoch }) : say("header.batch", { batch });
  return tested ? say("header.here", { age: name }) : name;
}
