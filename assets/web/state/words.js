/** The words of the page in the language at hand. */

/** @param {Record<string, Record<string, string>>} catalogues @param {() => string} language */
export function createWords(catalogues, language) {
  /**
   * Where `count` is 1 and there is a text for one, `….one`, that.
   *
   * @param {string} key
   * @param {Record<string, string | number>} [values]
   */
  return function say(key, values) {
    const words = catalogues[language()];
    const text = (values?.count === 1 && words[`${key}.one`]) || words[key];
    if (text === undefined) throw new Error(`No words for ${key}`);
    return values ? text.replace(/\{(\w+)\}/g, (_, name) => String(values[name])) : text;
  };
}

/**
 * The visitor's first language: the server's, what they chose before, else what their browser
 * speaks.
 *
 * @param {{language: string | null, languages: {code: string}[]}} start
 */
export function firstLanguage({ language, languages }) {
  const codes = languages.map(({ code }) => code);
  const chosen = language ?? remembered("language");
  if (chosen && codes.includes(chosen)) return chosen;
  const spoken = navigator.language.toLowerCase();
  return codes.find((code) => spoken.startsWith(code)) ?? codes[0];
}

/**
 * Read an earlier choice, of the browser or of this tab; storage may be forbidden, then there is
 * none.
 */
export function remembered(/** @type {string} */ name, storage = "localStorage") {
  try {
    return globalThis[storage].getItem(`layer-explorer.${name}`);
  } catch {
    return null; // private mode: choices last as long as the page
  }
}

/** Keep a choice for the next visit, or as long as the tab is there. */
export function remember(
  /** @type {string} */ name,
  /** @type {string} */ value,
  storage = "localStorage",
) {
  try {
    globalThis[storage].setItem(`layer-explorer.${name}`, value);
  } catch {
    // Storage is full or forbidden: the page works, it just asks again next time.
  }
}
