/** The keys that work anywhere on the page, except where they already mean something else. */

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createKeys({ store, actions, settings }) {
  /** What is pinned is let go first, then the presenter's stage is left. */
  function leave(event) {
    if (store.get().unit !== null) actions.choose(null, event.timeStamp);
    else if (settings.presenting()) settings.present(false);
  }

  const plain = {
    ArrowLeft: (event) => actions.by(-1, event),
    ArrowRight: (event) => actions.by(1, event),
    Home: (event) => actions.to(0, event.timeStamp),
    PageUp: (event) => actions.by(-1, event),
    PageDown: (event) => actions.by(1, event),
    End: (event) => actions.to(-1, event.timeStamp),
    Escape: leave,
    "+": (event) => actions.detail(1, event.timeStamp),
    "-": (event) => actions.detail(-1, event.timeStamp),
    p: () => actions.toggle(),
    f: () => settings.present(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey || busy(event.target)) return;
    const key = keyOf(event);
    if (event.ctrlKey || event.metaKey) {
      const back = key === "z" && !event.shiftKey;
      const forth = key === "y" || (key === "z" && event.shiftKey);
      if (!back && !forth) return;
      event.preventDefault();
      (back ? actions.undo : actions.redo)(event.timeStamp);
    } else if (plain[key]) {
      if (key !== "Escape") event.preventDefault();
      plain[key](event);
    }
  });
  return { element: null };
}

/**
 * The key's name; a letter in lower case. Where a key gives no Latin letter, as on a Russian or
 * Greek keyboard or under an input method, its place counts.
 *
 * @param {{key: string, code: string}} event
 */
export function keyOf({ key, code }) {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(code);
  return letter ? letter[1].toLowerCase() : key;
}

/** Where arrows, letters and Ctrl+Z belong to a field: a box to tick has no use for them. */
const FIELDS = "input:not([type=checkbox]), select, textarea, [contenteditable=true], dialog[open]";

function busy(target) {
  return target instanceof Element && target.closest(FIELDS) !== null;
}
