/**
 * The weights view: named_parameters() as the course walks it, each parameter as a picture, the
 * first rows as images.
 */

import { make } from "../base/elements.js";
import { fixed, size } from "../base/numbers.js";
import { Sentence } from "../base/sentence.js";
import { body, head, row } from "../base/tables.js";
import { latest } from "../state/latest.js";
import { Unreachable } from "../state/live.js";
import { createParameter } from "./parameter.js";
import { createRows } from "./rows.js";

const COLUMNS = ["name", "size", "count", "mean", "std", "min", "max"];

/**
 * @typedef {{name: string, step: string, size: number[], count: number, printed: string,
 *   address: string}} Parameter
 */

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createWeights(page) {
  const { store, once, screen, actions } = page;
  const values = createFetching(page);
  const list = createListing(page, (name) => choose(name).catch(failed));
  const parameter = createParameter(page);
  const rows = createRows(page, values);
  const newest = { listing: latest(), values: latest() };
  /** @type {any} */ let listing = null;
  let loaded = "";
  let asked = "";
  let chosen = "";

  const key = ({ model, checkpoint, language }) => `${model}/${checkpoint}/${language}`;
  /** Without a server it is asked again when that returns. */
  const failed = (error) => error instanceof Unreachable || actions.failed(error);

  async function show() {
    const query = store.get();
    if (key(query) !== loaded) {
      const answer = await newest.listing(once("parameters")(query));
      if (answer.error) throw new Sentence(answer.error.message);
      listing = answer;
      loaded = key(query);
      if (!listing.rows.some(({ name }) => name === chosen)) chosen = listing.rows[0].name;
      list.fill(listing.rows);
      rows.show(listing.rows).catch(failed);
    }
    await choose(chosen);
  }

  async function choose(name) {
    chosen = name;
    list.mark(name);
    const one = listing.rows.find((each) => each.name === name);
    parameter.title(one);
    parameter.draw(one, await newest.values(values(one)));
  }

  return {
    element: make("section", { id: "weights" }, list.element, parameter.element, rows.element),
    chosen(now) {
      const wanted = screen.view === "weights" ? key(now) : "";
      if (wanted && wanted !== asked) show().catch(failed);
      asked = wanted;
    },
    again() {
      if (screen.view === "weights") show().catch(failed);
      rows.arrange();
    },
    /** The drawing changed: rows sorted by activation follow it. */
    update(reply) {
      rows.follow(reply.values, screen.view === "weights");
      if (screen.view === "weights" && listing && loaded === key(store.get()))
        rows.show(listing.rows).catch(failed);
    },
    name() {
      list.name();
      rows.name();
    },
  };
}

/** The values of a parameter, exact: little-endian float32; each is fetched once. */
function createFetching({ say }) {
  /** @type {Map<string, Float32Array>} */ const known = new Map();
  /** @param {Parameter} parameter */
  return async ({ address }) => {
    if (!known.has(address)) {
      const answer = await fetch(new URL(address, document.baseURI));
      if (!answer.ok) throw new Sentence(say("live.once"));
      known.set(address, new Float32Array(await answer.arrayBuffer()));
    }
    return known.get(address);
  };
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
    const numbers = ["count", "mean", "std", "min", "max"].map((key) => fixed(parameter[key]));
    const element = row([link, make("code", {}, size(parameter.size)), ...numbers], {
      "data-parameter": name,
    });
    for (const cell of [...element.cells].slice(2)) cell.className = "number";
    return element;
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
      printed.textContent = parameters.find((each) => each.name === name).printed;
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
