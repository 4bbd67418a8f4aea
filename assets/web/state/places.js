/** Which image of the batch is which: each keeps its place while others come, go and move. */

/** @typedef {object} Place of one image, known by itself alone */

/**
 * The places of a batch after a change. An image that is as it was has kept its place; one that was
 * drawn on stands where it stood.
 *
 * @param {string[]} images @param {string[]} before @param {Place[]} places of those before
 * @returns {Place[]}
 */
function followed(images, before, places) {
  const gone = Math.max(0, before.length - images.length);
  const left = before.map((image, at) => ({ image, at, place: places[at] }));
  const ways = [
    // of equal ones, those behind one that was taken out
    (each, index) => each.image === images[index] && each.at === index + gone,
    (each, index) => each.image === images[index],
    (each, index) => gone === 0 && each.at === index,
  ];
  /** @type {Place[]} */ const now = Array(images.length).fill(null);
  for (const way of ways)
    for (const index of images.keys()) {
      const found = now[index] ? -1 : left.findIndex((each) => way(each, index));
      if (found >= 0) now[index] = left.splice(found, 1)[0].place;
    }
  return now.map((place) => place ?? {});
}

/** @param {ReturnType<typeof import("./store.js").createStore>} store */
export function createPlaces(store) {
  /** @type {Place[]} */ let places = store.get().images.map(() => ({}));
  store.subscribe(({ images }, before) => {
    if (images !== before.images) places = followed(images, before.images, places);
  });
  return {
    of: (/** @type {number} */ index) => places[index],
    /** Where it is by now; −1 where it was taken out. */
    find: (/** @type {Place} */ place) => places.indexOf(place),
  };
}
