/**
 * What the visitor had before the tour: kept while it lasts, over a reload too, and given back
 * behind it.
 */

import { bytes } from "../base/numbers.js";

const KEPT = "layer-explorer.tour"; // in the session's storage
const BATCH = 3; // images in the course's batch

/** @param {import("../state/types.js").Page} page */
export function createKeeping({ store, screen, start, actions }) {
  /** @type {any} */ let kept = null;
  /** The batch that the tour began with. @type {string[]} */ let begun = [];

  /** Keep it, with the lot of the addresses that the tour has from here on. */
  function save() {
    try {
      if (kept) sessionStorage.setItem(KEPT, JSON.stringify({ kept, begun, lot: actions.lot() }));
      else sessionStorage.removeItem(KEPT);
    } catch {
      // storage is forbidden: the tour lasts as long as the page
    }
  }

  /** The visitor's picture first, unless nothing is drawn; then others of theirs, then samples. */
  function three({ images, focus }) {
    const own = [images[focus], ...images.filter((_, index) => index !== focus)];
    const drawn = own.filter((image) => bytes(image).some((grey) => grey > 0));
    const [course] = Object.values(start.samples); // those of its network come first
    const samples = course.map(({ pixels }) => pixels);
    return [...new Set([...drawn, ...samples])].slice(0, BATCH);
  }

  return {
    save,
    /** Keep the present, and bring the batch of the course. */
    begin() {
      const { language, show, ...query } = store.get();
      kept = { query, view: screen.view, panel: screen.panel, scroll: scrollY };
      return three(query);
    },
    /** What became of that batch. @param {string[]} images */
    begun(images) {
      begun = images;
      save();
    },
    /**
     * Whether a tour was under way when the page was loaded anew; another link ends it.
     *
     * @param {boolean} linked
     */
    resumed(linked) {
      try {
        const found = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
        if (!found || (linked && found.lot !== actions.lot())) return false;
        ({ kept, begun } = found);
        return true;
      } catch {
        return false; // storage is forbidden, or holds something else
      }
    },
    /** Bring back what was; what was drawn meanwhile is one undo away. */
    end() {
      const { query, view, panel, scroll } = kept;
      kept = null;
      save();
      if (store.get().images.some((image, index) => image !== begun[index])) store.remember();
      screen.panel = panel;
      actions.restore({ ...query, language: store.get().language }, view);
      scrollTo({ top: scroll, behavior: "instant" });
    },
  };
}
