/**
 * The weights view: named_parameters() as the course walks it, each parameter as a picture, the
 * first rows as images.
 */

import { grown, learnt } from "../base/age.js";
import { choices, make } from "../base/elements.js";
import { fixed, size } from "../base/numbers.js";
import { Sentence } from "../base/sentence.js";
import { sure } from "../base/sure.js";
import { body, head, row } from "../base/tables.js";
import { checkpoints, otherCheckpoints } from "../panels/checkpoints.js";
import { latest } from "../state/latest.js";
import { Unreachable } from "../state/live.js";
import { fetched } from "../state/posting.js";
import { createBringing } from "./bringing.js";
import { createParameter } from "./parameter.js";
import { createRows } from "./rows.js";

const KEPT = 8; // parameters whose values stay, up to 1.6 MB each
const AGAIN = 2000; // milliseconds after an answer that was lost
const NOTHING = { rows: [], other: null, titles: [] };
const COLUMNS = ["name", "size", "count", "mean", "std", "min", "max"];

/**
 * @typedef {{name: string, step: string, size: number[], count: number, printed: string,
 *   address: string, buffer: boolean, also: string[]}} Parameter
 */

/** A parameter of a list that has it. @param {Parameter[]} all @param {string} name */
const named = (all, name) => sure(all.find((each) => each.name === name));

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createWeights(page) {
  const { store, once, screen, actions } = page;
  const values = createFetching();
  const list = createListing(page, (name) => choose(name).catch(failed));
  const chart = createChart(page, sides);
  const rows = createRows(page);
  const other = createOther(page);
  const bringing = createBringing(page);
  const newest = latest();
  /** The parameters of the shown weights, and of those that they are compared with, or none. */
  /** @type {{rows: Parameter[], other: Parameter[] | null, titles: string[]}} */
  let listing = NOTHING;
  let loaded = "";
  let asked = "";
  let chosen = "";

  const key = (query) => {
    const { model, checkpoint, language, versus, taught, images, focus, options } = query;
    const lesson = learnt(query) ? JSON.stringify([taught, images[focus], options]) : "";
    return [model, checkpoint, versus?.checkpoint ?? "", language, lesson].join("/");
  };
  const again = () => screen.view === "weights" && show().catch(failed);
  const failed = lost(again, actions.failed);

  async function show() {
    const query = store.get();
    const known = key(query) === loaded;
    // what is known outdates what is on its way, too
    listing = await newest(known ? Promise.resolve(listing) : listed(query));
    if (!known) {
      loaded = key(query);
      if (!listing.rows.some(({ name }) => name === chosen)) chosen = listing.rows[0]?.name ?? "";
      list.fill(listing.rows);
      showRows();
    }
    if (listing.rows.length) return choose(chosen);
    return chart.draw({ name: "" }, page.say("weights.nothing"));
  }

  /** Both sides of a comparison at once; what has been learnt is the first one's. */
  async function listed(query) {
    const names = [query.checkpoint, query.versus?.checkpoint].filter((name) => name != null);
    const steps = [learnt(query), 0];
    const titles = names.map((name, side) => grown(page.say, called(name), steps[side]));
    const ask = (checkpoint, side) =>
      once("parameters")({ ...query, checkpoint, taught: side ? null : query.taught });
    const answers = await Promise.all(names.map(ask));
    const error = answers.find((each) => each.error)?.error;
    if (error) throw new Sentence(error.message);
    return { rows: answers[0].rows, other: answers[1]?.rows ?? null, titles };
  }

  /** The same parameter on either side, with what that side is called and its values. */
  async function sides(name) {
    const { rows: one, other: two, titles } = listing;
    const all = [one, two].filter((each) => each !== null);
    return Promise.all(
      all.map(async (each, side) => ({
        title: titles[side],
        values: await values(named(each, name)),
      })),
    );
  }

  /** What weights are called; somebody's own have no age. */
  function called(name) {
    const wanted = name || page.model().default;
    return checkpoints(page).find((known) => known.name === wanted)?.title ?? "";
  }

  function showRows() {
    rows.show(listing, sides).catch(failed);
  }

  async function choose(name) {
    chosen = name;
    list.mark(name);
    const one = named(listing.rows, name);
    await chart.draw(one, one.count ? "" : page.say("weights.empty", { name }));
  }

  return {
    element: make(
      "section",
      { id: "weights" },
      make("div", { class: "column" }, list.element, bringing.element),
      ...[make("div", { class: "column" }, other.element, chart.element), rows.element],
    ),
    parts: [bringing],
    chosen(now) {
      other.chosen(now);
      const wanted = screen.view === "weights" ? key(now) : "";
      if (wanted && wanted !== asked) show().catch(failed);
      asked = wanted;
    },
    again() {
      again();
      rows.arrange();
    },
    /** The drawing changed: rows sorted by activation follow it. */
    update(reply) {
      rows.follow(reply.values, screen.view === "weights");
      if (screen.view === "weights" && loaded === key(store.get())) showRows();
    },
    name() {
      other.name();
      list.name();
      rows.name();
    },
  };
}

