/**
 * The address follows the page, and the page the address.
 *
 * Back and Forward change where one stands, never the pictures drawn since; only between the page's
 * own drawings and those of a link do the pictures change, and then Undo brings them back. What a
 * link asks for is taken over once the server has answered it; what cannot be used is said.
 */

import { proved } from "../state/fields.js";
import { packed, packNow, unpack } from "../state/link.js";

const PAUSE = 400; // milliseconds without change before the address follows
const KEPT = "layer-explorer.kept"; // in the session's storage: what the address did not hold yet
const ITEMS = 3; // of what cannot be used, as many are named
const SHOWN = 24; // characters of a value in a sentence

/**
 * Fields whose change makes a new entry for the browser's back button; the rest, as strokes,
 * replaces the last.
 */
const TURNS = [
  "model",
  "checkpoint",
  "step",
  "view",
  "unit",
  "focus",
  "versus",
  "edits",
  "folding",
];

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createAddress(page) {
  const { say, store, screen, views, actions, start, settings } = page;
  const usual = { ...start.query, view: views[0] };
  const known = knownFrom(start, views, usual);
  const { tell } = actions.of("link");
  let [kept, timer] = [takeKept(), 0];
  let turn = 0; // grows with everything that makes what is under way outdated
  let reading = ""; // the address whose link is being read
  let begun = ""; // what was chosen when that began
  let written = "";
  /** @type {any} */ let last = null;
  /** Entries of the same lot are the page's own, of the same pictures; a link begins a new one. */
  let lot = newLot();
  const { state, chosen, lockAll } = createState(page, Object.keys(usual));

  /** Write the state into the address; a turn can be taken back with the browser's own button. */
  async function write() {
    const [mine, due, now] = [++turn, timer, state()];
    clearTimeout(due); // written now, and not once more while the next link is read
    const { href: next } = await addressOf(now, usual);
    if (mine !== turn) return;
    if (timer === due) timer = 0; // what has changed meanwhile is still to be written
    const same = (field) => JSON.stringify(now[field]) === JSON.stringify(last[field]);
    const push = last !== null && !TURNS.every(same);
    if (next !== location.href)
      history[push ? "pushState" : "replaceState"]({ ...history.state, lot }, "", next);
    [written, last] = [next, now];
    mark();
  }

  /** Whether the address holds what is on screen, for whoever waits for it. */
  function mark() {
    page.root.dataset.address = reading || timer ? "due" : "written";
  }

  function refused(error) {
    if (error.key) tell(say(error.key, error.values));
    else actions.failed(error);
  }

  /** The address follows; what is chosen while a link is read is later, and outdates it. */
  function changed() {
    if (reading && chosen() === begun) return; // the address follows once the link is read
    if (reading) [reading, turn] = ["", turn + 1];
    clearTimeout(timer);
    timer = setTimeout(() => write().catch(refused), PAUSE);
    mark();
  }

  /** Read the state from the address; resolves to whether there was one that can be read. */
  async function read(ages = Promise.resolve()) {
    if (location.href === reading) return false;
    const mine = ++turn;
    const { link, lot: entry, own = false } = kept ?? asked();
    kept = null;
    reading = link && location.href;
    if (!link) return false;
    for (const part of page.parts) part.still?.(); // its next beat would outdate the link
    clearTimeout(timer);
    [timer, begun] = [0, chosen()];
    mark();
    try {
      await ages; // which a link may name
      return await adopt(link, { entry, mine, own });
    } catch (error) {
      if (mine !== turn) return false;
      reading = "";
      refused(error);
      changed(); // the address shows what the page shows
      return false;
    }
  }

  async function adopt(link, { entry, mine, own }) {
    const back = last !== null && entry === lot;
    // Addresses of the page's own lead back to where it has been, as by the tour, whatever is
    // locked.
    const found = await unpack(link, { ...known, kept: own, lock: entry ? [] : start.lock });
    const now = state();
    const { present, lock, ...wanted } = found.state;
    const bare = wanted.images.length === 0; // they were too large for an address
    const here =
      back || bare
        ? { ...wanted, images: now.images } // the store sees to it that the one in focus is there
        : wanted;
    const proof = await proved(here, usual, answers);
    if (mine !== turn) return true;
    reading = "";
    if (last !== null && !back) store.remember({ whole: true });
    lot = entry ?? newLot();
    history.replaceState({ ...history.state, lot }, "");
    const { view, ...query } = proof.state;
    if (lock) lockAll(lock);
    if (bare && !back) tell(say("link.bare"));
    const panel = subject(query);
    if (panel && !back) screen.panel = panel;
    if (present && !back) settings.present(true, { screen: false });
    actions.restore(query, view);
    [written, last] = [location.href, state()];
    mark();
    const unused = [...found.unused, ...proof.unused];
    if (unused.length > 0) {
      tell(say("link.unused", { list: listed(say, usual, unused) }));
      write().catch(refused); // before anybody comes back to it as to one of the page's own
    }
    return true;
  }

  /** Whether the server answers what a link asks for, with the sections that its view needs. */
  async function answers({ view, ...query }) {
    const panel = subject(query) ?? (query.unit === null ? screen.panel : "unit");
    return !(await page.live.ask(page.wanted(query, { view, panel }))).error;
  }

  function keep() {
    if (reading || timer || written)
      keepNow(reading ? null : { link: packNow(state(), usual), lot, own: true });
  }

  function listen() {
    addEventListener("popstate", () => read());
    addEventListener("hashchange", () => location.href !== written && read());
    addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", () => document.hidden && keep());
  }

  listen();
  return {
    element: null,
    chosen: changed,
    again: changed,
    actions: { readLink: read, lot: () => lot, href: (more) => addressOf(state(more), usual) },
  };
}

