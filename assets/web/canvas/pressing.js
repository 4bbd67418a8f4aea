/**
 * Pressing a unit of a figure. Plotly tells of it, unless it draws anew between press and release,
 * as when a reply comes: then it has forgotten what the pointer stands on. A finger stands on
 * nothing before it presses: there the cell itself is looked for.
 */

const STILL = 8; // pixels that a finger may move while it presses

/** @param {any} element Plotly's @param {(unit: number, since: number) => void} choose */
export function listenForPresses(element, choose) {
  let [pointed, pressed, heard] = [-1, -1, false];
  let from = { x: 0, y: 0 };
  const unitOf = ({ points }) => points[0]?.customdata ?? -1;

  element.on("plotly_hover", (event) => {
    pointed = unitOf(event);
  });
  element.on("plotly_unhover", () => {
    pointed = -1;
  });
  element.addEventListener(
    "pointerdown",
    ({ clientX: x, clientY: y }) => {
      from = { x, y };
      pressed = pointed;
      heard = false;
    },
    true,
  );
  element.on("plotly_click", (click) => {
    heard = true;
    const unit = unitOf(click);
    if (unit >= 0) choose(unit, click.event?.timeStamp ?? performance.now());
  });
  // Plotly's own event comes before this one, where it comes at all.
  element.addEventListener("click", (event) => {
    const moved = Math.hypot(event.clientX - from.x, event.clientY - from.y) > STILL;
    if (heard || moved || !event.target.closest(".draglayer")) return;
    heard = true;
    const unit = pressed >= 0 ? pressed : cellAt(element, event);
    if (unit >= 0) choose(unit, event.timeStamp);
  });
}

/**
 * The unit whose cell of a picture a pointer is on; −1 for none.
 *
 * @param {any} graph @param {{clientX: number, clientY: number}} pointer
 */
function cellAt(graph, { clientX, clientY }) {
  const { _fullData: traces, _fullLayout: full } = graph;
  const { left, top } = graph.getBoundingClientRect();
  const cell = (axis, at) => Math.round(axis.p2d(at - axis._offset));
  for (const { type, customdata, xaxis, yaxis } of traces) {
    if (type !== "heatmap" || !customdata) continue;
    const [across, down] = [full[`xaxis${xaxis.slice(1)}`], full[`yaxis${yaxis.slice(1)}`]];
    const unit = customdata[cell(down, clientY - top)]?.[cell(across, clientX - left)];
    if (unit >= 0) return unit;
  }
  return -1;
}
