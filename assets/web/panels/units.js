/** Units as people write them. No DOM here. */

/** Numbers and ranges: "3, 10-20". @returns {number[] | null} null when it makes no sense */
export function parseUnits(/** @type {string} */ text, /** @type {number} */ count) {
  const units = new Set();
  for (const part of text.split(/[,，\s]+/).filter(Boolean)) {
    const match = /^(\d+)(?:[-–](\d+))?$/.exec(part);
    if (!match) return null;
    const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (from > to || to >= count) return null;
    for (let unit = from; unit <= to; unit += 1) units.add(unit);
  }
  return [...units].sort((one, other) => one - other);
}

/** Units with their ranges joined. */
export function writeUnits(/** @type {number[]} */ units) {
  const parts = [];
  for (let index = 0; index < units.length; index += 1) {
    let last = index;
    while (units[last + 1] === units[last] + 1) last += 1;
    parts.push(last > index ? `${units[index]}-${units[last]}` : `${units[index]}`);
    index = last;
  }
  return parts.join(", ");
}
