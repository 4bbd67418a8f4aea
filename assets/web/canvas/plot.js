/**
 * One Plotly graph, drawn in place: the library is fetched once, colours come from the theme at
 * hand.
 */

import { make } from "../base/elements.js";
import { Sentence } from "../base/sentence.js";
import { createBox } from "./box.js";
import { createDrawing } from "./drawing.js";
import { arranged } from "./maps.js";
import { above, alone, apart, covered, fitted, reaching } from "./narrow.js";
import { numbered } from "./scales.js";
import { fittedNames, fittedTitles } from "./titles.js";
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

/** The type of a figure, the same in both themes. */
const typeOf = ({ sizes, templates }, { presented }) => ({
  family: templates.light.layout.font.family,
  size: presented ? sizes.presented : sizes.figure,
});

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
    font: typeOf(figures, { presented }),
    ...(presented ? { hoverlabel: { font: { size: figures.sizes.presented } } } : {}),
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

/**
 * How a figure becomes one of this page.
 *
 * @param {{figures: any, theme: () => string, size: () => import("./narrow.js").Size}} page
 */
function createFitting({ figures, theme, size }) {
  /** A layout in the colours and the type of the page, for the room there is. */
  function layout(made) {
    const now = size();
    const look = { figures, theme: theme(), presented: now.presented };
    const dressed = clothed(above(fitted(made, now), now), look);
    const named = fittedTitles(dressed, roomOf(dressed, now), now);
    return numbered(reaching(named, now.width, named.font.size));
  }

  return {
    layout,
    /** A figure as the room there is has use for it. @param {any} original as Python made it */
    fitting(original) {
      const now = size();
      const chosen = apart(now.presented || now.low ? alone(original, now) : original, now);
      const room = chosen.layout.meta?.maps && now.width && roomOf(layout(chosen.layout), now);
      const made = room ? arranged(chosen, room) : chosen;
      return { ...fittedNames(made, typeOf(figures, now), now.width), original };
    },
  };
}

/** Once there is time; not every browser says when. @type {(act: () => void) => void} */
const idle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, REST));

/** Plotly is 4.7 MB: it is fetched once the first picture stands. */
function plotly(figures, say) {
  library ??= new Promise((resolve, reject) => {
    const script = make("script", { src: new URL(figures.script, document.baseURI).href });
    script.onerror = () => {
      library = null; // the next figure tries again
      reject(new Sentence(say("stage.plotly")));
    };
    // what came may be a proxy's page
    script.onload = () => (globalThis.Plotly ? resolve(globalThis.Plotly) : script.onerror());
    document.head.append(script);
  });
  return library;
}

/**
 * @param {{say: any, figures: any, colours: any, theme: () => string, settled?: () => void,
 *   choose?: (unit: number, since: number) => void}} options
 */
export function createPlot({ say, figures, colours, theme, settled, choose }) {
  const element = make("div", { class: "plot", tabindex: "0", role: "img" });
  /** @type {any} */ let figure = null; // as there is room for it
  let name = ""; // whose it is
  const box = createBox(element, theme);
  const { size } = box;
  const drawing = createDrawing(element, { box, colours, figures, theme, choose });
  const { layout, fitting } = createFitting({ figures, theme, size });
  let [drawn, rest] = [-Infinity, 0]; // when it was last, and the timer until it rests
  /** @type {Promise<void>} */ let standing = Promise.resolve();

  /** Paint over standing axes, and let Plotly follow. */
  function over() {
    const done = drawing.over(figure, name);
    if (done) rest = setTimeout(() => whole().then(settled), REST);
    return done;
  }

  /** Draw the whole anew. */
  function whole() {
    return (standing = react());
  }

  async function react() {
    const shown = figure;
    await plotly(figures, say);
    if (shown === figure) await drawing.draw(figure, name, layout(figure.layout));
  }

  return {
    element,
    ...{ box, graph: drawing.graph, captions: drawing.captions },
    /** @param {any} next a figure as Python made it @param {string} whose it is: that step's */
    set(next, whose) {
      [figure, name] = [fitting(next), whose];
    },
    /** The newest figure stands. */
    ready: () => standing,
    units: (/** @type {number} */ count) => unitsOf(figure, count),
    /** How many pixels of its lower part may be covered while a unit is pinned. */
    room: () => (figure ? covered(layout(figure.layout), size()) : 0),
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
      const follows = performance.now() - drawn < LIVE || drawing.waits(figure, name);
      drawn = performance.now();
      clearTimeout(rest);
      if (drawing.prepared(figure, name)) return;
      if (!(follows && drawing.bare(figure) && over())) await whole();
    },
    /**
     * Draw out of sight what is probably shown next, once the page has nothing else to do.
     *
     * @param {any} next a figure as Python made it @param {string} whose
     */
    expect(next, whose) {
      idle(() => {
        const made = globalThis.Plotly && size().width ? fitting(next) : null;
        if (made) drawing.prepare(made, whose, layout(made.layout));
      });
    },
    /** The figure as a data URL, three times as fine as on screen; `png` or `svg`. */
    async image(format) {
      if (!figure) throw new Sentence(say("stage.empty"));
      await whole();
      const scale = format === "png" ? 3 : 1;
      return globalThis.Plotly.toImage(drawing.graph(), { format, scale });
    },
    /** The box of the figure changed its size. */
    async resize() {
      box.changed();
      if (!figure || !globalThis.Plotly || !size().width) return;
      figure = fitting(figure.original);
      if (!drawing.fits(figure)) await whole();
    },
  };
}
