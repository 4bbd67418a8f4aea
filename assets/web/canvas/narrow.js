/** Figures on narrow pages: Python says for each where its parts stand when they do not fit side by side. */

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
