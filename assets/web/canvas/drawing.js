/** How a figure comes onto the page: drawn by Plotly, or painted over the axes that stand. */

import { createCaptions } from "./captions.js";
import { createGraphs } from "./graphs.js";
import { struck } from "./hatching.js";
import { speaking } from "./hovering.js";
import { createOverlay, frameOf } from "./overlay.js";
import { listenForPresses } from "./pressing.js";
import { createScales } from "./scales.js";
import { createSpotlight } from "./spotlight.js";

/** Whether numbers stand at its bars: what is painted over them has none. */
const written = ({ data }) => data.some(({ textposition }) => textposition);

/** A trace as Plotly takes it: arrays as rows of numbers, what it says as the page writes it. */
function drawable(trace) {
  const fields = Object.entries(trace).map(([name, field]) => [
    name,
    ArrayBuffer.isView(field?.values) ? rows(field) : field,
  ]);
  return speaking(Object.fromEntries(fields));
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

function react(graph, { data, layout }, config) {
  return globalThis.Plotly.react(graph, data.map(drawable), structuredClone(layout), config);
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

/** Flatten shows each value twice, as a pixel and in the line: pointing at one marks both. */
function link(graphs, { meta, shapes = [] }, unit) {
  if (meta?.link !== "flat") return;
  const marks = unit === null ? [] : linked(unit, meta.columns);
  graphs.mark(unit !== null);
  globalThis.Plotly.relayout(graphs.graph(), { shapes: [...shapes, ...marks] });
}

/** Nothing is pointed at on a graph that goes from the page, nor once Plotly draws it again. */
function unpoint(graph) {
  graph._fullLayout._hoversubplot = null;
  globalThis.Plotly.Fx.unhover(graph);
}

/**
 * @param {HTMLElement} element where figures stand
 * @param {{box: any, colours: any, figures: any, theme: () => string,
 *   choose?: (unit: number, since: number) => void}} options
 */
export function createDrawing(element, { box, colours, figures, theme, choose }) {
  const { size, style } = box;
  const overlay = createOverlay({ colours, style, scaleOf: figures.axes });
  const [spotlight, scales, captions] = [createSpotlight(), createScales(), createCaptions()];
  const graphs = createGraphs(element, { begin: listen, leave: unpoint });
  /** @type {any} */ let newest = null;
  const look = (figure) => ({
    frame: frameOf(figure, [size(), theme()]),
    units: figure.data.map(({ customdata }) => customdata),
  });

  function listen(graph) {
    if (choose) listenForPresses(graph, choose);
    graph.on("plotly_hover", ({ points }) => {
      const unit = points[0]?.customdata;
      if (unit >= 0) link(graphs, newest.layout, unit);
    });
    graph.on("plotly_unhover", () => link(graphs, newest.layout, null));
  }

  /** Before a class the pinned unit is lit, also above what is painted under a moving pen. */
  function spot() {
    spotlight.show(graphs.graph(), size().presented ? (newest.layout.shapes ?? []) : []);
  }

  /** Plotly draws a figure on a graph. */
  function drawer(figure, layout) {
    const dressed = struck({ data: figure.data, layout }, style("--le-off-line"));
    return async (graph) => {
      await react(graph, dressed, figures.config);
      scales.drawn(graph, figure.layout);
    };
  }

  /** The whole of the newest figure stands. */
  function stand() {
    overlay.remove();
    captions.show(graphs.graph());
    spot();
  }

  return {
    /** What Plotly has drawn last, and what its axes are called. */
    ...{ graph: graphs.graph, captions: captions.element },
    /** Whether axes for a figure stand, but with another one, or not on the page. */
    waits: (figure, name) => graphs.waits(name, look(figure)),
    /** Whether the axes that stand are those of a figure. */
    fits: (figure) => graphs.fits(look(figure)),
    /** Whether a figure has no numbers at bars, or those are painted over already. */
    bare: (figure) => overlay.stands() || !written(figure),
    /**
     * Paint over standing axes; false where Plotly has to draw, as it does numbers at bars that
     * come.
     *
     * @param {any} figure @param {string} name whose it is
     */
    over(figure, name) {
      newest = figure;
      const now = look(figure);
      const comes = graphs.waits(name, now);
      if (!graphs.turn(name, now) || (comes && written(figure))) return false;
      const graph = graphs.graph();
      scales.write(graph, figure.layout);
      overlay.paint(graph, figure, size(), scales.layout(graph));
      if (comes) captions.show(graph);
      spot();
      return true;
    },
    /** Have Plotly draw the whole of a figure. @param {any} figure @param {string} name */
    async draw(figure, name, layout) {
      newest = figure;
      await graphs.draw(name, look(figure), drawer(figure, layout));
      if (newest === figure) stand();
    },
    /** Have it drawn out of sight. @param {any} figure @param {string} name */
    prepare(figure, name, layout) {
      const what = { figure: figure.original, draw: drawer(figure, layout) };
      return graphs.prepare(name, look(figure), what);
    },
    /** Show a figure that was drawn out of sight; false where it was not. */
    prepared(figure, name) {
      if (!graphs.turn(name, look(figure), figure.original)) return false;
      newest = figure;
      stand();
      return true;
    },
  };
}
