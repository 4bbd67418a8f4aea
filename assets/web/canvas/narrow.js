/**
 * Figures on narrow pages: Python says for each where its parts stand when they do not fit side by
 * side.
 */

/**
 * @typedef {{width: number, height: number, presented: boolean, low: boolean}} Size of a figure in
 *   CSS pixels; before a class, or on a phone on its side
 */

const NARROW = 560; // CSS pixels of the figure's width
const BARE = { l: 8, b: 10 }; // margins of a picture that stands alone
const NUMBER = 4; // ems of the longest number beside a bar
const BARS = 0.75; // of a row's height are bars
const AROUND = 84; // pixels of the height above and below the rows
const LINES = { usual: 15, presented: 22 }; // pixels from one number to the one below it
const LEAST = 100; // pixels of height below which nothing is laid over a figure

/**
 * @param {any} layout as Python made it; `meta.narrow` names the axes that stand elsewhere, and
 *   `meta.presented` those of a figure that stands otherwise before a class
 * @param {Size} size a low figure has no room for parts above each other
 */
export function fitted(layout, { width, low, presented }) {
  const { narrow, presented: before } = layout.meta ?? {};
  const places = (presented && before) || (!low && width < NARROW && narrow);
  if (!places) return layout;
  const moved = {};
  for (const [axis, place] of Object.entries(places)) {
    const { colorbar, ...rest } = place;
    moved[axis] = { ...layout[axis], ...rest };
    if (colorbar) moved[axis].colorbar = { ...layout[axis].colorbar, ...colorbar };
  }
  return { ...layout, ...moved };
}

/**
 * A figure as it is presented to a class or on a low screen: where Python says that its first
 * picture can stand alone, only that.
 *
 * @param {any} figure @param {Size} size
 */
export function alone(figure, { low }) {
  const data = figure.data.map((trace) =>
    trace.textposition ? { ...trace, constraintext: "none" } : trace,
  );
  const { alone: first, room: below } = figure.layout.meta ?? {};
  const room = !low && below;
  if (!first) return { ...figure, data };
  const layout = { ...figure.layout };
  if (low) layout.margin = { ...layout.margin, ...BARE };
  const kept = room ? ["x", "x2"] : ["x"]; // what is covered while a unit is pinned stays too
  for (const axis of Object.keys(layout))
    if (/^[xy]axis[2-9]$/.test(axis) && !kept.includes(axis.replace(/^.axis/, "x")))
      delete layout[axis];
  for (const name of kept)
    layout[`xaxis${name.slice(1)}`] = { ...layout[`xaxis${name.slice(1)}`], domain: [0, 0.96] };
  if (!room) layout.yaxis = { ...layout.yaxis, domain: [0, 1] };
  for (const axis of Object.keys(layout))
    if (layout[axis]?.colorbar)
      layout[axis] = {
        ...layout[axis],
        colorbar: {
          ...layout[axis].colorbar,
          x: 0.98,
          ...(room ? {} : { y: 0.5, len: 1 }),
        },
      };
  return { ...figure, layout, data: data.filter(({ xaxis }) => kept.includes(xaxis ?? "x")) };
}

/**
 * Bars of two sides: where the rows are too low for two numbers, those of the first side alone,
 * above the other's bars and with a rim of the page's colour around their digits. Digits on digits
 * say nothing; what is left out is said where one points.
 *
 * @param {any} figure @param {Size} size
 */
export function apart(figure, { height, presented }) {
  const { data, layout } = figure;
  if (layout.barmode !== "group") return figure;
  const rows = data[0].y.length;
  const line = (BARS * (height - AROUND)) / (2 * rows);
  if (line >= (presented ? LINES.presented : LINES.usual)) return figure;
  const [first, ...others] = data;
  const raised = { ...first, zorder: 1, outsidetextfont: { shadow: "auto" } };
  return {
    ...figure,
    layout: { ...layout, meta: { ...layout.meta, within: true } }, // what is raised ends there
    data: [raised, ...others.map((side) => ({ ...side, textposition: "none" }))],
  };
}

/**
 * How many pixels of its lower part may be covered while a unit is pinned: none where that is too
 * little, all of a low figure.
 *
 * @param {any} layout as Python made it; `meta.room` are the shares of the height
 * @param {Size} size
 */
export function covered(layout, { width, height, presented, low }) {
  const { room } = layout.meta ?? {};
  if (!room) return 0;
  if (low) return height;
  const { t = 8, b = 44 } = layout.margin ?? {};
  const [wide, narrow, before] = room;
  const share = presented ? before : width < NARROW ? narrow : wide;
  const pixels = share && Math.floor(share * (height - t - b) + b - 6);
  return pixels < LEAST ? 0 : pixels;
}

/**
 * A layout that makes way where a unit is pinned: `meta.above` says which rows then stand above the
 * pictures.
 */
export function above(layout, size) {
  const { above: rows } = layout.meta ?? {};
  if (!rows || size.low || !layout.shapes?.length || !covered(layout, size)) return layout;
  const { wide, narrow } = rows;
  if (size.width >= NARROW) return { ...layout, yaxis: { ...layout.yaxis, ...wide } };
  const xaxis = { ...layout.xaxis, title: { text: "" } }; // it has no room
  return { ...layout, xaxis, yaxis: { ...layout.yaxis, ...narrow } };
}

/**
 * A layout whose bars end where the numbers beside them still fit: on the left before the names of
 * the classes, on the right before the edge of the figure, or of the axes.
 *
 * @param {any} layout with its margins; `meta.reach` says how many ends of the scale its axis has,
 *   `meta.within` that the numbers are cut where the axes end
 * @param {number} width of the figure, in CSS pixels @param {number} size of its type
 */
export function reaching(layout, width, size) {
  const { reach, within } = layout.meta ?? {};
  if (!reach) return layout;
  const { l, r } = layout.margin;
  const [low, high] = layout.xaxis.range;
  const signed = low < 0;
  const [left, right] = [signed ? NUMBER * size : 0, Math.max(0, NUMBER * size - (within ? 0 : r))];
  const inner = width - l - r;
  const bar = Math.max(inner - left - right, inner / 4) / (signed ? 2 : 1);
  const end = high / reach;
  const range = [signed ? -end * (1 + left / bar) : 0, end * (1 + right / bar)];
  return { ...layout, xaxis: { ...layout.xaxis, range } };
}
