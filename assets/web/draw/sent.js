/** Which image a chosen file was meant for, found again when the server has read it. */

const MOST = 8; // files that are remembered, more than are ever on their way at once
const POLYNOMIAL = 0xedb88320; // of CRC-32, reflected

/**
 * @typedef {{bytes: number, checksum: number}} Read what the server says of a file that it has read
 */

export function createSent() {
  /** @type {{file: Blob, place: any, answered: boolean}[]} */
  let sent = [];

  return {
    /** @param {Blob} file @param {any} place */
    remember(file, place) {
      sent = [...sent, { file, place, answered: false }].slice(-MOST);
    },

    /**
     * The place of a file; of equal ones that of the first without an answer.
     *
     * @param {Read} read @returns {Promise<any>} undefined for a file that was not chosen here
     */
    async place({ bytes, checksum }) {
      let alike = sent.filter(({ file }) => file.size === bytes);
      if (alike.length > 1) {
        const sums = await Promise.all(alike.map(({ file }) => summed(file)));
        alike = alike.filter((_, index) => sums[index] === checksum);
      }
      const found = alike.find(({ answered }) => !answered) ?? alike.at(-1);
      if (found) found.answered = true;
      return found?.place;
    },
  };
}

/** @param {Blob} file */
async function summed(file) {
  try {
    return crc32(new Uint8Array(await file.arrayBuffer()));
  } catch {
    return null; // it was changed or taken away since it was chosen
  }
}

/**
 * The CRC-32 of bytes, as zlib's: the same without a secure context, where there are no digests.
 *
 * @param {Uint8Array} bytes
 */
export function crc32(bytes) {
  const table = Uint32Array.from({ length: 256 }, (_, value) => {
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? POLYNOMIAL : 0);
    return value;
  });
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ table[(sum ^ byte) & 255];
  return ~sum >>> 0;
}
