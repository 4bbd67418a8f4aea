/** The weights view: named_parameters() as the course walks it, each parameter as a picture, the first rows as images. */

import { make } from "../base/elements.js";
import { fixed, size } from "../base/numbers.js";
import { Sentence } from "../base/sentence.js";
import { PIXELS, SIDE } from "../base/size.js";
import { createRaster, plain, tiles } from "../canvas/raster.js";
import { latest } from "../state/latest.js";
import { Unreachable } from "../state/live.js";

const ACROSS = 32;
const ORDERS = ["index", "activation", "norm"];

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createWeights({ say, colours, store, once, screen, actions }) {
  const query = store.get;
  const parameters = once("parameters");
  /** Without a server it is asked again when that returns. */
  const failed = (error) => error instanceof Unreachable || actions.failed(error);
  const [listed, valued, rowed] = [latest(), latest(), latest()];
  function open(step, unit, since) {
    actions.show("explore");
    actions.follow(step, unit, since);
  }
  const title = make("h2");
  const lead = make("p", { class: "sentence" });
  const code = make("pre", { class: "printed" });
  const rows = make("tbody");
  const head = make("tr");
  const table = make(
    "div",
    { class: "table", tabindex: "0", role: "group" },
    make("table", {}, make("thead", {}, head), rows),
  );
  const printed = make("pre", { class: "printed", tabindex: "0" });
  const pictureTitle = make("h2");
  const legend = make("p", { class: "legend" });
  const reading = make("p", { class: "reading" });
  const histogram = make("canvas", { class: "histogram", width: 600, height: 120, role: "img" });
  const picture = createRaster({ colours, hover: read, describe: place });
  const imagesTitle = make("h2");
  const imagesLead = make("p", { class: "sentence" });
  const imagesReading = make("p", { class: "reading" });
  const order = make("select", { id: "row-order", onchange: arrange });
  const orderLabel = make("label", { for: "row-order" });
  const images = createRaster({
    colours,
    hover: (text) => (imagesReading.textContent = text || "\u00a0"),
    describe: (index) => `${first.name}[${Math.floor(index / PIXELS)}, ${index % PIXELS}]`,
    choose: (index, since) => open(first.step, Math.floor(index / PIXELS), since),
  });
  const imagesBox = make(
    "section",
    { class: "rows" },
    make("div", { class: "head" }, imagesTitle, orderLabel, order),
    imagesLead,
    make("div", { class: "scroll", tabindex: "0", role: "group" }, images.canvas),
    imagesReading,
  );
  const section = make(
    "section",
    { id: "weights" },
    make("div", { class: "column" }, title, lead, code, table, printed),
    make(
      "div",
      { class: "column" },
      pictureTitle,
      legend,
      make("div", { class: "scroll", tabindex: "0", role: "group" }, picture.canvas),
      reading,
      histogram,
    ),
    imagesBox,
  );
  /** @type {any} */ let listing = null;
  let loaded = "";
  let chosen = "";
  /** @type {any} */ let first = { name: "", step: "", rows: 0, values: new Float32Array(0) };
  /** What every step put out for the drawing. @type {Record<string, Float32Array>} */ let outputs =
    {};
  const cache = new Map();

  function read(text) {
    reading.textContent = text || "\u00a0";
  }

  function place(index) {
    const row = listing.rows.find((each) => each.name === chosen);
    if (row.size.length === 1) return `${chosen}[${index}]`;
    const columns = row.count / row.size[0];
    return `${chosen}[${Math.floor(index / columns)}, ${index % columns}]`;
  }

  /** The values of one parameter, exact: little-endian float32. */
  async function values(name) {
    const { address } = listing.rows.find((each) => each.name === name);
    if (!cache.has(address)) {
      const answer = await fetch(new URL(address, document.baseURI));
      if (!answer.ok) throw new Sentence(say("live.once"));
      cache.set(address, new Float32Array(await answer.arrayBuffer()));
    }
    return cache.get(address);
  }

  const key = ({ model, checkpoint, language }) => `${model}/${checkpoint}/${language}`;
  let seen = "";

  async function show() {
    const asked = query();
    if (key(asked) !== loaded) {
      const answer = await listed(parameters(asked));
      if (answer.error) throw new Sentence(answer.error.message);
      listing = answer;
      loaded = key(asked);
      if (!listing.rows.some((row) => row.name === chosen)) chosen = listing.rows[0].name;
      list();
      await firstRows();
    }
    await choose(chosen);
    arrange();
  }

  function list() {
    head.replaceChildren(
      ...["name", "size", "count", "mean", "std", "min", "max"].map((key) =>
        make("th", { scope: "col" }, say(`weights.${key}`)),
      ),
    );
    rows.replaceChildren(
      ...listing.rows.map((row) =>
        make(
          "tr",
          { "data-parameter": row.name },
          make(
            "th",
            { scope: "row" },
            make(
              "button",
              { type: "button", class: "link", onclick: () => choose(row.name).catch(failed) },
              row.name,
            ),
          ),
          make("td", {}, make("code", {}, size(row.size))),
          ...[row.count, row.mean, row.std, row.min, row.max].map((value) =>
            make("td", { class: "number" }, fixed(value)),
          ),
        ),
      ),
    );
  }

  async function choose(name) {
    chosen = name;
    const row = listing.rows.find((each) => each.name === name);
    for (const each of rows.children)
      each.toggleAttribute("data-chosen", each.dataset.parameter === name);
    printed.textContent = row.printed;
    pictureTitle.textContent = name;
    const numbers = await valued(values(name));
    const limit = colours.limit(numbers);
    const [down, across] =
      row.size.length === 1 ? [1, row.count] : [row.size[0], row.count / row.size[0]];
    picture.draw(numbers, plain(down, across), limit);
    picture.canvas.classList.toggle("thin", down === 1);
    picture.canvas.setAttribute("aria-label", say("weights.picture", { name, count: row.count }));
    legend.textContent = say("weights.legend", { low: fixed(-limit), high: fixed(limit) });
    count(numbers, limit);
  }

  /** A histogram of all values in 60 bins over the scale of the picture. */
  function count(numbers, limit) {
    const bins = new Uint32Array(60);
    for (let index = 0; index < numbers.length; index += 1)
      bins[
        Math.min(59, Math.floor(limit === 0 ? 30 : (60 * (numbers[index] + limit)) / (2 * limit)))
      ] += 1;
    const most = Math.max(...bins);
    const context = histogram.getContext("2d");
    context.clearRect(0, 0, 600, 120);
    context.fillStyle = getComputedStyle(section).getPropertyValue("--le-accent");
    bins.forEach((bin, index) =>
      context.fillRect(10 * index, 118 - (108 * bin) / most, 9, (108 * bin) / most),
    );
    context.fillStyle = getComputedStyle(section).getPropertyValue("--le-text");
    context.fillRect(299, 0, 1, 118);
    histogram.setAttribute(
      "aria-label",
      say("weights.histogram", {
        count: numbers.length,
        most,
        low: fixed(-limit),
        high: fixed(limit),
      }),
    );
  }

  async function firstRows() {
    const row = listing.rows.find((each) => each.size.length === 2 && each.size[1] === PIXELS);
    imagesBox.hidden = !row;
    if (row)
      first = {
        name: row.name,
        step: row.step,
        rows: row.size[0],
        values: await rowed(values(row.name)),
      };
  }

  function arrange() {
    if (imagesBox.hidden) return;
    const norm = (row) =>
      first.values
        .subarray(row * PIXELS, (row + 1) * PIXELS)
        .reduce((sum, value) => sum + value * value, 0);
    const keys = {
      index: (row) => -row,
      activation: (row) => outputs[first.step]?.[row] ?? 0,
      norm,
    };
    const rank = Array.from({ length: first.rows }, (_, row) => row);
    const worth = rank.map(keys[order.value]);
    rank.sort((one, other) => worth[other] - worth[one]);
    images.draw(
      first.values,
      tiles(rank, SIDE, Math.min(ACROSS, first.rows)),
      colours.limit(first.values),
    );
    images.canvas.setAttribute("aria-label", say("weights.images", { count: first.rows }));
  }

  return {
    element: section,
    chosen(now) {
      if (screen.view !== "weights") seen = "";
      else if (seen !== key(now)) {
        seen = key(now);
        show().catch(failed);
      }
    },
    again: () => screen.view === "weights" && show().catch(failed),
    /** The drawing changed: rows sorted by activation follow it. */
    update(reply) {
      outputs = reply.values;
      if (screen.view !== "weights") return;
      if (order.value === "activation" && first.rows) arrange();
    },
    name() {
      title.textContent = say("weights.title");
      lead.textContent = say("weights.lead");
      code.textContent =
        'for name, param in model.named_parameters():\n    print(f"Layer: {name} | Size: {param.size()} | Values : {param[:2]} \\n")';
      imagesTitle.textContent = say("weights.rows");
      imagesLead.textContent = say("weights.rows.lead");
      orderLabel.textContent = say("weights.order");
      const kept = order.value || "index";
      order.replaceChildren(
        ...ORDERS.map((key) => make("option", { value: key }, say(`weights.order.${key}`))),
      );
      order.value = kept;
    },
  };
}
