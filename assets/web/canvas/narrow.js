/**
 * Figures on narrow pages: Python says for each where its parts stand when they do not fit side by
 * side.
 */

const NARROW = 560; // CSS pixels of the figure's width

/**
 * @param {any} layout as Python made it; `meta.narrow` names the axes that stand elsewhere
 * @param {number} width of the figure, in CSS pixels
 */
export function fitted(layout, width) {
  const places = layout.meta?.narrow;
  if (!places || width >= NARROW) return layout;
  const moved = {};
  for (const [axis, place] of Object.entries(places)) {
    const { colorbar, ...rest } = place;
    moved[axis] = { ...layout[axis], ...rest };
    if (colorbar) moved[axis].colorbar = { ...layout[axis].colorbar, ...colorbar };
  }
  return { ...layout, ...moved };
}

/**
 * A figure as it is presented to a class: where Python says that its first picture can stand alone,
 * only that.
 *
 * @param {any} figure
 */
export function alone(figure) {
  const data = figure.data.map((trace) =>
    trace.textposition ? { ...trace, constraintext: "none" } : trace,
  );
  if (!figure.layout.meta?.alone) return { ...figure, data };
  const layout = { ...figure.layout };
  for (const axis of Object.keys(layout)) if (/^[xy]axis[2-9]$/.test(axis)) delete layout[axis];
  layout.xaxis = { ...layout.xaxis, domain: [0, 0.96] };
  layout.yaxis = { ...layout.yaxis, domain: [0, 1] };
  for (const axis of Object.keys(layout))
    if (layout[axis]?.colorbar)
      layout[axis] = {
        ...layout[axis],
        colorbar: { ...layout[axis].colorbar, x: 0.98, y: 0.5, len: 1 },
      };
  return { ...figure, layout, data: data.filter(({ xaxis }) => (xaxis ?? "x") === "x") };
}
