/**
 * The guard between replies and the page: which parts a reply may paint, and when the page is
 * settled.
 */

import { received } from "./replies.js";

/**
 * What may differ without making a reply an older choice's: a picture changes with every move of
 * the pen.
 */
const FLOWING = new Set(["images"]);

/** @typedef {import("./types.js").Query} Query @typedef {import("./types.js").Part} Part */

/** Whether two queries are the same choice. @param {any} one @param {any} other */
export function sameChoice(one, other) {
  return Object.keys({ ...one, ...other }).every(
    (field) => FLOWING.has(field) || alike(one[field], other[field]),
  );
}

const alike = (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other);

/** Whether two queries are about the same pictures. @param {any} one @param {any} other */
function samePictures(one, other) {
  return (
    one.images.length === other.images.length &&
    one.images.every((image, index) => image === other.images[index])
  );
}

/**
 * Whether a part may show a reply to `asked` while `now` is chosen.
 *
 * @param {Part} part @param {Query} asked @param {Query} now
 */
export function concerns(part, asked, now) {
  return (
    asked.model === now.model &&
    (part.about ?? []).every((field) => alike(asked[field], now[field]))
  );
}

/** A page that computes nothing itself. */
const NOBODY = {
  able: () => false,
  renewed: () => null,
  state: () => "server",
  received() {},
  load() {},
};

/** @param {import("./types.js").Page} page */
export function createPainting(page) {
  const { root, store } = page;
  const hand = () => page.hand ?? NOBODY;
  /** @type {{reply: any, asked: any} | null} */ let last = null;
  /** @type {any} */ let newest = null;
  const refusal = createRefusal(page);
  let revision = 0;

  /**
   * Strip, bars and words first; what takes longer right after, unless a newer reply is already
   * here.
   */
  async function paint(reply, asked, since) {
    const now = store.get();
    if (asked.model !== now.model) return; // the steps of another network
    last = { reply, asked };
    // What the page has painted itself for another choice stays.
    const mine = !sameChoice(asked, page.wanted()) && hand().able(page.wanted());
    const parts = page.parts.filter((part) => concerns(part, asked, now) && !(mine && part.hand));
    const painted = hand().able(asked); // values stand already: this is their confirmation
    for (const part of parts) part.update?.(reply, asked);
    if (!painted) root.dataset.stripMs = (performance.now() - since).toFixed(1);
    try {
      await Promise.all(parts.map((part) => part.draw?.(reply)));
    } catch (error) {
      return page.actions.failed(error);
    }
    if (last.reply !== reply || !sameChoice(asked, page.wanted())) return;
    if (!painted) root.dataset.paintMs = (performance.now() - since).toFixed(1);
    // nothing is settled before every value is confirmed: all of them are asked for next
    if (asked === newest && !reply.sums) root.dataset.state = "ready";
    count();
  }

  /**
   * A reply of the hooks: facts are its own; values are those of the picture that is drawn by now.
   */
  function hooked(reply, query, since) {
    if (sameChoice(query, page.wanted())) refusal.over();
    hand().received(reply, query);
    const now = page.wanted();
    const current = samePictures(query, now) && sameChoice(query, now);
    const shown = current ? reply : (sameChoice(query, now) && hand().renewed(now)) || reply;
    if (!reply.sums && (current || !hand().able(now))) source(hand().state(query));
    // what is seen comes first, Plotly's script with it; then the weights
    return paint(shown, query, since).finally(() => hand().load(query));
  }

  /** Where the values on screen come from: this page, not confirmed yet, or the hooks. */
  function source(found) {
    // no hooks stand behind a file, unless it holds a pass of theirs
    const state = page.recorded ? "recorded" : page.weights ? "local" : found;
    root.dataset.source = ["page", "local"].includes(state) ? "page" : "hooks";
    page.actions.source?.(state);
  }

  /** A complete paint of the present choice stands, be it while the pen moves or once it rests. */
  function count() {
    revision += 1;
    root.dataset.revision = String(revision);
  }

  return {
    paint,
    ...{ refuse: refusal.refuse, refused: refusal.of },
    /** What the page has computed itself: values only, in the frame in which they change. */
    async hand(reply, query, since) {
      refusal.over();
      source("page");
      const parts = page.parts.filter(
        ({ hand, view }) => hand && (view === undefined || view === page.screen.view),
      );
      const waits = parts.map((part) => part.hand?.(reply, query)).filter(Boolean);
      root.dataset.stripMs = (performance.now() - since).toFixed(1);
      try {
        await Promise.all(waits);
      } catch (error) {
        return page.actions.failed(error);
      }
      root.dataset.paintMs = (performance.now() - since).toFixed(1);
      count();
    },
    /** The checks of a reply that is on screen have changed. */
    checked(reply) {
      for (const part of page.parts) part.checked?.(reply.checks);
    },
    /** A question leaves: until it is answered and painted, nothing is settled. */
    asking(query) {
      newest = query;
      root.dataset.state = "loading";
    },
    /**
     * @param {any} raw the reply as the server wrote it
     * @param {{query: any, since: number}} sent
     */
    answered(raw, { query, since }) {
      if (!raw.error) {
        page.actions.of("query").clear();
        return hooked(received(raw), query, since);
      }
      // a later question is on its way, be it about another picture alone
      if (query !== newest || !sameChoice(query, page.wanted())) return;
      refusal.refuse(raw.error.message, query);
      page.actions.lost?.(raw.error);
    },
    /** Plotly has drawn anew what was painted. */
    redrawn() {
      if (last && sameChoice(last.asked, page.wanted())) count();
    },
    /** Light, dark or sizes changed: the same numbers again. */
    again() {
      for (const part of page.parts) part.again?.();
      if (last) paint(last.reply, last.asked, performance.now());
      refusal.again();
    },
    /** The last reply, where it belongs to the chosen network. */
    reply: () => (last && last.asked.model === store.get().model ? last.reply : null),
  };
}

/**
 * The choice that has no answer: the sentence why stands until another one has, and no class is
 * named.
 *
 * @param {import("./types.js").Page} page
 */
function createRefusal(page) {
  /** @type {{sentence: string, asked: any} | null} */ let last = null;

  /** Whether it is this one, whatever is drawn. @param {any} query */
  const of = (query) => last !== null && sameChoice(query, last.asked);

  /** @param {string} sentence @param {any} asked */
  function refuse(sentence, asked) {
    page.root.dataset.state = "error";
    page.root.dataset.stale = ""; // strip and figure are those of before
    page.actions.source?.("stale");
    if (last?.sentence !== sentence || !of(asked)) page.actions.of("query").tell(sentence);
    last = { sentence, asked };
    for (const part of page.parts) part.refused?.(sentence);
  }

  return {
    ...{ of, refuse },
    over() {
      last = null;
      delete page.root.dataset.stale;
    },
    /** Everything has been painted anew. */
    again: () => last && refuse(last.sentence, last.asked),
  };
}