/**
 * What is on screen as a link holds it.
 *
 * @param {any} page
 * @param {string[]} fields of the query and the view
 */
function createState(page, fields) {
  const { store, screen, settings, actions } = page;
  /** @type {string[]} */ let linked = []; // what a link has locked

  /** @param {{present?: boolean, lock?: string[]}} [more] */
  function state(more = { present: settings.presenting() }) {
    const { size } = page;
    return {
      ...store.get(),
      size: size(),
      view: screen.view,
      ...shared({ lock: linked, ...more }),
    };
  }

  return {
    state,
    /** All that can be chosen of it, as text. */
    chosen() {
      const now = state();
      return JSON.stringify(["images", ...fields].map((field) => now[field]));
    },
    lockAll(names) {
      linked = names;
      actions.lock(names);
    },
  };
}

/** Each field with what was received and what is shown instead. */
function listed(say, usual, unused) {
  const items = unused.slice(0, ITEMS).map(({ field, received }) => {
    if (!Object.hasOwn(usual, field)) return `“${shown(field)}”`;
    const instead = usually(say, usual[field]);
    return `${say(`link.field.${field}`)} ${quoted(received)} → ${instead}`;
  });
  return `${items.join("; ")}${unused.length > ITEMS ? " …" : ""}`;
}

/** What a field is without a link, in words. */
function usually(say, value) {
  if (value === null || value?.length === 0 || typeof value === "object")
    return say(value === "" || value === undefined ? "link.usual" : "link.none");
  return String(value ?? say("link.usual"));
}

/**
 * How a page is shown to whom the link is given, as far as it is not the usual way.
 *
 * @param {{present?: boolean, lock?: string[]}} how
 */
function shared({ present = false, lock = [] }) {
  return { ...(present && { present }), ...(lock.length && { lock }) };
}

/** What a link may name on this page. @returns {import("../state/types.js").Known} */
function knownFrom({ models, perturbations, bounds }, views, usual) {
  const fed = models.filter(({ drawn }) => !drawn).map(({ name }) => name);
  return { views, amounts: Object.keys(perturbations), fed, usual, bounds };
}

/** The address that holds a state, and whether it holds all of it. */
async function addressOf(state, usual) {
  const { link, whole } = await packed(state, usual);
  return { href: new URL(`#${link}`, location.href).href, whole };
}

/** What the address asks for, and which lot its entry is of. */
const asked = () => ({ link: location.hash.slice(1), lot: history.state?.lot });

const newLot = () => Math.random().toString(36).slice(2);

/**
 * Leave all of it to the next page of this address, so that it survives a reload: the address may
 * not have it yet, or have got it while the reload was on its way, which leads to the one of
 * before. While a link is read there is nothing to leave, and what was left is of before.
 *
 * @param {{link: string, lot: string, own: boolean} | null} kept
 */
function keepNow(kept) {
  try {
    sessionStorage.removeItem(KEPT);
    const { href } = location;
    if (kept) sessionStorage.setItem(KEPT, JSON.stringify({ href, ...kept }));
  } catch {
    // storage is forbidden, or the state too large: the address is at most a moment behind
  }
}

/**
 * What the page before has kept for this address, or for the entry that is loaded anew.
 *
 * @returns {{link: string, lot: string} | null}
 */
function takeKept() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    sessionStorage.removeItem(KEPT);
    const [visit] = /** @type {any[]} */ (performance.getEntriesByType("navigation"));
    const here = visit?.type === "reload" || kept?.href === location.href;
    return here && typeof kept?.link === "string" ? kept : null;
  } catch {
    return null; // storage is forbidden, or holds something else
  }
}

function shown(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}

const quoted = (value) => (typeof value === "object" && value !== null ? "" : `“${shown(value)}”`);

/**
 * The panel that a link is about, where what it says is seen in one alone.
 *
 * @param {any} query
 */
function subject({ taught, unit, options }) {
  if (taught) return "teach";
  return unit === null && (options.way || options.goal !== undefined) ? "mind" : null;
}
