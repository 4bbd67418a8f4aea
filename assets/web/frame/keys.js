/** The keys that work anywhere on the page, except where they already mean something else. */

/**
 * @param {{player: any, undo: (since: number) => void, redo: (since: number) => void, release: (since: number) => void}} page
 */
export function createKeys({ player, undo, redo, release }) {
  const plain = {
    ArrowLeft: (event) => player.by(-1, event),
    ArrowRight: (event) => player.by(1, event),
    Home: (event) => player.to(0, event.timeStamp),
    End: (event) => player.to(-1, event.timeStamp),
    Escape: (event) => release(event.timeStamp),
    p: () => player.toggle(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || busy(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey) {
      const back = key === "z" && !event.shiftKey;
      const forth = key === "y" || (key === "z" && event.shiftKey);
      if (!back && !forth) return;
      event.preventDefault();
      (back ? undo : redo)(event.timeStamp);
    } else if (!event.altKey && plain[key]) {
      if (key !== "Escape") event.preventDefault();
      plain[key](event);
    }
  });
}

/** Where arrows, letters and Ctrl+Z belong to a field. */
function busy(target) {
  return (
    target instanceof Element &&
    target.closest("input, select, textarea, [contenteditable=true], dialog[open]") !== null
  );
}
