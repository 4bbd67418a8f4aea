/** What the strip shows, in order: a card for each step, or for a folded box of them. */

/**
 * @typedef {object} Box some steps as one, as the server has folded them
 * @property {string} id
 * @property {string} module the class of the module
 * @property {string} module_path
 * @property {number} times how many equal boxes it is made of
 * @property {number} start the place of its first step
 * @property {number} end that behind its last one
 */

/**
 * @typedef {object} Card
 * @property {string} step the step that it leads to: the last of those that it stands for
 * @property {number} start the place of the first of them
 * @property {number} end that behind the last one
 * @property {string[]} within the open boxes around it, the outermost first
 * @property {(Box & {skips: boolean, entering: number[], enter: string}) | null} box
 */

/** @param {any} reply @returns {Card[]} */
export function cardsOf({ steps, sections }) {
  const folding = sections.folding;
  if (!folding)
    return steps.map(({ id }, start) => ({
      step: id,
      start,
      end: start + 1,
      within: [],
      box: null,
    }));
  return folding.cards.map((card) => ({ ...card, step: steps[card.end - 1].id }));
}

/**
 * The place of the card that a step stands on; −1 where there is none.
 *
 * @param {Card[]} cards @param {{id: string}[]} steps @param {string} step
 */
export function placeOf(cards, steps, step) {
  const place = steps.findIndex(({ id }) => id === step);
  return cards.findIndex(({ start, end }) => start <= place && place < end);
}

/** What is folded by hand where nothing was. */
export const UNTOUCHED = { detail: null, opened: [], closed: [] };

const without = (list, name) => list.filter((each) => each !== name);
const joined = (list, names) => [...new Set([...list, ...names])];

/** A box opened; what the step at hand keeps open (`forced`) stays. */
export function opened(folding, name, forced) {
  const { detail, opened: open, closed } = folding ?? UNTOUCHED;
  return { detail, opened: joined(open, [...forced, name]), closed: without(closed, name) };
}

/** A box folded, and what the step at hand keeps open but this one stays. */
export function folded(folding, name, forced) {
  const { detail, opened: open, closed } = folding ?? UNTOUCHED;
  return { detail, opened: without(joined(open, forced), name), closed: joined(closed, [name]) };
}

/** What is open only for the step at hand, kept open for good. */
export function kept(folding, forced) {
  if (forced.length === 0) return folding;
  return { ...(folding ?? UNTOUCHED), opened: joined((folding ?? UNTOUCHED).opened, forced) };
}

/**
 * Another level of detail: more of it opens what was folded by hand, less folds what was opened by
 * hand; the rest stays.
 */
export function moved(folding, { detail, most }, move) {
  const { opened: open, closed } = folding ?? UNTOUCHED;
  const next = Math.min(most, Math.max(0, detail + move));
  return move > 0
    ? { detail: next, opened: open, closed: [] }
    : { detail: next, opened: [], closed };
}

/** Whether there is more, or less, than a level of detail shows. */
export function movable(folding, { detail, most }, move) {
  const { opened: open, closed } = folding ?? UNTOUCHED;
  return move > 0 ? detail < most || closed.length > 0 : detail > 0 || open.length > 0;
}

/**
 * What a step is called wherever it is spoken of: its place in the strip, and its module.
 *
 * @param {(key: string) => string} say @param {{id: string, module: string}[]} steps
 * @param {string} step
 */
export function stepped(say, steps, step) {
  const place = steps.findIndex(({ id }) => id === step);
  return place < 0 ? step : `${place} ${steps[place].module || say("strip.input")}`;
}
