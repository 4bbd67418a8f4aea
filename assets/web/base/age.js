/** What weights are called: by how far their training had come. */

/** @typedef {(key: string, values?: Record<string, any>) => string} Say */
/** @typedef {{name: string, epoch: number, batch: number}} Age `epoch` 0 before the first ends */

/** @param {Say} say @param {Age | undefined} age none: untrained @returns {string} */
export function called(say, age) {
  if (!age) return say("header.untrained");
  const { epoch, batch } = age;
  return epoch ? say("header.epoch", { epoch }) : say("header.batch", { batch });
}
