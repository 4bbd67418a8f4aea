/** The keys that work anywhere on the page, except where they already mean something else. */

/**
 * @param {{player: any, undo: (since: number) => void, redo: (since: number) => void, release: (since: number) => void}} page
 */
export function createKeys({ player, undo, redo, release }) {
  const plain = {
    ArrowLeft: (event) => player.by(-1, event),
    ArrowRight: (event) => player.by(1, event),
    Home: (event) => player.to(0, event.timeStamp),
    PageUp: (event) => player.by(-1, event),
    PageDown: (event) => player.by(1, event),
    End: (event) => player.to(-1, event.timeStamp),
    Escape: (event) => release(event.timeStamp),
    p: () => player.toggle(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey || busy(event.target)) return;
    const key = keyOf(event);
    if (event.ctrlKey || event.metaKey) {
      const back = key === "z" && !event.shiftKey;
      const forth = key === "y" || (key === "z" && event.shiftKey);
      if (!back && !forth) return;
      event.preventDefault();
      (back ? undo : redo)(event.timeStamp);
    } else if (plain[key]) {
      if (key !== "Escape") event.preventDefault();
      plain[key](event);
    }
  });
}

/**
 * The key's name; a letter in lower case. Where a key gives no Latin letter, as on a Russian or Greek keyboard or
 * under an input method, its place counts.
 *
 * @param {{key: string, code: string}} event
 */
export function keyOf({ key, code }) {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(code);
  return letter ? letter[1].toLowerCase() : key;
}

/** Where arrows, letters and Ctrl+Z belong to a field. */
function busy(target) {
  return (
    target instanceof Element &&
    target.closest("input, select, textarea, [contenteditable=true], dialog[open]") !== null
  );
}
