/** Where the cells of every step lie in the picture of the whole network. Nothing is drawn here. */

export const FEW = 16; // up to here a step is a column of labelled bars
const MARGIN = 14;
const BAR = { width: 44, height: 52 }; // of a cell where there are few, at most
const ROW = 9; // steps that stand side by side whatever their size
const GAP = 10; // pixels between steps in several rows
const PICTURE = 0.2; // of the free width for each picture, so that layers are larger than it

/**
 * @typedef {import("./arrays.js").Grid} Grid
 * @typedef {object} Box
 * @property {any} step
 * @property {Grid} grid
 * @property {number} rows of cells, gaps between maps included
 * @property {number} columns
 * @property {number} count of units
 * @property {boolean} few
 * @property {string} sort
 * @property {number} across width of a cell
 * @property {number} down its height
 * @property {number} left
 * @property {number} top
 * @property {number} [label] in several rows, where the name begins
 * @property {number} [room] there, how wide it may be
 */

/** @param {Grid} grid cells down and across, gaps included */
function extent({ rows, columns, maps, height, width }) {
  return maps === 1
    ? { rows: height, columns: width }
    : { rows: rows * (height + 1) - 1, columns: columns * (width + 1) - 1 };
}

/**
 * What a step's cells are: few labelled bars, a picture or maps, pixels in one line, or units of a
 * layer.
 */
function sort({ shape, scale }, count) {
  if (count <= FEW) return "few";
  if (shape.length > 2) return "picture";
  return scale === "grey" ? "line" : "units";
}

/** A vector in columns that read from left to right. @returns {Grid} */
function columns(count, across) {
  const rows = Math.ceil(count / across);
  return { rows, columns: across, maps: 1, height: rows, width: across };
}

/**
 * How many rows make the cells of all layers of units as large as can be.
 *
 * @param {number[]} counts of units @param {number} width for all of them @param {number} height
 */
function largest(counts, width, height) {
  const cellOf = (rows) => {
    const wide = counts.reduce((sum, count) => sum + Math.ceil(count / rows), 0);
    return Math.min(width / wide, height / rows);
  };
  let best = 8;
  for (let rows = 9; rows <= 160; rows += 1) if (cellOf(rows) > cellOf(best)) best = rows;
  return { rows: best, cell: Math.max(1.5, cellOf(best)) };
}

/**
 * Steps side by side; more than one row holds, row below row like the lines of a text.
 *
 * @param {any[]} steps @param {Record<string, Float32Array>} values
 * @param {{width: number, height: number, head: number, names: number, line: number}} room `head`
 *   above the cells, `names` right of them, each at least a `line` high
 * @returns {Box[]}
 */
export function laid(steps, values, room) {
  const boxes = inOneRow(steps, values, room);
  const last = boxes.at(-1);
  const end = last ? last.left + last.columns * last.across : 0;
  return boxes.length <= ROW || end <= room.width ? boxes : inRows(steps, values, room);
}

/** @returns {Box[]} each in a place of its own size, its name in one line above it */
function inRows(steps, values, { width, height, head, names, line }) {
  const [name, free] = [head / 2, { width: width - 2 * MARGIN, height: height - MARGIN }];
  const roomOf = (count) => ({
    wide: free.width / count - GAP,
    high: free.height / Math.ceil(steps.length / count) - name - GAP,
  });
  const size = (count) => Math.min(roomOf(count).wide, roomOf(count).high);
  const counts = steps.map((_, place) => place + 1);
  const best = counts.reduce((most, count) => (size(count) > size(most) ? count : most), 1);
  const { wide, high } = roomOf(best);
  return steps.map((step, place) => {
    const count = values[step.id].length;
    const kind = sort(step, count);
    const few = kind === "few" && wide >= names + BAR.width && high >= count * line;
    const cells = few ? listed(count, wide, high) : filling(step, kind, count, wide, high);
    const label = Math.floor(place / best) * (high + name + GAP);
    const left = MARGIN + (place % best) * (wide + GAP);
    const where = { left, top: label + name, label, room: wide };
    return { step, count, sort: kind, few, ...cells, ...extent(cells.grid), ...where };
  });
}

/** Few cells below each other, so that there is room for their names beside them. */
function listed(count, wide, high) {
  const [across, down] = [Math.min(BAR.width, wide / 4), Math.min(BAR.height, high / count)];
  return { grid: columns(count, 1), across, down };
}

/** Square cells that fill their place as well as they can. */
function filling(step, kind, count, wide, high) {
  const across = Math.min(count, Math.ceil(Math.sqrt((count * wide) / Math.max(1, high))));
  const grid = kind === "picture" ? step.grid : columns(count, across);
  const cells = extent(grid);
  const cell = Math.max(0.05, Math.min(wide / cells.columns, high / cells.rows));
  return { grid, across: cell, down: cell };
}

