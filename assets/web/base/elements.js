/**
 * Build DOM elements. Text always becomes a text node, so nothing that people type is ever read as
 * HTML.
 */

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] `class`, `data-…`, `aria-…` as attributes; `onclick`
 *   and the like as listeners
 * @param {...(Node | string | null | undefined)} children
 * @returns {any}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * A field for a number that is emptied, or left with what is none as "e" or "-", has again the one
 * from before: what stands there is what is used.
 *
 * @template {HTMLInputElement} Field
 * @param {Field} field @returns {Field}
 */
export function steady(field) {
  let last = field.value;
  field.addEventListener("focus", () => {
    last = field.value || last;
  });
  field.addEventListener("change", () => {
    if (field.value === "") field.value = last;
  });
  return field;
}

/** What paints on a canvas: all of ours are of two dimensions. @param {HTMLCanvasElement} canvas */
export const contextOf = (canvas) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * Set properties of an element, those alone that change: what is set to the very same is laid out
 * anew all the same.
 *
 * @param {any} element @param {Record<string, any>} properties by their names, as `textContent`
 */
export function put(element, properties) {
  for (const [name, value] of Object.entries(properties))
    if (element[name] !== value) element[name] = value;
}

const ICONS = {
  pen: "M4 20l4-1L19 8l-3-3L5 16zM14 7l3 3",
  centre: "M12 3v5M12 16v5M3 12h5M16 12h5M8 8h8v8H8z",
  eraser: "M8 19l-4-4L14 5l6 6-8 8zM12 19h8M9 10l6 6",
  sliders: "M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4",
  menu: "M4 7h16M4 12h16M4 17h16",
  undo: "M9 7L4 12l5 5M4 12h10a5 5 0 0 1 0 10h-2",
  redo: "M15 7l5 5-5 5M20 12H10a5 5 0 0 0 0 10h2",
  clear: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  upload: "M12 16V5M7 9l5-5 5 5M4 20h16",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  theme: "M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z",
  details: "M5 6h14M5 12h14M5 18h9",
  present: "M4 5h16v11H4zM12 16v4M8 20h8",
  help: "M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 18h.01",
  share:
    "M8.6 10.7l6.8-3.5M8.6 13.3l6.8 3.5M3.5 12a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0-5.6 0M15 6a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0-5.6 0M15 18a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0-5.6 0",
  add: "M12 5v14M5 12h14",
  less: "M5 12h14",
  past: "M4 18V13a8 7 0 0 1 16 0v5M16.5 14.5L20 18l3.5-3.5",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
};

/**
 * A 24-unit line icon of our own, hidden from assistive technology: the button around it has the
 * name.
 */
export function icon(/** @type {keyof typeof ICONS} */ name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * Offer these choices in a select, where they are not offered already; what was chosen stays
 * chosen.
 *
 * @param {HTMLSelectElement} select @param {[string, string][]} pairs values with their words
 */
export function choices(select, pairs) {
  const key = JSON.stringify(pairs);
  if (select.dataset.choices === key) return;
  select.dataset.choices = key;
  const { value } = select;
  select.replaceChildren(...pairs.map(([name, words]) => make("option", { value: name }, words)));
  if (pairs.some(([name]) => name === value)) select.value = value;
}
