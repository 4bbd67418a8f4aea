/** Every part of the page, by the place where it stands: the one list of them. */

import { make } from "./base/elements.js";
import { createInvitation } from "./draw/invitation.js";
import { createMore } from "./draw/more.js";
import { createPad } from "./draw/pad.js";
import { createSamples } from "./draw/samples.js";
import { createAges } from "./frame/ages.js";
import { createAddress } from "./frame/address.js";
import { createChecks } from "./frame/checks.js";
import { createConnection } from "./frame/connection.js";
import { createDetail } from "./frame/detail.js";
import { createFiles } from "./frame/files.js";
import { createGlossary } from "./frame/glossary.js";
import { createHeader } from "./frame/header.js";
import { createHelp } from "./frame/help.js";
import { createKeys } from "./frame/keys.js";
import { createLock } from "./frame/lock.js";
import { createMessage } from "./frame/message.js";
import { createOrSay } from "./frame/needs.js";
import { createNearest } from "./frame/nearest.js";
import { createPlayer } from "./frame/player.js";
import { createPrediction } from "./frame/prediction.js";
import { createShare } from "./frame/share.js";
import { createSource } from "./frame/source.js";
import { createSkip } from "./frame/skip.js";
import { createSpoken } from "./frame/spoken.js";
import { createStrip } from "./frame/strip.js";
import { createTrained } from "./frame/trained.js";
import { createTrust } from "./frame/trust.js";
import { createChips } from "./panels/chips.js";
import { createCompare } from "./panels/compare.js";
import { createTour } from "./tour/tour.js";
import { VIEWS } from "./views/index.js";

/**
 * @typedef {import("./state/types.js").Page} Page
 * @typedef {import("./state/types.js").Part} Part
 */

/**
 * Who stands where; those that others call come first.
 *
 * @type {Record<string, ((page: any) => Part)[]>}
 */
const PLACES = {
  last: [createMessage, createConnection, createGlossary, createSpoken],
  top: [createSkip, createHeader],
  track: [createPlayer, createDetail, createStrip],
  draw: [createPad, createInvitation],
  hand: [createPrediction],
  more: [createSamples, createMore],
  beside: VIEWS.filter(({ beside }) => beside).map(view),
  leaf: [createTour],
  aside: [
    createAges,
    createTrust,
    createNearest,
    createChips,
    createCompare,
    createSource,
    createChecks,
  ],
  below: [
    ...VIEWS.filter(({ beside }) => !beside).map(view),
    createTrained,
    createHelp,
    createFiles,
    createLock,
    createAddress,
    createShare,
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
  return (page) => ({ ...createOrSay(page, name, create), view: name });
}
