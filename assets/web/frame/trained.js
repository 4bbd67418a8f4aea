/**
 * The ages that are trained here while the page is open: they stand beside the shipped ones, and go
 * with the next training. Who looks at one that is gone sees the shipped weights again.
 */

const PATIENCE = 8000; // milliseconds, as for a reply; a page without these ages is whole, too

/**
 * What of a query changes where weights are gone: those shown, those compared with, and what was
 * copied from them to either side.
 *
 * @param {any} query @param {(checkpoint: string | null) => boolean} gone
 */
export function without({ checkpoint, versus, edits }, gone) {
  const left = (all) => all.filter(({ source }) => !source || !gone(source.checkpoint));
  const here = left(edits);
  const there = left(versus?.edits ?? []);
  return {
    ...(gone(checkpoint) && { checkpoint: "" }),
    ...(here.length < edits.length && { edits: here }),
    ...(there.length < (versus?.edits ?? []).length && { versus: { ...versus, edits: there } }),
    ...(versus && gone(versus.checkpoint) && { versus: null }),
  };
}

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createTrained(page) {
  const { say, start, store, actions } = page;
  const shipped = new Map(start.models.map((card) => [card, card.checkpoints]));
  let known = "[]";

  /** The server's list: what is in it is there, what is not is gone. */
  function take(ages) {
    const changed = known !== (known = JSON.stringify(ages));
    if (changed) for (const [card, own] of shipped) renew(card, own, ages);
    if (left() || !changed) return;
    for (const part of page.parts) part.chosen?.(store.get(), store.get());
  }

  function renew(card, own, ages) {
    for (const { name } of card.checkpoints.slice(own.length)) delete card.weights[name];
    const here = ages.filter(({ model }) => model === card.name);
    for (const { name, sha256, bytes } of here) card.weights[name] = { sha256, bytes };
    card.checkpoints = [...own, ...here];
  }

  /** Let go of what is chosen and gone; whether there was anything. */
  function left() {
    const { checkpoints, weights, own, default: usual } = page.model();
    const names = [...checkpoints.map(({ name }) => name), ...Object.keys(weights), usual, ""];
    const gone = (name) => !own && name !== null && !names.includes(name);
    const patch = without(store.get(), gone);
    if (!Object.keys(patch).length) return false;
    actions.change(patch, performance.now());
    actions.of("ages").tell(say("ages.gone"));
    return true;
  }

  /** The server's list, if it gives one; that it is slow aborts the reading of it, too. */
  async function listed() {
    const options = { signal: AbortSignal.timeout(PATIENCE) };
    const answer = await fetch(new URL("train/ages", document.baseURI), options);
    return answer.ok ? (await answer.json()).ages : null;
  }

  async function refresh() {
    if (!start.train && !start.bring) return;
    const ages = await listed().catch(() => null); // the connection says why
    if (ages) take(ages);
  }

  return {
    element: null,
    actions: {
      ages: take,
      refreshAges: refresh,
      async lost({ key }) {
        if (key === "zoo.checkpoint") await refresh().catch(actions.failed);
      },
    },
  };
}