/** @returns {Box[]} */
function inOneRow(steps, values, { width, height, head, names }) {
  const high = height - head - MARGIN;
  const boxes = steps.map((step) => {
    const count = values[step.id].length;
    return { step, count, sort: sort(step, count) };
  });
  const of = (name) => boxes.filter((box) => box.sort === name);
  const gap = Math.max(8, 0.026 * width);
  const bar = Math.min(BAR.width, 0.04 * width);
  const lines = of("line").map(({ count }) => lineOf(count, high, width));
  const taken = lines.reduce((sum, { across, grid }) => sum + across * grid.width, 0);
  const free =
    width - 2 * MARGIN - names - gap * (boxes.length - 1) - bar * of("few").length - taken;
  const [pictures, layers] = [of("picture"), of("units")];
  const share = layers.length ? Math.min(0.6, PICTURE * pictures.length) : 1;
  const extents = pictures.map(({ step }) => extent(step.grid));
  const wide = extents.reduce((sum, { columns: each }) => sum + each, 0);
  const tall = Math.max(1, ...extents.map(({ rows }) => rows));
  const pixel = Math.max(1.5, Math.min((share * free) / Math.max(1, wide), high / tall));
  const counts = layers.map(({ count }) => count);
  const { rows, cell } = largest(counts, free - pixel * wide, high);

  /** The cells of a step, and how large each is. */
  function sized({ step, count, sort: kind }) {
    if (kind === "few")
      return { grid: columns(count, 1), across: bar, down: Math.min(BAR.height, high / count) };
    if (kind === "picture") return { grid: step.grid, across: pixel, down: pixel };
    if (kind === "line") return lineOf(count, high, width);
    return { grid: columns(count, Math.ceil(count / rows)), across: cell, down: cell };
  }

  let left = MARGIN;
  return boxes.map((box) => {
    const found = { ...box, few: box.sort === "few", ...sized(box) };
    const size = extent(found.grid);
    const top = head + (high - size.rows * found.down) / 2;
    const place = { ...found, ...size, left, top };
    left += size.columns * found.across + gap;
    return place;
  });
}

/** Pixels one after the other, as a thin column of the whole height. */
function lineOf(count, high, width) {
  const grid = columns(count, Math.max(2, Math.round(Math.sqrt(count) / 4)));
  const down = high / grid.height;
  return { grid, down, across: Math.min(down, (0.04 * width) / grid.width) };
}

/** The middle of a unit's cell. @param {Box} box @param {number} unit */
export function middle(box, unit) {
  const { columns, maps, height, width } = box.grid;
  const [inner, map] = [unit % (height * width), Math.floor(unit / (height * width))];
  const [row, column] = [Math.floor(inner / width), inner % width];
  const below = maps === 1 ? 0 : Math.floor(map / columns) * (height + 1);
  const beside = maps === 1 ? 0 : (map % columns) * (width + 1);
  return {
    x: box.left + (beside + column + 0.5) * box.across,
    y: box.top + (below + row + 0.5) * box.down,
  };
}

/**
 * The unit at a place; null between cells.
 *
 * @param {Box[]} boxes
 * @returns {{step: string, unit: number} | null}
 */
export function unitAt(boxes, x, y) {
  for (const box of boxes) {
    const column = Math.floor((x - box.left) / box.across);
    const row = Math.floor((y - box.top) / box.down);
    if (column < 0 || column >= box.columns || row < 0 || row >= box.rows) continue;
    const unit = unitIn(box.grid, row, column);
    if (unit !== null && unit < box.count) return { step: box.step.id, unit };
  }
  return null;
}

/**
 * The unit whose cell, or else whose name right of the last step's cells, is at a place; null
 * elsewhere.
 *
 * @param {Box[]} boxes @param {boolean} named whether there are names
 */
export function unitOrNameAt(boxes, x, y, named) {
  const found = unitAt(boxes, x, y);
  const last = boxes.at(-1);
  if (found || !named || !last?.few) return found;
  return x < last.left ? null : unitAt([last], last.left, y);
}

/** @param {Grid} grid */
function unitIn({ columns, maps, height, width }, row, column) {
  if (maps === 1) return row * width + column;
  const map = Math.floor(row / (height + 1)) * columns + Math.floor(column / (width + 1));
  const [inside, along] = [row % (height + 1), column % (width + 1)];
  if (inside === height || along === width) return null; // between two maps
  return (map * height + inside) * width + along;
}

/**
 * The unit that an arrow key leads to: the next cell, and at the edge of a step the one beside it
 * in the next step.
 *
 * @param {Box[]} boxes @param {{step: string, unit: number}} from @param {string} key
 */
export function beside(boxes, { step, unit }, key) {
  const place = boxes.findIndex((box) => box.step.id === step);
  const box = boxes[place];
  if (!box) return null;
  const { x, y } = middle(box, unit);
  const [across, down] = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  }[key] ?? [0, 0];
  // Between two maps lies a gap of one cell, so the second cell is tried too.
  for (const far of [1, 2]) {
    const [right, below] = [far * across * box.across, far * down * box.down];
    const next = unitAt([box], x + right, y + below);
    if (next) return next;
  }
  const other = boxes[place + across];
  if (!across || !other) return { step, unit };
  const inside = (at, low, size) => Math.min(low + size - 0.5, Math.max(low + 0.5, at));
  const edge = across > 0 ? other.left + 0.5 : other.left + other.columns * other.across - 0.5;
  const level = inside(y, other.top, other.rows * other.down);
  return unitAt([other], edge, level) ?? { step: other.step.id, unit: other.count - 1 };
}
