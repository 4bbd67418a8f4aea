/** Numbers to colours, by the scales of the palette that Python's figures use too. */

const LEVELS = 256;

/**
 * @param {[number, string][]} scale positions 0 to 1 with "#rrggbb"
 * @returns {Uint32Array} 256 RGBA pixels
 */
function table(scale) {
  const colours = new Uint32Array(LEVELS);
  let upper = 1;
  for (let level = 0; level < LEVELS; level += 1) {
    const at = level / (LEVELS - 1);
    while (upper < scale.length - 1 && scale[upper][0] < at) upper += 1;
    const [start, from] = scale[upper - 1];
    const [end, to] = scale[upper];
    const share = Math.min(1, Math.max(0, (at - start) / (end - start)));
    const mix = (shift) => {
      const low = (parseInt(from.slice(1), 16) >> shift) & 255;
      const high = (parseInt(to.slice(1), 16) >> shift) & 255;
      return Math.round(low + share * (high - low));
    };
    colours[level] = (255 << 24) | (mix(0) << 16) | (mix(8) << 8) | mix(16); // little-endian RGBA
  }
  return colours;
}

/**
 * @param {Record<string, Record<string, [number, string][]>>} themes every scale of every theme, as
 *   Python names them
 */
export function createColours(themes, theme) {
  const tables = {};
  for (const [name, scales] of Object.entries(themes))
    tables[name] = Object.fromEntries(
      Object.entries(scales).map(([scale, stops]) => [scale, table(stops)]),
    );

  return {
    /**
     * What is switched off, and the lines that hatch it, as RGBA pixels.
     *
     * @returns {[number, number]}
     */
    off() {
      const { off } = tables[theme()];
      return [off[0], off[LEVELS - 1]];
    },
    /** The largest absolute value, the end of a scale centred at 0. */
    limit(values) {
      let most = 0;
      for (let index = 0; index < values.length; index += 1)
        most = Math.max(most, Math.abs(values[index]));
      return most;
    },
    /**
     * Colour values into RGBA pixels: `signed` maps −limit…limit, the others 0…limit.
     * @param {Float32Array} values
     * @param {string} scale a scale of the palette
     * @param {Uint32Array} into
     */
    fill(values, scale, limit, into) {
      const colours = tables[theme()][scale];
      const factor = limit === 0 ? 0 : (LEVELS - 1) / (scale === "signed" ? 2 * limit : limit);
      const zero = scale === "signed" ? (LEVELS - 1) / 2 : 0;
      for (let index = 0; index < values.length; index += 1) {
        const level = Math.round(zero + factor * values[index]);
        into[index] = colours[Math.min(LEVELS - 1, Math.max(0, level))];
      }
    },
  };
}
