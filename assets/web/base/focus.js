/**
 * Focus stays where a keyboard was: what has it may take itself away or be disabled, and then the
 * browser hands it to the page's body, from where no key goes on.
 */

const WITHIN =
  "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]";
const WATCHED = ["disabled", "hidden", "open", "data-view", "data-panel"];

/** @param {Element} element @returns {element is HTMLElement} */
const able = (element) =>
  element.matches(WITHIN) &&
  element instanceof HTMLElement &&
  element.tabIndex >= 0 &&
  !element.matches(":disabled") &&
  element.checkVisibility({ visibilityProperty: true });

/** Everything in an element that takes focus, in its order. @param {Element} element */
const stops = (element) => [...element.querySelectorAll(WITHIN)].filter(able);

/**
 * Where an element stands: for each element around it, how many stops of it come before the part
 * that the element is in.
 *
 * @param {Element} element @returns {{around: Element, before: number}[]}
 */
function trail(element) {
  const all = stops(document.body);
  const places = [];
  for (let part = element; part.parentElement; part = part.parentElement) {
    const around = part.parentElement;
    const within = all.filter((each) => around.contains(each));
    places.push({ around, before: within.findIndex((each) => part.contains(each)) });
  }
  return places;
}

/**
 * Who goes on for it: of a pair the other one; else who stands in its place now, the last of its
 * group, or the nearest around.
 */
function neighbour(element, places) {
  const beside = element.isConnected
    ? [element.previousElementSibling, element.nextElementSibling]
    : [];
  const pair = beside.find((each) => each && able(each));
  if (pair) return pair;
  for (const { around, before } of places) {
    const found = around.isConnected ? stops(around) : [];
    if (found.length) return found[Math.max(0, Math.min(before, found.length - 1))];
  }
  return null;
}

/**
 * Hand focus on to the neighbour when it would be lost. Of a pointer nothing is handed on: it has
 * no use for focus, and on a phone a field would open the keyboard.
 *
 * @param {HTMLElement} root
 */
export function keepFocus(root) {
  /** @type {{element: Element, places: ReturnType<typeof trail>} | null} */ let held = null;
  let [keyed, moved, due] = [true, false, false];

  function look() {
    due = false;
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (!held || !keyed || !lost) return;
    const { element, places } = held;
    const next = able(element) ? element : /** @type {any} */ (neighbour(element, places));
    moved = next !== null;
    next?.focus({ preventScroll: true });
  }

  /** The browser takes focus away only as it paints: look right after. */
  const later = () => {
    if (due || !held) return;
    due = true;
    requestAnimationFrame(() => setTimeout(look));
  };

  root.addEventListener("focusin", ({ target }) => {
    const element = /** @type {Element} */ (target);
    held = keyed ? { element, places: trail(element) } : null;
  });
  root.addEventListener("pointerdown", () => (keyed = false), true);
  document.addEventListener(
    "keydown",
    (event) => {
      keyed = true;
      if (moved && event.repeat)
        event.preventDefault(); // held down, it was meant for who is gone
      else moved = false;
    },
    true,
  );
  new MutationObserver(later).observe(root, {
    subtree: true,
    childList: true,
    attributeFilter: WATCHED,
  });
}
