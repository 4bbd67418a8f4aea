/**
 * Arrow keys in a list of tabs, and in a table of buttons, as the ARIA patterns have it: one of
 * them is a tab stop, the arrows walk.
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

const CROSSES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * @param {HTMLElement} table in which the buttons are @param {HTMLElement[][]} rows of them;
 *   walking opens nothing, and ends at the edges
 */
export function crossing(table, rows) {
  const stop = (button) => {
    for (const each of rows.flat()) each.tabIndex = each === button ? 0 : -1;
  };
  stop(rows[0][0]);
  table.addEventListener("focusin", ({ target }) => {
    if (rows.flat().includes(/** @type {any} */ (target))) stop(target);
  });
  table.addEventListener("keydown", (event) => {
    const move = CROSSES[event.key];
    const at = rows.findIndex((row) => row.includes(/** @type {any} */ (event.target)));
    if (!move || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // these arrows do not step the network
    const column = rows[at].indexOf(/** @type {any} */ (event.target));
    rows[at + move[0]]?.[column + move[1]]?.focus();
  });
}
