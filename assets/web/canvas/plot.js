/**
 * One Plotly graph, drawn in place: the library is fetched once, colours come from the theme at
 * hand.
 */

import { make } from "../base/elements.js";
import { Sentence } from "../base/sentence.js";
import { createBox } from "./box.js";
import { createGraphs } from "./graphs.js";
import { struck } from "./hatching.js";
import { arranged } from "./maps.js";
import { above, alone, covered, fitted, reaching } from "./narrow.js";
import { createOverlay, frameOf } from "./overlay.js";
import { listenForPresses } from "./pressing.js";
import { createSpotlight } from "./spotlight.js";
import { unitsOf } from "./units.js";

const LIVE = 120; // milliseconds between two figures that belong to one movement
const LEGEND = 5.5; // ems of a legend with its numbers and its title
const REST = 150; // milliseconds without another, after which Plotly draws the whole

/** @type {Promise<any> | null} */ let library = null;

/** Margins for the large type of a presented figure: below it as much as its axes are written. */
function roomy(layout) {
  const axes = Object.entries(layout).flatMap(([name, axis]) => (/^xaxis/.test(name) ? axis : []));
  const ticks = axes.some(({ showticklabels }) => showticklabels !== false);
  const titles = axes.some(({ title }) => title?.text);
  const below = (ticks ? 34 : 12) + (titles ? 42 : 0);
  return { l: 1.6 * (layout.margin?.l ?? 48), r: 32, t: 16, b: below };
}

/** A layout in the colours and the type of the page, with the margins that they need. */
function clothed(layout, { figures, theme, presented }) {
  const coloured = {};
  for (const [axis, scale] of Object.entries(figures.axes))
    if (layout[axis])
      coloured[axis] = { ...layout[axis], colorscale: figures.scales[theme][scale] };
  const template = figures.templates[theme];
  const own = { ...template.layout.margin, ...layout.margin };
  return {
    ...layout,
    ...coloured,
    margin: presented ? roomy(layout) : own,
    template,
    autosize: true,
    font: { size: presented ? figures.sizes.presented : figures.sizes.figure },
  };
}

/** What a pair of axes has for cells, beside the legend. */
function roomOf(layout, { width, height }) {
  const { l, r, t, b } = layout.margin;
  const legend = Object.values(layout).some((axis) => axis?.colorbar && axis.showscale !== false);
  const beside = legend ? LEGEND * layout.font.size : r;
  return (axes) => {
    const [across, up] = ["x", "y"].map((letter) => layout[`${letter}axis${axes}`].domain);
    return {
      width: (width - l - beside) * (across[1] - across[0]),
      height: (height - t - b) * (up[1] - up[0]),
    };
  };
}

/** Plotly is 4.7 MB: it is fetched once the first picture stands. */
function plotly(figures, say) {
  library ??= new Promise((resolve, reject) => {
    const script = make("script", { src: new URL(figures.script, document.baseURI).href });
    script.onload = () => resolve(globalThis.Plotly);
    script.onerror = () => {
      library = null; // the next figure tries again
      reject(new Sentence(say("stage.plotly")));
    };
    document.head.append(script);
  });
  return library;
}

/** A trace as Plotly takes it: arrays of this page as rows of numbers. */
function drawable(trace) {
  return Object.fromEntries(
    Object.entries(trace).map(([name, field]) => [
      name,
      ArrayBuffer.isView(field?.values) ? rows(field) : field,
    ]),
  );
}

function rows({ values, shape }) {
  if (shape.length < 2) return values;
  const [count, width] = shape;
  if (shape.length === 3) return pixels(values, shape);
  return Array.from({ length: count }, (_, row) => values.subarray(row * width, (row + 1) * width));
}

/** A picture in colour, row by row, as its pixels. */
function pixels(values, [count, width]) {
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: width }, (_, column) =>
      Array.from(values.subarray(3 * (row * width + column), 3 * (row * width + column) + 3)),
    ),
  );
}

/** Whether numbers stand at its bars: what is painted over them has none. */
const written = ({ data }) => data.some(({ textposition }) => textposition);

/** Nothing is pointed at on a graph that goes from the page, nor once Plotly draws it again. */
function unpoint(graph) {
  graph._fullLayout._hoversubplot = null;
  globalThis.Plotly.Fx.unhover(graph);
}

/** Boxes around a pixel of the picture and around its place in the lines of all pixels. */
function linked(unit, columns) {
  const [row, column] = [Math.floor(unit / columns), unit % columns];
  const box = (axes, x, y) => ({
    type: "rect",
    xref: `x${axes}`,
    yref: y === null ? `y${axes} domain` : `y${axes}`,
    x0: x - 0.5,
    x1: x + 0.5,
    y0: y === null ? 0 : y - 0.5,
    y1: y === null ? 1 : y + 0.5,
  });
  return [box("", column, row), box("2", unit, null), box("3", unit, null)];
}