/**
 * The values of a parameter, or what is said where there are none.
 *
 * @param {import("../state/types.js").Page} page
 * @param {(name: string) => Promise<import("./parameter.js").Side[]>} sides
 */
function createChart(page, sides) {
  const parameter = createParameter(page);
  const newest = latest();
  return {
    element: parameter.element,
    async draw(one, sentence) {
      parameter.title(one);
      const both = await newest(sentence ? Promise.resolve(null) : sides(one.name));
      if (both) parameter.draw(one, both);
      else parameter.blank(sentence);
    },
  };
}

/** Without a server it is asked again when that returns; it may be there, and one answer lost. */
function lost(again, failed) {
  let timer = 0;
  return (error) => {
    if (!(error instanceof Unreachable)) return failed(error);
    clearTimeout(timer);
    timer = setTimeout(again, AGAIN);
  };
}

/** The values of a parameter, exact: little-endian float32; the last few are kept. */
function createFetching() {
  /** @type {Map<string, Float32Array>} */ const known = new Map();
  /** @param {Parameter} parameter */
  return async ({ address }) => {
    const before = known.get(address);
    if (before) return before;
    const place = new URL(address, document.baseURI);
    const values = new Float32Array(
      sure(await fetched(place, {}, (answer) => answer.arrayBuffer())),
    );
    if (address.startsWith("data:")) return values; // an address as large as they are
    known.set(address, values);
    if (known.size > KEPT) known.delete([...known.keys()][0]);
    return values;
  };
}

/** Which weights the shown ones are compared with; a comparison's pictures and edits stay. */
function createOther(page) {
  const { say, store, actions } = page;
  const label = make("label", { for: "weights-versus" });
  const choice = make("select", { id: "weights-versus", onchange: change });
  const element = make("div", { class: "tools versus" }, label, choice);

  function change(event) {
    const same = { checkpoint: null, image: null, edits: null };
    const versus = { ...same, ...store.get().versus, checkpoint: choice.value || null };
    const differs = Object.values(versus).some((each) => each !== null);
    actions.change({ versus: differs ? versus : null }, event.timeStamp);
  }

  return {
    element,
    chosen({ versus }) {
      const others = otherCheckpoints(page);
      element.hidden = !others.length;
      choices(choice, [
        ["", say("compare.none")],
        ...others.map(({ name, title }) => /** @type {[string, string]} */ ([name, title])),
      ]);
      choice.value = versus?.checkpoint ?? "";
    },
    name() {
      label.textContent = say("compare.label");
    },
  };
}

/** A number, a dash where there is none. @param {number | null} value */
function written(value) {
  return value === null ? "–" : fixed(value);
}

/** The table of all parameters, and the chosen one as the course prints it. */
function createListing({ say }, choose) {
  const title = make("h2");
  const lead = make("p", { class: "sentence" });
  const code = make("pre", { class: "printed" });
  const table = make("table");
  const printed = make("pre", { class: "printed", tabindex: "0" });
  const box = make("div", { class: "table", tabindex: "0", role: "group" }, table);
  /** @type {Parameter[]} */ let parameters = [];

  function line(parameter) {
    const { name } = parameter;
    const link = make(
      "button",
      { type: "button", class: "link", onclick: () => choose(name) },
      name,
    );
    const numbers = ["count", "mean", "std", "min", "max"].map((key) => written(parameter[key]));
    const named = make("span", {}, link, ...marks(parameter));
    const element = row([named, make("code", {}, size(parameter.size)), ...numbers], {
      "data-parameter": name,
    });
    for (const cell of [...element.cells].slice(2)) cell.className = "number";
    return element;
  }

  /** What is not trained, and under which other names it is registered. */
  function marks({ buffer, also }) {
    const notes = [];
    if (buffer) notes.push(say("weights.buffer"));
    if (also.length) notes.push(say("weights.also", { names: also.join(", ") }));
    return notes.length ? [" ", make("span", { class: "legend" }, notes.join(", "))] : [];
  }

  return {
    element: make("div", { class: "column" }, title, lead, code, box, printed),
    /** @param {Parameter[]} all */
    fill(all) {
      parameters = all;
      table.replaceChildren(
        head(COLUMNS.map((key) => say(`weights.${key}`))),
        body(parameters.map(line)),
      );
    },
    mark(name) {
      for (const each of table.querySelectorAll("tbody tr"))
        each.toggleAttribute("data-chosen", each.dataset.parameter === name);
      printed.textContent = named(parameters, name).printed;
    },
    name() {
      title.textContent = say("weights.title");
      lead.textContent = say("weights.lead");
      code.textContent =
        "for name, param in model.named_parameters():\n" +
        '    print(f"Layer: {name} | Size: {param.size()} | Values : {param[:2]} \\n")';
    },
  };
}
