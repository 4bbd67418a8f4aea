/** Where the cells of every step lie in the picture of the whole network. Nothing is drawn here. */

export const FEW = 16; // up to here a step is a column of labelled bars
const MARGIN = 14;
const BAR = { width: 44, height: 34 }; // of a cell where there are few

/**
 * @typedef {import("./arrays.js").Grid} Grid
 * @typedef {object} Box
 * @property {any} step
 * @property {Grid} grid
 * @property {number} rows of cells, gaps between maps included
 * @property {number} columns
 * @property {number} count of units
 * @property {boolean} few
 * @property {number} across width of a cell
 * @property {number} down its height
 * @property {number} left
 * @property {number} top
 */

/** Vectors are taller than wide, so that all of them fit side by side. @returns {Grid} */
function arranged({ shape, grid }, count) {
  if (count > FEW && shape.length > 2) return grid;
  const columns = count <= FEW ? 1 : count <= 64 ? 2 : 16;
  const rows = Math.ceil(count / columns);
  return { rows, columns, maps: 1, height: rows, width: columns };
}

/** @param {Grid} grid cells down and across, gaps included */
function extent({ rows, columns, maps, height, width }) {
  return maps === 1
    ? { rows: height, columns: width }
    : { rows: rows * (height + 1) - 1, columns: columns * (width + 1) - 1 };
}

/**
 * @param {any[]} steps @param {Record<string, Float32Array>} values
 * @param {{width: number, height: number, head: number, names: number}} room `head` above the
 *   cells, `names` right of them
 * @returns {Box[]}
 */
export function laid(steps, values, { width, height, head, names }) {
  const boxes = steps.map((step) => {
    const count = values[step.id].length;
    const grid = arranged(step, count);
    return { step, grid, count, few: grid.width === 1 && grid.maps === 1, ...extent(grid) };
  });
  const many = boxes.filter(({ few }) => !few);
  const gap = Math.max(16, 0.03 * width);
  const bars = (boxes.length - many.length) * BAR.width;
  const free = width - 2 * MARGIN - names - gap * (boxes.length - 1) - bars;
  const wide = many.reduce((sum, { columns }) => sum + columns, 0);
  const high = Math.max(1, ...many.map(({ rows }) => rows));
  const cell = Math.max(1.5, Math.min(free / wide, (height - head - MARGIN) / high));
  let left = MARGIN;
  return boxes.map((box) => {
    const across = box.few ? BAR.width : cell;
    const down = box.few ? Math.min(BAR.height, (height - head - MARGIN) / box.rows) : cell;
    const top = head + (height - head - MARGIN - box.rows * down) / 2;
    const place = { ...box, across, down, left, top };
    left += box.columns * across + gap;
    return place;
  });
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

/** @param {Grid} grid */
function unitIn({ columns, maps, height, width }, row, column) {
  if (maps === 1) return row * width + column;
  const map = Math.floor(row / (height + 1)) * columns + Math.floor(column / (width + 1));
  const [inside, along] = [row % (height + 1), column % (width + 1)];
  if (inside === height || along === width) return null; // between two maps
  return (map * height + inside) * width + along;
}
