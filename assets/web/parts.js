/** Every part of the page, by the place where it stands: the one list of them. */

import { make } from "./base/elements.js";
import { createInvitation } from "./draw/invitation.js";
import { createMore } from "./draw/more.js";
import { createPad } from "./draw/pad.js";
import { createSamples } from "./draw/samples.js";
import { createAddress } from "./frame/address.js";
import { createChecks } from "./frame/checks.js";
import { createConnection } from "./frame/connection.js";
import { createFiles } from "./frame/files.js";
import { createGlossary } from "./frame/glossary.js";
import { createHeader } from "./frame/header.js";
import { createHelp } from "./frame/help.js";
import { createKeys } from "./frame/keys.js";
import { createMessage } from "./frame/message.js";
import { createPlayer } from "./frame/player.js";
import { createPrediction } from "./frame/prediction.js";
import { createShare } from "./frame/share.js";
import { createSource } from "./frame/source.js";
import { createSkip } from "./frame/skip.js";
import { createSpoken } from "./frame/spoken.js";
import { createStrip } from "./frame/strip.js";
import { createChips } from "./panels/chips.js";
import { createCompare } from "./panels/compare.js";
import { proved } from "./state/fields.js";
import { createTour } from "./tour/tour.js";
import { VIEWS } from "./views/index.js";

/** @typedef {import("./state/types.js").Page} Page @typedef {import("./state/types.js").Part} Part */

/** Who stands where; those that others call come first. @type {Record<string, ((page: any) => Part)[]>} */
const PLACES = {
  last: [createMessage, createConnection, createGlossary, createSpoken],
  top: [createSkip, createHeader],
  track: [createPlayer, createStrip],
  draw: [createPad, createInvitation],
  hand: [createPrediction],
  more: [createSamples, createMore],
  beside: VIEWS.filter(({ beside }) => beside).map(view),
  leaf: [createTour],
  aside: [createChips, createCompare, createSource, createChecks],
  below: [
    ...VIEWS.filter(({ beside }) => !beside).map(view),
    createHelp,
    createFiles,
    address,
    share,
    createKeys,
  ],
};

/**
 * Create every part and put it in its place; `page.parts` is all of them, those inside others too.
 *
 * @param {Page} page
 */
export function createParts(page) {
  const places = {};
  for (const [place, creators] of Object.entries(PLACES))
    places[place] = creators.map((create) => {
      const part = create(page);
      for (const each of whole([part])) Object.assign(page.actions, each.actions);
      return part;
    });
  page.parts = whole(Object.values(places).flat());
  const stand = (place) => places[place].flatMap(({ element }) => element ?? []);
  page.root.append(
    ...stand("top"),
    ...stand("leaf"),
    make("div", { id: "track" }, ...stand("track")),
    make(
      "div",
      { id: "main", "data-shown": "explore" },
      make(
        "div",
        { id: "bench" },
        make("section", { id: "draw" }, ...stand("draw")),
        ...stand("hand"),
      ),
      make("div", { id: "more" }, ...stand("more")),
      ...stand("beside"),
      make("div", { id: "side" }, ...stand("aside")),
    ),
    ...stand("below"),
    ...stand("last"),
  );
}

/** @param {Part[]} parts @returns {Part[]} */
function whole(parts) {
  return parts.flatMap((part) => [part, ...whole(part.parts ?? [])]);
}

function view({ name, create }) {
  return (page) => ({ ...create(page), view: name });
}

// The two below still have signatures of their own.

function address(page) {
  const { say, store, screen, start, views, actions } = page;
  const usual = { ...start.query, view: views[0] };
  /** Whether the server answers what a link asks for, with the sections that its view needs. */
  async function answers({ view: name, ...query }) {
    const panel = query.unit === null ? screen.panel : "unit";
    return !(await page.live.ask(page.wanted(query, { view: name, panel }))).error;
  }
  const part = createAddress({
    say,
    state: () => ({ ...store.get(), view: screen.view }),
    usual,
    known: { views, amounts: Object.keys(start.perturbations) },
    prove: (state) => proved(state, usual, answers),
    apply: ({ view: name, ...query }) => actions.restore(query, name),
    remember: () => store.remember({ whole: true }),
    tell: actions.of("link").tell,
    failed: actions.failed,
  });
  return {
    element: null,
    chosen: part.changed,
    actions: { readLink: part.read, href: part.href },
  };
}

function share({ say, start, actions }) {
  const names = ["png", "svg", "npz", "report", "json"];
  const part = createShare({
    say,
    href: () => actions.href(),
    files: Object.fromEntries(names.map((name) => [name, () => actions.save(name)])),
    failed: actions.failed,
    addresses: start.addresses,
  });
  return {
    element: part.dialog,
    name: part.name,
    actions: { share: () => part.show().catch(actions.failed) },
  };
}
