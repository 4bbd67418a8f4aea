/**
 * Arrow keys in a list of tabs, as the ARIA pattern has it: one of them is a tab stop, the arrows
 * walk.
 */

const MOVES = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/** @param {HTMLElement} list whose descendants with role "tab" are walked; walking opens */
export function roving(list) {
  list.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const tabs = /** @type {HTMLButtonElement[]} */ ([
      ...list.querySelectorAll("[role=tab]:not(:disabled)"),
    ]);
    const at = tabs.indexOf(/** @type {any} */ (document.activeElement));
    if (at < 0) return;
    event.preventDefault();
    event.stopPropagation(); // these arrows do not step the network
    const to =
      Math.abs(move) === 1
        ? (at + move + tabs.length) % tabs.length
        : move > 0
          ? tabs.length - 1
          : 0;
    tabs[to].click();
    tabs[to].focus();
  });
}