/**
 * @param {{say: any, figures: any, colours: any, theme: () => string, settled?: () => void,
 *   choose?: (unit: number, since: number) => void}} options
 */
export function createPlot({ say, figures, colours, theme, settled, choose }) {
  const element = make("div", { class: "plot", tabindex: "0", role: "img" });
  /** @type {any} */ let given = null; // as Python made it
  /** @type {any} */ let figure = null; // as there is room for it
  let name = ""; // whose it is
  const box = createBox(element, theme);
  const { size, style } = box;
  const overlay = createOverlay({ colours, style, scaleOf: figures.axes });
  const spotlight = createSpotlight();
  const graphs = createGraphs(element, { begin: listen, leave: unpoint });
  let drawn = -Infinity;
  let rest = 0;
  /** @type {Promise<void>} */ let standing = Promise.resolve();

  /** The present figure as the room there is has use for it. */
  function fit() {
    const now = size();
    const chosen = now.presented || now.low ? alone(given, now) : given;
    const room = chosen.layout.meta?.maps && now.width && roomOf(layout(chosen.layout), now);
    figure = room ? arranged(chosen, room) : chosen;
  }

  function layout(made = figure.layout) {
    const now = size();
    const look = { figures, theme: theme(), presented: now.presented };
    const dressed = clothed(above(fitted(made, now), now), look);
    return reaching(dressed, now.width, dressed.font.size);
  }

  function listen(graph) {
    if (choose) listenForPresses(graph, choose);
    graph.on("plotly_hover", ({ points }) => {
      const unit = points[0]?.customdata;
      if (!(unit >= 0)) return;
      link(unit);
    });
    graph.on("plotly_unhover", () => link(null));
  }

  /** Flatten shows each value twice, as a pixel and in the line: pointing at one marks both. */
  function link(unit) {
    const { meta, shapes = [] } = figure?.layout ?? {};
    if (meta?.link !== "flat") return;
    const marks = unit === null ? [] : linked(unit, meta.columns);
    graphs.mark(unit !== null);
    globalThis.Plotly.relayout(graphs.graph(), { shapes: [...shapes, ...marks] });
  }

  /** Before a class the pinned unit is lit, also above what is painted under a moving pen. */
  function spot() {
    spotlight.show(graphs.graph(), size().presented ? (figure.layout.shapes ?? []) : []);
  }

  const frame = () => frameOf(figure, [size(), theme()]);

  /** Paint over standing axes, and let Plotly follow; false where it has to draw now. */
  function over() {
    const comes = graphs.waits(name);
    if (!graphs.turn(name, frame()) || (comes && written(figure))) return false;
    overlay.paint(graphs.graph(), figure, size());
    spot();
    rest = setTimeout(() => whole().then(settled), REST);
    return true;
  }

  /** Draw the whole anew. */
  function whole() {
    return (standing = react());
  }

  async function react() {
    const shown = figure;
    const Plotly = await plotly(figures, say);
    if (shown !== figure) return;
    const dressed = struck({ ...shown, layout: layout() }, style("--le-off-line"));
    const data = dressed.data.map(drawable);
    await graphs.draw(name, frame(), (graph) =>
      Plotly.react(graph, data, structuredClone(dressed.layout), figures.config),
    );
    if (shown !== figure) return;
    overlay.remove();
    spot();
  }

  return {
    element,
    /** What Plotly has drawn last. */
    graph: graphs.graph,
    size,
    style,
    /** @param {any} next a figure as Python made it @param {string} whose it is: that step's */
    set(next, whose) {
      [given, name] = [next, whose];
      fit();
    },
    /** The newest figure stands. */
    ready: () => standing,
    units: (/** @type {number} */ count) => unitsOf(figure, count),
    /** How many pixels of its lower part may be covered while a unit is pinned. */
    room: () => (figure ? covered(layout(), size()) : 0),
    /** Paint the values over standing axes; only where a scale has changed does Plotly draw now. */
    paint() {
      if (!figure) return null;
      drawn = performance.now();
      clearTimeout(rest);
      return over() ? null : whole();
    },
    /**
     * Draw the figure; where one follows fast upon the other, or its axes are kept, by painting
     * over them.
     */
    async draw() {
      if (!figure) return;
      const follows = performance.now() - drawn < LIVE || graphs.waits(name);
      drawn = performance.now();
      clearTimeout(rest);
      const bare = overlay.stands() || !written(figure);
      if (!(follows && bare && over())) await whole();
    },
    /** The figure as a data URL, three times as fine as on screen; `png` or `svg`. */
    async image(format) {
      if (!figure) throw new Sentence(say("stage.empty"));
      await whole();
      return globalThis.Plotly.toImage(graphs.graph(), { format, scale: format === "png" ? 3 : 1 });
    },
    /** The box of the figure changed its size. */
    async resize() {
      box.changed();
      if (!figure || !globalThis.Plotly || !size().width) return;
      fit();
      if (!graphs.fits(frame())) await whole();
    },
  };
}
