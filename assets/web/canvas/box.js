/**
 * The box of a figure and the colours of its page, measured once and again where they change: who
 * asks for them amid other changes has the whole page laid out then and there, in every frame.
 */

const presented = () => document.documentElement.hasAttribute("data-present");

/** A phone on its side, or a short one: what is low has room for one picture. */
const LOW = matchMedia(
  "(max-width: 960px) and (max-height: 500px), (max-width: 700px) and (max-height: 745px)",
);

/** @param {HTMLElement} element @param {() => string} theme */
export function createBox(element, theme) {
  /** @type {{width: number, height: number} | null} */ let size = null;
  /** @type {Map<string, string>} */ const colours = new Map();

  function measured() {
    const { clientWidth: width, clientHeight: height } = element;
    return { width, height };
  }

  function found(key, variable) {
    colours.set(key, getComputedStyle(element).getPropertyValue(variable));
    return colours.get(key);
  }

  return {
    /** @returns {import("./narrow.js").Size} */
    size() {
      size ??= measured();
      return { ...size, presented: presented(), low: LOW.matches && !presented() };
    },
    /** A colour of the present theme. @param {string} variable its name in CSS */
    style(variable) {
      const key = `${theme()} ${variable}`;
      return colours.get(key) ?? found(key, variable);
    },
    /** Other sizes, as an observer says. */
    changed() {
      size = null;
    },
  };
}
